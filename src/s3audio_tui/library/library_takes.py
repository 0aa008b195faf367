"""Takes that are in the library: found by their documents, which lie beside their chunks."""

from collections.abc import Iterator
from contextlib import suppress

import msgspec

from s3audio_tui.errors import BadBytesError, ConflictError, NotFoundError, UsageError
from s3audio_tui.library.chunk_doors import FOLDER
from s3audio_tui.library.each import ask_each
from s3audio_tui.library.opening import Library
from s3audio_tui.library.takes import VERSION, Take
from s3audio_tui.store import objects
from s3audio_tui.store.listing import top

_TRIES = 4
_NAME = "take.json"


def read_take(library: Library, take_id: str) -> Take:
    """Return a take by its id. Raises `NotFoundError`, and `BadBytesError` for a bad document."""
    return _decoded(_read(library, take_id)[0], take_id)


def _read(library: Library, take_id: str) -> tuple[bytes, str]:
    try:
        return objects.read_small(library.store, library.full(_key(take_id)))
    except NotFoundError:
        raise NotFoundError(
            f"there is no take {take_id} in the library",
            "s3audio rec ls lists those that are there",
            key=take_id,
        ) from None


def _key(take_id: str) -> str:
    return f"{FOLDER}/{take_id}/{_NAME}"


def _decoded(data: bytes, take_id: str) -> Take:
    try:
        take = msgspec.json.decode(data, type=Take)
    except (msgspec.MsgspecError, ValueError, UsageError) as error:
        raise BadBytesError(
            f"the document of the take {take_id} cannot be read: {error}", "look at it", key=take_id
        ) from None
    if take.version > VERSION:
        text = f"the take {take_id} is of a newer version of s3audio"
        raise BadBytesError(text, "use that one", key=take_id)
    if take.id != take_id:
        text = f"the document of the take {take_id} is that of another one"
        raise BadBytesError(text, "look at it", key=take_id)
    if not _may_be(take):
        text = f"the document of the take {take_id} holds times that cannot be"
        raise BadBytesError(text, "look at it", key=take_id)
    return take


def _may_be(take: Take) -> bool:
    """Whether times and lengths can be shown: anybody who may write here could have made them."""
    try:
        times = [take.started_at, take.recorded_until, *(part.started_at for part in take.parts)]
        lengths = [take.duration_s, *(mark.frame / take.form.rate_hz for mark in take.markers)]
        return all(each.astimezone() for each in times) and all(each >= 0 for each in lengths)
    except (OverflowError, ValueError, ZeroDivisionError):
        return False


def takes_in(library: Library) -> Iterator[Take]:
    """Yield the takes of the library in the order of their ids, which begin with their time.

    A folder without a document is none: its take is not all there yet.
    """
    after = ""
    while True:
        prefix = library.full(f"{FOLDER}/")
        found = top(library.store, prefix, after=after)
        folders = [name for name in found.folders if name > after]  # the last one may come again
        ids = [name.removeprefix(prefix).rstrip("/") for name in folders]
        for take in ask_each(ids, lambda take_id: _found(library, take_id)):
            if take is not None:
                yield take
        last = max((*found.folders, *found.files), default="")
        if not found.more or last <= after:
            return
        after = last


def _found(library: Library, take_id: str) -> Take | None:
    with suppress(NotFoundError, BadBytesError):
        return read_take(library, take_id)
    return None


def find_take(library: Library, named: str) -> Take:
    """Return the take of that id, or the only one whose name or beginning of an id it is.

    Raises `NotFoundError`, and `UsageError` where several have it.
    """
    if named and "/" not in named and named not in (".", ".."):
        with suppress(NotFoundError):
            return read_take(library, named)
    found = [
        take
        for take in takes_in(library)
        if named and (take.name == named or take.id.startswith(named))
    ]
    if not found:
        raise NotFoundError(
            f"there is no recording {named!r} in the library",
            "s3audio rec ls lists those that are there",
            key=named,
        )
    if len(found) > 1:
        ids = ", ".join(take.id for take in found[:5])
        raise UsageError(
            f"{len(found)} recordings are called {named!r}", f"name one by its id: {ids}"
        )
    return found[0]


def note_joined(library: Library, take_id: str, key: str) -> None:
    """Write into the take's document where it lies as one file; what else is in it stays.

    Raises `ConflictError` where others write into it all the time.
    """
    for left in reversed(range(_TRIES)):
        data, etag = _read(library, take_id)
        said = msgspec.json.decode(data)
        if not isinstance(said, dict) or said.get("joined") == key:
            return
        made = msgspec.json.format(msgspec.json.encode({**said, "joined": key}), indent=2) + b"\n"
        try:
            objects.write_small(library.store, library.full(_key(take_id)), made, if_match=etag)
        except ConflictError:
            if not left:
                raise
        else:
            return
