"""Which device is meant, and machines without any."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from s3audio_tui.audio import devices
from s3audio_tui.audio.devices import Device, chosen
from s3audio_tui.errors import DeviceError

THERE = [
    Device(0, "HDA Intel: Analog (hw:0,0)", is_default=False),
    Device(2, "USB Audio 7: left", is_default=False),
    Device(3, "USB Audio 7: right", is_default=False),
    Device(7, "default", is_default=True),
    Device(9, "default copy", is_default=False),
]


@pytest.mark.parametrize(
    ("wanted", "number"),
    [("2", 2), ("intel", 0), ("DEFAULT", 7), (" usb audio 7: left ", 2), ("copy", 9), ("right", 3)],
)
def test_a_number_a_name_or_a_part_of_one(wanted: str, number: int) -> None:
    assert chosen(THERE, wanted).number == number


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("audio", "several .* 'audio': choose one of 2 USB Audio 7: left, 3 USB Audio 7: right$"),
        ("Kazoo", "no sound device 'Kazoo': choose one of 0 HDA .* 9 default copy$"),
        ("5", "no sound device '5': choose one of 0 HDA"),
    ],
)
def test_what_is_none_or_several_is_told_with_those_that_there_are(wanted: str, words: str) -> None:
    with pytest.raises(DeviceError, match=words):
        chosen(THERE, wanted)


def test_of_many_some_are_named() -> None:
    many = [Device(number, f"out {number}", is_default=False) for number in range(40)]
    with pytest.raises(DeviceError, match=r"7 out 7 and 32 more$"):
        chosen(many, "none")


def test_where_nothing_plays() -> None:
    with pytest.raises(DeviceError, match="there is no sound device: connect one"):
        chosen([], "any")


WITHOUT = "import ctypes.util\nctypes.util.find_library = lambda name: None\n"


def test_without_the_library_the_rest_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITHOUT)
    paths = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    with pytest.raises(DeviceError, match=r"PortAudio is missing: install it .*libportaudio2"):
        devices.now()


@pytest.mark.parametrize(
    ("act", "patience_s", "words"),
    [
        ("time.sleep(60)", 0.5, "does not answer"),
        ("os.kill(os.getpid(), 9)", 60, "cannot be listed"),
    ],
)
def test_a_sound_system_that_hangs_or_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, patience_s: float, words: str
) -> None:
    (tmp_path / "sounddevice.py").write_text(f"import os, time\n{act}\n")
    paths = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.setattr(devices, "_PATIENCE_S", patience_s)
    with pytest.raises(DeviceError, match=words):
        devices.now()


def test_nothing_is_loaded_before_it_is_needed() -> None:
    code = "import s3audio_tui.audio.devices, sys; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert not {"sounddevice", "numpy"} & set(loaded)
