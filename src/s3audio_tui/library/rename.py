"""Rename, move, copy. S3 has no rename: it is copy, verify, delete, in that order."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.journal import Kind
from s3audio_tui.errors import CancelledError, ConflictError, S3AudioError, UsageError
from s3audio_tui.library import quota, sidecars
from s3audio_tui.library.chains import Chain, chains, legs
from s3audio_tui.library.chains import Pair as Pair
from s3audio_tui.library.copies import Copies
from s3audio_tui.library.details import remember
from s3audio_tui.library.each import Emit, each
from s3audio_tui.library.events import Done, Failed, ItemEvent, Progress, Skipped, Started
from s3audio_tui.library.history import Into, Note, recorded
from s3audio_tui.library.names import IfTaken, numbered
from s3audio_tui.library.opening import Library
from s3audio_tui.library.targets import pairs as pairs
from s3audio_tui.library.trash import set_aside
from s3audio_tui.store import copy as copying
from s3audio_tui.store import objects
from s3audio_tui.store.objects import ObjectHead


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
    into: Into = None,
) -> Iterator[ItemEvent]:
    """Rename each pair as one act; with `into` as part of an undo, which gets its items.

    A pair may take the name that another one gives up, also in a ring.
    """
    if not wanted:
        return
    with recorded(library, "rename", into) as note:
        job = _job(library, "rename", if_exists, cancel, note)
        yield from each(chains(wanted), job.chain, _names, cancel)


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
    """Copy each pair as one act; room for all of them is reserved before the first."""
    if not wanted:
        return
    reservation = quota.reserve(library, sum(pair.size_bytes for pair in wanted))
    landed: list[tuple[float, int]] = []
    try:
        with recorded(library, "copy") as note:
            job = _job(library, "copy", if_exists, cancel, note)

            def act(pair: Pair, emit: Emit) -> None:
                made = job.one(pair, emit)
                if made is not None:
                    landed.append((library.clock(), made.size_bytes))

            yield from each(wanted, act, lambda pair: (pair.source, pair.target), cancel)
    finally:
        reservation.settle(landed)


def _job(
    library: Library, kind: Kind, if_exists: IfTaken, cancel: CancelToken | None, note: Note
) -> "_Job":
    with_peaks, trashed = sidecars.any_kept(library), sidecars.trash_once(library)
    return _Job(library, kind, if_exists, with_peaks, trashed, cancel, note)


def _names(chain: Chain) -> tuple[str, str]:
    return chain.pairs[0].source, chain.pairs[0].target


def _half(chain: Chain, error: S3AudioError) -> S3AudioError:
    """Return the error of files that could neither trade names nor go back."""
    text = f"{error.message}; {chain.pairs[0].source} is named {chain.aside} for now"
    return type(error)(text, "undo takes it back", key=chain.pairs[0].source)


@dataclass(frozen=True, slots=True)
class _Job:
    """What moving and copying share: target guarded, peaks and catalog following."""

    library: Library
    kind: Kind
    if_exists: IfTaken
    with_peaks: bool
    trashed: sidecars.Trashed
    cancel: CancelToken | None
    note: Note
    claimed: set[str] = field(default_factory=set)
    """Names that this job has taken, so that no two of its files want the same."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def chain(self, chain: Chain, emit: Emit) -> None:
        """Carry out the pairs of a chain, one after the other; each ends with an event."""
        if chain.aside:
            self._ring(chain, emit)
            return
        stopped: S3AudioError | None = None
        for pair in chain.pairs:
            try:
                if stopped is not None:
                    raise stopped
                if self.cancel and self.cancel.cancelled:
                    raise CancelledError("not started", "run it again to finish", key=pair.source)
                if self.one(pair, emit) is None:
                    stopped = ConflictError(f"{pair.source} kept its name", "see to that one first")
            except S3AudioError as error:
                emit(Failed(pair.source, pair.target, error))
                stopped = stopped or ConflictError(
                    f"{pair.source} could not be renamed, and has the name that is wanted",
                    "see to that one first",
                )

    def _ring(self, chain: Chain, emit: Emit) -> None:
        """Let files trade names: all of them, or none. A stop waits for the end of it."""
        job = replace(self, cancel=None, if_exists="fail")
        made: list[Pair] = []
        try:
            for leg in legs(chain):
                head = job.one(leg, lambda event: None)
                made.append(replace(leg, size_bytes=head.size_bytes if head else 0))
                self.claimed.discard(leg.source)
        except S3AudioError as error:
            failure = error if job._went_back(made) else _half(chain, error)
            for pair in chain.pairs:
                emit(Failed(pair.source, pair.target, failure))
            return
        for pair, leg in zip(chain.pairs, made, strict=False):
            emit(Done(pair.source, pair.target, leg.size_bytes))

    def _went_back(self, made: Sequence[Pair]) -> bool:
        """Return whether all moves of a ring that failed could be taken back."""
        try:
            for leg in reversed(made):
                self.claimed.discard(leg.source)
                self.one(Pair(leg.target, leg.source, leg.size_bytes), lambda event: None)
        except S3AudioError:
            return False
        return True

    def one(self, pair: Pair, emit: Emit) -> ObjectHead | None:
        """Move or copy one object, and say so; None where it was skipped."""
        library = self.library
        source = objects.head(library.store, library.full(pair.source))
        taken = objects.find(library.store, library.full(pair.target))
        if taken and self.if_exists == "skip":
            emit(Skipped(pair.source, pair.target, "the name is taken"))
            return None
        pair, taken = self._claim(pair, taken)
        if taken:
            set_aside(library, taken, self.trashed)
        emit(Started(pair.source, pair.target, source.size_bytes))
        made = self._carry_out(pair, source, taken, emit)
        old, new = (pair.source, source.etag), (pair.target, made.etag)
        moves = self.kind == "rename"
        sidecars.follow(library, old, new, move=moves, kept=self.with_peaks, trashed=self.trashed)
        self._remember(pair, made)
        emit(Done(pair.source, pair.target, made.size_bytes))
        return made

    def _claim(self, pair: Pair, taken: ObjectHead | None) -> tuple[Pair, ObjectHead | None]:
        """Return the pair with a name that nothing else has or wants, and what it overwrites."""
        library, target, number = self.library, pair.target, 1
        if target == pair.source and self.if_exists == "overwrite":
            raise UsageError("a file cannot overwrite itself", "give it a number", key=target)
        while True:
            with self.lock:
                wanted_twice = target in self.claimed
                if not wanted_twice and (taken is None or self.if_exists == "overwrite"):
                    self.claimed.add(target)
                    return replace(pair, target=target), taken
            if self.if_exists != "rename":
                text = "is wanted by two files" if wanted_twice else "is there already"
                raise ConflictError(f"{target} {text}", "choose another name", key=target)
            number += 1
            target = numbered(pair.target, number)
            taken = objects.find(library.store, library.full(target))

    def _carry_out(
        self, pair: Pair, source: ObjectHead, taken: ObjectHead | None, emit: Emit
    ) -> ObjectHead:
        library = self.library
        how: Callable[..., ObjectHead] = copying.move if self.kind == "rename" else copying.copy
        with self.note({"from": pair.source, "to": pair.target}) as item:
            made = how(
                library.store,
                source,
                library.full(pair.target),
                can=library.capabilities(),
                replace_etag=taken.etag if taken else None,
                progress=lambda done: emit(
                    Progress(pair.source, pair.target, done, source.size_bytes)
                ),
                cancel=self.cancel,
                sessions=Copies(library),
            )
            item["etag"] = made.etag
        return made

    def _remember(self, pair: Pair, made: ObjectHead) -> None:
        catalog = self.library.catalog
        if catalog.get(pair.source) is None:
            remember(self.library, made, None)
            if self.kind == "rename":
                catalog.remove([pair.source])
        elif self.kind == "rename":
            catalog.rename(pair.source, pair.target, etag=made.etag, modified=made.modified)
        else:
            catalog.copied(pair.source, pair.target, etag=made.etag, modified=made.modified)
