"""The library to which a take goes: whether it is the one that is open, or shall be from now on."""

from s3audio_tui.errors import ConflictError
from s3audio_tui.library.each import ask_each
from s3audio_tui.library.opening import Library
from s3audio_tui.library.spool import TakeFolder
from s3audio_tui.library.takes import Chunk, Home, Moved
from s3audio_tui.store.address import Address
from s3audio_tui.units import count_text


def is_at_home(home: Home, there: Home, *, moves: bool) -> bool:
    """Return whether a take of `home` goes to the library `there` by itself.

    A store that `moves` is the demo's, which has another port each time. With others a port of this
    machine may lead to any server, as a tunnel does.
    """
    return home in (there, Home()) or (moves and is_moved(home, there))


def is_same_place(home: Home, there: Home) -> bool:
    """Return whether both are the same bucket and prefix, perhaps at two endpoints."""
    return (home.bucket, home.prefix) == (there.bucket, there.prefix)


def is_moved(home: Home, there: Home) -> bool:
    """Return whether it is a store of this machine that has another port now."""
    both = (home.endpoint_url, there.endpoint_url)
    return home != there and is_same_place(home, there) and all(map(_is_loopback, both))


def _is_loopback(endpoint_url: str) -> bool:
    return bool(endpoint_url) and Address(endpoint_url, "", None, None).is_loopback


def home_text(home: Home, there: Home) -> str:
    """Return the address of a take's library; with its endpoint where that is another one."""
    text = f"s3://{home.bucket}/{home.prefix}"
    if home.endpoint_url == there.endpoint_url:
        return text
    return f"{text} at {home.endpoint_url or 'AWS'}"


def bring(
    folder: TakeFolder, there: Home, library: Library | None, *, partly: bool = False
) -> None:
    """Let a take that is held go to `there` from now on.

    Its chunks go up again, but for those that `library` has already. Raises `ConflictError` where
    some are neither there nor on this machine; with `partly` the rest goes. Killed before its one
    line is written, nothing has changed.
    """
    take = folder.take
    if take.home in (there, Home()):
        return
    away = [
        chunk
        for chunk in take.chunks
        if chunk.state == "in_s3" and not (folder.path / chunk.file).exists()
    ]
    known = [] if library is None else [*ask_each(away, lambda chunk: _has(library, chunk))]
    found = [chunk.index for chunk, is_there in zip(away, known, strict=False) if is_there]
    lost = [chunk.index for chunk in away if chunk.index not in {*found}]
    where = home_text(take.home, there)
    if lost and not partly:
        what = count_text(len(lost), "chunk")
        text = f"{what} of {take.name} came to {where}, and nowhere else"
        remedy = f"s3audio rec recover {take.id} --here sends the rest"
        raise ConflictError(text, remedy, key=take.id)
    reason = f"it is in {where}, and nowhere else" if lost else ""
    folder.say(Moved(there, tuple(found), tuple(lost), reason))


def _has(library: Library, chunk: Chunk) -> bool:
    from s3audio_tui.library.whole_reading import full_key
    from s3audio_tui.store import objects

    found = objects.find(library.store, full_key(library, chunk))
    return found is not None and (found.etag, found.size_bytes) == (chunk.etag, chunk.size_bytes)
