"""The recorder where something fails: the sound is kept, and what happened is said."""

import errno
import os
import threading
import time
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from s3audio_tui.audio import recorder as recorder_module
from s3audio_tui.audio.chunk_writing import Begin
from s3audio_tui.audio.input import FIRST_LOOKS, SILENT_LOOKS, Microphone, Watch
from s3audio_tui.audio.ready_files import ReadyFiles
from s3audio_tui.audio.recorded import (
    ChunkBroken,
    ChunkClosed,
    ChunkOpened,
    DeviceGone,
    Marked,
    Recorded,
    Silent,
    Stopped,
)
from s3audio_tui.audio.recorder import Recorder
from s3audio_tui.audio.wav_file import HEADER_BYTES, WavFile
from s3audio_tui.errors import DeviceError, LimitError
from tests.audio.microphone import Pipe, counter
from tests.audio.microphone import pipe as pipe
from tests.audio.test_recorder import MONO, joined, recording

Kind = TypeVar("Kind", bound=Recorded)


def until(events: list[Recorded], kind: type[Kind]) -> Kind:
    """Wait until something of a kind is told; return the last one."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for each in reversed([*events]):
            if isinstance(each, kind):
                return each
        time.sleep(0.01)
    raise AssertionError(f"no {kind.__name__} among {events}")


def there(path: Path) -> None:
    """Wait for a file."""
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came to be"
        time.sleep(0.01)


def _broken(*_: object) -> None:
    raise RuntimeError("nobody foresaw this")


def test_without_a_level_the_sound_is_recorded_nevertheless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder, heard, events = recording()
    monkeypatch.setattr(recorder.meter, "add", _broken)
    recorder.record(lambda index: tmp_path / f"{index}.wav", 0.01)
    heard.take(counter(0, 600).tobytes(), False)
    heard.take(counter(600, 600).tobytes(), False)
    assert recorder.close()
    np.testing.assert_array_equal(joined(events), counter(0, 1200))
    assert events[-1] == Stopped(1200)


def test_an_error_that_nobody_foresaw_ends_the_part_with_all_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder, heard, events = recording()
    recorder.record(lambda index: tmp_path / f"{index}.wav", 1)
    heard.take(counter(0, 600).tobytes(), False)
    recorder.mark("before")
    until(events, Marked)
    monkeypatch.setattr(WavFile, "write", _broken)
    heard.take(counter(600, 100).tobytes(), False)
    stopped = until(events, Stopped)
    monkeypatch.undo()
    assert (stopped.frame, stopped.lost_frames, stopped.by) == (600, 100, "failure")
    assert stopped.error is not None and "RuntimeError" in stopped.error.message
    recorder.record(lambda index: tmp_path / f"{index}.wav", 1, Begin(1, 600))
    heard.take(counter(600, 100).tobytes(), False)
    assert recorder.close()
    np.testing.assert_array_equal(joined(events), counter(0, 700))


def test_a_chunk_that_cannot_be_closed_is_told_and_the_others_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder, heard, events = recording()
    close = WavFile.close

    def fails_once(file: WavFile) -> None:
        close(file)
        if file.path.name == "0.wav":
            _broken()

    monkeypatch.setattr(WavFile, "close", fails_once)
    recorder.record(lambda index: tmp_path / f"{index}.wav", 0.01)
    heard.take(counter(0, 960).tobytes(), False)
    assert recorder.close()
    assert [each.index for each in events if isinstance(each, ChunkBroken)] == [0]
    assert [each.index for each in events if isinstance(each, ChunkClosed)] == [1]
    assert events[-1] == Stopped(960)


def test_what_the_disk_refused_once_is_not_called_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system tells of bytes that it could not write back only once."""
    recorder, heard, events = recording()
    refused = threading.Event()

    def refuse(fd: int) -> None:
        is_it = os.fstat(fd).st_ino == (tmp_path / "0.wav").stat().st_ino
        if is_it and not refused.is_set():
            refused.set()
            raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    recorder.record(lambda index: tmp_path / f"{index}.wav", 1)
    heard.take(counter(0, 600).tobytes(), False)
    until(events, ChunkOpened)
    monkeypatch.setattr("os.fdatasync", refuse)
    assert refused.wait(60)
    assert recorder.close()
    (broken,) = (each for each in events if isinstance(each, ChunkBroken))
    assert isinstance(broken.error, LimitError)
    assert not any(isinstance(each, ChunkClosed) for each in events)
    assert (tmp_path / "0.wav").stat().st_size == HEADER_BYTES + 1200


