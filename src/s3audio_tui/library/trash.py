"""Delete, and take it back. A bucket that keeps versions keeps what is deleted; else it moves.

In such a bucket a delete only lays a marker over the object. Elsewhere the object is moved below
`.s3audio/trash/<time>/`. Either can be restored until the trash is emptied.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.journal import Item
from s3audio_tui.errors import ConflictError, LimitError, NotFoundError
from s3audio_tui.library import purge, sidecars
from s3audio_tui.library.copies import Copies
from s3audio_tui.library.details import remember
from s3audio_tui.library.each import Emit, ask_each, each
from s3audio_tui.library.events import Done, ItemEvent, Started
from s3audio_tui.library.history import recorded
from s3audio_tui.library.keys import MAX_KEY_BYTES
from s3audio_tui.library.opening import Library, is_own
from s3audio_tui.library.usage import TRASH
from s3audio_tui.store import copy as copying
from s3audio_tui.store import listing, objects, spans
from s3audio_tui.store.listing import VersionEntry
from s3audio_tui.store.objects import ObjectHead

Kind = Literal["delete-marker", "moved"]

_TIME = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True, slots=True)
class TrashEntry:
    """One deleted file. `id` is its marker's version, or the key where it lies now."""

    key: str
    deleted_at: float
    size_bytes: int
    kind: Kind
    id: str


def kind(library: Library) -> Kind:
    """Return how a delete in this library can be taken back."""
    return "delete-marker" if library.versioned() else "moved"


def sentence(library: Library, count: int) -> str:
    """Return what a delete does here, as a dialog says it."""
    what = "It goes" if count == 1 else "They go"
    can = "it" if count == 1 else "all of them"
    if kind(library) == "delete-marker":
        return f"{what} to the trash: this bucket keeps versions, so {can} can be restored."
    return f"{what} to the trash, a folder in this bucket, so {can} can be restored."


def delete(
    library: Library,
    keys: Sequence[str],
    *,
    permanent: bool = False,
    cancel: CancelToken | None = None,
    into: list[Item] | None = None,
) -> Iterator[ItemEvent]:
    """Put files into the trash, or with `permanent` remove them with all their versions.

    With `into` the act is part of an undo, which gets its items.
    """
    if permanent:
        yield from purge.delete(library, keys, cancel)
        return
    if not keys:
        return
    marks, trashed = library.versioned(), sidecars.trash_once(library)
    moment = _moment(library)
    with recorded(library, "delete", into) as note:

        def act(key: str, emit: Emit) -> None:
            head = objects.head(library.store, library.full(key))
            emit(Started(key, "", head.size_bytes))
            target = "" if marks else _place(library, moment, key)
            with note({"key": key, "etag": head.etag}):
                if marks:
                    objects.delete(library.store, head.key)
                else:
                    made = _move(library, head, target, cancel)
                    _follow(library, key, head, made, trashed)
            library.catalog.remove([key])
            emit(Done(key, "", head.size_bytes))

        yield from each(keys, act, _name, cancel)


def _moment(library: Library) -> str:
    return datetime.fromtimestamp(library.clock(), UTC).strftime(_TIME)


def _place(library: Library, moment: str, key: str) -> str:
    """Return the bucket's key under which `key` lies in the trash."""
    place = library.full(f"{TRASH}{moment}/{key}")
    too_many = len(place.encode("utf-8", "surrogatepass")) - MAX_KEY_BYTES
    if too_many > 0:
        raise LimitError(
            f"the name is {too_many} bytes too long for the trash, which writes a date before it",
            "give it a shorter name first, or delete it with --permanent",
            key=key,
        )
    return place


def _name(key: str) -> tuple[str, str]:
    return key, ""


def _move(
    library: Library, head: ObjectHead, to_full_key: str, cancel: CancelToken | None
) -> ObjectHead:
    can = library.capabilities()
    kept = Copies(library)
    return copying.move(library.store, head, to_full_key, can=can, cancel=cancel, sessions=kept)


def set_aside(library: Library, head: ObjectHead, trashed: sidecars.Trashed | None = None) -> None:
    """Keep what is about to be overwritten: a bucket with versions does, else the trash.

    `trashed` as in `sidecars.follow`.
    """
    if library.versioned():
        return
    target = _place(library, _moment(library), library.relative(head.key))
    can, kept = library.capabilities(), Copies(library)
    made = copying.copy(library.store, head, target, can=can, sessions=kept)
    _follow(library, library.relative(head.key), head, made, trashed)


