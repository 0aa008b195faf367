"""Recording in the app: on a real server, from a made-up microphone, and from a real one."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile

from s3audio_tui.audio.input_devices import InputDevice
from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.errors import DeviceError, UnreachableError
from s3audio_tui.library import chunk_doors
from s3audio_tui.library.opening import Library
from s3audio_tui.library.remembered import recall
from s3audio_tui.library.takes import Take
from s3audio_tui.tui.microphones import Microphones
from s3audio_tui.tui.needles import HOLD_S, Needles
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.screens.rec_left import LeftDialog
from s3audio_tui.tui.screens.rec_setup import SetupDialog
from s3audio_tui.tui.screens.rec_stop import StopDialog
from s3audio_tui.tui.screens.recorder import RecorderScreen
from s3audio_tui.tui.widgets.last_minute import LastMinute
from s3audio_tui.tui.widgets.rec_strip import RecStrip
from tests.audio.microphone import Pipe, counter
from tests.audio.microphone import pipe as pipe
from tests.audio.speaker import Speaker
from tests.audio.speaker import sound_server as sound_server
from tests.audio.speaker import speaker as speaker
from tests.library.conftest import MakeLibrary
from tests.strict_s3 import StrictS3
from tests.tui.recording import LAPTOP, USB, Doorman, Studio, level, music, studio

OpenDemo = Callable[..., Library]


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Doorman:
    """A way to S3 that a test opens and shuts."""
    made = Doorman()
    monkeypatch.setattr(chunk_doors, "LibraryDoor", lambda library: made)
    return made


def strip(driver: Studio) -> str:
    line = driver.screen.query_one(RecStrip).line
    return line.plain if line is not None else ""


def spooled(library: Library) -> list[Path]:
    return sorted((library.state_folder / "recordings").glob("*/*"))


def stored(server: StrictS3, library: Library, tmp_path: Path) -> tuple[Take, np.ndarray]:
    """Return the one take in a library, and its frames."""
    client = server.client()
    keys = {
        each["Key"]
        for each in client.list_objects_v2(Bucket=library.bucket, Prefix="recordings/")["Contents"]
    }
    (document,) = (key for key in keys if key.endswith("take.json"))

    def read(key: str) -> bytes:
        data: bytes = client.get_object(Bucket=library.bucket, Key=key)["Body"].read()
        return data

    take = msgspec.json.decode(read(document), type=Take)
    assert keys == {document, *(chunk.key for chunk in take.chunks if chunk.frames)}
    parts = []
    for chunk in take.chunks:
        path = tmp_path / "chunk.wav"
        path.write_bytes(read(chunk.key))
        parts.append(soundfile.read(path, dtype="int16")[0])
    return take, np.concatenate(parts)


async def test_a_take_from_the_first_key_to_the_last(
    make_library: MakeLibrary, s3_server: StrictS3, tmp_path: Path
) -> None:
    library = make_library(chunk="1s")
    async with studio(library) as driver:
        await driver.begin()
        assert "READY" in driver.text()
        await driver.hear(counter(9, 4800)[:, 0])
        await driver.record()
        await driver.hear(counter(0, 100_000)[:, 0])
        await driver.tap("m")
        await driver.hear(counter(100_000, 4_800)[:, 0])
        await driver.write("chorus")
        await driver.tap("enter", "enter")
        assert driver.asks(StopDialog)
        await driver.hear(counter(104_800, 200)[:, 0])
        await driver.replace("night drive")
        await driver.tap("enter")
        await driver.is_all_there()
        assert "all of it is in S3" in driver.text()
        await driver.press("escape")
        assert driver.said() == "night drive is in S3: 2.2 s in 3 chunks"
        assert not driver.machine.microphone.is_open
    take, frames = stored(s3_server, library, tmp_path)
    np.testing.assert_array_equal(frames, counter(0, 105_000)[:, 0])
    assert (take.name, take.finished) == ("night drive", False)
    assert [(each.frame, each.word) for each in take.markers] == [(100_000, "chorus")]
    assert not spooled(library)


async def test_it_goes_on_when_it_is_left_and_through_a_pause(
    open_demo: OpenDemo, door: Doorman
) -> None:
    async with studio(open_demo(chunk="1s")) as driver:
        await driver.begin()
        await driver.record()
        await driver.hear(music(1.5))
        await driver.tap("escape")
        assert driver.app.screen is driver.screen
        await driver.hear(music(1.5))
        await driver.has("in_s3", 3)
        await driver.see()
        assert strip(driver).startswith("● 0:03  Take of 2026-11-20 09:30")
        await driver.tap("ctrl+r", "space")
        await driver.comes_to("paused")
        await driver.hear(music(1))
        assert driver.side.at_s == 3.0
        await driver.tap("escape")
        await driver.see()
        assert "paused" in strip(driver)
        await driver.tap("ctrl+r")
        await driver.record()
        await driver.hear(music(0.5))
        await driver.tap("enter", "enter")
        await driver.is_all_there()
        assert sorted(door.put_there) == [0, 1, 2, 3]
        await driver.press("escape")
        assert not strip(driver)


async def test_one_key_goes_on_when_the_microphone_is_back(
    open_demo: OpenDemo, door: Doorman
) -> None:
    async with studio(open_demo()) as driver:
        microphone = driver.machine.microphone
        await driver.begin()
        await driver.record()
        await driver.hear(music(1))
        microphone.missing = DeviceError("there is no microphone", "connect one, and try again")
        microphone.die()
        await driver.comes_to("broken")
        assert "the microphone has gone; what was recorded is safe" in driver.text()
        assert "esc leave it   ?" in driver.text()
        await driver.tap("escape", "q")
        assert "A recording was interrupted. End it, and quit?" in driver.text()
        await driver.tap("escape", "ctrl+r", "space")
        await driver.until(lambda: driver.side.failed is not None)
        assert "there is no microphone" in driver.text() and driver.side.state == "broken"
        microphone.missing = None
        await driver.record()
        await driver.hear(music(1))
        assert driver.side.recording is not None
        assert driver.side.recording.meter.frames == 96_000, "what was before is still seen"
        await driver.tap("enter", "enter")
        await driver.has_ended()
        folder = driver.side.folder
        assert folder is not None
        assert [part.ended_by for part in folder.take.parts] == ["device", "stop"]
        assert folder.take.duration_s == 2.0


async def test_refused_chunks_are_tried_again_by_a_key(open_demo: OpenDemo, door: Doorman) -> None:
    from s3audio_tui.errors import NotAllowedError

    async with studio(open_demo(chunk="1s")) as driver:
        door.error = NotAllowedError("you may not write here", "ask who may")
        await driver.begin()
        await driver.record()
        await driver.hear(music(2.5))
        await driver.has("failed", 2)
        assert "2 chunks refused: you may not write here" in driver.text()
        door.error = None
        await driver.tap("t")
        await driver.has("in_s3", 2)
        door.error = NotAllowedError("you may not write here", "ask who may")
        await driver.tap("enter", "enter")
        await driver.has("failed", 1)
        await driver.tap("escape")
        await driver.see()
        assert "1 chunk not in S3: you may not write here" in strip(driver)
        door.error = None
        await driver.tap("ctrl+r", "t")
        await driver.until(lambda: not driver.side.rests.each)
        assert sorted(door.put_there) == [0, 1, 2]


async def test_a_take_that_was_left_behind_is_finished(
    make_library: MakeLibrary, s3_server: StrictS3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = make_library(chunk="1s")
    shut = Doorman()
    shut.error = UnreachableError("the store does not answer", "see to the network")
    with monkeypatch.context() as patched:
        patched.setattr(chunk_doors, "LibraryDoor", lambda library: shut)
        async with studio(library) as driver:
            await driver.begin()
            await driver.record()
            await driver.hear(counter(0, 62_400)[:, 0])
            await driver.is_cut_short(2)
    async with studio(library) as driver:
        await driver.until(lambda: bool(driver.side.left))
        assert "Take of 2026-11-20 09:30 was cut short: 1.3 s, 2 chunks not in S3" in strip(driver)
        await driver.tap("ctrl+r")
        assert driver.asks(LeftDialog)
        await driver.tap("enter")
        await driver.until(lambda: not driver.side.left and not driver.side.rests.each)
        assert not strip(driver)
        await driver.settle()
    take, frames = stored(s3_server, library, tmp_path)
    np.testing.assert_array_equal(frames, counter(0, 62_400)[:, 0])
    assert take.parts[-1].ended_by == "killed"
    assert not spooled(library)


async def test_quitting_asks_and_all_is_written(
    open_demo: OpenDemo, door: Doorman, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = open_demo()
    door.error = UnreachableError("the store does not answer", "see to the network")
    async with studio(library) as driver:
        await driver.begin()
        await driver.record()
        await driver.hear(music(1))
        await driver.tap("escape", "q")
        assert driver.asks(Confirm) and "It is recording. Stop, and quit?" in driver.text()
        await driver.tap("enter")
        assert driver.side.state == "recording"
        await driver.tap("q")
        await driver.pilot.press("y")
        while driver.app.is_running:
            await asyncio.sleep(0.005)
    assert driver.app.library is not None
    spool = driver.side.thread._spool(driver.app.library)
    (take,) = spool.takes()
    assert (take.duration_s, take.parts[-1].ended_by) == (1.0, "stop")
    assert not spool.held(take.id)


async def test_what_records_is_chosen_heard_and_remembered(
    open_demo: OpenDemo, door: Doorman
) -> None:
    library = open_demo(record_channels=2)
    async with studio(library) as driver:
        await driver.begin()
        await driver.tap("d")
        await driver.until(lambda: "Laptop" in driver.text())
        await driver.tap("end", "enter")
        await driver.until(lambda: driver.machine.asked[-1] == LAPTOP.name)
        await driver.comes_to("listening")
        assert driver.machine.microphone.form == SampleFormat(48_000, 1, 16)
        await driver.tap("tab", "left")
        await driver.until(lambda: driver.machine.microphone.form.rate_hz == 44_100)
        await driver.comes_to("listening")
        await driver.hear(level(0.5, 0.5))
        assert driver.asks(SetupDialog) and "−6.0" in driver.text()
        await driver.press("enter", "escape")
        assert recall(library.state_folder).input_device == LAPTOP.name
    async with studio(library) as driver:
        await driver.begin()
        assert driver.machine.asked == [LAPTOP.name]
        assert driver.machine.microphone.form == SampleFormat(44_100, 2, 16)


async def test_without_a_microphone_the_remedy_is_said(open_demo: OpenDemo, door: Doorman) -> None:
    async with studio(open_demo()) as driver:
        missing = DeviceError("there is no sound: the library PortAudio is missing", "install it")
        driver.machine.microphone.missing = driver.machine.there = missing
        await driver.tap("ctrl+r")
        await driver.until(lambda: driver.side.failed is not None)
        assert "There is no sound: the library PortAudio is missing" in driver.text()
        assert driver.text().count("space try again") == 2, "the footer says the same"
        await driver.tap("d")
        await driver.until(lambda: "✗ there is no sound" in driver.text())
        driver.machine.microphone.missing, driver.machine.there = None, [USB]
        await driver.tap("r")
        await driver.comes_to("listening")
        await driver.tap("escape")
        assert isinstance(driver.app.screen, RecorderScreen)


async def test_to_try_again_is_to_listen(open_demo: OpenDemo, door: Doorman) -> None:
    async with studio(open_demo()) as driver:
        driver.machine.microphone.missing = DeviceError("there is no microphone", "connect one")
        await driver.tap("ctrl+r")
        await driver.until(lambda: driver.side.failed is not None)
        driver.machine.microphone.missing = None
        await driver.tap("space")
        await driver.comes_to("listening")
        assert driver.side.folder is None and "space record" in driver.text()


async def test_from_a_real_microphone(
    make_library: MakeLibrary, s3_server: StrictS3, speaker: Speaker, pipe: Pipe, tmp_path: Path
) -> None:
    library = make_library(chunk="1s")
    async with studio(library, Microphones()) as driver:
        await driver.begin()
        assert [each for each in await driver.side.devices() if isinstance(each, InputDevice)]
        await driver.record()
        pipe.say(counter(0, 72_000))
        await driver.until(lambda: driver.side.at_s > 2)
        await driver.tap("enter", "enter")
        await driver.is_all_there()
    take, frames = stored(s3_server, library, tmp_path)
    assert take.frames == len(frames) and not take.overflows
    (loud,) = np.nonzero(frames)
    said = frames[loud[0] : loud[0] + 72_000]
    np.testing.assert_array_equal(said, counter(0, 72_000)[: len(said), 0])


class Loud(msgspec.Struct):
    """As `Levels`, of one channel."""

    peaks: tuple[float, ...]
    rms: tuple[float, ...] = (0.0,)
    clipped: tuple[bool, ...] = (False,)
    frames: int = 0


def test_a_peak_is_held_and_a_clip_light_stays() -> None:
    needles = Needles(1)
    needles.move(Loud((1.0,), (0.5,), (True,)), 10.0)  # type: ignore[arg-type]
    needles.move(Loud((0.1,)), 10.0 + HOLD_S)  # type: ignore[arg-type]
    (needle,) = needles.seen
    assert needle.hold_db == 0 and needle.peak_db < -15 and needle.clipped
    needles.move(Loud((0.1,)), 10.1 + HOLD_S)  # type: ignore[arg-type]
    assert needles.seen[0].hold_db < 0 and needles.seen[0].most_db == 0
    needles.forget()
    assert not needles.seen[0].clipped and needles.seen[0].most_db == pytest.approx(-20)


async def test_markers_stand_where_they_were_set_through_a_pause(
    open_demo: OpenDemo, door: Doorman
) -> None:
    async with studio(open_demo()) as driver:
        await driver.begin()
        await driver.hear(music(3))
        await driver.record()
        await driver.see()
        await driver.hear(music(5))
        await driver.side.mark("one", 3 * 48_000)
        await driver.tap("space")
        await driver.comes_to("paused")
        await driver.hear(music(7))
        await driver.record()
        await driver.see()
        await driver.hear(music(11))
        await driver.side.mark("two", 8 * 48_000)
        await driver.see()
        recording = driver.side.recording
        assert recording is not None
        places = driver.side.places.of(recording)
        assert [(each.frame / 48_000, each.word) for each in places] == [(6, "one"), (18, "two")]
        picture = driver.app.screen.query_one(LastMinute)
        each = -(-1200 // picture.columns)
        ago = [column - picture.columns for column, _ in picture._marked_at]
        assert ago == pytest.approx([-20 * 20 / each, -8 * 20 / each], abs=2)
        line = picture.render_lines(picture.region.reset_offset)[0].text
        assert line[picture._marked_at[0][0] :][:4] == "│one"
        await driver.hear(music(45))
        assert [each.word for each in driver.side.places.of(recording)] == ["two"]
