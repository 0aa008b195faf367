"""Tags, metadata and content type of files: read, changed on one or many, taken back."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.journal import Action, Item
from s3audio_tui.errors import ConflictError, LimitError, UnsupportedError, UsageError
from s3audio_tui.library import property_rules as rules
from s3audio_tui.library import quota, sidecars
from s3audio_tui.library.copies import Copies
from s3audio_tui.library.details import remember
from s3audio_tui.library.each import Emit, ask_each, each
from s3audio_tui.library.events import Done, Failed, ItemEvent, Skipped, Started
from s3audio_tui.library.history import Into, Note, Undone, files_done, recorded
from s3audio_tui.library.opening import Library
from s3audio_tui.library.property_fields import Change as Change
from s3audio_tui.library.property_fields import (
    Fields,
    fields_of,
    lowered,
    mistake,
    properties_of,
    said_of,
)
from s3audio_tui.library.property_fields import Properties as Properties
from s3audio_tui.library.property_fields import in_common as in_common
from s3audio_tui.store import copy as copying
from s3audio_tui.store import objects
from s3audio_tui.store.copy_job import New
from s3audio_tui.store.objects import ObjectHead


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was when its properties were looked at."""

    head: ObjectHead
    properties: Properties


def look(library: Library, keys: Sequence[str]) -> list[Seen]:
    """Return the properties of files, asked of S3 now, eight at once. Raises `NotFoundError`."""
    return ask_each(keys, partial(_look, library))


def _look(library: Library, key: str) -> Seen:
    head = objects.head(library.store, library.full(key))
    return Seen(head, Properties(head.content_type, dict(head.metadata), _tags(library, head)))


def _tags(library: Library, head: ObjectHead) -> dict[str, str]:
    try:
        return objects.tags(library.store, head.key, head.version_id)
    except UnsupportedError:
        return {}


def apply(
    library: Library,
    keys: Sequence[str],
    change: Change,
    *,
    seen: Mapping[str, Properties] | None = None,
    cancel: CancelToken | None = None,
) -> Iterator[ItemEvent]:
    """Change the properties of files as one act; yield what becomes of each.

    Only what `change` names is changed. Where `seen` says what the fields were when the person
    looked, one that somebody changed since is a conflict. Raises `UsageError` for what S3 does
    not take.
    """
    wrong = mistake(change)
    if wrong:
        raise UsageError(wrong, "nothing was changed")
    before = {key: fields_of(properties) for key, properties in (seen or {}).items()}
    works = [_Work(key, lowered(change.fields()), before.get(key)) for key in dict.fromkeys(keys)]
    yield from _carry_out(library, works, None, cancel)


@dataclass(frozen=True, slots=True)
class _Work:
    """One file, what shall be there, and what must be there now for that; None asks nothing."""

    key: str
    wanted: Fields
    expected: Fields | None
    item: Item | None = None
    """Its item in the journal, when it is taken back."""


def _carry_out(
    library: Library, works: Sequence[_Work], into: Into, cancel: CancelToken | None = None
) -> Iterator[ItemEvent]:
    with recorded(library, "edit", into) as note, _room(library, works) as landed:
        job = _Job(library, note, landed, sidecars.trash_once(library), cancel)
        yield from each(works, job.one, lambda work: (work.key, ""), cancel)


@contextmanager
def _room(library: Library, works: Sequence[_Work]) -> Iterator[list[tuple[float, int]]]:
    """Hold room for the versions that stay behind, in a bucket that keeps versions.

    Yields the list to which each copy is added, with its instant and its bytes.
    """
    landed: list[tuple[float, int]] = []
    copied = [work.key for work in works if any(n[:4] != "tag:" for n in work.wanted)]
    if not copied or not library.versioned():
        yield landed
        return
    rows = (library.catalog.get(key) for key in copied)
    room = quota.reserve(library, sum(row.size_bytes for row in rows if row))
    try:
        yield landed
    finally:
        room.settle(landed)


