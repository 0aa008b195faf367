"""Delete, and take it back. A bucket that keeps versions keeps what is deleted; else it moves.

In such a bucket a delete only lays a marker over the object. Elsewhere the object is moved below
`.s3audio/trash/<time>/`. Either can be restored until the trash is emptied.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import ConflictError, NotFoundError
from s3audio_tui.library import quota, sidecars
from s3audio_tui.library.details import remember
from s3audio_tui.library.each import Emit, each
from s3audio_tui.library.events import Done, ItemEvent, Started
from s3audio_tui.library.history import recorded
from s3audio_tui.library.opening import HIDDEN, Library
from s3audio_tui.library.usage import TRASH
from s3audio_tui.store import copy as copying
from s3audio_tui.store import listing, objects
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
    record: bool = True,
) -> Iterator[ItemEvent]:
    """Put files into the trash, or with `permanent` remove them with all their versions."""
    if permanent:
        yield from _delete_for_good(library, keys, cancel)
        return
    marks = library.versioned()
    moment = datetime.fromtimestamp(library.clock(), UTC).strftime(_TIME)
    with recorded(library, "delete", keep=record) as note:

        def act(key: str, emit: Emit) -> None:
            head = objects.head(library.store, library.full(key))
            emit(Started(key, "", head.size_bytes))
            if marks:
                objects.delete(library.store, head.key)
            else:
                _move(library, head, library.full(f"{TRASH}{moment}/{key}"), cancel)
            note({"key": key})
            library.catalog.remove([key])
            emit(Done(key, "", head.size_bytes))

        yield from each(keys, act, _name, cancel)


def _name(key: str) -> tuple[str, str]:
    return key, ""


def _move(
    library: Library, head: ObjectHead, to_full_key: str, cancel: CancelToken | None
) -> ObjectHead:
    can = library.capabilities()
    return copying.move(library.store, head, to_full_key, can=can, cancel=cancel)


def set_aside(library: Library, head: ObjectHead) -> None:
    """Keep what is about to be overwritten: a bucket with versions does, else the trash."""
    if library.versioned():
        return
    moment = datetime.fromtimestamp(library.clock(), UTC).strftime(_TIME)
    target = library.full(f"{TRASH}{moment}/{library.relative(head.key)}")
    copying.copy(library.store, head, target, can=library.capabilities())


def _delete_for_good(
    library: Library, keys: Sequence[str], cancel: CancelToken | None
) -> Iterator[ItemEvent]:
    versioned = library.versioned()
    with_peaks = sidecars.any_kept(library)
    freed: list[int] = []

    def act(key: str, emit: Emit) -> None:
        head = objects.head(library.store, library.full(key))
        emit(Started(key, "", head.size_bytes))
        if versioned:
            freed.append(_delete_versions(library, key))
        else:
            can = library.capabilities().conditional_delete
            objects.delete(library.store, head.key, if_match=head.etag if can else None)
            freed.append(head.size_bytes)
        if with_peaks:
            sidecars.discard(library, key)
        library.catalog.remove([key])
        emit(Done(key, "", head.size_bytes))

    try:
        yield from each(keys, act, _name, cancel)
    finally:
        if freed:
            quota.released(library, sum(freed))


def _delete_versions(library: Library, key: str) -> int:
    """Remove every version and marker of `key`; return the bytes that they had."""
    found = objects.versions(library.store, library.full(key))
    failures = objects.delete_many(library.store, [(v.key, v.version_id) for v in found])
    if failures:
        raise failures[0].error
    return sum(version.size_bytes for version in found if not version.is_delete_marker)


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
                if not key.startswith(HIDDEN):
                    yield TrashEntry(
                        key, marker.modified, version.size_bytes, "delete-marker", marker.version_id
                    )
                marker = None


def _moved(library: Library) -> Iterator[TrashEntry]:
    for page in listing.pages(library.store, library.full(TRASH)):
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
    record: bool = True,
) -> Iterator[ItemEvent]:
    """Put files back where they were. A name that is taken meanwhile is a conflict."""
    with recorded(library, "restore", keep=record) as note:

        def act(entry: TrashEntry, emit: Emit) -> None:
            emit(Started(entry.key, "", entry.size_bytes))
            if objects.find(library.store, library.full(entry.key)) is not None:
                raise ConflictError(
                    f"{entry.key} is there again", "rename that one first", key=entry.key
                )
            if entry.kind == "delete-marker":
                objects.delete(library.store, library.full(entry.key), version_id=entry.id)
            else:
                head = objects.head(library.store, library.full(entry.id))
                _move(library, head, library.full(entry.key), cancel)
            note({"key": entry.key})
            remember(library, objects.head(library.store, library.full(entry.key)), None)
            emit(Done(entry.key, "", entry.size_bytes))

        yield from each(wanted, act, lambda entry: (entry.key, ""), cancel)


def find(library: Library, keys: Sequence[str]) -> list[TrashEntry]:
    """Return the latest trash entry of each key. Raises `NotFoundError` for one without."""
    moved: dict[str, TrashEntry] | None = None
    found = []
    for key in keys:
        entry = _marked_entry(library, key)
        if entry is None:
            if moved is None:
                moved = {item.key: item for item in sorted(_moved(library), key=_deleted_at)}
            entry = moved.get(key)
        if entry is None:
            raise NotFoundError(
                f"{key} is not in the trash", "s3audio trash ls shows what is", key=key
            )
        found.append(entry)
    return found


def _deleted_at(entry: TrashEntry) -> float:
    return entry.deleted_at


def _marked_entry(library: Library, key: str) -> TrashEntry | None:
    if not library.versioned():
        return None
    versions = objects.versions(library.store, library.full(key))
    marker = next((v for v in versions if v.is_delete_marker and v.is_latest), None)
    kept = next((v for v in versions if not v.is_delete_marker), None)
    if marker is None or kept is None:
        return None
    return TrashEntry(key, marker.modified, kept.size_bytes, "delete-marker", marker.version_id)


def empty(
    library: Library,
    wanted: Sequence[TrashEntry] | None = None,
    cancel: CancelToken | None = None,
) -> Iterator[ItemEvent]:
    """Remove what is in the trash for good, all of it or what is `wanted`."""
    freed: list[int] = []

    def act(entry: TrashEntry, emit: Emit) -> None:
        emit(Started(entry.key, "", entry.size_bytes))
        if entry.kind == "delete-marker":
            if _marked_entry(library, entry.key) is None:
                raise ConflictError(f"{entry.key} was restored", "nothing was done", key=entry.key)
            freed.append(_delete_versions(library, entry.key))
        else:
            objects.delete(library.store, library.full(entry.id))
            freed.append(entry.size_bytes)
        emit(Done(entry.key, "", entry.size_bytes))

    chosen = entries(library) if wanted is None else list(wanted)
    try:
        yield from each(chosen, act, lambda entry: (entry.key, ""), cancel)
    finally:
        if freed:
            quota.released(library, sum(freed))
