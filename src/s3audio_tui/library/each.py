"""One act or question for many keys: a few at a time; an act is stopped between two keys."""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError, S3AudioError
from s3audio_tui.library.events import Failed, ItemEvent

T = TypeVar("T")
R = TypeVar("R")
Emit = Callable[[ItemEvent], None]

_WORKERS = 8
_PATIENCE_S = 1.0
"""How long one who stops reading waits for what is under way, so that it is written down."""


def each(
    items: Sequence[T],
    act: Callable[[T, Emit], None],
    named: Callable[[T], tuple[str, str]],
    cancel: CancelToken | None = None,
    *,
    workers: int = _WORKERS,
) -> Iterator[ItemEvent]:
    """Run `act(item, emit)` for every item, some at a time; yield what they emit as it comes.

    An `S3AudioError` of one item becomes its `Failed` event, and the others go on; so does a
    cancel, for each item that was not finished: what was not done is always said. `named` gives
    the key and path of an item for that event. A caller who stops reading stops the work.
    """
    token = cancel or CancelToken()
    events: queue.SimpleQueue[ItemEvent | None] = queue.SimpleQueue()
    waiting = iter(items)
    lock = threading.Lock()

    def work() -> None:
        try:
            while True:
                with lock:
                    item = next(waiting, None)
                if item is None:
                    return
                one(item)
        finally:
            events.put(None)

    def one(item: T) -> None:
        key, path = named(item)
        failure: S3AudioError | None = S3AudioError("s3audio has a defect here", "see its log")
        try:
            if token.cancelled:
                raise CancelledError("not started", "run it again to finish", key=key)
            act(item, events.put)
            failure = None
        except S3AudioError as error:
            failure = error
        finally:
            if failure is not None:
                events.put(Failed(key, path, failure))

    threads = [
        threading.Thread(target=work, name="s3audio-act", daemon=True)
        for _ in range(min(workers, len(items)))
    ]
    for thread in threads:
        thread.start()
    ended = 0
    finished = False
    try:
        while ended < len(threads):
            event = events.get()
            if event is None:
                ended += 1
            else:
                yield event
        finished = True
        for item in waiting:  # left over where every thread met a defect
            yield Failed(*named(item), S3AudioError("not started", "run it again to finish"))
    finally:
        if not finished:
            token.cancel()
            deadline = time.monotonic() + _PATIENCE_S
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))


def ask_each(items: Iterable[T], ask: Callable[[T], R]) -> list[R]:
    """Return what `ask` says of every item, in their order, eight at a time; raise as it does."""
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="s3audio-look") as pool:
        return list(pool.map(ask, items))
