"""Rename, move, copy. S3 has no rename: it is copy, verify, delete, in that order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.journal import Item
from s3audio_tui.errors import ConflictError, NotFoundError, UsageError
from s3audio_tui.library import quota, sidecars
from s3audio_tui.library.details import remember
from s3audio_tui.library.each import Emit, each
from s3audio_tui.library.events import Done, ItemEvent, Progress, Skipped, Started
from s3audio_tui.library.history import Note, recorded
from s3audio_tui.library.keys import allowed, checked, from_argument
from s3audio_tui.library.opening import HIDDEN, Library
from s3audio_tui.library.trash import set_aside
from s3audio_tui.store import copy as copying
from s3audio_tui.store import listing, objects
from s3audio_tui.store.objects import ObjectHead

IfTaken = Literal["fail", "skip", "overwrite"]


@dataclass(frozen=True, slots=True)
class Pair:
    """One object, and the key that it shall have. `size_bytes` as listed."""

    source: str
    target: str
    size_bytes: int


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
    if new.startswith(old):
        raise UsageError(
            "a folder cannot be moved to itself or below itself", "choose another place", key=old
        )
    if new:
        checked(library, new.rstrip("/"))
    made = [
        Pair(key, allowed(library, new + key.removeprefix(old)), entry.size_bytes)
        for page in listing.pages(library.store, library.full(old))
        for entry in page
        for key in [library.relative(entry.key)]
        if new or key != old  # the library itself needs no marker of a folder
    ]
    if not made:
        raise NotFoundError(f"nothing here is named {source}", "s3audio ls shows it", key=source)
    return made


def move(
    library: Library,
    source: str,
    target: str,
    *,
    if_exists: IfTaken = "fail",
    cancel: CancelToken | None = None,
) -> Iterator[ItemEvent]:
    """Rename one object or a whole prefix; yield what becomes of each.

    Each object is copied with all its properties, verified, and only then deleted, so that a
    crash leaves both or one, never none. What was moved can be taken back with `undo`.
    """
    wanted = pairs(library, source, target)
    yield from move_pairs(library, wanted, if_exists=if_exists, cancel=cancel)


def move_pairs(
    library: Library,
    wanted: Sequence[Pair],
    *,
    if_exists: IfTaken = "fail",
    cancel: CancelToken | None = None,
    into: list[Item] | None = None,
) -> Iterator[ItemEvent]:
    """Rename each pair as one act; with `into` as part of an undo, which gets its items."""
    if not wanted:
        return
    job = _Job(library, if_exists, sidecars.any_kept(library), cancel)
    with recorded(library, "rename", into) as note:

        def act(pair: Pair, emit: Emit) -> None:
            moved = job.run(pair, emit, note)
            if moved is None:
                return
            if library.catalog.get(pair.source) is None:
                remember(library, moved, None)
            else:
                library.catalog.rename(
                    pair.source, pair.target, etag=moved.etag, modified=moved.modified
                )
            emit(Done(pair.source, pair.target, moved.size_bytes))

        yield from each(wanted, act, _names, cancel)


def copy(
    library: Library,
    source: str,
    target: str,
    *,
    if_exists: IfTaken = "fail",
    cancel: CancelToken | None = None,
) -> Iterator[ItemEvent]:
    """Copy one object or a whole prefix, with all properties; yield what becomes of each."""
    wanted = pairs(library, source, target)
    yield from copy_pairs(library, wanted, if_exists=if_exists, cancel=cancel)


def copy_pairs(
    library: Library,
    wanted: Sequence[Pair],
    *,
    if_exists: IfTaken = "fail",
    cancel: CancelToken | None = None,
) -> Iterator[ItemEvent]:
    """Copy each pair; room for all of them is reserved before the first."""
    job = _Job(library, if_exists, sidecars.any_kept(library), cancel)
    reservation = quota.reserve(library, sum(pair.size_bytes for pair in wanted))
    landed: list[tuple[float, int]] = []

    def act(pair: Pair, emit: Emit) -> None:
        made = job.run(pair, emit)
        if made is None:
            return
        landed.append((library.clock(), made.size_bytes))
        if library.catalog.get(pair.source) is None:
            remember(library, made, None)
        else:
            library.catalog.copied(pair.source, pair.target, etag=made.etag, modified=made.modified)
        emit(Done(pair.source, pair.target, made.size_bytes))

    try:
        yield from each(wanted, act, _names, cancel)
    finally:
        reservation.settle(landed)


def _names(pair: Pair) -> tuple[str, str]:
    return pair.source, pair.target


@dataclass(frozen=True, slots=True)
class _Job:
    """What moving and copying share: one pair at a time, target guarded, peaks following."""

    library: Library
    if_exists: IfTaken
    with_peaks: bool
    cancel: CancelToken | None

    def run(self, pair: Pair, emit: Emit, note: Note | None = None) -> ObjectHead | None:
        """Copy one object, or with `note` move it; None where it was skipped."""
        library = self.library
        source = objects.head(library.store, library.full(pair.source))
        taken = objects.find(library.store, library.full(pair.target))
        if taken and self.if_exists == "skip":
            emit(Skipped(pair.source, pair.target, "the name is taken"))
            return None
        if taken and self.if_exists == "fail":
            raise ConflictError(
                f"{pair.target} is there already", "choose another name", key=pair.target
            )
        if taken:
            set_aside(library, taken)
        emit(Started(pair.source, pair.target, source.size_bytes))

        def transfer(how: Callable[..., ObjectHead]) -> ObjectHead:
            return how(
                library.store,
                source,
                library.full(pair.target),
                can=library.capabilities(),
                replace_etag=taken.etag if taken else None,
                progress=lambda done: emit(
                    Progress(pair.source, pair.target, done, source.size_bytes)
                ),
                cancel=self.cancel,
            )

        if note is None:
            made = transfer(copying.copy)
        else:
            with note({"from": pair.source, "to": pair.target}) as item:
                made = transfer(copying.move)
                item["etag"] = made.etag
        if self.with_peaks:
            old, new = (pair.source, source.etag), (pair.target, made.etag)
            sidecars.follow(library, old, new, move=note is not None)
        return made
