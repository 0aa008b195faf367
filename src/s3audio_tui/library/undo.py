"""Undo and redo of what was renamed, deleted or restored on this machine."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from s3audio_tui.catalog.journal import Action
from s3audio_tui.errors import NotFoundError
from s3audio_tui.library import trash
from s3audio_tui.library.events import Done, ItemEvent
from s3audio_tui.library.opening import Library
from s3audio_tui.library.rename import Pair, move_pairs


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
    """Take back the last rename, delete or restore, also one that a crash cut short."""
    for cut_short in library.journal.interrupted(_alive):
        library.journal.set_state(cut_short.id, "done")
    action = library.journal.last_done()
    if action is None:
        raise NotFoundError("there is nothing to undo", "renames, deletes and restores can be")
    return _turn(library, action, back=True)


def redo(library: Library) -> Undone:
    """Do again what `undo` took back last."""
    action = library.journal.first_undone()
    if action is None:
        raise NotFoundError("there is nothing to redo", "only what was undone can be")
    return _turn(library, action, back=False)


def _turn(library: Library, action: Action, *, back: bool) -> Undone:
    events = list(_events(library, action, back=back))
    done = {event.key for event in events if isinstance(event, Done)}
    left = [item for item in action.items if _acted_on(item, back=back) not in done]
    if left:
        library.journal.replace_items(action.id, left)
    else:
        library.journal.set_state(action.id, "undone" if back else "done")
    names = [str(item.get("to") or item["key"]) for item in action.items]
    what = names[0] if len(names) == 1 else f"{len(done)} of {len(names)} files"
    return Undone(action.kind, f"{what} {_SAID[action.kind, back]}", events)


def _acted_on(item: dict[str, str | None], *, back: bool) -> str:
    name = item.get("to" if back else "from") or item["key"]
    return str(name)


def _events(library: Library, action: Action, *, back: bool) -> Iterator[ItemEvent]:
    if action.kind == "rename":
        pairs = [Pair(str(item["from"]), str(item["to"]), 0) for item in action.items]
        if back:
            pairs = [Pair(pair.target, pair.source, 0) for pair in reversed(pairs)]
        return move_pairs(library, pairs, record=False)
    keys = [str(item["key"]) for item in action.items]
    if (action.kind == "delete") == back:
        return trash.restore(library, trash.find(library, keys), record=False)
    return trash.delete(library, keys, record=False)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
