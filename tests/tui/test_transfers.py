"""Upload and download through the app: plan, progress, cancel, refusal, and quitting meanwhile."""

import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from s3audio_tui.errors import ConflictError
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import Transfer, TransferQueue
from s3audio_tui.tui.flows.send import paths_in
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.screens.prompt import Prompt
from s3audio_tui.tui.screens.upload_plan import UploadPlanScreen
from s3audio_tui.tui.widgets.transfers import Transfers
from tests.library.conftest import MakeLibrary
from tests.library.helpers import stored_keys
from tests.snapshots import Snapshot
from tests.tui.driving import Driver, driven

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@pytest.fixture
def folder(tmp_path: Path, sounds: dict[str, Path]) -> Path:
    """A folder with two audio files, one that only says so, and something else."""
    made = tmp_path / "my takes"
    made.mkdir()
    for kind in ("wav16", "flac"):
        (made / sounds[kind].name).write_bytes(sounds[kind].read_bytes())
    (made / "notes.wav").write_text("this is text")
    (made / "cover.jpg").write_bytes(b"\xff\xd8\xff")
    return made


async def test_upload_what_is_typed(library: Library, folder: Path, plain_s3: "S3Client") -> None:
    async with driven(library) as driver:
        await driver.press("u")
        assert driver.asks(Prompt)
        await driver.paste(f"'{folder}'")
        await driver.press("enter")
        assert driver.asks(UploadPlanScreen)
        shown = driver.text()
        for words in ("Upload 2 files", "it is text, not audio", "1 left out", "of room left"):
            assert words in shown
        await driver.press("enter")
        assert driver.said().startswith("2 uploaded")
        assert driver.rows() == ["my takes/"]
        assert "2 done" in driver.text()
        await driver.press("c")
        assert not driver.screen.query_one(Transfers).display
    stored = stored_keys(plain_s3, library.bucket)
    assert {"my takes/tone-16.wav", "my takes/tone.flac"} <= set(stored)
    assert "my takes/notes.wav" not in stored


async def test_upload_what_is_pasted_over_the_list(
    library: Library, sounds: dict[str, Path]
) -> None:
    async with driven(library) as driver:
        await driver.paste(str(sounds["mp3"]))
        assert driver.asks(UploadPlanScreen)
        await driver.press("enter")
        assert driver.rows() == ["tone.mp3"]


async def test_upload_into_the_folder_that_is_open(
    library: Library, sounds: dict[str, Path]
) -> None:
    _put(library, "set/one.wav")
    async with driven(library) as driver:
        await driver.press("enter")
        await driver.paste(str(sounds["mp3"]))
        await driver.press("enter")
        assert driver.rows() == ["set/one.wav", "set/tone.mp3"]


async def test_upload_nothing(library: Library, sounds: dict[str, Path]) -> None:
    async with driven(library) as driver:
        await driver.paste(str(sounds["mp3"]))
        await driver.press("escape")
        assert driver.said() == "Nothing was uploaded"
        assert driver.files.count == 0


async def test_a_path_that_is_not_there_is_said(library: Library) -> None:
    async with driven(library) as driver:
        await driver.press("u")
        await driver.paste("/nowhere/x.wav")
        await driver.press("enter")
        assert driver.asks(Prompt)
        assert "there is no /nowhere/x.wav" in driver.text()


@pytest.mark.parametrize(
    ("presses", "rows"),
    [(0, ["tone.mp3"]), (1, ["tone (2).mp3", "tone.mp3"]), (2, ["tone.mp3"])],
)
async def test_a_name_that_is_taken(
    library: Library, sounds: dict[str, Path], presses: int, rows: list[str]
) -> None:
    _put(library, "tone.mp3")
    async with driven(library) as driver:
        await driver.paste(str(sounds["mp3"]))
        assert "1 already there" in driver.text()
        await driver.press(*(["e"] * presses), "enter")
        assert driver.rows() == rows
        size_bytes = library.catalog.get("tone.mp3")
        assert size_bytes is not None
        assert (size_bytes.size_bytes == 1) == (presses < 2)


