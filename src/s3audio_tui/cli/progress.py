"""Progress at the foot of a terminal: a bar for each file on its way, one for all."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Column
from rich.text import Text

from s3audio_tui.cli.output import Output
from s3audio_tui.library import events
from s3audio_tui.text import safe

_MAX_BARS = 8


@contextmanager
def bars(output: Output, total_bytes: int | None) -> Iterator["Bars"]:
    """Draw bars on stderr while the block runs; words and data of `output` go above them.

    Of a stream nobody knows the length: its bar, and that of all, has no end.
    """
    console = Console(file=output.stderr, no_color=not output.color, highlight=False)
    name = TextColumn("{task.description}", markup=False, table_column=Column(ratio=1))
    progress = Progress(
        name,
        BarColumn(bar_width=24),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(compact=True),
        console=console,
        transient=True,
        expand=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    drawn = Bars(progress, total_bytes)
    with progress:
        output.foot = drawn
        try:
            yield drawn
        finally:
            output.foot = None


class Bars:
    """The bars, fed with events."""

    def __init__(self, progress: Progress, total_bytes: int | None) -> None:
        self._progress = progress
        self._all = progress.add_task("all", total=total_bytes)
        self._tasks: dict[tuple[str, str], TaskID] = {}
        self._seen: dict[tuple[str, str], int] = {}

    def print_above(self, text: str) -> None:
        """Print one line above the bars."""
        self._progress.console.print(Text(text), soft_wrap=True)

    def update(self, event: events.ItemEvent) -> None:
        """Draw what has happened."""
        item = (event.key, event.path)
        match event:
            case events.Started():
                if len(self._tasks) < _MAX_BARS:
                    self._tasks[item] = self._progress.add_task(
                        safe(event.key), total=event.bytes_total
                    )
            case events.Noted():
                pass
            case events.Progress():
                self._advance(item, event.bytes_done)
            case events.Done():
                self._advance(item, event.bytes_total)
                self._remove(item)
            case _:
                self._remove(item)

    def _advance(self, item: tuple[str, str], bytes_done: int) -> None:
        gained = bytes_done - self._seen.get(item, 0)
        if gained <= 0:
            return
        self._seen[item] = bytes_done
        self._progress.advance(self._all, gained)
        if item in self._tasks:
            self._progress.update(self._tasks[item], completed=bytes_done)

    def _remove(self, item: tuple[str, str]) -> None:
        task = self._tasks.pop(item, None)
        self._seen.pop(item, None)
        if task is not None:
            self._progress.remove_task(task)
