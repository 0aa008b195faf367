"""`waveform --format dat` and its JSON, opened in the reader of peaks.js: npm's waveform-data.

Nothing of it is kept here. npm fetches it into a folder of the test, and checks what it fetched.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from tests.cli.conftest import Run

PACKAGES = "nodejs npm"
NPM = Path(__file__).parents[1] / "npm"
RATE_HZ, SCALE, FRAMES = 44_100, 256, 132_301
CASES = [
    *(("dat", bits, split) for bits in (8, 16) for split in (False, True)),
    ("audiowaveform-json", 16, True),
]
_PATIENCE_S = 120
_WORDS = 200
"""Characters of what npm says; a trace follows."""

Fill = Callable[..., None]
Read = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Return what the reader finds in files."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip(f"sudo apt-get install --no-install-recommends {PACKAGES}")
    folder = tmp_path_factory.mktemp("npm")
    for file in ("package.json", "package-lock.json", "peaks.js"):
        shutil.copy(NPM / file, folder)
    _install(npm, folder)

    def read(*files: Path) -> list[dict[str, Any]]:
        command = [node, "peaks.js", *map(str, files)]
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        found: list[dict[str, Any]] = json.loads(ran.stdout)
        return found

    return read


def _install(npm: str, folder: Path) -> None:
    """Let npm fetch what the lock names; skip where its registry cannot be reached."""
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
    waits = ("--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000")
    patient = (*waits, "--fetch-retries=3", "--fetch-timeout=20000")
    try:
        ran = subprocess.run(
            [npm, "ci", *quiet, *patient, "--loglevel=error"],
            cwd=folder,
            env={**os.environ, "npm_config_update_notifier": "false"},
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE_S,
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm did not fetch waveform-data within {_PATIENCE_S} s: is it online?")
    if ran.returncode:
        words = " ".join(ran.stderr.split()).replace("npm error ", "")
        pytest.skip(f"npm could not fetch waveform-data: {words[:_WORDS]}")


def sound() -> NDArray[np.int16]:
    """Return three seconds that differ on the left and the right."""
    noise = np.random.default_rng(7).integers(-32_768, 32_768, (FRAMES, 2))
    return (noise * np.linspace(0, 1, FRAMES)[:, None]).astype(np.int16)


def wanted(samples: NDArray[np.int16], *, bits: int, split: bool) -> list[list[list[int]]]:
    """Return each channel's least and greatest samples, as audiowaveform has them."""
    if not split:
        samples = np.trunc(samples.sum(axis=1, dtype=int) / 2).astype(np.int16)[:, None]
    starts = np.arange(0, len(samples), SCALE)
    both = [reduce.reduceat(samples, starts, axis=0) for reduce in (np.minimum, np.maximum)]
    if bits == 8:
        both = [np.trunc(values / 256).astype(np.int16) for values in both]
    return [[values[:, at].tolist() for values in both] for at in range(samples.shape[1])]


@pytest.mark.system(PACKAGES)
def test_the_reader_of_peaks_js_finds_what_is_there(
    s3audio: Run, fill: Fill, read: Read, tmp_path: Path
) -> None:
    samples = sound()
    soundfile.write(tmp_path / "a.flac", samples, RATE_HZ, subtype="PCM_16")
    fill("a.flac", body=(tmp_path / "a.flac").read_bytes())
    files = []
    for form, bits, split in CASES:
        files.append(tmp_path / f"{bits}-{split}.{'dat' if form == 'dat' else 'json'}")
        asked = ("--format", form, "--bits", str(bits), "--output", str(files[-1]))
        more = ("--split-channels",) if split else ()
        assert s3audio("waveform", "a.flac", *asked, *more).code == 0
    length = -(-FRAMES // SCALE)
    for found, (_, bits, split) in zip(read(*files), CASES, strict=True):
        assert found == {
            "bits": bits,
            "sample_rate": RATE_HZ,
            "scale": SCALE,
            "length": length,
            "duration": pytest.approx(length * SCALE / RATE_HZ),
            "channels": wanted(samples, bits=bits, split=split),
        }
