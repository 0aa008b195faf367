"""Checksums as S3 has them: made block by block, and of a whole from those of its parts."""

import base64
import hashlib
from collections.abc import Callable, Iterable
from typing import Literal, Protocol

Kind = Literal["crc64nvme", "crc32c", "crc32"]
"""The checksums that S3 keeps of a whole object that came in parts."""

KINDS: tuple[Kind, ...] = ("crc64nvme", "crc32c", "crc32")

Guard = Literal["crc64nvme", "crc32c", "md5", "none"]
"""What shows that bytes arrived whole: a checksum that the store keeps and checks; the MD5 that
it shows as the ETag; or nothing but the size."""

_BYTES = {"crc64nvme": 8, "crc32c": 4, "crc32": 4}


class Hasher(Protocol):
    """What takes the bytes in their order, and has their checksum at any time."""

    def update(self, data: memoryview, /) -> None:
        """Take in the next bytes."""


class Crc:
    """A CRC of bytes that come one after another. Not safe in several threads at once."""

    def __init__(self, kind: Kind) -> None:
        self.kind: Kind = kind
        self._step = _step(kind)
        self.value = 0
        self.size_bytes = 0

    def update(self, data: memoryview, /) -> None:
        """Take in the next bytes."""
        self.value = self._step(data, self.value)
        self.size_bytes += len(data)

    @property
    def base64(self) -> str:
        """The checksum as S3 writes it."""
        return as_base64(self.kind, self.value)


class Md5:
    """The MD5 of bytes that come one after another, which S3 shows as the ETag of a part."""

    def __init__(self) -> None:
        self._md5 = hashlib.md5(usedforsecurity=False)

    def update(self, data: memoryview, /) -> None:
        """Take in the next bytes."""
        self._md5.update(data)

    @property
    def hex(self) -> str:
        """The digest, 32 hexadecimal digits."""
        return self._md5.hexdigest()


def _step(kind: Kind) -> Callable[[memoryview, int], int]:
    if kind == "crc32":
        import zlib

        return zlib.crc32
    from awscrt import checksums

    made: Callable[[memoryview, int], int] = getattr(checksums, kind)
    return made


def combined(kind: Kind, parts: Iterable[tuple[int, int]]) -> int:
    """Return the CRC of a whole from the CRC and the size in bytes of each part, in order."""
    from awscrt import checksums

    combine: Callable[[int, int, int], int] = getattr(checksums, f"combine_{kind}")
    value = 0
    for crc, size_bytes in parts:
        value = combine(value, crc, size_bytes)
    return value


def as_base64(kind: Kind, value: int) -> str:
    """Return a CRC as S3 writes it: big-endian, in base64."""
    return base64.b64encode(value.to_bytes(_BYTES[kind], "big")).decode()


def from_base64(text: str) -> int:
    """Return a CRC that S3 wrote. Raises `ValueError` for what is none."""
    return int.from_bytes(base64.b64decode(text, validate=True), "big")


def composite_etag(digests: Iterable[str]) -> str:
    """Return the ETag of an object in parts from the MD5 of each, hexadecimal, as S3 makes it."""
    parts = [bytes.fromhex(digest) for digest in digests]
    whole = hashlib.md5(b"".join(parts), usedforsecurity=False)
    return f"{whole.hexdigest()}-{len(parts)}"
