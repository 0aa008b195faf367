"""The dialogs that need something first, in the light theme and in the terminal's own colours."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.library import download
from s3audio_tui.library.opening import Library
from s3audio_tui.library.sharing import Share
from s3audio_tui.library.versions import Version
from s3audio_tui.tui.flows import leave
from s3audio_tui.tui.screens.share_link import ShareLink
from s3audio_tui.tui.screens.versions import VersionsScreen
from tests.snapshots import Snapshot
from tests.tui.conftest import NOW
from tests.tui.driving import driven

OpenDemo = Callable[..., Library]

SMALL = (80, 24)
TAKES = ("down", "down", "down", "enter", "down", "enter", "down")
"""The keys to a folder of takes, from the top."""

_DAYS = 86_400.0
_KEY = "takes/07-bridge-alt.wav"
VERSIONS = [
    Version(_KEY, "kZ3xQ8vN1pLrT5yWm2Jd", NOW - 0.1 * _DAYS, 48_211_344, "a", True, False),
    Version(_KEY, "Hq7bV0sXe9fGc4UaKi6R", NOW - _DAYS, 0, "", False, True),
    Version(_KEY, "null", NOW - 17 * _DAYS, 47_902_120, "b", False, False),
]


@pytest.fixture
def music(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a folder for music, on a disk with room."""
    folder = home / "Music"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(download, "free_bytes", lambda folder: 84_200_000_000)
    return folder


async def test_a_file(open_demo: OpenDemo, snapshot: Snapshot, music: Path) -> None:
    async with driven(open_demo(), size=SMALL) as driver:
        await driver.press(*TAKES, "i")
        await driver.pictured_in_themes(snapshot, "properties")
        await driver.press("escape", "g")
        await driver.pictured_in_themes(snapshot, "download")
        await driver.press("escape", "r")
        await driver.replace("08-outro.flac")
        await driver.pictured_in_themes(snapshot, "rename-taken")
        await driver.press("escape", "plus")
        await driver.write("0*")
        await driver.sees("5 of 8 fit")
        await driver.pictured_in_themes(snapshot, "pattern")
        await driver.press("escape", "u", "question_mark")
        await driver.pictured_in_themes(snapshot, "help-picker")
        await driver.press("escape", "escape")


async def test_answers(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    link = Share("https://s3.example.org/studio/takes/07-bridge-alt.wav?X-Amz", NOW + 900, _KEY)
    async with driven(open_demo(), size=SMALL) as driver:
        dialogs: dict[str, tuple[Any, tuple[str, ...]]] = {
            "versions": (VersionsScreen(VERSIONS, NOW), ()),
            "code": (ShareLink([link], NOW), ("o",)),
            "quit": (leave._of_transfers(2), ("right",)),
        }
        for name, (dialog, keys) in dialogs.items():
            driver.app.push_screen(dialog)
            await driver.settle()
            await driver.press(*keys)
            await driver.pictured_in_themes(snapshot, name)
            await driver.press(*["escape"] * (len(driver.app.screen_stack) - 1))
