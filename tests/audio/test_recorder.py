"""The recorder: nothing that comes is lost, doubled or moved, however it ends."""

import hashlib
import resource
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from s3audio_tui.audio.chunk_writing import Begin
from s3audio_tui.audio.input import Microphone
from s3audio_tui.audio.meter import Meter
from s3audio_tui.audio.recorded import (
    ChunkClosed,
    ChunkOpened,
    Marked,
    Overflowed,
    Recorded,
    Stopped,
)
from s3audio_tui.audio.recorder import Recorder
from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.audio.wav_file import HEADER_BYTES, WavFile, header, repaired
from s3audio_tui.errors import DeviceError, NotAudioError
from tests.audio.microphone import MadeUp, Pipe, counter
from tests.audio.microphone import pipe as pipe

MONO = SampleFormat(48_000, 1, 16)


def joined(events: list[Recorded]) -> NDArray[np.int16]:
    """Return the frames of all chunks, one behind the other."""
    closed = [each for each in events if isinstance(each, ChunkClosed)]
    assert [each.index for each in closed] == list(
        range(closed[0].index, closed[0].index + len(closed))
    )
    parts = []
    at = closed[0].first_frame
    for each in closed:
        samples, _ = soundfile.read(each.path, dtype="int16", always_2d=True)
        assert (each.first_frame, len(samples)) == (at, each.frames)
        assert hashlib.sha256(each.path.read_bytes()).hexdigest() == each.sha256
        at += each.frames
        parts.append(samples)
    return np.concatenate(parts)


def pitch_hz(tone: NDArray[np.int16]) -> float:
    """Return the frequency of a tone, by how its phase goes on from one half to the other."""
    half = len(tone) // 2
    window = np.hanning(half)
    first, second = (np.fft.rfft(part * window) for part in (tone[:half], tone[half : 2 * half]))
    at = int(np.argmax(np.abs(first)))
    turned = np.angle(second[at] / first[at]) / (2 * np.pi)
    return float((at + (turned + 0.5) % 1 - 0.5) * 48_000 / half)


def recording(form: SampleFormat = MONO) -> tuple[Recorder, MadeUp, list[Recorded]]:
    """Return a recorder, what it hears, and what it tells."""
    heard, events = MadeUp(), list[Recorded]()
    return Recorder(heard, form, events.append), heard, events


@given(sizes=st.lists(st.integers(1, 700), min_size=1, max_size=8), chunk=st.integers(100, 300))
@settings(max_examples=12, deadline=None)
def test_whatever_the_sizes_each_frame_is_there_once(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], chunk: int
) -> None:
    folder = tmp_path_factory.mktemp("take")
    recorder, heard, events = recording()
    recorder.record(lambda index: folder / f"{index:05}.wav", chunk / 48_000)
    at = 0
    for size in sizes:
        heard.take(counter(at, size).tobytes(), False)
        at += size
    assert recorder.close()
    np.testing.assert_array_equal(joined(events), counter(0, at))
    assert events[-1] == Stopped(at)


def test_a_chunk_says_when_its_first_frame_came(tmp_path: Path) -> None:
    recorder, heard, events = recording()
    began = datetime(2026, 11, 21, 12, 0, 0, 250, tzinfo=UTC)
    begin = Begin(index=7, first_frame=1000, started_at=began)
    recorder.record(lambda index: tmp_path / f"{index}.wav", 0.01, begin)
    heard.take(counter(0, 1200).tobytes(), False)
    recorder.close()
    opened = [each for each in events if isinstance(each, ChunkOpened)]
    assert [(each.index, each.first_frame) for each in opened] == [(7, 1000), (8, 1480), (9, 1960)]
    assert opened[1].started_at == began + timedelta(milliseconds=10)


def test_24_bits_and_two_channels(tmp_path: Path) -> None:
    form = SampleFormat(44_100, 2, 24)
    recorder, heard, _ = recording(form)
    recorder.record(lambda index: tmp_path / f"{index}.wav", 1)
    numbers = np.arange(-60_000, 60_000, 3, dtype="<i4") * 100
    heard.take(numbers.view("u1").reshape(-1, 4)[:, :3].tobytes(), False)
    recorder.close()
    samples, rate_hz = soundfile.read(tmp_path / "0.wav", dtype="int32", always_2d=True)
    assert (rate_hz, soundfile.info(tmp_path / "0.wav").subtype) == (44_100, "PCM_24")
    np.testing.assert_array_equal(samples.reshape(-1) >> 8, numbers)


