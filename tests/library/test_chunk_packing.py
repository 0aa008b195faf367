"""Chunks as FLAC: the same frames again, whatever comes between."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from s3audio_tui.audio import flac_file
from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.audio.wav_file import WavFile
from s3audio_tui.errors import BadBytesError
from s3audio_tui.library import chunk_packing
from s3audio_tui.library.chunk_doors import LibraryDoor
from s3audio_tui.library.chunk_sending import ChunkSending
from s3audio_tui.library.opening import Library
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan
from s3audio_tui.library.spool import Spool, TakeFolder
from s3audio_tui.library.take_recovery import recover
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.store import objects
from tests.audio.microphone import MadeUp, counter


class Killed(BaseException):
    """Stands for the end of the program."""


def taken(tmp_path: Path, sending: ChunkSending | None = None, frames: int = 1200) -> TakeFolder:
    """Record a take in chunks of 480 that shall be packed."""
    heard = MadeUp()
    plan = Plan(chunk_s=0.01, packs=True)
    recording = Recording(Spool(tmp_path / "spool"), heard, plan, lambda *_: None, sending)
    recording.start()
    heard.take(counter(0, frames).tobytes(), False)
    assert recording.close()
    assert recording.folder is not None
    return recording.folder


def unpacked(folder: TakeFolder) -> np.ndarray:
    """Return the frames of all chunks."""
    return np.concatenate(
        [soundfile.read(folder.path / each.file, dtype="int16")[0] for each in folder.take.chunks]
    )


@pytest.mark.parametrize("form", [SampleFormat(8000, 3, 24), SampleFormat(44_100, 2, 16)])
def test_every_format_is_the_same_again(tmp_path: Path, form: SampleFormat) -> None:
    wav, flac = tmp_path / "a.wav", tmp_path / "a.flac"
    file = WavFile(wav, form)
    file.write(np.random.default_rng(1).bytes(form.frame_bytes * 100_000))
    file.close()
    flac_file.pack(wav, flac)
    one, other = soundfile.read(wav, dtype="int32"), soundfile.read(flac, dtype="int32")
    np.testing.assert_array_equal(one[0], other[0])
    assert soundfile.info(flac).subtype == f"PCM_{form.bits}"
    assert flac.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"a.wav", "a.flac"}


def test_a_take_that_stays_here_is_packed(tmp_path: Path) -> None:
    folder = taken(tmp_path)
    assert [each.file for each in folder.take.chunks] == [f"{at:05}.flac" for at in range(3)]
    np.testing.assert_array_equal(unpacked(folder), counter(0, 1200)[:, 0])
    assert not list(folder.path.glob("*.wav"))


def test_chunks_go_up_as_flac(library: Library, tmp_path: Path) -> None:
    queue = TransferQueue(4)
    sending = ChunkSending(LibraryDoor(library), queue, lambda *_: None)
    folder = taken(tmp_path, sending)
    assert sending.wait(folder, 30) and sending.finish(folder)
    assert queue.close(30)
    chunk = folder.take.chunks[2]
    assert chunk.key == f"recordings/{folder.take.id}/00002.flac"
    about = objects.head(library.store, library.full(chunk.key))
    assert (about.content_type, about.metadata["frames"]) == ("audio/flac", "240")
    data, _ = objects.read_small(library.store, library.full(chunk.key))
    (tmp_path / "again.flac").write_bytes(data)
    again, _ = soundfile.read(tmp_path / "again.flac", dtype="int16")
    np.testing.assert_array_equal(again, counter(960, 240)[:, 0])
    folder.close(remove=True)
    assert not folder.path.exists()


def test_what_is_not_the_same_stays_wav(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flac_file, "_same", lambda *_: False)
    folder = taken(tmp_path)
    assert [each.file for each in folder.take.chunks] == [f"{at:05}.wav" for at in range(3)]
    assert len(list(folder.path.iterdir())) == 4
    with pytest.raises(BadBytesError):
        flac_file.pack(folder.path / "00000.wav", folder.path / "00000.flac")


def _before_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flac_file, "_same", _killed)


def _before_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TakeFolder, "say", _killed)


def _before_the_wav_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    unlink = Path.unlink

    def unless_wav(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".wav":
            raise Killed
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", unless_wav)


def _killed(*_: object, **__: object) -> None:
    raise Killed


@pytest.mark.parametrize(
    ("kill", "ending"),
    [
        (_before_it_is_there, "wav"),
        (_before_the_line, "wav"),
        (_before_the_wav_goes, "flac"),
    ],
)
def test_killed_in_between_one_file_is_left_and_it_is_right(
    kill: Callable[[pytest.MonkeyPatch], None], ending: str, tmp_path: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunk_packing, "pack", lambda *_: None)
        folder = taken(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        kill(patch)
        with pytest.raises(Killed):
            chunk_packing.pack(folder, 1)
    folder.close()
    again = Spool(tmp_path / "spool").hold(folder.take.id)
    recover(again)
    assert again.take.chunk(1).file == f"00001.{ending}"
    assert len(list(again.path.glob("00001.*"))) == 1
    np.testing.assert_array_equal(unpacked(again), counter(0, 1200)[:, 0])


def test_a_packed_file_that_the_disk_has_spoilt_gives_way_to_its_wav(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "unlink", lambda *_, **__: None)
        folder = taken(tmp_path)
    packed = folder.path / "00001.flac"
    packed.write_bytes(packed.read_bytes()[:-20])
    folder.close()
    again = Spool(tmp_path / "spool").hold(folder.take.id)
    recover(again)
    assert again.take.chunk(1).file == "00001.wav"
    np.testing.assert_array_equal(unpacked(again), counter(0, 1200)[:, 0])