async def test_without_room_not_a_byte_is_sent(
    make_library: MakeLibrary, sounds: dict[str, Path], plain_s3: "S3Client"
) -> None:
    library = make_library(quota="1kB")
    async with driven(library) as driver:
        await driver.paste(str(sounds["wav16"]))
        assert "No room for 1 file" in driver.text()
        assert "empty the trash" in driver.text()
        await driver.press("enter")
        assert driver.said() == "Nothing was uploaded"
    assert "tone-16.wav" not in stored_keys(plain_s3, library.bucket)


async def test_download(library: Library, tmp_path: Path) -> None:
    _put(library, "set/one.wav")
    _put(library, "set/deep/two.wav")
    target = tmp_path / "here"
    async with driven(library) as driver:
        await driver.press("g")
        await driver.replace("")
        await driver.paste(str(target))
        await driver.press("enter")
        assert driver.said().startswith("2 downloaded")
    files = [path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()]
    assert sorted(files) == ["set/deep/two.wav", "set/one.wav"]


async def test_download_never_overwrites(library: Library, tmp_path: Path) -> None:
    _put(library, "one.wav")
    (tmp_path / "one.wav").write_text("mine")
    async with driven(library) as driver:
        await driver.press("g")
        await driver.replace("")
        await driver.paste(str(tmp_path))
        await driver.press("enter")
    assert (tmp_path / "one.wav").read_text() == "mine"
    assert (tmp_path / "one (2).wav").read_bytes() == b"x"


def _put(library: Library, key: str) -> None:
    library.store.client.put_object(Bucket=library.bucket, Key=key, Body=b"x")


class Script:
    """Transfers that stand where they are told to, until they are cancelled or let go."""

    def __init__(self, queue: TransferQueue) -> None:
        self._queue = queue
        self.go_on = threading.Event()

    def add(self, key: str, done: int, total: int) -> None:
        """Queue a transfer that reaches `done` bytes, and waits there."""

        def work(transfer: Transfer) -> None:
            transfer.progress(done)
            while not self.go_on.wait(0.01):
                transfer.cancel.check()

        self._queue.submit("up", key, f"/home/you/{key}", total, work)

    def fail(self, key: str, total: int) -> None:
        """Queue a transfer that fails."""

        def work(transfer: Transfer) -> None:
            raise ConflictError(f"{key} is there already", "upload it under another name")

        self._queue.submit("up", key, f"/home/you/{key}", total, work)


async def _reach(driver: Driver, done: Callable[[], bool]) -> None:
    ends = monotonic() + 10
    while not done():
        assert monotonic() < ends, "it did not come to that"
        await driver.pilot.pause(0.02)


async def test_picture_of_transfers(open_demo: Callable[..., Library], snapshot: Snapshot) -> None:
    queue = TransferQueue(3, clock=lambda: 0.0)
    script = Script(queue)
    library = open_demo()
    async with driven(library, queue=queue) as driver:
        script.fail("mix[red]b.wav", 1_000_000)
        await driver.settle()
        await driver.press("escape")
        script.add("night-drive-master.wav", 74_000_000, 128_000_000)
        script.add("takes/07-bridge-alt, second microphone, before lunch.wav", 900_000, 48_200_000)
        script.add("ラフミックス.mp3", 8_000_000, 8_100_000)
        script.add("room tone, kitchen.wav", 0, 5_800_000)
        panel = driver.screen.query_one(Transfers)
        await _reach(driver, lambda: sum(s.bytes_done for s in panel.states) == 82_900_000)
        await driver.drawn()
        snapshot(driver.app, "transfers")
        await driver.pilot.press("tab", "down")
        await driver.pilot.resize_terminal(70, 20)
        await driver.drawn()
        snapshot(driver.app, "transfers-70x20")
        script.go_on.set()


