"""A sound card without hardware: PulseAudio with a sink that leads nowhere, and its monitor."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

RATE_HZ = 48_000
PACKAGES = "libportaudio2 pulseaudio libasound2-plugins pulseaudio-utils"

_ALSA = "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n"
_MODULES = (
    "module-native-protocol-unix auth-anonymous=1",
    f"module-null-sink sink_name=spk rate={RATE_HZ} channels=2 format=s16le",
)

Heard = NDArray[np.int16]


class Speaker:
    """A sound server of the test's own. `variables` lead programs to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "run").mkdir(mode=0o700, parents=True)
        (folder / "asound.conf").write_text(_ALSA)
        self.variables = {
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "HOME": str(folder),
            "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
            "PULSE_SERVER": f"unix:{folder}/run/pulse/native",
        }
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        modules = [part for module in _MODULES for part in ("-L", module)]
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
        self._server = subprocess.Popen(
            [*command, *modules], env=self._environ(), stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while subprocess.run(
            ["pactl", "info"], env=self._environ(), capture_output=True
        ).returncode:
            assert self._server.poll() is None and time.monotonic() < deadline, "no sound server"
            time.sleep(0.05)

    def stop(self) -> None:
        """End it; whoever plays sees the device vanish."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    @contextmanager
    def listening(self) -> Iterator["Ear"]:
        """Take down what comes out of it while the block runs."""
        command = ["parec", "-d", "spk.monitor", "--format=s16le", f"--rate={RATE_HZ}"]
        recorder = subprocess.Popen(
            [*command, "--channels=2", "--raw", "--latency-msec=20"],
            env=self._environ(),
            stdout=subprocess.PIPE,
        )
        ear = Ear(recorder)
        try:
            ear.wait_for(lambda heard: len(heard) > 0)
            yield ear
        finally:
            recorder.kill()
            recorder.wait()
            ear.close()

    def _environ(self) -> dict[str, str]:
        return {**os.environ, **self.variables}


class Ear:
    """What has been heard up to now: frames of 16 bits, stereo, 48 kHz."""

    def __init__(self, recorder: subprocess.Popen[bytes]) -> None:
        assert recorder.stdout is not None
        self._pipe = recorder.stdout
        self._pieces: list[bytes] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while piece := os.read(self._pipe.fileno(), 1 << 16):
            self._pieces.append(piece)

    @property
    def heard(self) -> Heard:
        """All of it."""
        data = b"".join(self._pieces)
        return np.frombuffer(data[: len(data) // 4 * 4], "<i2").reshape(-1, 2)

    @property
    def sound(self) -> Heard:
        """All of it, without the silence before and behind."""
        return trimmed(self.heard)

    def wait_for(self, enough: Callable[[Heard], bool]) -> Heard:
        """Return what was heard, once it is `enough`."""
        deadline = time.monotonic() + 60
        while not enough(self.heard):
            assert time.monotonic() < deadline, f"after {len(self.heard)} frames nothing more"
            time.sleep(0.01)
        return self.heard

    def wait_silence(self, seconds: float = 0.2) -> Heard:
        """Return what was heard, without silence around it, once it ended with so much silence."""
        quiet = int(seconds * RATE_HZ)

        def silent(heard: Heard) -> bool:
            return bool(heard.any()) and len(heard) > quiet and not heard[-quiet:].any()

        return trimmed(self.wait_for(silent))

    def close(self) -> None:
        """Wait for the thread."""
        self._thread.join(5)
        self._pipe.close()


def trimmed(heard: Heard) -> Heard:
    """Return it without the silence before and behind."""
    (loud,) = np.nonzero(heard.any(axis=1))
    return heard[loud[0] : loud[-1] + 1] if len(loud) else heard[:0]


def tone(hz: float, frames: int, *, rate_hz: int = RATE_HZ, first: int = 0) -> Heard:
    """Return a stereo tone, half as loud as can be, never zero."""
    wave = np.cos(2 * np.pi * hz * (np.arange(first, first + frames) + 0.25) / rate_hz)
    return np.repeat(np.round(16_000 * wave).astype("<i2")[:, None], 2, axis=1)


def frequency_hz(sound: Heard) -> float:
    """Return the loudest frequency of a piece of sound."""
    piece = sound[:, 0] * np.hanning(len(sound))
    size = 1 << 18
    return float(np.argmax(np.abs(np.fft.rfft(piece, size))) * RATE_HZ / size)


@pytest.fixture(scope="session")
def sound_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Speaker]:
    """One server for all tests of a process; it skips with what to install."""
    if not all(shutil.which(name) for name in ("pulseaudio", "pactl", "parec")):
        pytest.skip(f"sudo apt-get install --no-install-recommends {PACKAGES}")
    made = Speaker(tmp_path_factory.mktemp("speaker"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def speaker(sound_server: Speaker, monkeypatch: pytest.MonkeyPatch) -> Speaker:
    """The server, as the sound card of this process and of those that it starts."""
    for name in ("ALSA_CONFIG_PATH", "PULSE_SERVER"):
        monkeypatch.setenv(name, sound_server.variables[name])
    return sound_server
