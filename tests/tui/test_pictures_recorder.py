"""What the recorder looks like in each of its states."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest

from s3audio_tui.errors import DeviceError, NotAllowedError, UnreachableError
from s3audio_tui.library import chunk_doors, whole_queue
from s3audio_tui.library.opening import Library
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.takes import Take
from s3audio_tui.library.whole_take import Whole, work_bytes
from s3audio_tui.tui.screens.rec_left import LeftDialog
from tests.snapshots import SIZE, Snapshot
from tests.tui.recording import SECONDS, Doorman, Studio, level, music, studio

OpenDemo = Callable[..., Library]

SMALL, TINY = (80, 24), (60, 20)
GB = 10**9


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Doorman:
    """The way to S3; before it a disk of a hundred gigabytes, and takes of one name."""
    made = Doorman()
    monkeypatch.setattr(chunk_doors, "LibraryDoor", lambda library: made)
    monkeypatch.setattr(Spool, "free_bytes", lambda spool: 100 * GB)
    monkeypatch.setattr("secrets.token_hex", lambda size: "7f3a")
    return made


@asynccontextmanager
async def recorded(
    open_demo: OpenDemo, size: tuple[int, int] = SIZE, chunks: str = "in_s3"
) -> AsyncIterator[Studio]:
    """Record 42 s, in stereo; eight of nine chunks are full."""
    async with studio(open_demo(record_channels=2), size=size) as driver:
        await driver.begin()
        await driver.hear(music(7))
        await driver.record()
        await driver.hear(music(42))
        await driver.has(chunks, 8)
        yield driver


def marked(driver: Studio) -> list[str]:
    folder = driver.side.folder
    return [each.word for each in folder.take.markers] if folder is not None else []


async def in_themes(driver: Studio, snapshot: Snapshot, name: str) -> None:
    for theme in ("light", "terminal"):
        await driver.tap("f2")
        await driver.see()
        snapshot(driver.app, f"{name}-{theme}")
    await driver.tap("f2")


async def at_size(driver: Studio, size: tuple[int, int]) -> None:
    await driver.pilot.resize_terminal(*size)
    await driver.see()


async def test_from_ready_to_a_line_on_the_main_screen(
    open_demo: OpenDemo, door: Doorman, snapshot: Snapshot
) -> None:
    async with studio(open_demo(record_channels=2)) as driver:
        await driver.begin()
        await driver.hear(music(7))
        snapshot(driver.app, "recorder-ready")
        await driver.record()
        for word, seconds in (("verse", 30), ("chorus", 12)):
            await driver.hear(music(seconds))
            await driver.tap("m")
            await driver.write(word)
            await driver.tap("enter")
            await driver.until(lambda word=word: word in marked(driver))  # type: ignore[misc]
        await driver.hear(level(1.0, 0.2))
        await driver.has("in_s3", 8)
        snapshot(driver.app, "recorder-120x34")
        await driver.tap("escape")
        await driver.see()
        snapshot(driver.app, "recorder-strip")
        await driver.tap("q")
        snapshot(driver.app, "recorder-quit")


def half_done(
    begun: threading.Event,
    ends: threading.Event,
    library: Library,
    take: Take,
    key: str,
    *,
    progress: Callable[[int], None],
    cancel: object,
) -> Whole:
    progress(work_bytes(take) // 2)
    begun.set()
    ends.wait()
    return Whole(take.id, key, "etag", 44, take.frames, take.duration_s, 0, 0)


async def test_it_records_is_paused_named_all_there_and_one_file(
    open_demo: OpenDemo, door: Doorman, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with recorded(open_demo, SMALL) as driver:
        folder = driver.side.folder
        assert folder is not None
        monkeypatch.setattr(whole_queue, "read_take", lambda *_: folder.take)
        snapshot(driver.app, "recorder-80x24")
        await in_themes(driver, snapshot, "recorder")
        await at_size(driver, TINY)
        snapshot(driver.app, "recorder-60x20")
        await at_size(driver, SMALL)
        await driver.tap("space")
        await driver.comes_to("paused")
        await driver.has("in_s3", 9)
        snapshot(driver.app, "recorder-paused")
        await driver.tap("enter")
        snapshot(driver.app, "recorder-stop")
        await driver.tap("enter")
        await driver.is_all_there()
        snapshot(driver.app, "recorder-ended")
        begun, ends = threading.Event(), threading.Event()
        monkeypatch.setattr(whole_queue, "join", partial(half_done, begun, ends))
        await driver.tap("f")
        await driver.until(begun.is_set)
        await driver.see()
        snapshot(driver.app, "recorder-joining")
        ends.set()
        await driver.until(lambda: not driver.side.whole.at_work)
        snapshot(driver.app, "recorder-joined")


async def test_the_network_is_gone(open_demo: OpenDemo, door: Doorman, snapshot: Snapshot) -> None:
    door.error = UnreachableError("the store does not answer", "see to the network")
    async with studio(open_demo(record_channels=2), size=SMALL) as driver:
        await driver.begin()
        await driver.record()
        await driver.hear(music(42))
        sending = driver.side.sending
        assert sending is not None
        await driver.until(lambda: sending.trouble is not None)
        sending.trouble_since = SECONDS - 720
        await driver.until(lambda: len(waiting(driver)) == 8)
        snapshot(driver.app, "recorder-no-network")
        await driver.tap("escape")
        await driver.see()
        snapshot(driver.app, "recorder-strip-no-network")


def waiting(driver: Studio) -> list[object]:
    folder = driver.side.folder
    return [each for each in folder.take.chunks if each.frames] if folder is not None else []


async def test_chunks_are_refused(open_demo: OpenDemo, door: Doorman, snapshot: Snapshot) -> None:
    door.error = NotAllowedError("S3 refuses it: you may not write here", "ask for s3:PutObject")
    async with recorded(open_demo, SMALL, "failed") as driver:
        snapshot(driver.app, "recorder-refused")


async def test_the_microphone_is_gone_then_the_disk_is_full(
    open_demo: OpenDemo, door: Doorman, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with recorded(open_demo, SMALL) as driver:
        driver.machine.microphone.die()
        await driver.comes_to("broken")
        await driver.has("in_s3", 9)
        snapshot(driver.app, "recorder-gone")
        await driver.tap("escape")
        await driver.see()
        snapshot(driver.app, "recorder-strip-gone")
        await driver.tap("ctrl+r")
        await driver.record()
        await driver.hear(music(12))
        await driver.has("in_s3", 11)
        at_work = driver.side.recording
        assert at_work is not None
        monkeypatch.setattr(Spool, "free_bytes", lambda spool: 110_000_000)
        await driver.until(lambda: at_work.room.low)
        snapshot(driver.app, "recorder-disk-low")
        monkeypatch.setattr(Spool, "free_bytes", lambda spool: 0)
        await driver.comes_to("broken")
        await driver.has("in_s3", 12)
        await driver.until(lambda: not at_work.room.left_s)
        snapshot(driver.app, "recorder-disk-full")


async def test_there_is_no_microphone(
    open_demo: OpenDemo, door: Doorman, snapshot: Snapshot
) -> None:
    async with studio(open_demo(), size=SMALL) as driver:
        gone = DeviceError("there is no microphone", "connect one, and try again")
        driver.machine.microphone.missing, driver.machine.there = gone, []
        await driver.tap("ctrl+r")
        await driver.until(lambda: driver.side.failed is not None)
        snapshot(driver.app, "recorder-none")


async def test_what_records_is_chosen(
    open_demo: OpenDemo, door: Doorman, snapshot: Snapshot
) -> None:
    async with studio(open_demo(record_channels=2), size=SMALL) as driver:
        await driver.begin()
        await driver.tap("d")
        await driver.until(lambda: "Laptop" in driver.text())
        await driver.until(lambda: "say something" in driver.text())
        await driver.tap("tab")
        await driver.hear(level(0.3, 0.5))
        snapshot(driver.app, "recorder-setup-80x24")
        await in_themes(driver, snapshot, "recorder-setup")
        await at_size(driver, TINY)
        snapshot(driver.app, "recorder-setup-60x20")


async def test_a_take_was_left_behind(
    open_demo: OpenDemo, door: Doorman, snapshot: Snapshot
) -> None:
    library = open_demo(record_channels=2)
    door.error = UnreachableError("the store does not answer", "see to the network")
    async with studio(library, size=SMALL) as driver:
        await driver.begin()
        await driver.record()
        await driver.hear(music(7))
        await driver.is_cut_short(2)
    async with studio(library, size=SMALL) as driver:
        await driver.until(lambda: bool(driver.side.left))
        snapshot(driver.app, "recorder-left-strip")
        await driver.tap("ctrl+r")
        assert driver.asks(LeftDialog)
        snapshot(driver.app, "recorder-left")
