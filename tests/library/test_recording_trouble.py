"""A take where something fails that is not of its own making: written down, and held up by none."""

import errno
import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from s3audio_tui.audio import flac_file
from s3audio_tui.audio.wav_file import WavFile
from s3audio_tui.errors import DeviceError, S3AudioError, UsageError
from s3audio_tui.library.clock_watch import ClockWatch
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan
from s3audio_tui.library.spool import Spool, TakeFolder
from s3audio_tui.library.take_lines import NOTHING_YET
from s3audio_tui.library.takes import Ended, Line, Marker, Opened, PartEnded
from tests.audio.microphone import MadeUp, counter
from tests.library.test_recording import Clock, begun, heard_again


def test_a_device_that_goes_in_a_pause_leaves_the_part_as_it_ended(tmp_path: Path) -> None:
    recording, heard, told, _ = begun(tmp_path)
    recording.start()
    heard.take(counter(0, 700).tobytes(), False)
    recording.pause()
    assert recording.wait_quiet(10)
    heard.die()
    until(lambda: recording.state == "broken")
    assert isinstance(recording.trouble, DeviceError)
    recording.start()
    heard.take(counter(700, 300).tobytes(), False)
    assert recording.close()
    np.testing.assert_array_equal(heard_again(tmp_path), counter(0, 1000)[:, 0])
    (take,) = Spool(tmp_path / "spool").takes()
    assert [(part.first_frame, part.ended_by) for part in take.parts] == [
        (0, "pause"),
        (700, "stop"),
    ]
    assert sum(isinstance(each, DeviceError) for each in told) == 1


def test_a_device_that_has_just_gone_is_opened_anew(tmp_path: Path) -> None:
    """The key comes before the recorder has said that its device has gone."""
    recording, heard, _, _ = begun(tmp_path)
    stream = heard.opened
    heard.die()
    until(lambda: recording._recorder.is_dead)
    recording.start()
    assert heard.opened == stream + 1
    heard.take(counter(0, 700).tobytes(), False)
    recording.pause()
    assert recording.wait_quiet(10)
    assert recording.state == "paused" and recording.trouble is None
    assert recording.close()
    np.testing.assert_array_equal(heard_again(tmp_path), counter(0, 700)[:, 0])


