"""A long list by several requests side by side: each page covers a known range of keys.

Where the ranges begin is told by keys that are known already, by folders, or guessed from the
pages that came. A wrong guess costs a request and nothing else.
"""

import threading
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from time import monotonic

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import S3AudioError
from s3audio_tui.store import listing
from s3audio_tui.store.client import Store
from s3audio_tui.store.guesses import Shape, shape_of
from s3audio_tui.store.in_turn import Range, Span, is_ordered, one_by_one
from s3audio_tui.store.listing import ObjectEntry

WORKERS = 8
GOOD_SPAN = 950
"""Keys between two points that are told from outside: one page, also when a few are new."""

_STRIDE = 0.95
_HELD = 16
"""Spans that may wait for whoever takes them."""

_DEEP = 4
_GUESSES = 3
_WORTH_PAGES = 1.9
_UNKNOWN_PAGES = 3.0
_POLL_S = 0.1
_QUICK_S, _QUICK_LIST_S, _QUICK_WORKERS = 0.07, 1.0, 2
"""A store that gives a page so soon is near: more requests at once then pay for long lists only."""


def spans(
    store: Store, prefix: str, *, points: Sequence[str] = (), cancel: CancelToken | None = None
) -> Iterator[Span]:
    """Yield the objects below `prefix` in spans, in any order, which together cover all of it.

    `points` are keys known from before, every 950th or so. A list of one page costs one request.
    A store that does not keep to the order of keys is asked for one page after the other. Raises
    as `listing.pages` does, and `CancelledError` within 0.2 s of a cancel.
    """
    walk = _Walk(store, prefix, points, cancel or CancelToken())
    if not (yield from walk.found()):
        yield from one_by_one(store, prefix, walk.unlisted(), cancel)


def pages(
    store: Store, prefix: str, *, cancel: CancelToken | None = None
) -> Iterator[list[ObjectEntry]]:
    """Yield the objects below `prefix` in the order of their keys, as `listing.pages` does."""
    held: dict[str, Span] = {}
    at: str | None = ""
    for span in spans(store, prefix, cancel=cancel):
        held[span.after] = span
        while at is not None and at in held:
            found = held.pop(at)
            at = found.through
            yield found.entries


@dataclass(slots=True, eq=False)
class _Gap:
    """Keys behind `after`, up to `until`, that nobody has listed yet."""

    after: str
    until: str | None
    token: str = ""
    """With which the store goes on behind `after`, where that is the end of a page."""
    shape: Shape | None = None
    """How the keys before it go on."""
    begun: bool = False
    is_guess: bool = False
    steady: bool = False
    """Whether two pages one after the other ended in the same folder, which is then a big one."""


