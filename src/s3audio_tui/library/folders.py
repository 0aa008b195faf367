"""Folders that hold nothing yet: in S3 an empty object whose key ends in `/` stands for one."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.journal import Action, Item
from s3audio_tui.errors import ConflictError, NotAllowedError, NotFoundError, UsageError
from s3audio_tui.library.details import remember
from s3audio_tui.library.each import Emit, each
from s3audio_tui.library.events import Done, Failed, ItemEvent
from s3audio_tui.library.history import Into, Turning, Undone, recorded, told
from s3audio_tui.library.keys import checked, from_argument
from s3audio_tui.library.opening import Library
from s3audio_tui.store import listing, objects

_TYPE = "application/x-directory"
"""What other programs give such an object as its content type."""


def folder_key(library: Library, text: str) -> str:
    """Return the key of a folder that a person named, ending in `/`, if it may have that name."""
    key = from_argument(library, text).rstrip("/")
    if not key:
        raise UsageError("a folder needs a name", "name it")
    if "//" in key:
        raise UsageError("a folder between two slashes has no name", "write one slash", key=key)
    return f"{checked(library, key)}/"


def make(
    library: Library,
    names: Sequence[str],
    *,
    cancel: CancelToken | None = None,
    into: Into = None,
) -> Iterator[ItemEvent]:
    """Make folders; yield what becomes of each. One that is there already is a conflict.

    Raises `UsageError` for a name that no folder can have. With `into` it is part of a redo.
    """
    keys = list(dict.fromkeys(folder_key(library, name) for name in names))
    with recorded(library, "folder", into) as note:

        def act(key: str, emit: Emit) -> None:
            _refuse_taken(library, key)
            with note({"key": key}) as item:
                item["etag"] = objects.write_small(
                    library.store,
                    library.full(key),
                    b"",
                    content_type=_TYPE,
                    if_none_match=library.capabilities().conditional_create,
                )
            remember(library, objects.head(library.store, library.full(key)), None)
            emit(Done(key, "", 0))

        yield from each(keys, act, lambda key: (key, ""), cancel)


def make_one(library: Library, name: str) -> str:
    """Make one folder and return its key. Raises what would be its failure."""
    (event,) = make(library, [name])
    if isinstance(event, Failed):
        raise event.error
    return event.key


def _refuse_taken(library: Library, key: str) -> None:
    if _inside(library, key, 1):
        raise ConflictError(f"there is a folder {key} already", "choose another name", key=key)
    if objects.find(library.store, library.full(key.rstrip("/"))) is not None:
        raise ConflictError(f"a file is named {key[:-1]}", "choose another name", key=key)


def _inside(library: Library, key: str, limit: int) -> list[str]:
    """Return the first keys below a folder, its own marker included."""
    pages = listing.pages(library.store, library.full(key))
    return [library.relative(entry.key) for page in islice(pages, 1) for entry in page[:limit]]


def turn(library: Library, action: Action, back: bool, cancel: CancelToken) -> Turning:
    """Remove folders that were made, where they are empty still; or make them again."""
    keys = [str(item["key"]) for item in action.items]
    turned: list[Item] = []
    if back:
        events = yield from told(_remove(library, keys, turned, cancel))
    else:
        events = yield from told(make(library, keys, cancel=cancel, into=turned))
    done = [event.key for event in events if isinstance(event, Done)]
    failed = {event.key for event in events if isinstance(event, Failed)}
    left = [] if back else [item for item in action.items if item["key"] in failed]
    what = done[0] if len(done) == 1 == len(keys) else f"{len(done)} of {len(keys)} folders"
    return Undone("folder", f"{what} {'removed' if back else 'made'} again", events, turned, left)


def _remove(
    library: Library, keys: Sequence[str], turned: list[Item], cancel: CancelToken
) -> Iterator[ItemEvent]:
    def act(key: str, emit: Emit) -> None:
        inside = _inside(library, key, 2)
        if not inside:
            raise NotFoundError(f"{key} is no longer there", "nothing was done", key=key)
        if inside != [key]:
            raise ConflictError(f"{key} is no longer empty", "it was left as it is", key=key)
        _remove_marker(library, key)
        library.catalog.remove([key])
        turned.append({"key": key})
        emit(Done(key, "", 0))

    return each(keys, act, lambda key: (key, ""), cancel)


def _remove_marker(library: Library, key: str) -> None:
    """Delete the marker; where versions are kept that one for good, for it never held anything."""
    full = library.full(key)
    head = objects.head(library.store, full)
    if head.size_bytes:
        raise ConflictError(f"{key} was changed since", "it was left as it is", key=key)
    if library.versioned() and head.version_id not in (None, "null"):
        with suppress(NotAllowedError):
            objects.delete(library.store, full, version_id=head.version_id)
            return
    can = library.capabilities().conditional_delete
    objects.delete(library.store, full, if_match=head.etag if can else None)
