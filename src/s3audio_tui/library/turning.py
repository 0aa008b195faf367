"""How renames, copies, deletes and restores are taken back, and done again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.journal import Action, Item
from s3audio_tui.errors import ConflictError, NotFoundError
from s3audio_tui.library import trash
from s3audio_tui.library.chains import Pair, net
from s3audio_tui.library.events import Done, Failed, ItemEvent
from s3audio_tui.library.history import BEGUN, Turning, Undone, files_done, told, written_behind
from s3audio_tui.library.opening import Library
from s3audio_tui.library.rename import move_pairs
from s3audio_tui.library.taken import heads, taken
from s3audio_tui.library.trash import TrashEntry
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.store.verify import differs


def rename(library: Library, action: Action, back: bool, cancel: CancelToken) -> Turning:
    """Give files their old names back, or the new ones again."""
    work = _Work()
    items = net(_settled(library, action.items, work)) if back else action.items
    wanted = [_pair(item, back=back) for item in items]
    moves = _unchanged(library, items, wanted, work)
    turned: list[Item] = []
    if not back:
        library.journal.begin_again(action.id)
    note = written_behind(library, action.id, turned)
    events = yield from told(work.lost)
    events += yield from told(trash.delete(library, work.deletes, cancel=cancel, into=[]))
    events += yield from told(move_pairs(library, moves, cancel=cancel, into=note))
    turned = net(turned)
    if back:
        turned = [{**item, "from": item["to"], "to": item["from"]} for item in turned]
    failed = work.failed(events)
    left = [item for item, pair in zip(items, wanted, strict=True) if pair.source in failed]
    return Undone("rename", _renamed(action, events, back=back), events, turned, left)


def _pair(item: Item, *, back: bool) -> Pair:
    old, new = str(item["from"]), str(item["to"])
    return Pair(new, old, 0) if back else Pair(old, new, 0)


def _renamed(action: Action, events: Sequence[ItemEvent], *, back: bool) -> str:
    done = [event for event in events if isinstance(event, Done)]
    again = "back" if back else "again"
    if len(done) == 1 == len(action.items):
        old, new = done[0].key, done[0].path
        if old.rpartition("/")[2] == new.rpartition("/")[2]:
            return f"{old} moved {again} to {new.rpartition('/')[0] or 'the top'}"
        return f"{old} renamed {again} to {new.rpartition('/')[2]}"
    return f"{files_done(len(done), len(net(action.items)))} renamed {again}"


def copy(library: Library, action: Action, back: bool, cancel: CancelToken) -> Turning:
    """Put copies into the trash, or take them out again."""
    keys = [str(item["to"]) for item in action.items]
    if not back:
        return (yield from _restored(library, action, keys, cancel, "copied again"))
    sources = [str(item["from"]) for item in action.items if BEGUN in item]
    return (
        yield from _put_away(
            library, action, keys, cancel, "taken back: put into the trash", heads(library, sources)
        )
    )


def delete(library: Library, action: Action, back: bool, cancel: CancelToken) -> Turning:
    """Restore what was deleted, or delete it again."""
    keys = [str(item["key"]) for item in action.items]
    if back:
        return (yield from _restored(library, action, keys, cancel, "restored"))
    return (yield from _put_away(library, action, keys, cancel, "deleted again"))


def restore(library: Library, action: Action, back: bool, cancel: CancelToken) -> Turning:
    """Delete what was restored, or restore it again."""
    keys = [str(item["key"]) for item in action.items]
    if back:
        return (yield from _put_away(library, action, keys, cancel, "put into the trash again"))
    return (yield from _restored(library, action, keys, cancel, "restored again"))


@dataclass
class _Work:
    """What an undo finds out before it begins."""

    deletes: list[str] = field(default_factory=list)
    """Copies that a crash left beside the file itself."""
    lost: list[Failed] = field(default_factory=list)
    """Files with which it can never be done any more, and why."""

    def gone(self, key: str, where: str = "there") -> None:
        """Note that a file is no longer where it must be."""
        error = NotFoundError(f"{key} is no longer {where}", "nothing was done", key=key)
        self.lost.append(Failed(key, "", error))

    def changed(self, key: str) -> None:
        """Note that a file is another one by now."""
        error = ConflictError(f"{key} was changed since", "it was left as it is", key=key)
        self.lost.append(Failed(key, "", error))

    def failed(self, events: Sequence[ItemEvent]) -> set[str]:
        """Return the keys that failed for now, and may be tried again."""
        lost = {failure.key for failure in self.lost}
        return {event.key for event in events if isinstance(event, Failed)} - lost


def _settled(library: Library, items: Sequence[Item], work: _Work) -> list[Item]:
    """Return the moves that have happened; those that a crash cut short are looked at.

    One that only got as far as its copy has not happened: the copy is put away.
    """
    begun = [str(item[end]) for item in items if BEGUN in item for end in ("from", "to")]
    now = heads(library, begun)
    happened: list[Item] = []
    for item in items:
        if BEGUN not in item:
            happened.append(item)
            continue
        source, made = now.get(str(item["from"])), now.get(str(item["to"]))
        if made is None:
            continue
        if source is None:
            happened.append({"from": item["from"], "to": item["to"], "etag": made.etag})
        elif differs(source, made):
            work.changed(str(item["to"]))
        else:
            work.deletes.append(str(item["to"]))
    return happened


def _unchanged(
    library: Library, items: Sequence[Item], wanted: Sequence[Pair], work: _Work
) -> list[Pair]:
    """Return the pairs whose files are still as the act left them, with their sizes."""
    now = heads(library, [pair.source for pair in wanted])
    found = []
    for item, pair in zip(items, wanted, strict=True):
        there = now.get(pair.source)
        if there is None:
            work.gone(pair.source)
        elif there.etag != item.get("etag", there.etag):
            work.changed(pair.source)
        else:
            found.append(Pair(pair.source, pair.target, there.size_bytes))
    return found


def _restored(
    library: Library, action: Action, keys: Sequence[str], cancel: CancelToken, said: str
) -> Turning:
    """Take files out of the trash again."""
    found = trash.lookup(library, keys)
    begun = [key for key, item in zip(keys, action.items, strict=True) if BEGUN in item]
    never_deleted = taken(library, begun)
    work = _Work()
    wanted: list[TrashEntry] = []
    for key in keys:
        if key in found and key not in never_deleted:
            wanted.append(found[key])
        elif key not in begun:
            work.gone(key, "in the trash")
    turned: list[Item] = []
    events = yield from told(work.lost)
    events += yield from told(trash.restore(library, wanted, cancel, into=turned))
    return _ended(action, keys, events, turned, work, said)


def _put_away(
    library: Library,
    action: Action,
    keys: Sequence[str],
    cancel: CancelToken,
    said: str,
    originals: Mapping[str, ObjectHead] | None = None,
) -> Turning:
    """Put files into the trash that are as the act left them."""
    now = heads(library, keys)
    work = _Work()
    wanted = []
    for key, item in zip(keys, action.items, strict=True):
        there, begun = now.get(key), BEGUN in item
        original = (originals or {}).get(str(item.get("from")))
        if there is None:
            if not begun:
                work.gone(key)
        elif there.etag != item.get("etag", there.etag) or (
            begun and original is not None and differs(original, there)
        ):
            work.changed(key)
        else:
            wanted.append(key)
    turned: list[Item] = []
    events = yield from told(work.lost)
    events += yield from told(trash.delete(library, wanted, cancel=cancel, into=turned))
    return _ended(action, keys, events, turned, work, said)


def _ended(
    action: Action,
    keys: Sequence[str],
    events: list[ItemEvent],
    turned: Sequence[Item],
    work: _Work,
    said: str,
) -> Undone:
    """Return what came of it; an item keeps what it says, but for the ETag of the file."""
    failed = work.failed(events)
    etags = {item["key"]: item.get("etag") for item in turned}
    pairs = list(zip(keys, action.items, strict=True))
    kept = [_with_etag(item, etags[key]) for key, item in pairs if key in etags]
    done = [event.key for event in events if isinstance(event, Done)]
    what = done[0] if len(done) == 1 == len(pairs) else files_done(len(done), len(pairs))
    left = [item for key, item in pairs if key in failed]
    return Undone(action.kind, f"{what} {said}", events, kept, left)


def _with_etag(item: Item, etag: str | None) -> Item:
    kept = {name: value for name, value in item.items() if name not in (BEGUN, "etag")}
    return kept | ({"etag": etag} if etag else {})
