"""Acts written down while they happen, so that they can be taken back, also after a crash."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial

from s3audio_tui.catalog.journal import Item, Journal, Kind
from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.events import ItemEvent
from s3audio_tui.library.opening import Library
from s3audio_tui.units import count_text

BEGUN = "begun"
"""A field that an item has until it is done: after a crash it may be done, half, or not at all."""

Note = Callable[[Item], AbstractContextManager[Item]]
"""Writes an item down before it is done; what the block adds to it is written when it is."""


Into = list[Item] | Note | None
"""Where an undo wants the items of an act that it carries out: they are then no act of their own.
"""


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back or done again, in words, and what became of each file."""

    kind: str
    sentence: str
    events: list[ItemEvent]
    turned: list[Item] | None = None
    """The act as it is now, to be turned once more; None where its items are as before."""
    left: list[Item] = field(default_factory=list)
    """Items that failed for now, and may be tried again."""


Turning = Generator[ItemEvent, None, Undone]
"""An undo or redo: yields what becomes of each file, as it comes, and returns all of it."""


def told(events: Iterable[ItemEvent]) -> Generator[ItemEvent, None, list[ItemEvent]]:
    """Yield events, and return them all."""
    kept = []
    for event in events:
        kept.append(event)
        yield event
    return kept


def files_done(done: int, of: int) -> str:
    """Return how many files were turned: `2 files`, or `1 of 2 files` where some were not."""
    if not done:
        return "no file was"
    return f"{done:,} of {of:,} files" if done < of else count_text(of, "file")


@contextmanager
def recorded(library: Library, kind: Kind, into: Into = None) -> Iterator[Note]:
    """Yield a `Note` for the items of one act; with `into` they are part of an undo or redo."""
    if isinstance(into, list):
        yield partial(_collected, into)
        return
    if into is not None:
        yield into
        return
    action = library.journal.begin(kind)
    try:
        yield partial(_noted, library.journal, action)
    finally:
        library.journal.finish(action)


def written_behind(library: Library, action: int, into: list[Item]) -> Note:
    """Return a `Note` that writes behind the items of an act; finished ones go `into` a list too.

    An undo that is cut short then leaves a true list of what became of each file.
    """

    @contextmanager
    def note(item: Item) -> Iterator[Item]:
        with _noted(library.journal, action, item) as noted:
            yield noted
        into.append(item)

    return note


@contextmanager
def _noted(journal: Journal, action: int, item: Item) -> Iterator[Item]:
    note = journal.add_item(action, {**item, BEGUN: "yes"})
    try:
        yield item
    except S3AudioError:
        journal.change_item(note, None)
        raise
    journal.change_item(note, item)


@contextmanager
def _collected(into: list[Item], item: Item) -> Iterator[Item]:
    yield item
    into.append(item)
