"""Room: a limit per user, what is used of it, and reservations that two clients cannot share.

The truth is `.s3audio/quota/<user>.json`, changed only by compare-and-swap (`If-Match`). Whoever
may write to the bucket by other means can step over it; a store that ignores conditions makes it
advisory, and `QuotaStatus.advisory` says so.
"""

import logging
import random
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

import msgspec

from s3audio_tui import logs
from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    QuotaError,
    S3AudioError,
)
from s3audio_tui.library import processes
from s3audio_tui.library.opening import HIDDEN, Library
from s3audio_tui.library.usage import Usage, measure
from s3audio_tui.store import objects
from s3audio_tui.units import parse_size, size_text

_LOG = logging.getLogger(logs.NAME)

_ATTEMPTS = 40
_RESERVATION_S = 24 * 3600
"""A reservation whose program died stops counting after this."""


class Held(msgspec.Struct):
    """Bytes that somebody is about to upload. Instants in seconds since 1970."""

    id: str
    bytes: int
    at: float
    by: str = ""
    """The program that holds them, as `processes.name` has it."""
    settled: int = 0
    """How many of those that landed are among the used bytes, so that none is counted twice."""

    def counts(self, now: float) -> bool:
        """Return whether it is not too old, and its program not known to have died."""
        return now - self.at < _RESERVATION_S and not processes.is_gone(self.by)


class Ledger(msgspec.Struct):
    """The document of one user's quota."""

    version: int = 1
    user: str = ""
    limit_bytes: int | None = None
    used_bytes: int = 0
    file_count: int = 0
    measured_at: float | None = None
    reservations: list[Held] = []

    def pending(self, now: float) -> int:
        """Return the bytes held by reservations that still count."""
        return sum(held.bytes for held in self.reservations if held.counts(now))


@dataclass(frozen=True, slots=True)
class QuotaStatus:
    """How much room there is. `percent` is of the limit; `measured_at` when S3 was last asked.

    `advisory`: the store is known to ignore conditions, so that two programs at once may step over.
    """

    user: str
    limit_bytes: int
    used_bytes: int
    available_bytes: int
    file_count: int
    percent: float
    exceeded: bool
    pending_bytes: int
    advisory: bool
    measured_at: float | None


class _DoubtfulError(Exception):
    """All bytes have to be added up before anything is said."""


class Reservation:
    """Room held for uploads that are on their way; `settle` gives back what was not used."""

    def __init__(self, library: Library) -> None:
        """Holds nothing until it is renewed."""
        self._library = library
        self._held = Held(uuid.uuid4().hex, 0, library.clock(), processes.name())

    @property
    def bytes_held(self) -> int:
        """How many bytes are held."""
        return self._held.bytes

    def renew(
        self, size_bytes: int, landed: Sequence[tuple[float, int]], *, measures: bool = True
    ) -> None:
        """Hold `size_bytes` from now on, and settle what has landed since it began, both at once.

        Unless it `measures`, the last sum says whether there is that much, where there is one.
        Raises `QuotaError` where there is not that much; then it is as it was before. Where the
        answer is lost nobody knows which; the next one finds out, and counts nothing twice.
        """
        library, before = self._library, self._held
        held = msgspec.structs.replace(
            before, bytes=size_bytes, at=library.clock(), settled=len(landed)
        )

        def change(ledger: Ledger, *, measured: bool) -> None:
            _settle(ledger, before, landed)
            room = _room(library, ledger)
            died = any(not each.counts(held.at) for each in ledger.reservations)
            too_much = size_bytes > room
            if not measured and (ledger.measured_at is None or died or (too_much and measures)):
                raise _DoubtfulError
            if too_much:
                raise QuotaError(
                    f"the quota of {library.user} has room for {size_text(max(0, room))},"
                    f" and this needs {size_text(size_bytes)}",
                    "empty the trash, delete something for good, or raise it with quota --set",
                )
            ledger.reservations.append(held)

        try:
            _change(library, partial(change, measured=False))
        except _DoubtfulError:
            status(library)
            _change(library, partial(change, measured=True))
        self._held = held

    def settle(self, landed: Sequence[tuple[float, int]]) -> None:
        """End the reservation; `landed` has when each file arrived, and its bytes.

        What arrived before the last measuring began is in the measured sum already. Where the
        store does not let it, the bytes stay held until this program has ended.
        """
        try:
            _change(self._library, lambda ledger: _settle(ledger, self._held, landed))
        except S3AudioError as error:
            _LOG.warning("a reservation of the quota could not be ended: %s", error)


def _settle(ledger: Ledger, held: Held, landed: Sequence[tuple[float, int]]) -> None:
    measured = ledger.measured_at or 0.0
    there = next((each for each in ledger.reservations if each.id == held.id), held)
    ledger.used_bytes += sum(size for at, size in landed[there.settled :] if at >= measured)
    ledger.reservations = [each for each in ledger.reservations if each.id != held.id]


