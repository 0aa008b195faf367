"""An object as a stream of blocks in their order, verified as they pass; small ones as a whole."""

from collections.abc import Callable, Iterator
from functools import partial

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import UnreachableError
from s3audio_tui.store import parts
from s3audio_tui.store.ahead import ahead
from s3audio_tui.store.assembly import bad_bytes
from s3audio_tui.store.attempts import SILENCES_OF_BYTES, again
from s3audio_tui.store.client import Store
from s3audio_tui.store.exchange import Answer
from s3audio_tui.store.fetching import BLOCK_BYTES
from s3audio_tui.store.heads import CHECKSUM_MODE, ObjectHead, look, of_headers
from s3audio_tui.store.proof import InOrder, of_whole
from s3audio_tui.store.reading import Seen, opened, seen
from s3audio_tui.store.transfer import MIB, RateLimit

SMALL_BYTES = 4 * MIB
"""What is not larger is held in memory, and given on only when it is right."""

_RANGE_BYTES = 4 * MIB
_RANGES = 4
"""So many ranges are on their way or wait: 16 MiB, at the rate of as many connections."""

_TRIES = 4
"""How often something small is fetched that comes wrong."""


def stream(
    store: Store,
    head: ObjectHead,
    *,
    version_id: str | None = None,
    cancel: CancelToken | None = None,
    limit: RateLimit | None = None,
) -> Iterator[memoryview]:
    """Yield the object in blocks; a connection that breaks is made again where it broke.

    Raises what `download` raises; `BadBytesError` comes behind the last block.
    """
    token, rate = cancel or CancelToken(), limit or RateLimit(None)
    wanted = seen(head, version_id)
    proof = parts.proof_of(store, head, version_id, token.check)
    digest = InOrder(proof)

    def fetch(start: int, check: Callable[[], None]) -> memoryview:
        token.hold(check)
        room = memoryview(bytearray(min(_RANGE_BYTES, head.size_bytes - start)))
        at = 0
        while at < len(room):
            part = partial(_fill, store, wanted, start + at, room[at:], rate, check)
            at += again(part, check, silences=SILENCES_OF_BYTES)
        return room

    starts = range(0, head.size_bytes, _RANGE_BYTES)
    for made in ahead(fetch, starts, workers=_RANGES, check=token.check):
        for at in range(0, len(made), BLOCK_BYTES):
            token.hold()
            block = made[at : at + BLOCK_BYTES]
            digest.update(block)
            yield block
    if not digest.fits():
        known = parts.exact(store, head, proof, version_id, token.check)
        if known.parts == proof.parts:
            raise bad_bytes(head.key)


def _fill(
    store: Store,
    wanted: Seen,
    start: int,
    room: memoryview,
    limit: RateLimit,
    check: Callable[[], None],
    tried: int,
) -> int:
    """Fill the room by one request; return how much came, all of it but for a break."""
    at = 0
    try:
        with opened(store, wanted, start, start + len(room), check) as answer:
            came = _read(answer, room, limit, check)
            while at < len(room):
                at = next(came)
    except UnreachableError:
        if not at:
            raise
    return at


def _read(
    answer: Answer, room: memoryview, limit: RateLimit, check: Callable[[], None]
) -> Iterator[int]:
    """Fill the room block by block; yield how much is there after each."""
    at = 0
    while at < len(room):
        block = room[at : at + BLOCK_BYTES]
        limit.take(len(block), check)
        if answer.readinto(block) < len(block):
            raise UnreachableError("the connection broke", "try again")
        at += len(block)
        yield at


def small(
    store: Store,
    key: str,
    expected_bytes: int,
    *,
    check: Callable[[], None] = lambda: None,
    limit: RateLimit | None = None,
) -> tuple[ObjectHead, memoryview | None]:
    """Return the object and, where it is small, its bytes, verified; by one request if it can be.

    What comes wrong is fetched again. Raises what `download` raises.
    """
    if not 0 < expected_bytes <= SMALL_BYTES:
        head = look(store, key, check=check)
        if head.size_bytes > SMALL_BYTES:
            return head, None
    rate = limit or RateLimit(None)

    def fetch(_: int) -> tuple[ObjectHead, memoryview | None]:
        with store.wire.ask(
            "GET", key, headers=CHECKSUM_MODE, size_bytes=expected_bytes, check=check
        ) as answer:
            head = of_headers(key, answer.headers)
            proof = of_whole(head)
            if head.size_bytes > SMALL_BYTES or proof is None:
                return head, None
            room = memoryview(bytearray(head.size_bytes))
            for _at in _read(answer, room, rate, check):
                pass
        digest = InOrder(proof)
        digest.update(room)
        if not digest.fits():
            raise bad_bytes(key)
        return head, room

    return again(fetch, check, attempts=_TRIES, silences=SILENCES_OF_BYTES)