class _Walk:
    """One list under way. All that changes is changed under `_changed`."""

    def __init__(
        self, store: Store, prefix: str, points: Sequence[str], cancel: CancelToken
    ) -> None:
        self._store = store
        self._prefix = prefix
        self._cancel = cancel
        self._changed = threading.Condition()
        below = {point for point in points if point > prefix and point.startswith(prefix)}
        inner = sorted(point for point in below if point.isprintable())
        self._gaps = [
            _Gap(after, until) for after, until in zip(["", *inner], [*inner, None], strict=True)
        ]
        self._folders: list[str] | None = None if not inner else []
        """Where folders begin; None: nobody has asked."""
        self._folders_a_page = 1
        self._flat: str | None = None
        """The folder whose own files are many, where one is known."""
        self._guesses = float(_GUESSES)
        """How many guesses may be under way: more while they hit."""
        self._spans: deque[Span] = deque()
        self._threads = 0
        self._began_at = monotonic()
        self._first_s = 0.0
        """How long the first page took."""
        self._stop = CancelToken()
        self._unordered = False
        self._error: S3AudioError | None = None

    def found(self) -> Generator[Span, None, bool]:
        """Yield the spans as they come; return False where the store keeps to no order."""
        try:
            with self._changed:
                self._staff(len(self._gaps))
            while (span := self._next()) is not None:
                yield span
            return not self._unordered
        finally:
            with self._changed:
                self._stop.cancel()
                self._changed.notify_all()

    def unlisted(self) -> list[Range]:
        """Return the ranges of which nothing was yielded."""
        with self._changed:
            return [(gap.after, gap.until) for gap in self._gaps]

    def _next(self) -> Span | None:
        with self._changed:
            while not self._spans:
                self._cancel.check()
                if self._error is not None:
                    raise self._error
                if self._unordered or not self._gaps:
                    return None
                self._changed.wait(_POLL_S)
            self._cancel.check()
            self._changed.notify_all()
            return self._spans.popleft()

    def _has_ended(self) -> bool:
        return self._stop.cancelled or self._unordered or self._error is not None

    def _is_quick(self) -> bool:
        return self._first_s < _QUICK_S and monotonic() - self._began_at < _QUICK_LIST_S

    def _staff(self, wanted: int) -> None:
        for _ in range(min(wanted, WORKERS) - self._threads):
            self._threads += 1
            threading.Thread(target=self._run, name="s3audio-list", daemon=True).start()

    def _run(self) -> None:
        error: S3AudioError | None = S3AudioError("s3audio has a defect here", "see its log")
        try:
            while (gap := self._take()) is not None:
                began = monotonic()
                entries, token = listing.page(
                    *(self._store, self._prefix),
                    after=gap.after,
                    token=gap.token,
                    cancel=self._stop,
                )
                self._first_s = self._first_s or monotonic() - began
                if self._add(gap, entries, token) and self._asks_for_folders():
                    self._look_for_folders(entries)
            error = None
        except S3AudioError as ours:
            error = ours
        finally:
            with self._changed:
                self._error = self._error or error
                self._changed.notify_all()

    def _take(self) -> _Gap | None:
        """Return the next range to list; None once there is nothing more to do."""
        with self._changed:
            while self._gaps and not self._has_ended():
                idle = next((gap for gap in self._gaps if not gap.begun), None)
                gap = (idle or self._split()) if len(self._spans) < _HELD else None
                if gap is not None:
                    gap.begun = True
                    return gap
                self._changed.wait()
            return None

    def _add(self, gap: _Gap, entries: list[ObjectEntry], token: str) -> bool:
        """Note a page of a range; return whether more was found, and there is more behind it."""
        keys = [entry.key for entry in entries]
        odd = not is_ordered(entries) or (bool(keys) and keys[0] <= gap.after)
        with self._changed:
            self._changed.notify_all()
            self._unordered = self._unordered or odd
            if self._unordered:
                return False
            size = len(keys) if gap.until is None else bisect_right(keys, gap.until)
            ends = not token or size < len(keys) or (bool(keys) and keys[-1] == gap.until)
            self._learn(gap, hit=size > 0)
            if size or ends:
                through = gap.until if ends else keys[-1]
                self._spans.append(Span(gap.after, through, entries[:size]))
            if ends:
                self._gaps.remove(gap)
                return False
            gap.begun, gap.is_guess = False, False
            if keys:
                went_on = bool(gap.token) and _folder(keys[-1]) == _folder(gap.after)
                gap.steady = gap.steady or went_on
                gap.shape = shape_of(keys, self._prefix) or gap.shape
                gap.after = keys[-1]
            gap.token = token
            self._staff(_QUICK_WORKERS if self._is_quick() else WORKERS)
            return bool(keys)

    def _asks_for_folders(self) -> bool:
        with self._changed:
            asks = self._folders is None
            self._folders = self._folders or []
            return asks

    def _learn(self, gap: _Gap, *, hit: bool) -> None:
        gained = 0.25 if not gap.is_guess else 1 if hit else -2
        self._guesses = min(max(self._guesses + gained, 0), WORKERS)

    def _look_for_folders(self, entries: list[ObjectEntry]) -> None:
        """Learn where folders begin. Failing does no harm: it is the list that says why."""
        prefix, after = self._prefix, entries[-1].key
        found: listing.Top | None = None
        with suppress(S3AudioError):
            for _ in range(_DEEP):
                found = listing.top(self._store, prefix, after=after)
                if len(found.folders) != 1 or found.files:
                    break
                prefix = found.folders[0]
        if found is not None:
            passed = {entry.key[len(prefix) :].partition("/")[0] for entry in entries}
            with self._changed:
                self._folders = sorted(each for each in found.folders if each.isprintable())
                self._folders_a_page = len(passed)
                self._flat = prefix if len(found.files) > len(found.folders) else None
                self._changed.notify_all()

    def _split(self) -> _Gap | None:
        """Take the rest of a range that is under way, where that is likely to be a page or more."""
        best: tuple[float, _Gap, str, bool] | None = None
        guessed = sum(gap.is_guess for gap in self._gaps)
        for gap in self._gaps:
            pages, point = self._folder_point(gap)
            is_guess = point is None and guessed + 1 <= self._guesses
            if is_guess and (gap.steady or _folder(gap.after) == self._flat):
                pages, point = _guessed_point(gap)
            if point is not None and (best is None or pages > best[0]):
                best = (pages, gap, point, is_guess)
        if best is None:
            return None
        _, gap, point, is_guess = best
        made = _Gap(point, gap.until, shape=gap.shape, is_guess=is_guess, steady=gap.steady)
        gap.until = point
        self._gaps.insert(self._gaps.index(gap) + 1, made)
        return made

    def _folder_point(self, gap: _Gap) -> tuple[float, str | None]:
        """Return about how many pages of folders lie in a range, and the folder in its middle."""
        folders = self._folders or []
        first = bisect_right(folders, gap.after)
        last = len(folders) if gap.until is None else bisect_left(folders, gap.until)
        pages = (last - first) / self._folders_a_page
        # What is under way reaches over the next folder, where it does not begin with one.
        least = 1 if gap.after.endswith("/") else 2
        return (pages, folders[(first + last) // 2]) if pages >= least else (0, None)


def _folder(key: str) -> str:
    return key[: key.rfind("/") + 1]


def _guessed_point(gap: _Gap) -> tuple[float, str | None]:
    """Return about how many pages lie in a range, and a key about a page ahead, or half of all."""
    pages = gap.shape.pages(gap.after, gap.until) if gap.shape is not None else 0
    if gap.shape is None or pages < _WORTH_PAGES:
        return 0, None
    known = pages < inf
    point = gap.shape.ahead(gap.after, max(_STRIDE, pages / 2) if known else _STRIDE)
    if point is None or not point.isprintable() or (gap.until is not None and point >= gap.until):
        return 0, None
    return (pages if known else _UNKNOWN_PAGES), point
