"""Acts written down while they happen, so that they can be taken back, also after a crash."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from s3audio_tui.catalog.journal import Item, Journal, Kind
from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.opening import Library

BEGUN = "begun"
"""A field that an item has until it is done: after a crash it may be done, half, or not at all."""

Note = Callable[[Item], AbstractContextManager[Item]]
"""Writes an item down before it is done; what the block adds to it is written when it is."""


@contextmanager
def recorded(library: Library, kind: Kind, into: list[Item] | None = None) -> Iterator[Note]:
    """Yield a `Note` for the items of one act.

    With `into` the act is part of an undo or redo: its items go there, and it is no act itself.
    """
    if into is not None:
        yield partial(_collected, into)
        return
    action = library.journal.begin(kind)
    try:
        yield partial(_noted, library.journal, action)
    finally:
        library.journal.finish(action)


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