@dataclass(frozen=True, slots=True)
class _Job:
    """What all files of one act share."""

    library: Library
    note: Note
    landed: list[tuple[float, int]]
    trashed: sidecars.Trashed
    cancel: CancelToken | None

    def one(self, work: _Work, emit: Emit) -> None:
        """Change one file, and say so."""
        found = _look(self.library, work.key)
        now = fields_of(found.properties)
        _refuse_changed(work, found.head, now)
        wanted = {name: value for name, value in work.wanted.items() if now.get(name) != value}
        if not wanted:
            emit(Skipped(work.key, "", "it is so already"))
            return
        made = properties_of(now | wanted)
        over = rules.too_many_tags(made.tags) or rules.too_much_metadata(made.metadata)
        if over:
            raise LimitError(over, "nothing was changed", key=work.key)
        emit(Started(work.key, "", found.head.size_bytes))
        before = {name: now.get(name) for name in wanted}
        item: Item = {"key": work.key, "before": json.dumps(before), "after": json.dumps(wanted)}
        with self.note(item) as noted:
            head = self._written(found, made)
            noted |= {"etag": head.etag, "size": str(head.size_bytes)}
        emit(Done(work.key, "", 0))

    def _written(self, found: Seen, made: Properties) -> ObjectHead:
        """Write the properties that differ: tags by themselves, headers by a copy onto itself."""
        library, head, old = self.library, found.head, found.properties
        if (made.metadata, made.content_type) == (old.metadata, old.content_type):
            version = head.version_id if library.versioned() else None
            _refuse_other_tags(library, found)
            objects.set_tags(library.store, head.key, made.tags, version)
            return head
        new = New(made.tags if made.tags != old.tags else None, made.metadata, made.content_type)
        can, kept = library.capabilities(), Copies(library)
        changed = copying.change(
            library.store, head, new, can=can, cancel=self.cancel, sessions=kept
        )
        self.landed.append((library.clock(), head.size_bytes))
        _remember(library, head, changed, self.trashed)
        return changed


def _refuse_changed(work: _Work, head: ObjectHead, now: Fields) -> None:
    if work.item is not None and not _same_bytes(work.item, head):
        raise ConflictError(f"{work.key} was changed since", "it was left as it is", key=work.key)
    for name, value in (work.expected or {}).items():
        if name in work.wanted and now.get(name) not in (value, work.wanted[name]):
            text = f"{said_of(name)} of {work.key} was changed by somebody else"
            raise ConflictError(text, "look again", key=work.key)


def _same_bytes(item: Item, head: ObjectHead) -> bool:
    """Return whether an object can be the one that an act left.

    Where ETags are made of parts or by a key service, a copy onto itself gets another one.
    """
    if item.get("etag") in (None, head.etag):
        return True
    vague = head.parts is not None or "-" in str(item["etag"])
    vague = vague or (head.encryption or "AES256") != "AES256"
    return vague and item.get("size") == str(head.size_bytes)


def _refuse_other_tags(library: Library, found: Seen) -> None:
    """Compare once more: S3 has no condition on tags."""
    now = objects.find(library.store, found.head.key)
    if now is None or now.etag != found.head.etag or _tags(library, now) != found.properties.tags:
        key = library.relative(found.head.key)
        raise ConflictError(f"{key} was changed by somebody else", "look again", key=key)


def _remember(
    library: Library, old: ObjectHead, made: ObjectHead, trashed: sidecars.Trashed
) -> None:
    """Note the new date and perhaps ETag; what is known of the sound stays, for the bytes do."""
    key = library.relative(made.key)
    if old.etag == made.etag or library.catalog.get(key) is None:
        remember(library, made, None)
        return
    library.catalog.copied(key, key, etag=made.etag, modified=made.modified)
    sidecars.follow(library, (key, old.etag), (key, made.etag), move=True, trashed=trashed)


def turn(library: Library, action: Action, back: bool) -> Undone:
    """Give files back the properties that an act changed, or change them again.

    A property that somebody has changed since is left as it is.
    """
    works = [_turned(item, back=back) for item in action.items]
    turned: list[Item] = []
    events = list(_carry_out(library, works, turned))
    kept = [item if not back else _swapped(item) for item in turned]
    failed = {e.key for e in events if isinstance(e, Failed) and not _is_lost(e)}
    left = [item for item in action.items if item["key"] in failed]
    done = [event.key for event in events if isinstance(event, Done | Skipped)]
    what = done[0] if len(done) == 1 == len(works) else files_done(len(done), len(works))
    sentence = f"tags and metadata of {what} {'are as before' if back else 'changed again'}"
    return Undone("edit", sentence, events, kept, left)


def _is_lost(event: Failed) -> bool:
    """Return whether it can never be done any more: gone, or somebody else's by now."""
    return event.error.code in ("conflict", "not_found")


def _turned(item: Item, *, back: bool) -> _Work:
    before, after = (json.loads(str(item[name])) for name in ("before", "after"))
    wanted, expected = (before, after) if back else (after, before)
    return _Work(str(item["key"]), wanted, expected, item)


def _swapped(item: Item) -> Item:
    return item | {"before": item["after"], "after": item["before"]}
