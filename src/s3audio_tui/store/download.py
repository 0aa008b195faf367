"""Objects brought into a file: small ones by one request, large ones by ranges side by side."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import S3AudioError
from s3audio_tui.store.arriving import Arriving
from s3audio_tui.store.assembly import Assembly
from s3audio_tui.store.attempts import passing
from s3audio_tui.store.client import Store
from s3audio_tui.store.failures import refused
from s3audio_tui.store.fetching import BLOCK_BYTES, read_block
from s3audio_tui.store.heads import CHECKSUM_MODE, ObjectHead, look, of_headers, versioned
from s3audio_tui.store.proof import SIZE, Verified, digest_of, of_whole
from s3audio_tui.store.sink import Sink
from s3audio_tui.store.transfer import MIB, Count, Progress, RateLimit

SMALL_BYTES = 8 * MIB
"""What is not larger comes whole, by one request."""

WORKERS = 32
"""How many requests of one object run at once, if there are as many lanes."""

_NEAR_S = 0.01
_NEAR_WORKERS = 8
"""A store that answers so soon fills the line with few: more only take the processor's time."""


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
    arriving: Callable[[], Arriving] = Arriving,
) -> Downloaded:
    """Write the object into the file `fd`, in place of what is in it, and verify all of it.

    `expected_bytes` is what the caller thinks, 0 for nothing: what is known to be small comes by
    one request, unlooked at.
    `found` is told what it is before its first byte. Raises `ConflictError` when the object is
    changed meanwhile, `CancelledError` within 0.5 s, `BadBytesError` when what arrives is not what
    the store says that it has, `LimitError` when the disk has no room. After an error the file
    is empty, or has what the next download of the same object can go on with: see `leftover`.
    `version_id` names a version that is not the latest. `arriving` shows others what is there.
    """
    token = cancel or CancelToken()
    job = _Job(store, key, version_id, Sink(fd), Count(progress), limit or RateLimit(None), token)
    try:
        token.hold()
        head = None
        if not expected_bytes:
            head = look(store, key, version_id=version_id, check=token.check)
            expected_bytes = head.size_bytes
        if expected_bytes <= SMALL_BYTES:
            done, head = job.at_once(expected_bytes, found)
            if done is not None:
                return done
        if head is None:
            head = look(store, key, version_id=version_id, check=token.check)
        found(head)
        return job.by_pieces(head, workers, arriving())
    except BaseException:
        job.tidy()
        raise
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
    useless: bool = False
    """Whether nobody can go on with what is in the file."""

    def at_once(
        self, expected_bytes: int, found: Callable[[ObjectHead], None]
    ) -> tuple[Downloaded | None, ObjectHead | None]:
        """Try it with one request, once. What is too large for that is returned as it was seen.

        What an answer says whose bytes are not right, or do not all come, is not believed either.
        """
        try:
            with self.store.wire.ask(
                "GET",
                self.key,
                query=versioned(self.version_id),
                headers=CHECKSUM_MODE,
                size_bytes=expected_bytes,
                check=self.token.check,
            ) as answer:
                head = of_headers(self.key, answer.headers)
                proof = of_whole(head) or SIZE
                if head.size_bytes > SMALL_BYTES or (proof is SIZE and head.parts):
                    return None, head
                found(head)
                self.useless = True
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
        return None, None

    def by_pieces(self, head: ObjectHead, workers: int, arriving: Arriving) -> Downloaded:
        """Bring it by ranges, each tried again by itself, until all of it is right."""
        if head.archive:
            raise refused({"Error": {"Code": "InvalidObjectState"}}, self.store.bucket, self.key)
        assembly = Assembly(
            self.store,
            head,
            self.version_id,
            self.sink,
            self.count,
            self.limit,
            self.token,
            arriving,
        )
        round_trip_s = self.store.wire.lanes.pace[1]
        if 0 < round_trip_s < _NEAR_S:
            workers = min(workers, _NEAR_WORKERS)
        try:
            return Downloaded(head, assembly.run(workers))
        finally:
            if assembly.begun:
                self.useless = not any(piece.done for piece in assembly.pieces)

    def tidy(self) -> None:
        """Leave nothing in the file that is of no use."""
        if self.useless:
            with suppress(S3AudioError):
                self.sink.clear()
