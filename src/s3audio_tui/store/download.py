"""Objects brought into a file: small ones by one request, large ones by ranges side by side."""

from collections.abc import Callable
from dataclasses import dataclass

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import BadBytesError, S3AudioError
from s3audio_tui.store.attempts import passing
from s3audio_tui.store.chains import Chains
from s3audio_tui.store.checksums import combined
from s3audio_tui.store.client import Store
from s3audio_tui.store.fetching import BLOCK_BYTES, Fetching, read_block
from s3audio_tui.store.heads import CHECKSUM_MODE, look, of_headers, versioned
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.store.pieces import Piece, cut, runs
from s3audio_tui.store.proof import SIZE, Proof, Verified, crc_digest, digest_of, of_whole
from s3audio_tui.store.reading import seen
from s3audio_tui.store.sink import Sink
from s3audio_tui.store.transfer import MIB, Count, Crew, Progress, RateLimit

RANGE_BYTES = 8 * MIB
"""What one request brings; whatever is not larger comes whole."""

WORKERS = 16
"""How many requests of one object run at once, if there are as many lanes."""

_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What is in the file now, and by what it was found to be whole."""

    head: ObjectHead
    verified: Verified


def download(
    store: Store,
    key: str,
    fd: int,
    *,
    expected_bytes: int = 0,
    version_id: str | None = None,
    found: Callable[[ObjectHead], None] = lambda head: None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    limit: RateLimit | None = None,
    workers: int = WORKERS,
) -> Downloaded:
    """Write the object into the file `fd`, in place of what is in it, and verify all of it.

    `expected_bytes` is what the caller thinks: what is small comes by one request, unlooked at.
    `found` is told what it is before its first byte. Raises `ConflictError` when the object is
    changed meanwhile, `CancelledError` within 0.5 s, `BadBytesError` when what arrives is not what
    the store says that it has, `LimitError` when the disk has no room. After an error, parts of
    it may be in the file. `version_id` names a version that is not the latest.
    """
    token = cancel or CancelToken()
    job = _Job(store, key, version_id, Sink(fd), Count(progress), limit or RateLimit(None), token)
    try:
        token.hold()
        head = None
        if expected_bytes <= RANGE_BYTES:
            done, head = job.at_once(found)
            if done is not None:
                return done
        if head is None:
            head = look(store, key, version_id=version_id, check=token.check)
        found(head)
        return job.by_pieces(head, workers)
    finally:
        job.sink.close()


@dataclass
class _Job:
    store: Store
    key: str
    version_id: str | None
    sink: Sink
    count: Count
    limit: RateLimit
    token: CancelToken

    def at_once(
        self, found: Callable[[ObjectHead], None]
    ) -> tuple[Downloaded | None, ObjectHead | None]:
        """Try it with one request, once. What was learned is returned also where that fails."""
        head = None
        try:
            with self.store.wire.ask(
                "GET",
                self.key,
                query=versioned(self.version_id),
                headers=CHECKSUM_MODE,
                check=self.token.check,
            ) as answer:
                head = of_headers(self.key, answer.headers)
                proof = of_whole(head) or SIZE
                if head.size_bytes > RANGE_BYTES or (proof is SIZE and head.parts):
                    return None, head
                found(head)
                self.sink.clear()
                digest = digest_of(proof.kind)
                for at in range(0, head.size_bytes, BLOCK_BYTES):
                    size = min(BLOCK_BYTES, head.size_bytes - at)
                    block = read_block(answer, size, self.limit, self.token.check)
                    self.sink.write(block, at)
                    digest.update(block)
                    self.count.add(size)
                    if self.token.paused:
                        break
                if self.count.total_bytes == head.size_bytes and proof.fits([digest.digest()]):
                    return Downloaded(head, proof.verified), head
        except S3AudioError as error:
            if not passing(error):
                raise
        if self.count.total_bytes:
            self.count.add(-self.count.total_bytes)
        return None, head

    def by_pieces(self, head: ObjectHead, workers: int) -> Downloaded:
        """Bring it by ranges, each tried again by itself, until all of it is right."""
        proof = of_whole(head) or SIZE
        pieces = cut(head.size_bytes, proof.crc, RANGE_BYTES, proof.parts)
        self.sink.clear()
        self.sink.make_room(head.size_bytes)
        parts = proof.parts or (head.size_bytes,)
        chains = Chains(proof.kind, parts, pieces, self.sink) if proof.in_order else None
        wanted = seen(head, self.version_id)
        for _ in range(_ROUNDS):
            fetching = Fetching(
                self.store, wanted, self.sink, self.count, self.limit, self.token, chains
            )
            fetching.run(list(runs(pieces, RANGE_BYTES)), workers)
            if proof.fits(self._digests(proof, pieces, chains)):
                return Downloaded(head, proof.verified)
            wrong = [piece for piece in pieces if piece.crc.value not in piece.came]
            if not wrong:
                break
            self._forget(wrong, chains)
        raise BadBytesError(
            f"{head.key} does not arrive as the store says that it is",
            "try again; if it stays so, the stored object is damaged",
            key=head.key,
        )

    def _digests(self, proof: Proof, pieces: list[Piece], chains: Chains | None) -> list[bytes]:
        if chains is not None:
            left = chains.unfinished()
            crew = Crew(
                lambda chain: chains.finish(chain, crew.check),
                left,
                workers=min(4, len(left)),
                cancel=self.token,
            )
            crew.run()
            return chains.digests()
        made, start = [], 0
        for size_bytes in proof.parts or (pieces[-1].end if pieces else 0,):
            end = start + size_bytes
            inside = [piece for piece in pieces if start <= piece.start < end]
            value = combined(proof.crc, [(piece.crc.value, piece.size_bytes) for piece in inside])
            made.append(crc_digest(proof.crc, value))
            start = end
        return made

    def _forget(self, wrong: list[Piece], chains: Chains | None) -> None:
        """Have pieces fetched again; those that come as before will not be asked for any more."""
        for piece in wrong:
            piece.came.add(piece.crc.value)
            piece.restart()
            self.count.add(-piece.size_bytes)
            if chains is not None:
                chains.restart(piece)
