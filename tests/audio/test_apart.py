"""Sound decoded in a child: the same peaks, and a child that dies takes nothing with it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest

from s3audio_tui.audio import messages
from s3audio_tui.audio.apart import Decoders, job_for
from s3audio_tui.audio.children import end
from s3audio_tui.audio.conversation import Conversation
from s3audio_tui.audio.decode import open_sound
from s3audio_tui.audio.growing import Grown, finest, grow
from s3audio_tui.audio.peaks import Peaks, peaks_every
from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError, NotAudioError, UnreachableError
from tests.audio import samples


@pytest.fixture
def decoders() -> Iterator[Decoders]:
    made = Decoders()
    yield made
    made.close()


def _same(found: Peaks, direct: Peaks) -> None:
    assert (found.frames, found.sample_rate_hz) == (direct.frames, direct.sample_rate_hz)
    assert (found.low == direct.low).all()
    assert (found.high == direct.high).all()
    assert found.rms is not None
    assert direct.rms is not None
    assert np.allclose(found.rms, direct.rms, rtol=1e-5)


class Reader:
    """Bytes by ranges, as of an object; what is asked for beyond them fails the test."""

    def __init__(self, data: bytes) -> None:
        self.data, self.asked = data, 0

    def __call__(self, start: int, length: int) -> bytes:
        assert start >= 0
        assert start + length <= len(self.data)
        self.asked += 1
        return self.data[start : start + length]


def _direct(data: bytes) -> Peaks:
    sound = open_sound(BytesIO(data), "song", len(data))
    return peaks_every(sound.blocks(), sound.channels, sound.sample_rate_hz)


@pytest.mark.parametrize("name", ["s24.flac", "vorbis.ogg", "aac-moov-last.m4a", "ulaw.wav"])
def test_a_child_makes_the_same_peaks(decoders: Decoders, name: str) -> None:
    data = samples.real_files()[name]
    decoders.warm()
    *_, last = decoders.peaks(Reader(data), len(data), name)
    assert last.done
    _same(last.peaks, _direct(data))


def test_what_is_not_packed_needs_no_child(
    decoders: Decoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("s3audio_tui.audio.apart.started", lambda *_: pytest.fail("a child"))
    data = samples.encoded("WAV", "PCM_24", channels=2)
    *_, last = decoders.peaks(Reader(data), len(data), "song.wav")
    _same(last.peaks, _direct(data))
    assert last.frames_all == samples.FRAMES


def test_peaks_grow_from_the_start() -> None:
    data = samples.encoded("WAV", "PCM_16", channels=2, frames=200_000)
    sound = open_sound(BytesIO(data), "song", len(data))
    times = iter(range(1000))
    shown = list(grow(sound, len(data), clock=lambda: next(times)))
    assert len(shown) > 3
    lengths = [len(each.peaks) for each in shown]
    assert lengths == sorted(set(lengths)) or lengths[-1] == lengths[-2]
    assert [each.done for each in shown] == [False] * (len(shown) - 1) + [True]
    whole = _direct(data)
    _same(shown[-1].peaks, whole)
    for each in shown[:-1]:
        assert (each.peaks.high == whole.high[: len(each.peaks)]).all()
        assert each.peaks.frames == len(each.peaks) * 256


def test_the_finest_columns_are_coarser_for_sounds_of_hours() -> None:
    assert finest(44100 * 600, 0) == 256
    assert finest(None, 10_000_000) == 256
    assert finest(1 << 29, 0) == 512
    assert finest(1 << 28, 0, 8) == 1024
    assert finest(None, 1 << 30) == 256 * 64


def _heard(pieces: Iterator[Grown]) -> tuple[int, NotAudioError]:
    shown: list[Grown] = []
    with pytest.raises(NotAudioError) as raised:
        shown.extend(pieces)
    return shown[-1].peaks.frames if shown else 0, raised.value


def test_the_good_frames_come_before_the_fault(decoders: Decoders) -> None:
    data = samples.encoded("FLAC", "PCM_16", frames=44100)
    cut = data[: len(data) // 2]
    frames, error = _heard(decoders.peaks(Reader(cut), len(cut), "song.flac"))
    assert 10_000 < frames < 44_100
    assert "song.flac cannot be decoded: it ends after" in error.message


def test_a_little_that_becomes_far_too_much(decoders: Decoders) -> None:
    data = samples.encoded("FLAC", "PCM_16", frames=441_000)
    job = replace(job_for("song.flac", len(data)), decoded_bytes=200_000)
    frames, error = _heard(decoders.run(Reader(data), job, CancelToken()))
    assert 100_000 <= frames < 200_000
    assert "far longer than" in error.message


def test_a_decoder_that_takes_too_much_memory(decoders: Decoders) -> None:
    data = samples.encoded("OGG", "VORBIS")
    job = replace(job_for("song.ogg", len(data)), memory_bytes=1024**2)
    _, error = _heard(decoders.run(Reader(data), job, CancelToken()))
    assert error.message.startswith("song.ogg ")
    assert error.remedy


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV, signal.SIGXCPU])
def test_a_decoder_that_dies(decoders: Decoders, how: int) -> None:
    data = samples.encoded("OGG", "OPUS")
    decoders.warm()
    (child,) = decoders._spare

    def read(start: int, length: int) -> bytes:
        child.send_signal(how)  # once: it may have asked for two pieces before
        child.wait()
        return data[start : start + length]

    _, error = _heard(decoders.run(read, job_for("song.opus", len(data)), CancelToken()))
    why = "it takes too long" if how == signal.SIGXCPU else "its decoder broke down"
    assert error.message == f"song.opus cannot be decoded: {why}"
    *_, last = decoders.peaks(Reader(data), len(data), "song.opus")
    assert last.done


def test_a_spare_child_that_has_died_is_not_taken(decoders: Decoders) -> None:
    data = samples.encoded("FLAC", "PCM_16")
    decoders.warm()
    (child,) = decoders._spare
    child.kill()
    child.wait()
    *_, last = decoders.peaks(Reader(data), len(data), "song.flac")
    assert last.done


@pytest.mark.parametrize(
    "said",
    [
        messages.MESSAGE.pack(messages.RANGE, 3) + b"abc",
        messages.MESSAGE.pack(messages.FAILED, 3) + b"[1]",
        messages.MESSAGE.pack(messages.FAILED, 2) + b"{{",
        messages.MESSAGE.pack(messages.HEAD, 0),
    ],
)
def test_a_child_that_talks_nonsense(said: bytes) -> None:
    command = [sys.executable, "-c", f"import os; os.write(1, {said!r}); os.read(0, 1 << 20)"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        talk = Conversation(child, Reader(b""), job_for("song.flac", 0), CancelToken())
        _, error = _heard(talk.peaks())
        end(child)
    assert error.message == "song.flac cannot be decoded: its decoder broke down"


def test_what_the_store_says_reaches_who_asked(decoders: Decoders) -> None:
    data = samples.encoded("MP3", "MPEG_LAYER_III", frames=441_000)
    asked = []

    def read(start: int, length: int) -> bytes:
        asked.append(start)
        if len(asked) > 1:
            raise UnreachableError("the store is out of reach", "try again")
        return data[start : start + length // 8]

    with pytest.raises(UnreachableError):
        list(decoders.peaks(read, len(data), "song.mp3"))


def test_it_can_be_stopped_and_leaves_no_child(decoders: Decoders) -> None:
    data = samples.encoded("FLAC", "PCM_16", frames=441_000)
    decoders.warm()
    (child,) = decoders._spare
    token = CancelToken()

    def read(start: int, length: int) -> bytes:
        if start:
            token.cancel()
        return data[start : start + min(length, 4096)]

    with pytest.raises(CancelledError):
        list(decoders.peaks(read, len(data), "song.flac", cancel=token))
    assert child.returncode is not None


def test_a_child_ends_with_its_parent(decoders: Decoders) -> None:
    decoders.warm()
    (child,) = decoders._spare
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait() == 0


@pytest.mark.parametrize("name", ["s24.flac", "vorbis.ogg", "s16.aiff"])
def test_the_sound_itself_comes_from_a_child_too(decoders: Decoders, name: str) -> None:
    data = samples.real_files()[name]
    direct = open_sound(BytesIO(data), name, len(data))
    with decoders.opened(Reader(data), len(data), name) as sound:
        assert (sound.sample_rate_hz, sound.frames) == (direct.sample_rate_hz, direct.frames)
        found = np.concatenate([block.copy() for block in sound.blocks()])
    assert (found == np.concatenate([block.copy() for block in direct.blocks()])).all()


def test_a_sound_that_is_not_taken_leaves_no_child(decoders: Decoders) -> None:
    data = samples.encoded("FLAC", "PCM_16", frames=441_000)
    decoders.warm()
    (child,) = decoders._spare
    with decoders.opened(Reader(data), len(data), "song.flac") as sound:
        assert sound.frames == 441_000
    assert child.returncode is not None


def test_who_stands_by_has_the_next_child_ready(decoders: Decoders) -> None:
    data = samples.encoded("OGG", "OPUS")
    list(decoders.peaks(Reader(data), len(data), "song.opus"))
    assert not decoders._spare
    decoders.stand_by()
    list(decoders.peaks(Reader(data), len(data), "song.opus"))
    assert len(decoders._spare) == 1
    decoders.close()
    assert not decoders._spare