def _follow(
    library: Library,
    key: str,
    old: ObjectHead,
    made: ObjectHead,
    trashed: sidecars.Trashed | None = None,
) -> None:
    """Let the peaks of `key` have the ETag that its bytes have now."""
    sidecars.follow(library, (key, old.etag), (key, made.etag), move=True, trashed=trashed)


def entries(library: Library) -> list[TrashEntry]:
    """Return what is in the trash, the latest first. Reads the list of all versions, if any."""
    found = [*_marked(library), *_moved(library)]
    return sorted(found, key=lambda entry: entry.deleted_at, reverse=True)


def _marked(library: Library) -> Iterator[TrashEntry]:
    if not library.versioned():
        return
    marker: VersionEntry | None = None
    for page in listing.version_pages(library.store, library.full("")):
        for version in page:
            if version.is_delete_marker:
                marker = version if version.is_latest else marker
            elif marker is not None and marker.key == version.key:
                key = library.relative(marker.key)
                if not is_own(key):
                    yield TrashEntry(
                        key, marker.modified, version.size_bytes, "delete-marker", marker.version_id
                    )
                marker = None


def _moved(library: Library) -> Iterator[TrashEntry]:
    for page in spans.pages(library.store, library.full(TRASH)):
        for item in page:
            place = library.relative(item.key)
            moment, _, key = place.removeprefix(TRASH).partition("/")
            if key:
                yield TrashEntry(
                    key, _instant(moment, item.modified), item.size_bytes, "moved", place
                )


def _instant(text: str, otherwise: float) -> float:
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return otherwise


def restore(
    library: Library,
    wanted: Sequence[TrashEntry],
    cancel: CancelToken | None = None,
    *,
    into: list[Item] | None = None,
) -> Iterator[ItemEvent]:
    """Put files back where they were. A name that is taken meanwhile is a conflict.

    With `into` the act is part of an undo, which gets its items.
    """
    if not wanted:
        return
    with recorded(library, "restore", into) as note:

        def act(entry: TrashEntry, emit: Emit) -> None:
            emit(Started(entry.key, "", entry.size_bytes))
            full = library.full(entry.key)
            if objects.find(library.store, full) is not None:
                raise ConflictError(
                    f"{entry.key} is there again", "rename that one first", key=entry.key
                )
            with note({"key": entry.key}) as item:
                if entry.kind == "delete-marker":
                    objects.delete(library.store, full, version_id=entry.id)
                else:
                    lying = objects.head(library.store, library.full(entry.id))
                    _follow(library, entry.key, lying, _move(library, lying, full, cancel))
                back = objects.head(library.store, full)
                item["etag"] = back.etag
            remember(library, back, None)
            emit(Done(entry.key, "", entry.size_bytes))

        yield from each(wanted, act, lambda entry: (entry.key, ""), cancel)


def find(library: Library, keys: Sequence[str]) -> list[TrashEntry]:
    """Return the latest trash entry of each key. Raises `NotFoundError` for one without."""
    found = lookup(library, keys)
    for key in keys:
        if key not in found:
            raise NotFoundError(
                f"{key} is not in the trash", "s3audio trash ls shows what is", key=key
            )
    return [found[key] for key in keys]


def lookup(library: Library, keys: Sequence[str]) -> dict[str, TrashEntry]:
    """Return the latest trash entry of those of `keys` that have one."""
    found: dict[str, TrashEntry] = {}
    if library.versioned():
        marked = ask_each(keys, partial(_marked_entry, library))
        found = {entry.key: entry for entry in marked if entry is not None}
    if len(found) < len(set(keys)):
        moved = {item.key: item for item in sorted(_moved(library), key=_deleted_at)}
        found = {key: moved[key] for key in keys if key in moved} | found
    return found


def _deleted_at(entry: TrashEntry) -> float:
    return entry.deleted_at


def _marked_entry(library: Library, key: str) -> TrashEntry | None:
    versions = objects.versions(library.store, library.full(key))
    kept = next((v for v in versions if not v.is_delete_marker), None)
    if kept is None or not versions[0].is_delete_marker:
        return None
    marker = versions[0]
    return TrashEntry(key, marker.modified, kept.size_bytes, "delete-marker", marker.version_id)


def empty(
    library: Library,
    wanted: Sequence[TrashEntry] | None = None,
    cancel: CancelToken | None = None,
) -> Iterator[ItemEvent]:
    """Remove what is in the trash for good, all of it or what is `wanted`."""
    chosen = entries(library) if wanted is None else list(wanted)
    places = [(entry.key, None if entry.kind == "delete-marker" else entry.id) for entry in chosen]
    return purge.empty(library, places, cancel)