async def test_cancel_the_last(library: Library) -> None:
    queue = TransferQueue(2)
    script = Script(queue)
    async with driven(library, queue=queue) as driver:
        script.add("one.wav", 1, 10)
        script.add("two.wav", 1, 10)
        panel = driver.screen.query_one(Transfers)
        await _reach(driver, lambda: [s.state for s in panel.states] == ["running"] * 2)
        await driver.pilot.press("x")
        await _reach(driver, lambda: [s.state for s in panel.states] == ["running", "cancelled"])
        script.go_on.set()
        await driver.settle()
        assert driver.said().startswith("1 uploaded, 1 cancelled")


async def test_cancel_the_chosen(library: Library) -> None:
    queue = TransferQueue(3)
    script = Script(queue)
    async with driven(library, queue=queue) as driver:
        for key in ("one.wav", "two.wav", "three.wav"):
            script.add(key, 1, 10)
        panel = driver.screen.query_one(Transfers)
        await _reach(driver, lambda: [s.state for s in panel.states] == ["running"] * 3)
        await driver.pilot.press("tab", "down", "x")
        await _reach(driver, lambda: "cancelled" in [s.state for s in panel.states])
        assert [s.state for s in panel.states] == ["running", "cancelled", "running"]
        await driver.pilot.press("escape")
        assert driver.files.has_focus
        script.go_on.set()
        await driver.settle()
        assert driver.said().startswith("2 uploaded, 1 cancelled")


async def test_each_batch_is_told_for_itself(
    library: Library, sounds: dict[str, Path], tmp_path: Path
) -> None:
    async with driven(library) as driver:
        await driver.paste(str(sounds["mp3"]))
        await driver.press("enter")
        assert driver.said() == "1 uploaded c clears the list"
        await driver.press("g")
        await driver.paste(str(tmp_path / "here"))
        await driver.press("enter")
        assert driver.said() == f"1 downloaded into {tmp_path / 'here'} c clears the list"
        await driver.press("c")
        assert driver.said() == ""


async def test_quitting_asks_while_something_runs(library: Library) -> None:
    queue = TransferQueue(2)
    script = Script(queue)
    async with driven(library, queue=queue) as driver:
        script.add("one.wav", 1, 10)
        await driver.pilot.press("q")
        await _reach(driver, lambda: driver.asks(Confirm))
        assert "1 transfer is under way. Quit?" in driver.text()
        await driver.pilot.press("enter")
        await driver.pilot.pause()
        assert driver.app.is_running, "the default stays"
        await driver.pilot.press("q")
        await _reach(driver, lambda: driver.asks(Confirm))
        await driver.pilot.press("y")
        await _reach(driver, lambda: not driver.app.is_running)
    assert queue.snapshot()[0].state == "cancelled"


async def test_quitting_does_not_wait_for_a_hung_transfer(library: Library) -> None:
    queue = TransferQueue(1)
    hung = threading.Event()

    def work(transfer: Transfer) -> None:
        hung.wait(30)

    async with driven(library, queue=queue) as driver:
        queue.submit("up", "x.wav", "x.wav", 1, work)
        await driver.pilot.press("q")
        await _reach(driver, lambda: driver.asks(Confirm))
        began = monotonic()
        await driver.pilot.press("y")
        await _reach(driver, lambda: not driver.app.is_running)
        assert monotonic() - began < 5, "it would be 30 s"
    hung.set()


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("/a/b.wav", ["/a/b.wav"]),
        ("'/a/b c.wav' /d.wav", ["/a/b c.wav", "/d.wav"]),
        (r"/a/b\ c.wav", ["/a/b c.wav"]),
        ("file:///a/b%20c.wav", ["/a/b c.wav"]),
        ("/a.wav\n/b.wav\r\n", ["/a.wav", "/b.wav"]),
        ("it's.wav", ["it's.wav"]),
        ("  ", []),
        ("~nobody-has-this-name/x.wav", ["~nobody-has-this-name/x.wav"]),
    ],
)
def test_paths_in_a_text(text: str, paths: list[str]) -> None:
    assert paths_in(text) == [Path(path) for path in paths]


def test_a_line_that_is_a_path_is_taken_as_it_stands(tmp_path: Path) -> None:
    odd = tmp_path / "it's a take.wav"
    odd.touch()
    assert paths_in(f"{odd}\n") == [odd]