def test_a_part_ends_where_it_shall_to_the_frame(tmp_path: Path) -> None:
    recorder, heard, events = recording()
    recorder.record(lambda index: tmp_path / f"{index}.wav", 0.01, Begin(most_frames=1111))
    heard.take(counter(0, 5000).tobytes(), False)
    recorder.close()
    np.testing.assert_array_equal(joined(events), counter(0, 1111))


def test_a_pause_ends_a_part_and_the_next_one_goes_on(tmp_path: Path) -> None:
    recorder, heard, events = recording()
    recorder.record(lambda index: tmp_path / f"{index}.wav", 1)
    heard.take(counter(0, 500).tobytes(), False)
    recorder.stop()
    heard.take(counter(9000, 500).tobytes(), False)  # nobody records this
    recorder.record(lambda index: tmp_path / f"{index}.wav", 1, Begin(1, 500))
    heard.take(counter(500, 500).tobytes(), False)
    recorder.close()
    closed = [each for each in events if isinstance(each, ChunkClosed)]
    assert [(each.index, each.first_frame, each.frames) for each in closed] == [
        (0, 0, 500),
        (1, 500, 500),
    ]
    np.testing.assert_array_equal(joined(events), counter(0, 1000))


def test_lost_frames_and_marks_are_told_with_their_place(tmp_path: Path) -> None:
    recorder, heard, events = recording()
    heard.take(counter(0, 100).tobytes(), True)  # nothing is recorded yet
    recorder.record(lambda index: tmp_path / f"{index}.wav", 1)
    heard.take(counter(0, 100).tobytes(), False)
    heard.take(counter(100, 100).tobytes(), True)
    recorder.mark("here")
    recorder.close()
    told = [each for each in events if isinstance(each, (Overflowed, Marked))]
    assert told == [Overflowed(100), Marked(200, "here")]


def test_a_device_that_goes_leaves_what_came(tmp_path: Path) -> None:
    recorder, heard, events = recording()
    recorder.record(lambda index: tmp_path / f"{index}.wav", 1)
    heard.take(counter(0, 700).tobytes(), False)
    heard.die()
    recorder.close()
    np.testing.assert_array_equal(joined(events), counter(0, 700))
    last = events[-1]
    assert isinstance(last, Stopped) and isinstance(last.error, DeviceError) and last.frame == 700


def test_a_full_disk_keeps_what_fitted_and_says_what_did_not(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    recorder, heard, events = recording()
    recorder.record(lambda index: tmp_path / f"{index}.wav", 1)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (HEADER_BYTES + 1001, before[1]))
        heard.take(counter(0, 800).tobytes(), False)
        recorder.stop()
        while not any(isinstance(each, Stopped) for each in events):
            time.sleep(0.01)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    recorder.close()
    np.testing.assert_array_equal(joined(events), counter(0, 500))
    last = next(each for each in events if isinstance(each, Stopped))
    assert (last.frame, last.lost_frames) == (500, 300) and last.error is not None


