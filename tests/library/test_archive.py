"""Objects in an archive: said, asked for, waited for."""

from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError
from s3audio_tui.library import archive, download
from s3audio_tui.library.getting import DownloadItem
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.store import objects
from s3audio_tui.store.archive import takes
from s3audio_tui.store.objects import head_of
from tests.library.helpers import done, failures
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

LARGE = bytes(9_000_000)


@pytest.fixture
def items(library: Library, plain_s3: Any, tmp_path: Path) -> list[DownloadItem]:
    """One that is awake, a small and a large one that sleep, another deeply."""
    for key, body, storage_class in (
        ("a.wav", b"1", "STANDARD"),
        ("b.wav", b"12", "GLACIER"),
        ("c.wav", LARGE, "GLACIER"),
        ("d.wav", b"1234", "DEEP_ARCHIVE"),
    ):
        plain_s3.put_object(Bucket=library.bucket, Key=key, Body=body, StorageClass=storage_class)
    return download.plan(library, ["**"], tmp_path).items


def got(library: Library, items: list[DownloadItem]) -> tuple[list[str], dict[str, str]]:
    queue = TransferQueue(2)
    download.submit(library, queue, items)
    events = list(queue.events())
    return done(events), failures(events)


def names(items: list[DownloadItem]) -> list[str]:
    return [item.key for item in items]


def test_what_sleeps_is_said(library: Library, items: list[DownloadItem], tmp_path: Path) -> None:
    arrived, failed = got(library, items)
    assert arrived == ["a.wav"]
    assert failed == dict.fromkeys(["b.wav", "c.wav", "d.wav"], "not_allowed")
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_what_sleeps_is_asked_for_and_comes_later(
    library: Library, items: list[DownloadItem]
) -> None:
    woken = archive.wake(library, items, "standard")
    assert names(woken.awake) == ["a.wav"]
    said = {event.key: getattr(event, "reason", "") for event in woken.events}
    assert "3 to 5 hours" in said["b.wav"]
    assert "12 hours" in said["d.wav"]
    assert archive.wake(library, items, "standard").events == [], "the test's store is quick"
    assert got(library, items) == (["a.wav", "b.wav", "c.wav", "d.wav"], {})


def test_one_can_wait_for_it(
    library: Library, items: list[DownloadItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    woken = archive.wake(
        library, items, "bulk", wait=True, told=told.append, sleep=lambda seconds: None
    )
    assert names(woken.awake) == names(items)
    assert told == ["waiting for 3 files from the archive, which takes 48 hours"]


def test_a_wait_can_be_ended(library: Library, items: list[DownloadItem]) -> None:
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        archive.wake(
            library,
            items,
            "standard",
            wait=True,
            cancel=cancel,
            sleep=lambda seconds: cancel.cancel(),
        )


def test_what_may_not_be_asked_for_is_named(
    library: Library, items: list[DownloadItem], s3_server: StrictS3
) -> None:
    s3_server.set_faults(library.bucket, Fault(method="POST", key="b.wav", code="AccessDenied"))
    woken = archive.wake(library, items, "expedited")
    assert failures(woken.events) == {"b.wav": "not_allowed"}
    assert names(woken.awake) == ["a.wav"]


@pytest.mark.parametrize(
    ("said", "sleeps", "restoring"),
    [
        ({"StorageClass": "GLACIER"}, "GLACIER", False),
        ({"StorageClass": "GLACIER_IR"}, "", False),
        (
            {"StorageClass": "DEEP_ARCHIVE", "Restore": 'ongoing-request="true"'},
            "DEEP_ARCHIVE",
            True,
        ),
        (
            {"StorageClass": "GLACIER", "Restore": 'ongoing-request="false", expiry-date="x"'},
            "",
            False,
        ),
        (
            {"StorageClass": "INTELLIGENT_TIERING", "ArchiveStatus": "DEEP_ARCHIVE_ACCESS"},
            "DEEP_ARCHIVE_ACCESS",
            False,
        ),
        ({"StorageClass": "INTELLIGENT_TIERING"}, "", False),
    ],
)
def test_what_a_head_says(
    library: Library, plain_s3: Any, said: dict[str, str], sleeps: str, restoring: bool
) -> None:
    plain_s3.put_object(Bucket=library.bucket, Key="k", Body=b"1")
    answer = dict(plain_s3.head_object(Bucket=library.bucket, Key="k"))
    head = head_of("k", answer | said)
    assert (head.archive, head.restoring) == (sleeps, restoring)
    assert takes("DEEP_ARCHIVE_ACCESS", "standard") == "12 hours"
    assert objects.head(library.store, library.full("k")).archive == ""