def test_a_chunk_that_no_file_can_hold_begins_no_take(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        Recording(Spool(tmp_path), MadeUp(), Plan(chunk_s=1e6), lambda *_: None)
    assert not list(tmp_path.iterdir())


class Bad:
    """A sender that fails with what nobody foresaw."""

    def send(self, folder: TakeFolder, index: int) -> None:
        """As `Sender.send`."""
        raise RuntimeError("nobody foresaw this")


def test_an_error_that_nobody_foresaw_keeps_nothing_from_being_written_down(
    tmp_path: Path,
) -> None:
    heard, told = MadeUp(), list[object]()

    def tell(_: Recording, what: object) -> None:
        told.append(what)
        if isinstance(what, S3AudioError):
            raise RuntimeError("nor this")  # noqa: TRY004

    recording = Recording(Spool(tmp_path / "spool"), heard, Plan(chunk_s=0.01), tell, Bad())
    recording.start()
    heard.take(counter(0, 1000).tobytes(), False)
    assert recording.close()
    np.testing.assert_array_equal(heard_again(tmp_path), counter(0, 1000)[:, 0])
    (take,) = Spool(tmp_path / "spool").takes()
    assert [each.frames for each in take.chunks] == [480, 480, 40]
    assert take.parts[0].ended_by == "stop" and take.ended_at is not None
    assert recording.trouble is not None and "RuntimeError" in recording.trouble.message
    assert recording.trouble in told


def test_a_part_whose_end_cannot_be_written_down_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, heard, told, _ = begun(tmp_path)
    recording.start()
    heard.take(counter(0, 100).tobytes(), False)
    until(lambda: any(isinstance(each, Opened) for each in told))
    say = TakeFolder.say

    def fails_at_the_end(folder: TakeFolder, line: Line) -> None:
        if isinstance(line, PartEnded):
            raise RuntimeError("nobody foresaw this")  # noqa: TRY004
        say(folder, line)

    monkeypatch.setattr(TakeFolder, "say", fails_at_the_end)
    recording.pause()
    assert recording.wait_quiet(10)
    recording.start()
    heard.take(counter(100, 100).tobytes(), False)
    assert recording.close()
    np.testing.assert_array_equal(heard_again(tmp_path), counter(0, 200)[:, 0])


def test_bytes_that_the_disk_refused_are_said_and_their_chunk_is_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, heard, told, _ = begun(tmp_path)
    recording.start()
    monkeypatch.setattr(WavFile, "close", _refuses)
    heard.take(counter(0, 100).tobytes(), False)
    assert recording.close()
    (take,) = Spool(tmp_path / "spool").takes()
    assert [each.state for each in take.chunks] == ["recording"]
    assert recording.trouble in told
    assert recording.trouble is not None and "chunk 1 may not be whole" in recording.trouble.message


def test_a_file_for_whose_first_byte_there_was_no_room_is_no_chunk_to_send(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Sent:
        def send(self, folder: TakeFolder, index: int) -> None:
            sent.append(index)

    def full(self: WavFile, data: bytes | memoryview) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    heard, sent = MadeUp(), list[int]()
    spool, plan = Spool(tmp_path / "spool"), Plan(chunk_s=0.01)
    recording = Recording(spool, heard, plan, lambda *_: None, Sent())
    monkeypatch.setattr(WavFile, "write", full)
    recording.start()
    heard.take(counter(0, 100).tobytes(), False)
    assert recording.close()
    (take,) = spool.takes()
    assert not sent
    assert [(each.state, each.error) for each in take.chunks] == [("failed", NOTHING_YET)]
    assert not list((tmp_path / "spool").glob("*/*.wav"))


def test_a_take_that_is_stopped_while_its_pause_is_written_down_ends_once_and_last(
    tmp_path: Path,
) -> None:
    heard, told, may_go_on = MadeUp(), list[object](), threading.Event()

    def tell(_: Recording, what: object) -> None:
        told.append(type(what))
        if isinstance(what, Opened):
            assert may_go_on.wait(30)

    recording = Recording(Spool(tmp_path / "spool"), heard, Plan(chunk_s=0.01), tell)
    recording.start()
    heard.take(counter(0, 100).tobytes(), False)
    until(lambda: Opened in told)
    recording.pause()
    recording.stop()
    may_go_on.set()
    assert recording.close()
    assert told[-2:] == [PartEnded, Ended]
    assert told.count(Ended) == 1


def test_a_part_that_an_unforeseen_error_ends_says_so_and_the_take_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, heard, told, _ = begun(tmp_path)
    recording.start()
    heard.take(counter(0, 700).tobytes(), False)
    recording.mark("before")
    until(lambda: any(isinstance(each, Marker) for each in told))
    with monkeypatch.context() as patched:
        patched.setattr(WavFile, "write", _fails)
        heard.take(counter(700, 100).tobytes(), False)
        assert recording.wait_quiet(60)
    assert recording.state == "broken" and recording.trouble in told
    recording.start()
    heard.take(counter(700, 300).tobytes(), False)
    assert recording.close() and recording.trouble is None
    np.testing.assert_array_equal(heard_again(tmp_path), counter(0, 1000)[:, 0])
    (take,) = Spool(tmp_path / "spool").takes()
    assert [(part.ended_by, part.lost_frames) for part in take.parts] == [
        ("failure", 100),
        ("stop", 0),
    ]


def _fails(*_: object) -> None:
    raise RuntimeError("nobody foresaw this")


def test_where_nothing_can_pack_chunks_stay_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "soundfile", None)
    recording, heard, _, _ = begun(tmp_path, packs=True)
    recording.start()
    heard.take(counter(0, 1000).tobytes(), False)
    assert recording.close() and recording.trouble is None
    monkeypatch.undo()
    np.testing.assert_array_equal(heard_again(tmp_path), counter(0, 1000)[:, 0])
    (take,) = Spool(tmp_path / "spool").takes()
    assert {Path(each.file).suffix for each in take.chunks} == {".wav"}


def test_a_chunk_that_fails_to_be_packed_keeps_the_others_from_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = flac_file.pack

    def fails_once(wav: Path, flac: Path) -> None:
        if wav.stem == "00000":
            raise RuntimeError("nobody foresaw this")
        pack(wav, flac)

    monkeypatch.setattr(flac_file, "pack", fails_once)
    recording, heard, _, _ = begun(tmp_path, packs=True)
    recording.start()
    heard.take(counter(0, 960).tobytes(), False)
    assert recording.close()
    np.testing.assert_array_equal(heard_again(tmp_path), counter(0, 960)[:, 0])
    (take,) = Spool(tmp_path / "spool").takes()
    assert [Path(each.file).suffix for each in take.chunks] == [".wav", ".flac"]


def _refuses(file: WavFile) -> None:
    os.close(file._fd)
    raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.mark.parametrize(
    ("by", "word"), [(timedelta(days=400), "ahead"), (-timedelta(hours=2), "back by 2:00:00")]
)
def test_a_clock_that_is_set_is_said(tmp_path: Path, by: timedelta, word: str) -> None:
    recording, heard, told, clock = begun(tmp_path)
    recording.start()
    heard.take(counter(0, 100).tobytes(), False)
    clock.now += by
    until(lambda: any(isinstance(each, S3AudioError) for each in told))
    (said,) = (each for each in told if isinstance(each, S3AudioError))
    assert word in said.message and "times go on" in said.message
    assert recording.close() and recording.trouble is None


def test_a_clock_that_is_put_right_is_no_jump() -> None:
    clock, steady = Clock(), [5.0]
    watch = ClockWatch(clock, lambda: steady[0])
    clock.now += timedelta(seconds=60)
    steady[0] += 59
    assert watch.jumped() is None
    clock.now += timedelta(seconds=60)
    assert watch.jumped() == timedelta(seconds=60)
    assert watch.jumped() is None


def until(true: Callable[[], bool]) -> None:
    """Wait for a state."""
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.01)
