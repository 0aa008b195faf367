"""`put` and `get` leave the peaks of what they brought, also when that took no time."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.cli.conftest import Run
from tests.strict_s3 import StrictS3

ON = {"S3AUDIO_WAVEFORMS": "true"}

Stored = Callable[..., list[str]]


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noise of 1.5 MiB, as long as 8 s."""
    path = tmp_path_factory.mktemp("takes") / "take.wav"
    noise = np.random.default_rng(1).integers(-9_000, 9_000, (400_000, 2), np.int16)
    soundfile.write(path, noise, 48_000)
    return path


def test_what_was_put_is_drawn_without_its_bytes(
    s3audio: Run, stored: Stored, bucket: str, s3_server: StrictS3, take: Path
) -> None:
    assert s3audio("put", str(take), environ=ON).code == 0
    assert any(key.startswith(".s3audio/peaks/") for key in stored(hidden=True))
    assert s3audio("waveform", "take.wav").code == 0
    asked = [a for a in s3_server.asked(bucket) if a.key == "take.wav"]
    assert not [a for a in asked if a.method == "GET"]


def test_what_was_got_is_drawn_from_what_passed(
    s3audio: Run,
    fill: Callable[..., None],
    stored: Stored,
    bucket: str,
    s3_server: StrictS3,
    take: Path,
    home: Path,
) -> None:
    fill("take.wav", body=take.read_bytes())
    assert s3audio("get", "take.wav", "--to", str(home / "here"), environ=ON).code == 0
    assert any(key.startswith(".s3audio/peaks/") for key in stored(hidden=True))
    assert s3audio("waveform", "take.wav").code == 0
    asked = [a for a in s3_server.asked(bucket) if a.key == "take.wav"]
    assert len([a for a in asked if a.method == "GET"]) == 1
