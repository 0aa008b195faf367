"""Which object gets which key, when files and folders are moved or copied."""

from collections.abc import Sequence
from itertools import islice

from s3audio_tui.catalog.tree import has_folder
from s3audio_tui.errors import ConflictError, NotFoundError, UsageError
from s3audio_tui.library.browse import expand, is_glob
from s3audio_tui.library.chains import Pair
from s3audio_tui.library.keys import allowed, checked, from_argument
from s3audio_tui.library.opening import HIDDEN, Library
from s3audio_tui.library.taken import heads
from s3audio_tui.store import listing, objects, spans


def pairs(library: Library, source: str, target: str) -> list[Pair]:
    """Return what a move or copy of `source` to `target` would do, object by object.

    A key moves to a key, or into a folder where `target` ends in `/`. A prefix moves whole:
    `a/` to `b/` makes `a/x/y.wav` `b/x/y.wav`. Raises `NotFoundError` where there is nothing,
    `UsageError` where source and target are the same or one would lie within the other.
    """
    old, new = from_argument(library, source), from_argument(library, target)
    if f"{old}/".startswith(HIDDEN):
        raise UsageError(f"{HIDDEN} is s3audio's own folder", "leave it to s3audio", key=source)
    if old and not old.endswith("/"):
        found = objects.find(library.store, library.full(old))
        if found is not None:
            name = old.rpartition("/")[2]
            key = new + name if new.endswith("/") or not new else new
            if key == old:
                raise UsageError("it has that name already", "choose another", key=old)
            return [Pair(old, checked(library, key), found.size_bytes)]
        old += "/"
    if not old:
        raise UsageError("the library itself cannot be moved", "name a folder", key=source)
    new = new if new.endswith("/") or not new else f"{new}/"
    made = below(library, old, new)
    if not made:
        raise NotFoundError(f"nothing here is named {source}", "s3audio ls shows it", key=source)
    return made


def check_renamed(library: Library, old: str, new: str) -> None:
    """Raise unless a file or folder may be named so, as far as the catalog knows. Asks no store.

    Keys of folders end in `/`.
    """
    if new == old:
        return
    checked(library, new.rstrip("/"))
    catalog = library.catalog
    taken = has_folder(catalog, new) if new.endswith("/") else catalog.get(new) is not None
    if taken:
        name = new[new.rfind("/", 0, -1) + 1 :]
        raise ConflictError(f"{name} is there already", "choose another name")
    if new.startswith(old) and old.endswith("/"):
        raise UsageError("a folder cannot go into itself", "choose another name")


def below(library: Library, old: str, new: str) -> list[Pair]:
    """Return the pairs of a whole folder; both keys end in `/`, or are empty."""
    if new.startswith(old):
        raise UsageError(
            "a folder cannot be moved to itself or below itself", "choose another place", key=old
        )
    if new:
        checked(library, new.rstrip("/"))
    return [
        Pair(key, allowed(library, new + key.removeprefix(old)), entry.size_bytes)
        for page in spans.pages(library.store, library.full(old))
        for entry in page
        for key in [library.relative(entry.key)]
        if new or key != old  # the library itself needs no marker of a folder
    ]


def planned(library: Library, sources: Sequence[str], target: str) -> list[Pair]:
    """Return what a move or copy of all `sources` to `target` would do.

    One source goes as `pairs` says; several, or a glob, go into `target`, which ends in `/` then.
    """
    if len(sources) == 1 and not _is_pattern(library, sources[0]):
        return pairs(library, sources[0], target)
    home = from_argument(library, target)
    if home and not home.endswith("/"):
        raise UsageError(
            "several files go into a folder", f"end it in a slash: {target}/", key=target
        )
    return pairs_into(library, sources, target)


def _is_pattern(library: Library, source: str) -> bool:
    key = from_argument(library, source)
    return is_glob(key) and objects.find(library.store, library.full(key)) is None


def pairs_into(library: Library, sources: Sequence[str], folder: str) -> list[Pair]:
    """Return what a move or copy of several sources into one folder would do.

    A source is a key, a folder that ends in `/`, or a glob; each goes below `folder` under its
    own name. What is there already stays. Raises as `pairs` does, and where nothing is left.
    """
    home = from_argument(library, folder)
    home = home if home.endswith("/") or not home else f"{home}/"
    found: dict[str, Pair] = {}
    for source in sources:
        old = from_argument(library, source)
        wanted = _folder_into(library, old, home) if old.endswith("/") else []
        if not wanted:
            wanted = _files_into(library, source, home)
        found |= {pair.source: pair for pair in wanted}
    moved = [pair for pair in found.values() if pair.source != pair.target]
    if not moved:
        raise UsageError("all of it is there already", "choose another folder", key=folder)
    return moved


def carried(library: Library, keys: Sequence[str], folder: str) -> list[Pair]:
    """Return what moving or copying files and folders by their exact keys into a folder does.

    A file that is there already stays in: its copy can have another name.
    """
    found: list[Pair] = []
    for key in keys:
        if key.endswith("/"):
            found += _folder_into(library, key, folder)
            continue
        row = library.catalog.get(key)
        target = checked(library, folder + key.rpartition("/")[2])
        found.append(Pair(key, target, row.size_bytes if row else 0))
    return list({pair.source: pair for pair in found}.values())


def _folder_into(library: Library, old: str, home: str) -> list[Pair]:
    name = old[old.rfind("/", 0, -1) + 1 :]
    return [] if home + name == old else below(library, old, home + name)


def _files_into(library: Library, source: str, home: str) -> list[Pair]:
    keys = expand(library, [source])
    sizes = heads(library, keys)
    return [
        Pair(key, checked(library, home + key.rpartition("/")[2]), sizes[key].size_bytes)
        for key in keys
        if key in sizes
    ]


def is_empty(library: Library, folder: str) -> bool:
    """Return whether there is nothing below a folder, not even a marker of it."""
    pages = listing.pages(library.store, library.full(folder))
    return not any(page for page in islice(pages, 1))
