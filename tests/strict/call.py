"""One request as the rules see it, and the errors with which they answer."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape


@dataclass
class Call:
    """A request: `headers` have lower-case names, `query` is decoded, in the order sent."""

    method: str
    raw_path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, environ: dict[str, Any], body: bytes) -> "Call":
        """Return what came over the wire, with names as they were spelt there."""
        raw_path, _, raw_query = str(environ["RAW_URI"]).partition("?")
        pairs = [piece.partition("=") for piece in raw_query.split("&") if piece]
        headers: dict[str, str] = {}
        for name, value in environ["strict.headers"]:
            lower = name.lower()
            headers[lower] = f"{headers[lower]},{value}" if lower in headers else value
        query = [(unquote(name), unquote(value)) for name, _, value in pairs]
        return cls(environ["REQUEST_METHOD"], raw_path, query, headers, body)

    @property
    def bucket(self) -> str:
        """The first segment of the path, empty for the list of buckets."""
        return unquote(self.raw_path.split("/")[1]) if "/" in self.raw_path else ""

    @property
    def key(self) -> str:
        """What follows the bucket, empty for a request to the bucket itself."""
        return unquote("/".join(self.raw_path.split("/")[2:]))

    @property
    def names(self) -> set[str]:
        """The names of the query's parameters."""
        return {name for name, _ in self.query}

    def asked(self, name: str) -> str | None:
        """Return the query's parameter `name`."""
        return dict(self.query).get(name)


class S3Error(Exception):
    """An answer of S3 other than the one hoped for."""

    def __init__(self, status: int, code: str, message: str, **details: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    def xml(self) -> bytes:
        """Return the body as S3 writes it."""
        fields = {"Code": self.code, "Message": self.message, **self.details}
        inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
        head = '<?xml version="1.0" encoding="UTF-8"?>\n'
        return f"{head}<Error>{inner}<RequestId>STRICT</RequestId></Error>".encode()