def status(
    library: Library, *, measure_now: bool = True, cancel: CancelToken | None = None
) -> QuotaStatus:
    """Return the user's quota; with `measure_now` all bytes are first added up in S3.

    Without it, the last sum is used, and if there is none, what the catalog knows.
    """
    if not measure_now:
        ledger, _ = _read(library)
        if ledger.measured_at is None:
            totals = library.catalog.totals("")
            ledger.used_bytes, ledger.file_count = totals.bytes, totals.files
        return _status(library, ledger)
    began = library.clock()
    before, _ = _read(library)
    usage = measure(library, cancel)
    try:
        ledger = _change(library, lambda it: _take_measure(it, before, usage, began, began))
    except NotAllowedError:
        ledger = before
        _take_measure(ledger, before, usage, began, began)
    return _status(library, ledger)


def _take_measure(ledger: Ledger, before: Ledger, usage: Usage, began: float, now: float) -> None:
    settled_meanwhile = max(0, ledger.used_bytes - before.used_bytes)
    ledger.used_bytes = usage.bytes + settled_meanwhile
    ledger.file_count = usage.files
    ledger.measured_at = began
    known = {held.id for held in before.reservations}
    ledger.reservations = [
        held for held in ledger.reservations if held.id not in known or held.counts(now)
    ]


def set_limit(library: Library, limit_bytes: int) -> QuotaStatus:
    """Give the user another limit, and return the quota as it is then."""

    def change(ledger: Ledger) -> None:
        ledger.limit_bytes = limit_bytes

    _change(library, change)
    return status(library)


def reserve(library: Library, size_bytes: int) -> Reservation:
    """Hold room for `size_bytes`. Raises `QuotaError` where there is not that much.

    All bytes are added up in S3 before that is said, or where a program died with bytes held.
    """
    made = Reservation(library)
    made.renew(size_bytes, ())
    return made


def room_bytes(library: Library) -> int:
    """Return how many bytes may still go up, by the last sum."""
    return status(library, measure_now=False).available_bytes


def released(library: Library, size_bytes: int) -> None:
    """Note that `size_bytes` were deleted for good, or added where negative."""

    def change(ledger: Ledger) -> None:
        ledger.used_bytes = max(0, ledger.used_bytes - size_bytes)

    if _read(library)[0].measured_at is not None:
        _change(library, change)


def _key(library: Library) -> str:
    return library.full(f"{HIDDEN}quota/{quote(library.user, safe='')}.json")


def _read(library: Library) -> tuple[Ledger, str | None]:
    try:
        data, etag = objects.read_small(library.store, _key(library))
    except NotFoundError:
        return Ledger(user=library.user), None
    try:
        return msgspec.json.decode(data, type=Ledger), etag
    except msgspec.DecodeError:
        return Ledger(user=library.user), etag


def _change(library: Library, change: Callable[[Ledger], None]) -> Ledger:
    """Apply `change` to the ledger by compare-and-swap, again whenever somebody was faster."""
    conditional = _strict(library)
    for attempt in range(_ATTEMPTS):
        ledger, etag = _read(library)
        change(ledger)
        try:
            objects.write_small(
                library.store,
                _key(library),
                msgspec.json.encode(ledger),
                if_none_match=conditional and etag is None,
                if_match=etag if conditional else None,
            )
        except ConflictError:
            time.sleep(random.uniform(0, min(1.0, 0.02 * 2**attempt)))
        else:
            return ledger
    raise ConflictError(
        "the quota is being changed by many programs at once", "wait a moment and try again"
    )


def _strict(library: Library) -> bool:
    can = library.capabilities()
    return can.conditional_create and can.conditional_replace


def _room(library: Library, ledger: Ledger) -> int:
    return _limit(library, ledger) - ledger.used_bytes - ledger.pending(library.clock())


def _limit(library: Library, ledger: Ledger) -> int:
    if ledger.limit_bytes is None:
        return parse_size(library.settings.quota)
    return ledger.limit_bytes


def _status(library: Library, ledger: Ledger) -> QuotaStatus:
    limit = _limit(library, ledger)
    return QuotaStatus(
        user=library.user,
        limit_bytes=limit,
        used_bytes=ledger.used_bytes,
        available_bytes=max(0, _room(library, ledger)),
        file_count=ledger.file_count,
        percent=round(100 * ledger.used_bytes / limit, 1) if limit else 100.0,
        exceeded=ledger.used_bytes > limit,
        pending_bytes=ledger.pending(library.clock()),
        advisory=library.may_write() and not _strict(library),
        measured_at=ledger.measured_at,
    )
