"""Bookmarks: folders and searches of any library, kept on this machine under names."""

from collections.abc import Callable, Collection, Iterable

import msgspec

from s3audio_tui.errors import ConflictError, NotFoundError, UsageError
from s3audio_tui.library.addresses import place_of
from s3audio_tui.library.remembered import LONGEST_NAME, Address, Bookmark, Remembered

Change = Callable[[Remembered], Remembered]


def added(bookmark: Bookmark) -> Change:
    """Return the change that keeps a bookmark; it raises as `check_name` does."""

    def change(now: Remembered) -> Remembered:
        check_name(now, bookmark.name)
        return msgspec.structs.replace(now, bookmarks=(*now.bookmarks, bookmark))

    return change


def removed(names: Collection[str]) -> Change:
    """Return the change that takes bookmarks out; a name that is gone already is no mistake."""

    def change(now: Remembered) -> Remembered:
        left = tuple(each for each in now.bookmarks if each.name not in names)
        return msgspec.structs.replace(now, bookmarks=left)

    return change


def renamed(old: str, new: str) -> Change:
    """Return the change that gives a bookmark another name; it raises as `check_name` does."""

    def change(now: Remembered) -> Remembered:
        named(now, old)
        if new != old:
            check_name(now, new)
        kept = tuple(
            msgspec.structs.replace(each, name=new) if each.name == old else each
            for each in now.bookmarks
        )
        return msgspec.structs.replace(now, bookmarks=kept)

    return change


def check_name(now: Remembered, name: str) -> None:
    """Raise `UsageError` for a name that is none, `ConflictError` for one that is taken."""
    if not name.strip():
        raise UsageError("a bookmark needs a name", "type one")
    if len(name) > LONGEST_NAME:
        raise UsageError(f"a name has at most {LONGEST_NAME} characters", "type a shorter one")
    if any(each.name == name for each in now.bookmarks):
        raise ConflictError(f"a bookmark is named {name} already", "choose another name")


def named(now: Remembered, name: str) -> Bookmark:
    """Return the bookmark of a name; raise `NotFoundError` where there is none."""
    found = next((each for each in now.bookmarks if each.name == name), None)
    if found is None:
        raise NotFoundError(
            f"no bookmark is named {name}", "s3audio bookmarks ls lists those that are", key=name
        )
    return found


def of_library(bookmarks: Iterable[Bookmark], address: Address) -> list[Bookmark]:
    """Return the bookmarks of one library."""
    here = place_of(address)
    return [each for each in bookmarks if place_of(each.address) == here]


def free_name(now: Remembered, wanted: str) -> str:
    """Return `wanted`, with a number behind it where it is taken."""
    wanted = wanted[: LONGEST_NAME - 5]
    taken, name, count = {each.name for each in now.bookmarks}, wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted} {count}"
    return name
