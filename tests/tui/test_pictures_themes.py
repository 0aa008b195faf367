"""The light theme, and the one of the terminal's own colours, where marks and the focus show."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import sleep
from typing import Literal

import pytest

from s3audio_tui.config import Settings
from s3audio_tui.errors import ConflictError
from s3audio_tui.library.opening import Library
from s3audio_tui.library.sharing import Share
from s3audio_tui.library.transfers import Transfer, TransferQueue
from s3audio_tui.tui.app import make_app
from s3audio_tui.tui.screens.share_link import ShareLink
from s3audio_tui.tui.session import Session
from s3audio_tui.tui.widgets.transfers import Transfers
from tests.snapshots import Snapshot, staged
from tests.tui.conftest import NOW
from tests.tui.driving import Driver, driven

OpenDemo = Callable[..., Library]

SMALL = (80, 24)
TAKES = ("down", "down", "down", "enter", "down", "enter", "down")
"""The keys to a folder of takes, from the top."""


@pytest.fixture(params=["light", "terminal"])
def theme(request: pytest.FixtureRequest) -> str:
    """The name of a theme."""
    return str(request.param)


@pytest.fixture
def open_themed(open_demo: OpenDemo, theme: str) -> OpenDemo:
    """Open the demo in that theme."""
    return partial(open_demo, theme=theme)


async def test_marks_and_searches(open_themed: OpenDemo, theme: str, snapshot: Snapshot) -> None:
    async with driven(open_themed()) as driver:
        await driver.press(*TAKES, "space", "space")
        snapshot(driver.app, f"marked-{theme}")
        await driver.press("slash")
        await driver.paste("kick -loop")
        snapshot(driver.app, f"search-{theme}")
        await driver.paste(" size:ten after:2020")
        snapshot(driver.app, f"search-mistake-{theme}")


async def test_dialogs(open_themed: OpenDemo, theme: str, snapshot: Snapshot) -> None:
    async with driven(open_themed(), size=SMALL) as driver:
        await driver.press(*TAKES)
        for name, keys in (
            ("confirm-delete", ("d",)),
            ("tags", ("T",)),
            ("help", ("question_mark",)),
            ("folder-picker", ("m",)),
            ("palette", ("colon", "t", "r", "a")),
            ("trash", ("t",)),
        ):
            await driver.press(*keys)
            snapshot(driver.app, f"{name}-{theme}")
            await driver.press("escape")
        await driver.app.push_screen(
            ShareLink(
                [Share("https://s3.example.org/takes/07.wav?X-Amz", NOW + 900, "07.wav")], NOW
            )
        )
        await driver.settle()
        snapshot(driver.app, f"link-{theme}")
        await driver.press("escape")


@pytest.fixture
def takes(home: Path, sounds: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder at home: two files whose names are taken in the demo, one new, one no audio."""
    monkeypatch.setenv("HOME", str(home))
    folder = home / "takes"
    folder.mkdir()
    for name in ("07-bridge.wav", "07-bridge-alt.wav", "new.wav"):
        (folder / name).write_bytes(sounds["wav16"].read_bytes())
    (folder / "notes.wav").write_text("this is text")
    for path in folder.iterdir():
        os.utime(path, (NOW - 3600, NOW - 3600))
    return folder


async def test_sending(open_themed: OpenDemo, theme: str, snapshot: Snapshot, takes: Path) -> None:
    async with driven(open_themed(), size=SMALL) as driver:
        await driver.press(*TAKES)
        await driver.paste("\n".join(str(path) for path in sorted(takes.iterdir())))
        snapshot(driver.app, f"upload-plan-{theme}")
        await driver.press("escape", "u", "p")
        await driver.press("ctrl+u")
        await driver.paste("~/takes/")
        await driver.press("enter", "down", "space")
        snapshot(driver.app, f"picker-{theme}")
        await driver.press("escape", "escape")


async def test_transfers(open_themed: OpenDemo, theme: str, snapshot: Snapshot) -> None:
    queue = TransferQueue(2, clock=lambda: 0.0)

    def work(transfer: Transfer) -> None:
        transfer.progress(21_000_000)
        if transfer.key == "one.wav":
            raise ConflictError("one.wav is there already", "upload it under another name")
        while True:
            transfer.cancel.hold()
            sleep(0.002)

    async with driven(open_themed(), queue=queue, size=SMALL) as driver:
        panel = driver.screen.query_one(Transfers)
        for key in ("one.wav", "two.wav", "three.wav", "four.wav"):
            queue.submit("up", key, f"/home/you/{key}", 48_200_000, work)
        while queue.totals().bytes_done < 42_000_000 or panel.count < 4:
            await driver.pilot.pause(0.02)
        panel.focus()
        await driver.pilot.press("p")
        while not queue.totals().count("paused"):
            await driver.pilot.pause(0.02)
        panel.look()
        await driver.drawn()
        snapshot(driver.app, f"transfers-{theme}")
        queue.cancel_all()


async def test_first_start(
    home: Path, theme: Literal["light", "terminal"], snapshot: Snapshot
) -> None:
    path = home / "config" / "settings.toml"
    session = Session(
        Settings(user="anna", theme=theme), path, home / "state", os.environ, lambda: NOW
    )
    app = make_app(None, session=session)
    async with staged(app, SMALL) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        snapshot(driver.app, f"begin-{theme}")
    session.ending.close()
