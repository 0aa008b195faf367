"""Digests that need bytes in order, made while the ranges of a download arrive in any order."""

import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from s3audio_tui.store.pieces import Piece, piece_at
from s3audio_tui.store.proof import Digest, digest_of
from s3audio_tui.store.sink import Sink
from s3audio_tui.store.transfer import MIB

_CATCH_UP_BYTES = 4 * MIB
"""What a thread hashes at most before it looks after its own connection again."""


@dataclass(slots=True)
class Chain:
    """The digest of one part, or of all: made up to `at`, by one thread at a time."""

    start: int
    end: int
    kind: str
    at: int = 0
    digest: Digest = field(init=False)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self.restart()

    def restart(self) -> None:
        """Forget what was hashed."""
        self.at, self.digest = self.start, digest_of(self.kind)


class Chains:
    """One digest for each part. A block that comes next is hashed at once; others, read back."""

    def __init__(
        self, kind: str, part_bytes: Sequence[int], pieces: Sequence[Piece], sink: Sink
    ) -> None:
        self._pieces = pieces
        self._sink = sink
        self._chains: list[Chain] = []
        start = 0
        for size_bytes in part_bytes:
            self._chains.append(Chain(start, start + size_bytes, kind))
            start += size_bytes

    def in_turn(self, runs: Sequence[list[Piece]]) -> list[list[Piece]]:
        """Return the runs in an order in which those of one part come one after another.

        What comes in the order of its part is hashed as it comes, and not read again.
        """
        of_part: dict[int, list[list[Piece]]] = {}
        for run in runs:
            of_part.setdefault(self._chain_of(run[0]).start, []).append(run)
        return [run for row in zip_longest(*of_part.values()) for run in row if run is not None]

    def feed(self, piece: Piece, block: memoryview) -> None:
        """Take in what was just written as the last of the piece, or what had to wait before."""
        chain = self._chain_of(piece)
        if not chain.lock.acquire(blocking=False):
            return
        try:
            if chain.at == piece.at - len(block):
                chain.digest.update(block)
                chain.at = piece.at
            else:
                self._catch_up(chain, chain.at + _CATCH_UP_BYTES, block)
        finally:
            chain.lock.release()

    def restart(self, piece: Piece) -> None:
        """Begin again where a piece is fetched again."""
        self._chain_of(piece).restart()

    def unfinished(self) -> list[Chain]:
        """Return what has still to be hashed."""
        return [chain for chain in self._chains if chain.at < chain.end]

    def finish(self, chain: Chain, check: Callable[[], None]) -> None:
        """Hash what is left of one, now that all bytes are there."""
        room = memoryview(bytearray(MIB))
        while chain.at < chain.end:
            check()
            self._catch_up(chain, chain.at + len(room), room)

    def digests(self) -> list[bytes]:
        """Return the digest of each part."""
        return [chain.digest.digest() for chain in self._chains]

    def _catch_up(self, chain: Chain, end: int, room: memoryview) -> None:
        """Hash what is in the file behind the chain's end; `room` is overwritten."""
        end = min(end, chain.end)
        while chain.at < end:
            there = min(piece_at(self._pieces, chain.at).at, end)
            size = min(there - chain.at, len(room))
            if size <= 0 or self._sink.read_into(room[:size], chain.at) < size:
                return
            chain.digest.update(room[:size])
            chain.at += size

    def _chain_of(self, piece: Piece) -> Chain:
        starts_at = bisect_right(self._chains, piece.start, key=lambda chain: chain.start)
        return self._chains[starts_at - 1]
