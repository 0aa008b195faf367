"""What is loaded when: the core knows no screen, and `--help` loads nothing heavy."""

import pkgutil
import subprocess
import sys

import pytest

import s3audio_tui

FACES = ("s3audio_tui.cli", "s3audio_tui.tui", "s3audio_tui.demo", "s3audio_tui.__main__")
CORE = sorted(
    module.name
    for module in pkgutil.walk_packages(s3audio_tui.__path__, "s3audio_tui.")
    if not module.name.startswith(FACES)
)

SOUND = ("s3audio_tui.audio.", "s3audio_tui.drawing.")
LIGHT = ("formats", "guarded", "header")
WITH_SOUND = frozenset(
    {
        *("waveforms", "exact_waveforms", "all_waveforms", "kept_waveforms", "wave_parts"),
        *("sources", "playing", "recording"),
    }
)


def computes(name: str) -> bool:
    """Whether a module computes with samples, and so is loaded only when one is needed."""
    folder, _, room = name.rpartition(".")
    if folder == "s3audio_tui.library":
        return room in WITH_SOUND
    return name.startswith(SOUND) and room not in LIGHT


LOADED = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*sys.modules)
"""

DATACLASSES = """
import dataclasses, sys
import s3audio_tui.cli.ending, s3audio_tui.cli.opening, s3audio_tui.tui.app
for name, module in list(sys.modules.items()):
    for value in vars(module).values() if name.startswith("s3audio_tui") else ():
        if dataclasses.is_dataclass(value) and value.__module__ == name:
            print(value)
"""

HELP = """
import atexit, sys
sys.argv = ["s3audio", *sys.argv[1:]]
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from s3audio_tui.__main__ import main
main()
"""


def loaded_by(code: str, *arguments: str) -> tuple[str, str]:
    """Run the code in a fresh interpreter; return what it wrote to stdout and to stderr."""
    command = [sys.executable, "-c", code, *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout, ended.stderr


def roots(modules: str) -> set[str]:
    return {name.partition(".")[0] for name in modules.split()}


def test_the_core_knows_no_screen_and_no_command_line() -> None:
    stdout, _ = loaded_by(LOADED, *CORE)
    assert roots(stdout) & {"textual", "rich", "click"} == set()


def test_the_core_loads_nothing_heavy_before_it_is_needed() -> None:
    stdout, _ = loaded_by(LOADED, *[name for name in CORE if not computes(name)])
    assert roots(stdout) & {"boto3", "botocore", "numpy", "soundfile", "moto"} == set()


@pytest.mark.parametrize("arguments", [["--help"], ["ls", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    stdout, stderr = loaded_by(HELP, *arguments)
    assert "s3audio" in stdout
    assert roots(stderr) & {"textual", "rich", "boto3", "botocore", "numpy", "soundfile"} == set()


def test_the_app_starts_without_making_dataclasses() -> None:
    """Python writes code for each and compiles it: 0.6 ms, and dozens come before a frame."""
    stdout, _ = loaded_by(DATACLASSES)
    assert stdout == ""


def test_the_first_frame_is_loaded_without_what_it_does_not_need() -> None:
    stdout, _ = loaded_by(LOADED, "s3audio_tui.cli.opening", "s3audio_tui.tui.app")
    assert roots(stdout) & {"boto3", "numpy", "sqlite3", "json", "_hashlib", "click"} == set()
