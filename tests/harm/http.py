"""Heads and bodies of HTTP/1.1, read and written as they are."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

BLOCK_BYTES = 128 * 1024


@dataclass(frozen=True)
class Head:
    """The first lines of a request or an answer: `first` is the very first one."""

    first: str
    headers: list[tuple[str, str]]

    @classmethod
    def of(cls, raw: bytes) -> "Head":
        """Read what ended with an empty line."""
        first, *lines = raw.decode("latin-1").rstrip("\r\n").split("\r\n")
        pairs = [line.partition(":") for line in lines]
        return cls(first, [(name, value.strip()) for name, _, value in pairs])

    def get(self, name: str) -> str | None:
        """Return a header by its name in small letters."""
        found = (value for key, value in self.headers if key.lower() == name)
        return next(found, None)

    def having(self, name: str, value: str) -> "Head":
        """Return the same head with this header in place of others of its name."""
        return replace(self, headers=[*self.without(name).headers, (name, value)])

    def without(self, *names: str) -> "Head":
        """Return the same head without some headers."""
        left_out = {name.lower() for name in names}
        kept = [pair for pair in self.headers if pair[0].lower() not in left_out]
        return replace(self, headers=kept)

    def raw(self) -> bytes:
        """Return it as it is sent."""
        lines = [self.first, *(f"{name}: {value}" for name, value in self.headers), "", ""]
        return "\r\n".join(lines).encode("latin-1")

    @property
    def length(self) -> int | None:
        """How many bytes follow; None where the head does not say."""
        value = self.get("content-length")
        return None if value is None else int(value)

    @property
    def chunked(self) -> bool:
        """Whether the body comes in chunks."""
        return "chunked" in (self.get("transfer-encoding") or "").lower()

    @property
    def status(self) -> int:
        """The status of an answer."""
        return int(self.first.split(" ")[1])

    @property
    def waits(self) -> bool:
        """Whether the body is sent only once it is asked for."""
        return (self.get("expect") or "").lower() == "100-continue"


async def read_head(reader: asyncio.StreamReader) -> Head | None:
    """Read a head; None where the other side has ended."""
    try:
        return Head.of(await reader.readuntil(b"\r\n\r\n"))
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None


async def read_body(
    reader: asyncio.StreamReader, head: Head, *, to_the_end: bool = False
) -> AsyncIterator[bytes]:
    """Yield the bytes of a body, without the frames of chunks.

    `to_the_end` is for an answer: without a length it lasts until the connection ends.
    """
    if head.chunked:
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            yield (await reader.readexactly(size + 2))[:-2]
        while await reader.readuntil(b"\r\n") != b"\r\n":
            pass
        return
    left = head.length
    if left is None:
        while to_the_end and (data := await reader.read(BLOCK_BYTES)):
            yield data
        return
    while left:
        data = await reader.read(min(left, BLOCK_BYTES))
        if not data:
            raise ConnectionResetError
        left -= len(data)
        yield data


async def write_data(writer: asyncio.StreamWriter, data: bytes, head: Head) -> None:
    """Write some of a body, framed as its head says."""
    writer.write(b"%x\r\n%b\r\n" % (len(data), data) if head.chunked else data)
    await writer.drain()


async def write_end(writer: asyncio.StreamWriter, head: Head) -> None:
    """Write what ends a body."""
    if head.chunked:
        writer.write(b"0\r\n\r\n")
    await writer.drain()
