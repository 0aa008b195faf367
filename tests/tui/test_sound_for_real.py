"""The app on a real sound server, in a real terminal: heard, lost and found again; and on none."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import soundfile

from tests.audio.speaker import PACKAGES, RATE_HZ, Speaker, frequency_hz, tone, trimmed
from tests.cli.conftest import use as use
from tests.terminal import Start, Terminal
from tests.terminal import program as program

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

WITHOUT = "import ctypes.util\nctypes.util.find_library = lambda name: None\n"
STRANGE = ("ALSA", "PortAudio", "Pa_", "snd_")
"""What those libraries say for themselves."""

Use = Callable[[str], None]


@pytest.fixture
def lone_sound(use: Use, bucket: str, plain_s3: "S3Client", tmp_path: Path) -> None:
    """A library of one sound of a minute, so that the cursor is on it."""
    soundfile.write(tmp_path / "a.wav", tone(997, 60 * RATE_HZ), RATE_HZ, subtype="PCM_16")
    plain_s3.upload_file(str(tmp_path / "a.wav"), bucket, "a.wav")
    use(bucket)


def shown(terminal: Terminal) -> str:
    return terminal.raw.decode("utf-8", "replace")


@pytest.mark.system(PACKAGES)
def test_a_device_that_goes_and_comes_back(
    program: Start, lone_sound: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own = Speaker(tmp_path_factory.mktemp("own"))
    leads = {name: own.variables[name] for name in ("ALSA_CONFIG_PATH", "PULSE_SERVER")}
    own.start()
    try:
        terminal = program(environ=leads)
        terminal.wait_for("a.wav")
        with own.listening() as ear:
            terminal.press("enter")
            heard = ear.wait_for(lambda heard: len(trimmed(heard)) > RATE_HZ)
        assert abs(frequency_hz(trimmed(heard)[: RATE_HZ // 2]) - 997) < 0.5
        own.stop()
        terminal.wait_for("Paused: the sound device has gone")
        own.start()
        with own.listening() as ear:
            terminal.press(".")
            ear.wait_for(lambda heard: bool(heard.any()))
        terminal.wait_for("▶ a.wav 0:0")
        terminal.press("S")
        terminal.wait_for("Where sound comes out")
        terminal.wait_for("○ pulse")
        terminal.press("q", "q")
        assert terminal.wait_exit() == 0
    finally:
        own.stop()
    assert not [word for word in STRANGE if word in shown(terminal)]


def test_without_the_library(program: Start, lone_sound: None, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITHOUT)
    paths = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    terminal = program(environ={"PYTHONPATH": os.pathsep.join(paths)})
    terminal.wait_for("a.wav")
    terminal.press("enter")
    terminal.wait_for("the library PortAudio is missing")
    terminal.wait_for("silent")
    terminal.press("S")
    terminal.wait_for("Where sound comes out")
    terminal.press("q", "q")
    code = terminal.wait_exit()
    assert code == 0, shown(terminal)[-6000:]
