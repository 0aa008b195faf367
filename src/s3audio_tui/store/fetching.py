"""The pieces of one object fetched into a file by several threads, each break mended by itself."""

from collections.abc import Callable
from functools import partial

from s3audio_tui.cancel import CancelToken
from s3audio_tui.courtesy import one_by_one
from s3audio_tui.errors import UnreachableError
from s3audio_tui.store.attempts import SILENCES_OF_BYTES, again
from s3audio_tui.store.chains import Chains
from s3audio_tui.store.client import Store
from s3audio_tui.store.exchange import Answer
from s3audio_tui.store.leftover import Leftover
from s3audio_tui.store.pieces import Piece
from s3audio_tui.store.reading import Seen, opened
from s3audio_tui.store.sink import Sink
from s3audio_tui.store.transfer import MIB, Count, Crew, RateLimit

BLOCK_BYTES = MIB // 4
"""What is read, hashed and written at once: it stays in the processor's cache meanwhile."""


def read_block(
    answer: Answer, size_bytes: int, limit: RateLimit, check: Callable[[], None]
) -> memoryview:
    """Return the next bytes of an answer, as soon as the rate allows them."""
    limit.take(size_bytes, check)
    block = answer.room(size_bytes)
    if answer.readinto(block) < size_bytes:
        raise UnreachableError("the connection broke", "try again")
    return block


class Fetching:
    """What the threads of one download share."""

    def __init__(
        self,
        store: Store,
        wanted: Seen,
        sink: Sink,
        count: Count,
        limit: RateLimit,
        token: CancelToken,
        chains: Chains | None,
        leftover: Leftover | None,
    ) -> None:
        self._store = store
        self._wanted = wanted
        self._sink = sink
        self._count = count
        self._limit = limit
        self._token = token
        self._chains = chains
        self._leftover = leftover

    def run(self, tasks: list[list[Piece]], workers: int) -> None:
        """Bring all of it. The first error that does not pass ends all."""
        crew: Crew[list[Piece]] = Crew(
            lambda run: self._fetch(run, crew),
            tasks,
            workers=min(workers, len(tasks)),
            cancel=self._token,
        )
        crew.run()

    def _fetch(self, run: list[Piece], crew: Crew[list[Piece]]) -> None:
        while left := [piece for piece in run if not piece.done]:
            again(partial(self._request, left, crew), crew.check, silences=SILENCES_OF_BYTES)

    def _request(self, left: list[Piece], crew: Crew[list[Piece]], tried: int) -> None:
        """Bring what is left with one request; a break behind some progress is no failure."""
        crew.hold()
        start = left[0].at
        try:
            with opened(self._store, self._wanted, start, left[-1].end, crew.check) as answer:
                for piece in left:
                    self._bring(piece, answer, crew.check)
        except UnreachableError:
            if left[0].at == start:
                raise

    def _bring(self, piece: Piece, answer: Answer, check: Callable[[], None]) -> None:
        while not piece.done and not self._token.paused:
            size = min(BLOCK_BYTES, piece.end - piece.at)
            block = read_block(answer, size, self._limit, check)
            self._sink.write(block, piece.at)
            self._count.add(size)
            with one_by_one():
                piece.take(block)
                if self._chains is not None:
                    self._chains.feed(piece, block)
        if piece.done and self._leftover is not None:
            self._leftover.note(piece)
