"""Undo and redo of what was done to the library on this machine."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import cast

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.journal import Action, Item, Kind
from s3audio_tui.errors import ConflictError, NotFoundError, UnsupportedError
from s3audio_tui.library.chains import net
from s3audio_tui.library.events import Failed
from s3audio_tui.library.history import BEGUN, Turning
from s3audio_tui.library.history import Undone as Undone
from s3audio_tui.library.opening import Library
from s3audio_tui.library.processes import is_alive
from s3audio_tui.private import private_file

_TURNS: dict[Kind, tuple[str, str]] = {
    "rename": ("turning", "rename"),
    "copy": ("turning", "copy"),
    "folder": ("folders", "turn"),
    "delete": ("turning", "delete"),
    "restore": ("turning", "restore"),
    "edit": ("properties", "turn"),
    "version": ("versions", "turn"),
}
"""Module and function that turn each kind of act; imported when first needed.

They are called with the library, the act, and whether it goes back. Those of `turning` and
`folders` get a token that cancels them as well, and yield events as they come.
"""

_NOUNS: dict[Kind, str] = {
    "rename": "the rename",
    "copy": "the copy",
    "folder": "the new folder",
    "delete": "the delete",
    "restore": "the restore",
    "edit": "the change to the tags",
    "version": "the restored version",
}

_FIELDS: dict[str, tuple[str, ...]] = {
    "rename": ("from", "to"),
    "copy": ("from", "to"),
    "edit": ("key", "before", "after"),
    "version": ("key", "id"),
}
"""What an item of each kind must have; else its key. One that does not is passed over."""


def undo(library: Library, cancel: CancelToken | None = None) -> Undone:
    """Take back the last act; see `turning`."""
    return _ended(turning(library, back=True, cancel=cancel))


def redo(library: Library, cancel: CancelToken | None = None) -> Undone:
    """Do again what `undo` took back last; see `turning`."""
    return _ended(turning(library, back=False, cancel=cancel))


def _ended(steps: Turning) -> Undone:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return cast(Undone, end.value)


def turning(library: Library, *, back: bool, cancel: CancelToken | None = None) -> Turning:
    """Take back the last act, also one that a crash cut short; or do again what was taken back.

    A file that has changed since is left as it is, and said to be; so is one whose old name is
    taken, which can be tried again. Raises `NotFoundError` where there is nothing to turn.
    """
    with alone(library):
        action = upcoming(library, back=back)
        if action is None and back:
            raise NotFoundError("there is nothing to undo", "only what was done here can be")
        if action is None:
            raise NotFoundError("there is nothing to redo", "only what was undone can be")
        if back:
            _drop_half_copies(library, action)
        undone = yield from _turn(library, action, back=back, cancel=cancel or CancelToken())
        _write_down(library, action, undone, back=back)
        return undone


def upcoming(library: Library, *, back: bool = True) -> Action | None:
    """Return what the next undo (or redo) would turn. Asks the catalog's file alone."""
    action = _last_done(library) if back else library.journal.first_undone()
    return replace(action, items=_whole(action)) if action is not None else None


def cut_short(library: Library) -> str:
    """Return the last act that a crash cut short, in words; nothing where there is none."""
    found = library.journal.interrupted(is_alive)
    return words(found[-1]) if found else ""


def words(action: Action) -> str:
    """Return an act as one would name it: `the rename of a.wav`."""
    noun = _NOUNS.get(action.kind, action.kind)
    items = net(_whole(action)) if action.kind == "rename" else _whole(action)
    names = [str(item.get("to") or item.get("key") or "") for item in items]
    if len(names) != 1:
        return f"{noun} of {len(names):,} files"
    return f"{noun} {names[0]}" if action.kind == "folder" else f"{noun} of {names[0]}"


def _last_done(library: Library) -> Action | None:
    """Return what undo takes back, also what a crash cut short; not what went back by itself."""
    journal = library.journal
    for half in journal.interrupted(is_alive):
        journal.set_state(half.id, "done")
    while (action := journal.last_done()) and action.kind == "rename" and not net(_whole(action)):
        journal.replace_items(action.id, [])
        journal.finish(action.id)
    return action


def _whole(action: Action) -> list[Item]:
    """Return the items of an act that say what one of its kind must."""
    wanted = _FIELDS.get(action.kind, ("key",) if action.kind in _TURNS else ())
    return [item for item in action.items if all(name in item for name in wanted)]


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


def _turn(library: Library, action: Action, *, back: bool, cancel: CancelToken) -> Turning:
    if action.kind not in _TURNS:
        raise UnsupportedError(
            f"the last act here is of a kind that this s3audio does not know: {action.kind}",
            "take it back with the one that did it",
        )
    module, name = _TURNS[action.kind]
    turn = getattr(import_module(f"s3audio_tui.library.{module}"), name)
    if module in ("turning", "folders"):
        return (yield from cast(Turning, turn(library, action, back, cancel)))
    undone = cast(Undone, turn(library, action, back))
    yield from undone.events
    return undone


def _drop_half_copies(library: Library, action: Action) -> None:
    begun = [item for item in action.items if BEGUN in item]
    keys = {key for item in begun for name in ("from", "to", "key") if (key := item.get(name))}
    if keys:
        from s3audio_tui.library.copies import Copies

        Copies(library).abandon(keys)


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
