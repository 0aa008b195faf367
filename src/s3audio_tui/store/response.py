"""An answer over HTTP, its headers read plainly: the standard library takes its parser of mail.

That parser takes a seventh of what a small object costs in processor time.
"""

from http.client import BadStatusLine, HTTPException, HTTPResponse, LineTooLong, RemoteDisconnected

_LONGEST = 65_536
_MOST_HEADERS = 256
_CONTINUE = 100
_EMPTY = (204, 304)


class Response(HTTPResponse):
    """What `HTTPResponse` is, but its headers are in `named`: by their names in small letters."""

    named: dict[str, str]
    _method: str

    def begin(self) -> None:
        """Read the status and the headers; find out where the body ends."""
        status = _CONTINUE
        while status == _CONTINUE:
            version, status, self.reason = self._first_line()
            self.named = self._named()
        self.code = self.status = status
        self.version = 10 if version in ("HTTP/1.0", "HTTP/0.9") else 11
        self.headers = self.msg = self.named  # type: ignore[assignment]  # `get` is all
        self.chunked = self.named.get("transfer-encoding", "").lower() == "chunked"
        self.chunk_left = None
        self.length = self._length()
        self.will_close = self._closes() or (not self.chunked and self.length is None)

    def _line(self) -> bytes:
        line = self.fp.readline(_LONGEST + 1)
        if len(line) > _LONGEST:
            raise LineTooLong("header line")
        return line

    def _first_line(self) -> tuple[str, int, str]:
        line = self._line().decode("iso-8859-1")
        if not line:
            raise RemoteDisconnected("the other side closed the connection without an answer")
        version, _, rest = line.strip().partition(" ")
        code, _, reason = rest.partition(" ")
        if not version.startswith("HTTP/") or len(code) != 3 or not code.isdecimal():
            raise BadStatusLine(line)
        return version, int(code), reason.strip()

    def _named(self) -> dict[str, str]:
        """Read the headers; of a name that comes twice the values are joined."""
        found: dict[str, str] = {}
        for _ in range(_MOST_HEADERS):
            line = self._line()
            if line in (b"\r\n", b"\n", b""):
                return found
            name, _, value = line.decode("iso-8859-1").partition(":")
            name, value = name.strip().lower(), value.strip()
            found[name] = f"{found[name]}, {value}" if name in found else value
        raise HTTPException("too many headers")

    def _length(self) -> int | None:
        if self.status in _EMPTY or self._method == "HEAD":
            return 0
        said = self.named.get("content-length", "")
        return int(said) if said.isdecimal() and not self.chunked else None

    def _closes(self) -> bool:
        said = self.named.get("connection", "").lower()
        if self.version == 11:
            return "close" in said
        return "keep-alive" not in said and "keep-alive" not in self.named