def test_a_file_made_ready_goes_also_where_it_cannot_be_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(file: WavFile) -> None:
        os.close(file._fd)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    ready = ReadyFiles()
    ready.wish(tmp_path / "0.wav", MONO)
    ready.wish(tmp_path / "1.wav", MONO)
    there(tmp_path / "0.wav")
    there(tmp_path / "1.wav")
    monkeypatch.setattr(WavFile, "close", refuse)
    ready.discard()
    ready.end()
    assert not list(tmp_path.iterdir())


def test_a_change_of_file_waits_for_no_disk_that_is_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first chunk is still being closed while the others are written, into files made ready."""
    busy, close = threading.Event(), WavFile.close
    recorder, heard, events = recording()

    def slowly(file: WavFile) -> None:
        assert busy.wait(60)
        close(file)

    monkeypatch.setattr(WavFile, "close", slowly)
    recorder.record(lambda index: tmp_path / f"{index}.wav", 0.01)
    for index in range(5):
        there(tmp_path / f"{index}.wav")
        heard.take(counter(index * 480, 480).tobytes(), False)
    assert not any(isinstance(each, ChunkClosed) for each in events)
    busy.set()
    assert recorder.close()
    np.testing.assert_array_equal(joined(events), counter(0, 5 * 480))
    assert len(list(tmp_path.iterdir())) == 5


def test_a_file_that_is_needed_before_it_is_ready_is_there_once(tmp_path: Path) -> None:
    ready = ReadyFiles()
    for index in range(200):
        ready.wish(tmp_path / f"{index}.wav", MONO)
        ready.opened(tmp_path / f"{index}.wav", MONO).close()
    ready.wish(tmp_path / "unneeded.wav", MONO)
    ready.discard()  # before it is made, while it is, or after
    ready.wish(tmp_path / "200.wav", MONO)
    there(tmp_path / "200.wav")
    ready.end()
    assert len(list(tmp_path.iterdir())) == 201


def test_a_device_that_went_before_records_nothing_and_says_so(tmp_path: Path) -> None:
    recorder, heard, events = recording()
    heard.die()
    heard.die()
    assert isinstance(until(events, DeviceGone).error, DeviceError)
    assert recorder.is_dead
    recorder.record(lambda index: tmp_path / f"{index}.wav", 1, Begin(3, 700))
    stopped = until(events, Stopped)
    assert (stopped.frame, stopped.by) == (700, "device")
    assert recorder.close()
    assert len(events) == 2 and not list(tmp_path.iterdir())


def test_nothing_but_zeros_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "SILENCE_S", 0.01)
    recorder, heard, events = recording()
    recorder.record(lambda index: tmp_path / f"{index}.wav", 1)
    for block in (bytes(800), bytes(800), counter(0, 100).tobytes(), bytes(960), bytes(960)):
        heard.take(block, False)
    assert recorder.close()
    told = [each.frame for each in events if isinstance(each, Silent)]
    assert told == [800, 1380]


def test_a_device_from_which_nothing_comes_has_gone() -> None:
    gone: list[str] = []
    watch = Watch(lambda: gone.append("gone"))
    for _ in range(FIRST_LOOKS - 1):
        watch.look()
    watch.came()
    for _ in range(3):  # it hesitates
        for _ in range(SILENT_LOOKS):
            watch.look()
        watch.came()
    assert not gone
    for _ in range(SILENT_LOOKS + 1):
        watch.look()
    watch.ended()  # which the stream says, too
    assert gone == ["gone"]


def test_a_device_that_never_begins_has_gone() -> None:
    gone: list[str] = []
    watch = Watch(lambda: gone.append("gone"))
    for _ in range(FIRST_LOOKS):
        watch.look()
    assert gone == ["gone"]


def test_a_device_that_nobody_listens_to_any_more_is_not_missed() -> None:
    gone: list[str] = []
    watch = Watch(lambda: gone.append("gone"))
    watch.over.set()
    for _ in range(FIRST_LOOKS):
        watch.look()
    watch.ended()
    assert not gone


def test_a_microphone_that_falls_silent_is_gone(
    pipe: Pipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server stays, and the stream says that it is active; but nothing comes."""
    hushed = threading.Event()

    def looks_often(watch: Watch) -> None:
        hushed.wait()
        while not watch.over.wait(0.1):
            watch.look()

    monkeypatch.setattr(Watch, "_work", looks_often)
    events: list[Recorded] = []
    recorder = Recorder(Microphone(), MONO, events.append)
    recorder.record(lambda index: tmp_path / f"{index}.wav", 1)
    until(events, ChunkOpened)
    pipe.hush()
    hushed.set()
    stopped = until(events, Stopped)
    assert stopped.by == "device" and isinstance(stopped.error, DeviceError)
    assert recorder.close()
    assert len(joined(events)) == stopped.frame
