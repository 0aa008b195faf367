"""Undo and redo of what was renamed, deleted or restored on this machine."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from s3audio_tui.catalog.journal import Action, Item
from s3audio_tui.errors import ConflictError, NotFoundError
from s3audio_tui.library import trash
from s3audio_tui.library.events import Done, Failed, ItemEvent
from s3audio_tui.library.history import BEGUN
from s3audio_tui.library.opening import Library
from s3audio_tui.library.processes import is_alive
from s3audio_tui.library.rename import Pair, move_pairs
from s3audio_tui.library.taken import heads, taken
from s3audio_tui.library.trash import TrashEntry
from s3audio_tui.private import private_file


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back or done again, in words, and what became of each file."""

    kind: str
    sentence: str
    events: list[ItemEvent]


_SAID = {
    ("rename", True): "renamed back",
    ("rename", False): "renamed again",
    ("delete", True): "restored",
    ("delete", False): "deleted again",
    ("restore", True): "put into the trash again",
    ("restore", False): "restored again",
}


def undo(library: Library) -> Undone:
    """Take back the last rename, delete or restore, also one that a crash cut short.

    A file that has changed since is left as it is, and said to be; so is one whose old name is
    taken, which can be tried again. Raises `NotFoundError` where there is nothing to undo.
    """
    with alone(library):
        for cut_short in library.journal.interrupted(is_alive):
            library.journal.set_state(cut_short.id, "done")
        action = library.journal.last_done()
        if action is None:
            raise NotFoundError("there is nothing to undo", "renames, deletes and restores can be")
        return _turn(library, action, back=True)


def redo(library: Library) -> Undone:
    """Do again what `undo` took back last."""
    with alone(library):
        action = library.journal.first_undone()
        if action is None:
            raise NotFoundError("there is nothing to redo", "only what was undone can be")
        return _turn(library, action, back=False)


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


@dataclass
class _Work:
    """What an undo does with each file, by the key that it has before."""

    moves: list[Pair] = field(default_factory=list)
    deletes: list[str] = field(default_factory=list)
    restores: list[TrashEntry] = field(default_factory=list)
    lost: list[Failed] = field(default_factory=list)
    """Files with which it can never be done any more, and why."""


def _turn(library: Library, action: Action, *, back: bool) -> Undone:
    restoring = action.kind != "rename" and (action.kind == "delete") == back
    work = (_restores if restoring else _changes)(library, action, back=back)
    turned: list[Item] = []
    events: list[ItemEvent] = list(work.lost)
    events += move_pairs(library, work.moves, into=turned)
    events += trash.restore(library, work.restores, into=turned)
    events += trash.delete(library, work.deletes, into=[] if action.kind == "rename" else turned)
    _note_turned(library, action, events, work, turned, back=back)
    done = [event.key for event in events if isinstance(event, Done)]
    count = len(action.items)
    what = done[0] if count == len(done) == 1 else f"{len(done)} of {count} files"
    return Undone(action.kind, f"{what} {_SAID[action.kind, back]}", events)


def _note_turned(
    library: Library,
    action: Action,
    events: list[ItemEvent],
    work: _Work,
    turned: list[Item],
    *,
    back: bool,
) -> None:
    """Keep what failed, to be tried again; else what was turned, to be turned once more."""
    lost = {failure.key for failure in work.lost}
    failed = {event.key for event in events if isinstance(event, Failed)} - lost
    left = [item for item in action.items if _key_before(item, back=back) in failed]
    if back and action.kind == "rename":
        turned = [{**item, "from": item["to"], "to": item["from"]} for item in turned]
    library.journal.replace_items(action.id, left or turned)
    if not left and not turned:
        library.journal.finish(action.id)
    elif not left:
        library.journal.set_state(action.id, "undone" if back else "done")


def _key_before(item: Item, *, back: bool) -> str:
    return str(item.get("to" if back else "from") or item["key"])


def _restores(library: Library, action: Action, *, back: bool) -> _Work:
    keys = [_key_before(item, back=back) for item in action.items]
    found = trash.lookup(library, keys)
    begun = [key for key, item in zip(keys, action.items, strict=True) if BEGUN in item]
    never_deleted = taken(library, begun)
    work = _Work()
    for key in keys:
        if key in found and key not in never_deleted:
            work.restores.append(found[key])
        elif key not in begun:
            gone = NotFoundError(f"{key} is no longer in the trash", "nothing was done", key=key)
            work.lost.append(Failed(key, "", gone))
    return work


def _changes(library: Library, action: Action, *, back: bool) -> _Work:
    """Sort files that shall be moved or deleted, as they are now."""
    keys = [_key_before(item, back=back) for item in action.items]
    goals = [_key_before(item, back=not back) for item in action.items]
    half = [goal for goal, item in zip(goals, action.items, strict=True) if BEGUN in item]
    now = heads(library, [*keys, *half])
    work = _Work()
    for key, goal, item in zip(keys, goals, action.items, strict=True):
        there, begun = now.get(key), BEGUN in item
        other = now.get(goal) if begun and goal != key else None
        if there is None:
            if not begun:
                gone = NotFoundError(f"{key} is no longer there", "nothing was done", key=key)
                work.lost.append(Failed(key, "", gone))
        elif other is not None and other.size_bytes == there.size_bytes:
            work.deletes.append(key)  # copied, and then cut short: the old one is there still
        elif other is not None or (not begun and there.etag != item.get("etag", there.etag)):
            changed = ConflictError(f"{key} was changed since", "it was left as it is", key=key)
            work.lost.append(Failed(key, "", changed))
        elif action.kind == "rename":
            work.moves.append(Pair(key, goal, there.size_bytes))
        else:
            work.deletes.append(key)
    return work
