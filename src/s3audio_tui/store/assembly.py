"""A large object put together in a file from ranges that come side by side, until it is proved."""

from collections.abc import Callable
from dataclasses import dataclass, field

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import BadBytesError, S3AudioError
from s3audio_tui.store import parts
from s3audio_tui.store.arriving import Arriving
from s3audio_tui.store.chains import Chains
from s3audio_tui.store.checksums import combined
from s3audio_tui.store.client import Store
from s3audio_tui.store.fetching import Fetching
from s3audio_tui.store.heads import ObjectHead
from s3audio_tui.store.leftover import Leftover
from s3audio_tui.store.pieces import Piece, cut, inside, runs
from s3audio_tui.store.proof import Proof, Verified, crc_digest
from s3audio_tui.store.reading import seen
from s3audio_tui.store.sink import Sink
from s3audio_tui.store.transfer import MIB, Count, Crew, RateLimit

RANGE_BYTES = 8 * MIB
"""What one request brings."""

_PIECE_BYTES = 2 * MIB
"""What is noted at once: a program that is killed loses no more of each range."""

_MOST_PIECES = 16_384
_HASHERS = 4
_ROUNDS = 6


@dataclass
class Assembly:
    """One object on its way. `sink` holds what has come, or was there from an earlier try."""

    store: Store
    head: ObjectHead
    version_id: str | None
    sink: Sink
    count: Count
    limit: RateLimit
    token: CancelToken
    arriving: Arriving
    check: Callable[[], None] = field(init=False)
    proof: Proof = field(init=False)
    pieces: list[Piece] = field(init=False, default_factory=list)
    chains: Chains | None = field(init=False)
    begun: bool = field(init=False, default=False)
    """Whether what an earlier try left has been looked through."""

    def run(self, workers: int) -> Verified:
        """Bring it all; return by what it was proved. Raises `BadBytesError` where it is wrong.

        What comes wrong is fetched again: the parts that are known to be wrong, else everything,
        and then whatever came in two forms, until the whole fits or comes as wrong as before.
        """
        self.check = self.token.check
        self._plan(parts.proof_of(self.store, self.head, self.version_id, self.check))
        leftover = Leftover(self.sink, self.head, self.store.bucket, self.pieces, self.proof.crc)
        leftover.take_over(self.check, self.count.add)
        self.begun = True
        self.arriving.show(self.pieces)
        for _ in range(_ROUNDS):
            self._fetch(leftover, workers)
            wrong = self._wrong()
            if wrong is None:
                leftover.end()
                return self.proof.verified
            if not wrong:
                break
            self.arriving.spoiled = True
            for piece in wrong:
                self._forget(piece)
        raise bad_bytes(self.head.key)

    def _plan(self, proof: Proof) -> None:
        size_bytes = self.head.size_bytes
        piece_bytes = max(_PIECE_BYTES, -(-size_bytes // _MOST_PIECES))
        self.proof = proof
        self.pieces = cut(size_bytes, proof.crc, piece_bytes, proof.parts)
        sizes = proof.parts or (size_bytes,)
        in_order = proof.in_order
        self.chains = Chains(proof.kind, sizes, self.pieces, self.sink) if in_order else None

    def _fetch(self, leftover: Leftover, workers: int) -> None:
        fetching = Fetching(
            self.store,
            seen(self.head, self.version_id),
            self.sink,
            self.count,
            self.limit,
            self.token,
            self.chains,
            leftover,
        )
        tasks = list(runs(self.pieces, RANGE_BYTES))
        fetching.run(self.chains.in_turn(tasks) if self.chains else tasks, workers)

    def _wrong(self) -> list[Piece] | None:
        """Return what has to be fetched again, None where all is right."""
        digests = self._digests()
        if self.proof.fits(digests):
            return None
        if not self.proof.sure:
            self._plan(parts.exact(self.store, self.head, self.proof, self.version_id, self.check))
            self._read_again()
            digests = self._digests()
            if self.proof.fits(digests):
                return None
        bad_parts = self.proof.wrong(digests)
        if bad_parts:
            return [p for n in bad_parts for p in inside(self.pieces, self.proof.bounds(n))]
        return [piece for piece in self.pieces if piece.crc.value not in piece.came]

    def _digests(self) -> list[bytes]:
        if self.chains is not None:
            self._hash_the_rest(self.chains)
            return self.chains.digests()
        made = []
        for number in range(len(self.proof.parts) or 1):
            within = inside(self.pieces, self.proof.bounds(number))
            crcs = [(piece.crc.value, piece.size_bytes) for piece in within]
            made.append(crc_digest(self.proof.crc, combined(self.proof.crc, crcs)))
        return made

    def _hash_the_rest(self, chains: Chains) -> None:
        left = chains.unfinished()
        Crew(
            lambda chain: chains.finish(chain, self.check),
            left,
            workers=min(_HASHERS, len(left)),
            cancel=self.token,
        ).run()

    def _read_again(self) -> None:
        """Take the pieces, cut anew, from the file."""
        room = memoryview(bytearray(MIB))
        for piece in self.pieces:
            while not piece.done:
                self.check()
                block = room[: min(len(room), piece.end - piece.at)]
                if self.sink.read_into(block, piece.at) < len(block):
                    raise S3AudioError("the file was cut meanwhile", "download it again")
                piece.take(block)

    def _forget(self, piece: Piece) -> None:
        """Have a piece fetched again; one that comes as before will not be asked for any more."""
        piece.came.add(piece.crc.value)
        piece.restart()
        self.count.add(-piece.size_bytes)
        if self.chains is not None:
            self.chains.restart(piece)


def bad_bytes(key: str) -> BadBytesError:
    """Return the error for bytes that are not the object's."""
    return BadBytesError(
        f"{key} does not arrive as the store says that it is",
        "try again; if it stays so, the stored object is damaged",
        key=key,
    )
