"""Uploads and downloads run to their end, told as they go, and stopped well."""

from collections.abc import Callable, Iterable, Iterator

from s3audio_tui.cli.interrupt import stoppable
from s3audio_tui.cli.reporting import Report, Words
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.config import Settings
from s3audio_tui.library.events import ItemEvent
from s3audio_tui.library.transfers import TransferQueue, queue_for
from s3audio_tui.units import count_text

Telling = Callable[[Iterable[ItemEvent]], Iterator[ItemEvent]]

_TIDY_S = 10.0
"""How long transfers that were given up may take to remove their parts."""

_PEAKS_S = 10.0
"""How long the peaks of what was transferred are waited for; the others are made when needed."""


def run_queue(
    runtime: Runtime,
    settings: Settings,
    start: Callable[[TransferQueue], Iterable[ItemEvent]],
    words: Words,
    telling: Telling = iter,
) -> int:
    """Let `start` fill a queue and say what it refuses; tell all events; return the exit code.

    `telling` may change an event before it is told. Ctrl-C stops every transfer, each is told,
    and can be taken up by `uploads resume`; whatever else ends this, no transfer is left running.
    """
    queue = queue_for(settings)
    told = Report(runtime.output, words, runtime.clock)
    try:
        with stoppable(runtime.output, queue.stop_all):
            told.tell(telling(start(queue)))
            told.tell(telling(queue.events()), _total_bytes(queue))
            code = told.finish()
            if queue.resumable:
                files = count_text(queue.resumable, "file")
                runtime.output.say(
                    f"what has arrived of {files} is kept: s3audio uploads resume goes on"
                )
            queue.finish(_PEAKS_S)
            return code
    finally:
        queue.close(_TIDY_S)


def _total_bytes(queue: TransferQueue) -> int | None:
    """Return how many bytes all transfers have; None where that is not known of each."""
    sizes = [transfer.bytes_total for transfer in queue.snapshot()]
    known = [size_bytes for size_bytes in sizes if size_bytes is not None]
    return sum(known) if len(known) == len(sizes) else None
