"""Acts written down while they happen, so that they can be taken back, also after a crash."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from s3audio_tui.catalog.journal import Kind
from s3audio_tui.library.opening import Library

Note = Callable[[dict[str, str | None]], None]


@contextmanager
def recorded(library: Library, kind: Kind, *, keep: bool = True) -> Iterator[Note]:
    """Yield a function that notes one item of an act as done; without `keep` it notes nothing."""
    if not keep:
        yield lambda item: None
        return
    action = library.journal.begin(kind)
    try:
        yield lambda item: library.journal.add_item(action, item)
    finally:
        library.journal.finish(action)
