"""Files of peaks, byte for byte as audiowaveform 1.10.3 wrote those in `audiowaveform/`.

They and `make_inputs.py`, which makes the sounds, are the project's reference waveforms.
"""

import re
import runpy
from pathlib import Path

import numpy as np
import pytest

from s3audio_tui.audio.columns import mixed
from s3audio_tui.audio.decode import open_sound
from s3audio_tui.audio.peaks import Peaks, peaks_every
from s3audio_tui.audio.waveform_file import Bits, from_dat, from_json, pairs, to_dat, to_json
from s3audio_tui.errors import NotAudioError

REFERENCES = Path(__file__).with_name("audiowaveform")
_NAMED = re.compile(r"(\w+)-z(\d+)-b(8|16)(-split)?\.(dat|json)")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    write = runpy.run_path(str(REFERENCES / "make_inputs.py"))["write"]
    write(folder / "stereo16.wav", 132_301, 2, 16, 44_100)
    write(folder / "mono16.wav", 24_001, 1, 16, 8_000)
    write(folder / "stereo24.wav", 48_123, 2, 24, 48_000)
    return folder


def _made(path: Path, samples_per_pixel: int, *, split: bool) -> Peaks:
    with path.open("rb") as file:
        sound = open_sound(file, path.name, path.stat().st_size)
        blocks = sound.blocks() if split else mixed(sound.blocks())
        channels = sound.channels if split else 1
        return peaks_every(blocks, channels, sound.sample_rate_hz, samples_per_pixel, rms=False)


@pytest.mark.parametrize(
    "reference", sorted(REFERENCES.glob("*-z*")), ids=lambda path: str(path.name)
)
def test_it_is_what_audiowaveform_writes(reference: Path, inputs: Path) -> None:
    named = _NAMED.fullmatch(reference.name)
    assert named is not None
    peaks = _made(inputs / f"{named[1]}.wav", int(named[2]), split=bool(named[4]))
    bits: Bits = 8 if named[3] == "8" else 16
    wanted = reference.read_bytes()
    if named[5] == "dat":
        assert to_dat(peaks, bits) == wanted
        assert to_dat(from_dat(wanted), bits) == wanted
    else:
        assert to_json(peaks, bits) == wanted
        assert to_json(from_json(wanted), bits) == wanted


@pytest.mark.parametrize("cut", [0, 3, 19, 23, 30, -1])
def test_what_is_cut_off_is_no_waveform(cut: int) -> None:
    whole = (REFERENCES / "stereo16-z256-b16-split.dat").read_bytes()
    with pytest.raises(NotAudioError):
        from_dat(whole[:cut])


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"[]",
        b'{"sample_rate": 8000, "samples_per_pixel": 1, "length": 1, "data": [0]}',
        b'{"sample_rate": 8000, "samples_per_pixel": 1, "length": 1, "data": [0, 99999]}',
        b'{"sample_rate": 0, "samples_per_pixel": 1, "length": 1, "data": [0, 1]}',
        b'{"sample_rate": 8000, "samples_per_pixel": 1, "bits": 9, "length": 1, "data": [0, 1]}',
    ],
)
def test_a_document_that_is_no_waveform_is_refused(document: bytes) -> None:
    with pytest.raises(NotAudioError):
        from_json(document)


def test_pairs_have_the_greatest_first() -> None:
    low, high = np.array([[-32768, -5]], np.int16), np.array([[16384, 7]], np.int16)
    assert pairs(Peaks(low, high, None, 8000, 10, 10)) == [[0.5, -1.0]]
