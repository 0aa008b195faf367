"""Files removed for good, with all their versions: nothing here can be taken back."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import ConflictError, NotFoundError
from s3audio_tui.library import quota, sidecars
from s3audio_tui.library.each import Emit, each
from s3audio_tui.library.events import Done, ItemEvent, Started
from s3audio_tui.library.opening import Library
from s3audio_tui.store import deletes, objects
from s3audio_tui.store.listing import VersionEntry

T = TypeVar("T")


def delete(
    library: Library, keys: Sequence[str], cancel: CancelToken | None
) -> Iterator[ItemEvent]:
    """Remove files; what somebody writes under such a name meanwhile stays."""
    restorable = sidecars.restorable(library)

    def act(key: str, emit: Emit, freed: list[int]) -> None:
        head = objects.head(library.store, library.full(key))
        emit(Started(key, "", head.size_bytes))
        if library.versioning() == "off":
            can = library.capabilities().conditional_delete
            objects.delete(library.store, head.key, if_match=head.etag if can else None)
            freed.append(head.size_bytes)
        else:
            freed.append(_remove(library, objects.versions(library.store, head.key)))
        if restorable is not None:
            sidecars.discard(library, key, restorable.get(key, ()))
        library.catalog.remove([key])
        emit(Done(key, "", head.size_bytes))

    return _freeing(library, keys, act, lambda key: (key, ""), cancel)


def empty(
    library: Library, places: Sequence[tuple[str, str | None]], cancel: CancelToken | None
) -> Iterator[ItemEvent]:
    """Remove what is in the trash: each key, and where it lies now, None if under a marker."""
    going = {place for _, place in places if place is not None}
    restorable = sidecars.restorable(library, going)

    def act(item: tuple[str, str | None], emit: Emit, freed: list[int]) -> None:
        key, place = item
        full = library.full(key if place is None else place)
        if library.versioning() == "off":
            head = objects.head(library.store, full)
            emit(Started(key, "", head.size_bytes))
            objects.delete(library.store, full)
            freed.append(head.size_bytes)
        else:
            found = objects.versions(library.store, full)
            if not found:
                raise NotFoundError(f"{key} is gone already", "nothing was done", key=key)
            if place is None and not found[0].is_delete_marker:
                raise ConflictError(f"{key} was restored", "nothing was done", key=key)
            emit(Started(key, "", sum(version.size_bytes for version in found)))
            freed.append(_remove(library, found))
        if restorable is not None:
            there = set() if place is None else sidecars.there(library, key)
            sidecars.discard(library, key, there | restorable.get(key, set()))
        emit(Done(key, "", freed[-1]))

    return _freeing(library, places, act, lambda item: (item[0], ""), cancel)


def _freeing(
    library: Library,
    items: Sequence[T],
    act: Callable[[T, Emit, list[int]], None],
    named: Callable[[T], tuple[str, str]],
    cancel: CancelToken | None,
) -> Iterator[ItemEvent]:
    """Do `act` with each item, and tell the quota what it freed."""
    freed: list[int] = []
    try:
        yield from each(items, lambda item, emit: act(item, emit, freed), named, cancel)
    finally:
        if freed:
            quota.released(library, sum(freed))


def _remove(library: Library, found: Sequence[VersionEntry]) -> int:
    """Remove these versions and markers; return the bytes that they had."""
    failures = deletes.delete_many(library.store, [(v.key, v.version_id) for v in found])
    if failures:
        raise failures[0].error
    return sum(version.size_bytes for version in found if not version.is_delete_marker)