def test_what_is_written_can_be_read_at_any_moment(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    file = WavFile(path, SampleFormat(8000, 1, 24))
    for count in range(1, 8):
        file.write(bytes(3))
        assert soundfile.info(path).frames == count
    file.close()
    assert path.stat().st_size % 2 == 0


@pytest.mark.parametrize("form", [MONO, SampleFormat(48_000, 1, 24), SampleFormat(8000, 3, 24)])
def test_a_file_cut_anywhere_is_made_whole(tmp_path: Path, form: SampleFormat) -> None:
    whole = WavFile(tmp_path / "whole.wav", form)
    whole.write(bytes(range(250)) * form.frame_bytes)
    whole.close()
    data = (tmp_path / "whole.wav").read_bytes()
    frames = 250
    for size in range(HEADER_BYTES, len(data) + 1, 29):
        path = tmp_path / "cut.wav"
        # the header may be one from before, as the samples are written first
        path.write_bytes(
            header(form, min(size - HEADER_BYTES, 33 * form.frame_bytes)) + data[44:size]
        )
        assert repaired(path) == (form, min(frames, (size - HEADER_BYTES) // form.frame_bytes))
        assert soundfile.info(path).frames == repaired(path)[1]


def test_what_is_no_recording_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.wav"
    path.write_bytes(b"RIFF" + bytes(100))
    with pytest.raises(NotAudioError):
        repaired(path)
    assert path.read_bytes() == b"RIFF" + bytes(100)


def test_what_is_said_is_what_is_recorded(pipe: Pipe, tmp_path: Path) -> None:
    """A counter comes back frame for frame; a tone at its frequency."""
    frames = 48_000 * 3
    tone = np.round(16_000 * np.sin(2 * np.pi * 1234 * np.arange(frames) / 48_000))
    said = np.concatenate([counter(0, frames), tone[:, None].astype("<i2")])
    events: list[Recorded] = []
    ended = threading.Event()

    def tell(event: Recorded) -> None:
        events.append(event)
        if isinstance(event, Stopped):
            ended.set()

    recorder = Recorder(Microphone(), MONO, tell)
    recorder.record(lambda index: tmp_path / f"{index:05}.wav", 0.1, Begin(most_frames=3 * frames))
    pipe.say(said)
    assert ended.wait(60)
    assert recorder.close()
    heard = joined(events)
    first = int(np.flatnonzero(heard[:, 0] == said[0, 0])[0])
    np.testing.assert_array_equal(heard[first : first + 2 * frames], said)
    assert abs(pitch_hz(heard[first + frames : first + 2 * frames, 0]) - 1234) < 0.01


def test_the_next_file_is_ready_and_goes_where_it_is_not_needed(tmp_path: Path) -> None:
    recorder, heard, events = recording()
    recorder.record(lambda index: tmp_path / f"{index}.wav", 0.01)
    heard.take(counter(0, 100).tobytes(), False)
    while not (tmp_path / "1.wav").exists():
        time.sleep(0.01)
    heard.take(counter(100, 500).tobytes(), False)
    recorder.close()
    np.testing.assert_array_equal(joined(events), counter(0, 600))
    assert {path.name for path in tmp_path.iterdir()} == {"0.wav", "1.wav"}


def test_a_meter_tells_what_came_since_it_was_looked_at_last() -> None:
    form = SampleFormat(8_000, 2, 16)
    meter, sound = Meter(form), np.random.default_rng(6).integers(-9000, 9000, (9_000, 2), "<i2")
    at = 0
    for frames in (400, 1, 399, 0, 250, 3_950, 150, 3_850):
        block, at = sound[at : at + frames], at + frames
        meter.add(block)
        levels, none = meter.taken(), meter.taken()
        assert (levels.frames, none.frames, none.rms) == (frames, 0, (0.0, 0.0))
        exact = block.astype(np.float64)
        loud = np.sqrt(np.square(exact).mean(axis=0)) if frames else np.zeros(2)
        assert levels.rms == pytest.approx(loud / 32_767, rel=1e-4, abs=1e-5)
        peaks = np.abs(exact).max(axis=0, initial=0) / 32_767
        assert all(seen >= peak for seen, peak in zip(levels.peaks, peaks, strict=True))
    meter.add(np.full((8_000, 2), (-32_768, 5), "<i2"))
    assert meter.taken().clipped == (True, False)
    meter.add(sound[:800])
    meter.taken()
    meter.add(sound[:800])
    assert meter.taken().clipped == (False, False)


def test_a_meter_keeps_a_minute_whether_somebody_looks_or_not() -> None:
    meter, second = Meter(SampleFormat(8_000, 2, 16)), counter(0, 8_000, 2)
    for _ in range(200):
        meter.add(second)
    assert len(meter._columns._closed) <= 60 * 20
    picture = meter.picture()
    assert (len(picture.low), picture.frames) == (60 * 20, 60 * 8_000)
