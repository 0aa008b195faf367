"""An object as a stream of blocks in their order, verified as they pass."""

from collections.abc import Iterator

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import UnreachableError
from s3audio_tui.store.assembly import bad_bytes
from s3audio_tui.store.client import Store
from s3audio_tui.store.fetching import BLOCK_BYTES, read_block
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.store.proof import SIZE, digest_of, of_whole
from s3audio_tui.store.reading import opened, seen
from s3audio_tui.store.transfer import RateLimit


def stream(
    store: Store,
    head: ObjectHead,
    *,
    version_id: str | None = None,
    cancel: CancelToken | None = None,
    limit: RateLimit | None = None,
) -> Iterator[bytes]:
    """Yield the object in blocks; a connection that breaks is made again where it broke.

    Raises what `download` raises, and `BadBytesError` behind the last block when it was not what
    the store says that it has.
    """
    token, rate = cancel or CancelToken(), limit or RateLimit(None)
    proof = of_whole(head) or SIZE
    digest, wanted, at, tried = digest_of(proof.kind), seen(head, version_id), 0, 0
    while at < head.size_bytes:
        token.hold()
        try:
            with opened(store, wanted, at, head.size_bytes, token.check) as answer:
                while at < head.size_bytes and not token.paused:
                    size = min(BLOCK_BYTES, head.size_bytes - at)
                    block = bytes(read_block(answer, size, rate, token.check))
                    digest.update(memoryview(block))
                    at, tried = at + size, 0
                    yield block
        except UnreachableError:
            tried += 1
            if tried > 5:
                raise
    if not proof.fits([digest.digest()]):
        raise bad_bytes(head.key)
