"""Events of a long job, as they come: lines, bars, a summary at the end, and the exit code."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from s3audio_tui.cli.output import Output, error_fields
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.cli.values import Value
from s3audio_tui.library.events import Done, Failed, ItemEvent, Noted, Progress, Skipped, Started
from s3audio_tui.units import size_text

DRY_RUN = "dry run"
"""The reason for which a dry run skips everything."""


@dataclass(frozen=True)
class Words:
    """How a job is told: `uploaded`, `would upload`, and whether its line begins with the path.

    `paths` is whether its items have one besides the key.
    """

    done: str
    would: str
    path_first: bool = False
    paths: bool = True


@dataclass
class Tally:
    """What has become of the items."""

    done: int = 0
    skipped: int = 0
    planned: int = 0
    """Those of the skipped that a dry run alone left undone."""
    bytes: int = 0
    """What was moved, or what a dry run would move."""
    codes: list[int] = field(default_factory=list)

    def count(self, event: ItemEvent) -> None:
        """Add one event."""
        match event:
            case Done():
                self.done += 1
                self.bytes += event.bytes_total
            case Skipped():
                self.skipped += 1
                if event.reason == DRY_RUN:
                    self.planned += 1
                    self.bytes += event.bytes_total or 0
            case Failed():
                self.codes.append(event.error.exit_code)

    @property
    def exit_code(self) -> int:
        """0 when none failed; the failures' own code when all failed with one; else 1."""
        if not self.codes:
            return 0
        alone = not self.done and not self.skipped and len(set(self.codes)) == 1
        return self.codes[0] if alone or 130 in self.codes else 1


class Report:
    """Tells events as they come, and sums them up."""

    def __init__(self, output: Output, words: Words, clock: Callable[[], float]) -> None:
        self._output = output
        self._words = words
        self._clock = clock
        self._started = clock()
        self._tally = Tally()

    def tell(self, events: Iterable[ItemEvent], total_bytes: int | None = 0) -> None:
        """Tell every event, with bars on a terminal; None is a total that nobody knows."""
        with _watched(self._output, total_bytes) as draw:
            for event in events:
                draw(event)
                self._tally.count(event)
                if isinstance(event, Noted):
                    self._output.say(f"{event.path or event.key}: {event.text}")
                elif self._output.json:
                    self._output.record(event_fields(event))
                else:
                    self._tell_in_words(event)

    def finish(self) -> int:
        """Tell the sum, and return the exit code."""
        tally = self._tally
        seconds = round(self._clock() - self._started, 3)
        if self._output.json:
            self._output.record(
                {
                    "event": "summary",
                    "done": tally.done,
                    "skipped": tally.skipped,
                    "failed": len(tally.codes),
                    "bytes": tally.bytes,
                    "seconds": seconds,
                }
            )
        else:
            self._output.flush()
            self._output.say(self._sum(seconds))
        return tally.exit_code

    def _sum(self, seconds: float) -> str:
        tally = self._tally
        moved = f": {size_text(tally.bytes)}" if tally.bytes else ""
        if tally.planned:
            return f"{self._words.would} {tally.planned}{moved}; nothing was done"
        parts = [f"{tally.done} {self._words.done}"]
        parts += [f"{tally.skipped} skipped"] if tally.skipped else []
        parts += [f"{len(tally.codes)} failed"] if tally.codes else []
        return f"{', '.join(parts)}{moved} in {seconds:.1f} s"

    def _tell_in_words(self, event: ItemEvent) -> None:
        match event:
            case Done():
                self._line(event.key, event.path, event.bytes_total, self._words.done)
            case Skipped(reason=reason) if reason == DRY_RUN:
                self._line(event.key, event.path, event.bytes_total, self._words.would)
            case Skipped():
                self._output.say(f"skipped {event.path or event.key}: {event.reason}")
            case Failed():
                self._output.fail(event.error, event.path or event.key)

    def _line(self, key: str, path: str, bytes_total: int | None, said: str) -> None:
        output = self._output
        if not output.terminal:
            size = "" if bytes_total is None else str(bytes_total)
            output.value_cells([key, path, size] if self._words.paths else [key, size])
            return
        ends = [end for end in ((path, key) if self._words.path_first else (key, path)) if end]
        size = "" if bytes_total is None else f"  {size_text(bytes_total)}"
        output.value(f"{said} {' → '.join(ends)}{size}")


def report(
    runtime: Runtime, events: Iterable[ItemEvent], words: Words, total_bytes: int = 0
) -> int:
    """Tell all events and their sum; return the exit code."""
    telling = Report(runtime.output, words, runtime.clock)
    telling.tell(events, total_bytes)
    return telling.finish()


def planned(key: str, path: str = "", size_bytes: int | None = None) -> Skipped:
    """Return the event of an item that a dry run leaves undone."""
    return Skipped(key, path, DRY_RUN, size_bytes)


def exit_code(events: Iterable[ItemEvent]) -> int:
    """Return the exit code that these events give."""
    tally = Tally()
    for event in events:
        tally.count(event)
    return tally.exit_code


def event_fields(event: ItemEvent) -> dict[str, Value]:
    """Return an event as JSON has it: the same fields for each kind.

    A skip has a `reason` besides, and what was transferred `verified_by`.
    """
    fields: dict[str, Value] = {
        "event": _NAMES[type(event)],
        "path": event.path,
        "key": event.key,
        "bytes_done": 0,
        "bytes_total": None,
        "error": None,
    }
    match event:
        case Started():
            fields["bytes_total"] = event.bytes_total
        case Progress():
            fields |= {"bytes_done": event.bytes_done, "bytes_total": event.bytes_total}
        case Done():
            fields |= {"bytes_done": event.bytes_total, "bytes_total": event.bytes_total}
            if event.verified_by:
                fields["verified_by"] = event.verified_by
        case Skipped():
            fields |= {"bytes_total": event.bytes_total, "reason": event.reason}
        case Failed():
            fields["error"] = error_fields(event.error)
    return fields


_NAMES = {
    Started: "started",
    Progress: "progress",
    Done: "done",
    Skipped: "skipped",
    Failed: "failed",
}


@contextmanager
def _watched(output: Output, total_bytes: int | None) -> Iterator[Callable[[ItemEvent], None]]:
    if not output.progress or total_bytes == 0:
        yield lambda event: None
        return
    from s3audio_tui.cli.progress import bars

    with bars(output, total_bytes) as drawn:
        yield drawn.update
