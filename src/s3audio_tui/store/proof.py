"""What shows that bytes are the object's own: its checksum, or its ETag where that is an MD5."""

import base64
import hashlib
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from s3audio_tui.store.checksums import KINDS, Crc, Kind, as_base64
from s3audio_tui.store.heads import ObjectHead

Verified = Literal["checksum", "etag", "size"]
"""By what an object was found to be whole; `size` where the store keeps nothing better."""

_MD5 = re.compile(r"[0-9a-f]{32}(-\d+)?")
_PLAIN = (None, "AES256")
"""How an object may be encrypted whose ETag is still an MD5."""

_SEQUENTIAL = ("SHA256", "SHA1")


@dataclass(frozen=True, slots=True)
class Proof:
    """What must come out. `kind` is a CRC, or the name of a digest that needs bytes in order."""

    kind: str
    wanted: str
    verified: Verified
    parts: tuple[int, ...] = ()
    """The sizes of the parts, where the whole is proved by the digests of each."""
    sure: bool = True
    """Whether another result proves that bytes are wrong: not where the parts are guessed."""
    digests: tuple[str, ...] = ()
    """What must come out of each part, where the store tells it."""

    def in_parts(
        self, sizes: Sequence[int], digests: Sequence[str] = (), *, sure: bool = True
    ) -> "Proof":
        """Return the same for parts of these sizes."""
        told = tuple(digests) if all(digests) else ()
        return replace(self, parts=tuple(sizes), sure=sure, digests=told)

    def wrong(self, digests: Sequence[bytes]) -> set[int]:
        """Return the numbers of the parts, from 0 on, that are wrong, as far as that is known."""
        pairs = zip(digests, self.digests, strict=False)
        return {number for number, (made, told) in enumerate(pairs) if self._text(made) != told}

    @property
    def crc(self) -> Kind:
        """The CRC to take of each piece: the proof's own, or the fastest."""
        return next((kind for kind in KINDS if kind == self.kind), "crc64nvme")

    @property
    def in_order(self) -> bool:
        """Whether it needs the bytes of a part, or of all, in their order."""
        return self.kind in ("md5", "sha1", "sha256")

    def bounds(self, number: int) -> tuple[int, int]:
        """Return where a part begins and ends; all that there is, where there are no parts."""
        if not self.parts:
            return 0, sys.maxsize
        start = sum(self.parts[:number])
        return start, start + self.parts[number]

    def fits(self, digests: Sequence[bytes]) -> bool:
        """Return whether these are the digests of its parts, or of all where it has none."""
        if not self.kind:
            return True
        if not self.parts:
            return self._text(digests[0]) == self.wanted
        whole = digest_of(self.kind)
        whole.update(memoryview(b"".join(digests)))
        return f"{self._text(whole.digest())}-{len(digests)}" == self.wanted

    def _text(self, digest: bytes) -> str:
        return digest.hex() if self.kind == "md5" else base64.b64encode(digest).decode()


SIZE = Proof("", "", "size")
"""No proof but the size."""


class Digest(Protocol):
    """What `hashlib` makes, and our CRC in its clothes."""

    def update(self, data: memoryview, /) -> None:
        """Take in the next bytes."""

    def digest(self) -> bytes:
        """Return the digest of all so far."""


class _CrcDigest:
    def __init__(self, kind: Kind) -> None:
        self._crc = Crc(kind)
        self.update: Callable[[memoryview], None] = self._crc.update

    def digest(self) -> bytes:
        return base64.b64decode(self._crc.base64)


def digest_of(kind: str) -> Digest:
    """Return an empty digest; for no kind at all, the one that costs least."""
    for crc in KINDS:
        if kind in (crc, ""):
            return _CrcDigest(crc)
    return hashlib.new(kind, usedforsecurity=False)


def crc_digest(kind: Kind, value: int) -> bytes:
    """Return a CRC as the bytes that S3 has."""
    return base64.b64decode(as_base64(kind, value))


def of_whole(head: ObjectHead) -> Proof | None:
    """Return what proves all bytes at once; None where only its parts can prove it."""
    for name, value in head.checksums.items():
        if head.checksum_type == "COMPOSITE" or "-" in value:
            continue
        if name.lower() in KINDS or name in _SEQUENTIAL:
            return Proof(name.lower(), value, "checksum")
    if head.parts is None and plain_etag(head):
        return Proof("md5", head.etag, "etag")
    return None


def plain_etag(head: ObjectHead) -> bool:
    """Return whether the ETag is made of the bytes' MD5, or of those of the parts."""
    return bool(_MD5.fullmatch(head.etag)) and head.encryption in _PLAIN


def kept(head: ObjectHead) -> Verified:
    """Return by what an object can be found to be whole, as far as its head tells."""
    if head.checksums:
        return "checksum"
    return "etag" if plain_etag(head) else "size"


class InOrder:
    """Takes all bytes of an object in their order, and says whether they fit."""

    def __init__(self, proof: Proof) -> None:
        self._proof = proof
        self._ends = [proof.bounds(number)[1] for number in range(len(proof.parts) or 1)]
        self._at = 0
        self._digest = digest_of(proof.kind)
        self._made: list[bytes] = []

    def update(self, data: memoryview) -> None:
        """Take in the next bytes, over the borders of parts too."""
        while data:
            end = self._ends[len(self._made)]
            inside = data[: end - self._at]
            self._digest.update(inside)
            self._at += len(inside)
            data = data[len(inside) :]
            if self._at == end:
                self._end()

    def fits(self) -> bool:
        """Return whether that was all, and right."""
        if not self._proof.parts:
            self._end()
        return self._proof.fits(self._made)

    def _end(self) -> None:
        self._made.append(self._digest.digest())
        self._digest = digest_of(self._proof.kind)
