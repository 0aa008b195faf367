"""Undo and redo of what was done to the library on this machine."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import cast

from s3audio_tui.catalog.journal import Action, Kind
from s3audio_tui.errors import ConflictError, NotFoundError
from s3audio_tui.library.chains import net
from s3audio_tui.library.events import Failed
from s3audio_tui.library.history import Undone as Undone
from s3audio_tui.library.opening import Library
from s3audio_tui.library.processes import is_alive
from s3audio_tui.private import private_file

Turn = Callable[[Library, Action, bool], Undone]
"""Takes an act back, or with False does it again. The journal is brought up to date after it."""

_TURNS: dict[Kind, tuple[str, str]] = {
    "rename": ("turning", "rename"),
    "copy": ("turning", "copy"),
    "folder": ("folders", "turn"),
    "delete": ("turning", "delete"),
    "restore": ("turning", "restore"),
    "edit": ("properties", "turn"),
    "version": ("versions", "turn"),
}
"""Module and function that turn each kind of act; imported when first needed."""

_NOUNS: dict[Kind, str] = {
    "rename": "the rename",
    "copy": "the copy",
    "folder": "the new folder",
    "delete": "the delete",
    "restore": "the restore",
    "edit": "the change to the tags",
    "version": "the restored version",
}


def undo(library: Library) -> Undone:
    """Take back the last act, also one that a crash cut short.

    A file that has changed since is left as it is, and said to be; so is one whose old name is
    taken, which can be tried again. Raises `NotFoundError` where there is nothing to undo.
    """
    with alone(library):
        action = _last_done(library)
        if action is None:
            raise NotFoundError("there is nothing to undo", "only what was done here can be")
        return _turned(library, action, back=True)


def redo(library: Library) -> Undone:
    """Do again what `undo` took back last."""
    with alone(library):
        action = library.journal.first_undone()
        if action is None:
            raise NotFoundError("there is nothing to redo", "only what was undone can be")
        return _turned(library, action, back=False)


def upcoming(library: Library, *, back: bool = True) -> str:
    """Return what the next undo (or redo) would turn, in words; empty where there is nothing.

    Asks the catalog's file alone.
    """
    action = _last_done(library) if back else library.journal.first_undone()
    return "" if action is None else words(action)


def words(action: Action) -> str:
    """Return an act as one would name it: `the rename of a.wav`."""
    noun = _NOUNS.get(action.kind, action.kind)
    items = net(action.items) if action.kind == "rename" else action.items
    names = [str(item.get("to") or item.get("key") or "") for item in items]
    if len(names) != 1:
        return f"{noun} of {len(names):,} files"
    return f"{noun} {names[0]}" if action.kind == "folder" else f"{noun} of {names[0]}"


def _last_done(library: Library) -> Action | None:
    """Return what undo takes back, also what a crash cut short; not what went back by itself."""
    journal = library.journal
    for cut_short in journal.interrupted(is_alive):
        journal.set_state(cut_short.id, "done")
    while (action := journal.last_done()) and action.kind == "rename" and not net(action.items):
        journal.replace_items(action.id, [])
        journal.finish(action.id)
    return action


@contextmanager
def alone(library: Library) -> Iterator[None]:
    """Keep a second undo on this machine out: it would take the same act back."""
    fd = os.open(private_file(library.undo_lock), os.O_RDWR | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConflictError(
                "another program is undoing something here", "wait for it"
            ) from None
        yield
    finally:
        os.close(fd)


def _turned(library: Library, action: Action, *, back: bool) -> Undone:
    module, name = _TURNS[action.kind]
    turn = cast(Turn, getattr(import_module(f"s3audio_tui.library.{module}"), name))
    undone = turn(library, action, back)
    _write_down(library, action, undone, back=back)
    return undone


def _write_down(library: Library, action: Action, undone: Undone, *, back: bool) -> None:
    """Keep what failed, to be tried again; else what was turned, to be turned once more."""
    turned = action.items if undone.turned is None else undone.turned
    failed = any(isinstance(event, Failed) for event in undone.events)
    again = bool(undone.left) or (undone.turned is None and failed)
    items = undone.left or turned
    library.journal.replace_items(
        action.id, items, ("done" if back else "undone") if again else "undone" if back else "done"
    )
    if not items:
        library.journal.finish(action.id)
