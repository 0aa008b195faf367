"""Objects that sleep in an archive, such as Glacier: found, asked for, waited for."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.each import ask_each
from s3audio_tui.library.events import Failed, ItemEvent, Skipped
from s3audio_tui.library.getting import DownloadItem
from s3audio_tui.library.opening import Library
from s3audio_tui.store import archive, heads
from s3audio_tui.store.archive import TIERS, Tier
from s3audio_tui.store.failures import refused
from s3audio_tui.store.objects import ObjectHead

__all__ = ["TIERS", "Tier", "Woken", "foretold", "wake"]

_MAY_SLEEP = ("GLACIER", "DEEP_ARCHIVE", "INTELLIGENT_TIERING")
_POLL_S = 30.0
_SLICE_S = 0.1


@dataclass(frozen=True, slots=True)
class Woken:
    """Which objects can be read now, and what became of the others."""

    awake: list[DownloadItem]
    events: list[ItemEvent]


@dataclass(frozen=True, slots=True)
class _Asleep:
    item: DownloadItem
    head: ObjectHead


def wake(
    library: Library,
    items: Sequence[DownloadItem],
    tier: Tier,
    *,
    wait: bool = False,
    cancel: CancelToken | None = None,
    told: Callable[[str], None] = lambda text: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Woken:
    """Ask S3 for those that sleep in an archive; return the others, all of them after a `wait`.

    `told` gets what is being waited for. Raises `CancelledError` soon after a cancel.
    """
    token, events = cancel or CancelToken(), list[ItemEvent]()
    coming, left_out = [], set[DownloadItem]()
    for one in _asleep(library, items):
        item, how_long = one.item, archive.takes(one.head.archive, tier)
        text = f"it is on its way out of the archive, which takes {how_long}: try again then"
        try:
            if not one.head.restoring:
                archive.restore(library.store, one.head, tier, item.version_id)
        except S3AudioError as error:
            events.append(Failed(item.key, str(item.path), error))
            left_out.add(item)
        else:
            coming.append(one)
            if not wait:
                events.append(Skipped(item.key, str(item.path), text, item.size_bytes))
                left_out.add(item)
    if wait and coming:
        longest = max((archive.takes(one.head.archive, tier) for one in coming), key=_first_number)
        _wait(library, [one.item for one in coming], token, longest, told, sleep)
    return Woken([item for item in items if item not in left_out], events)


def foretold(library: Library, items: Sequence[DownloadItem], tier: Tier | None) -> Woken:
    """Return what `wake` would make of them, or a download without it. Asks for nothing."""
    events, asleep = list[ItemEvent](), set[DownloadItem]()
    for one in _asleep(library, items):
        item = one.item
        asleep.add(item)
        if tier is None:
            error = refused({"Error": {"Code": "InvalidObjectState"}}, library.bucket, item.key)
            events.append(Failed(item.key, str(item.path), error))
        else:
            how_long = archive.takes(one.head.archive, tier)
            text = f"it would be asked for from the archive, which takes {how_long}"
            events.append(Skipped(item.key, str(item.path), text, item.size_bytes))
    return Woken([item for item in items if item not in asleep], events)


def _first_number(text: str) -> int:
    return int(text.partition(" ")[0])


def _asleep(library: Library, items: Sequence[DownloadItem]) -> list[_Asleep]:
    """Return which objects cannot be read now. Asks S3 only of those whose class may sleep.

    What cannot be looked at is left to the download, which says why.
    """

    def look(item: DownloadItem) -> _Asleep | None:
        try:
            head = heads.look(library.store, library.full(item.key), version_id=item.version_id)
        except S3AudioError:
            return None
        return _Asleep(item, head) if head.archive else None

    found = ask_each([item for item in items if _may_sleep(library, item)], look)
    return [one for one in found if one is not None]


def _may_sleep(library: Library, item: DownloadItem) -> bool:
    row = library.catalog.get(item.key)
    return item.version_id is not None or row is None or row.storage_class in _MAY_SLEEP


def _wait(
    library: Library,
    left: Sequence[DownloadItem],
    token: CancelToken,
    how_long: str,
    told: Callable[[str], None],
    sleep: Callable[[float], None],
) -> None:
    while left:
        files = "1 file" if len(left) == 1 else f"{len(left)} files"
        told(f"waiting for {files} from the archive, which takes {how_long}")
        before = len(left)
        while len(left) == before:
            _pause(token, sleep)
            left = [one.item for one in _asleep(library, left)]


def _pause(token: CancelToken, sleep: Callable[[float], None]) -> None:
    waited_s = 0.0
    while waited_s < _POLL_S:
        token.check()
        sleep(_SLICE_S)
        waited_s += _SLICE_S
