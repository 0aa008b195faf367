"""Every dialog on a screen of 80 by 24, where the least fits, in each theme."""

import os
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from s3audio_tui.config import LibrarySettings, Settings
from s3audio_tui.errors import UnreachableError
from s3audio_tui.library.opening import Library
from s3audio_tui.library.remembered import Address, remember, visited
from s3audio_tui.library.sharing import Share
from s3audio_tui.library.transfer import TransferState
from s3audio_tui.library.trying import Tried
from s3audio_tui.tui import trial
from s3audio_tui.tui.app import make_app
from s3audio_tui.tui.screens.bucket_form import BucketForm
from s3audio_tui.tui.screens.endpoint_form import EndpointForm
from s3audio_tui.tui.screens.keep_library import KeepLibrary
from s3audio_tui.tui.screens.libraries import LibrariesScreen
from s3audio_tui.tui.screens.share_link import ShareLink
from s3audio_tui.tui.screens.taken_names import TakenNames
from s3audio_tui.tui.screens.transfer_reason import TransferReason
from s3audio_tui.tui.session import Session
from tests.snapshots import Snapshot, staged
from tests.tui.conftest import NOW
from tests.tui.driving import Driver, driven

OpenDemo = Callable[..., Library]

SMALL = (80, 24)
TAKES = ("down", "down", "down", "enter", "down", "enter", "down")
"""The keys to a folder of takes, from the top."""

AWS = """
[default]
region = us-east-1
aws_access_key_id = a
[profile studio]
region = eu-central-1
sso_session = x
"""


DIALOGS = {
    "palette": ("colon", "t", "r", "a"),
    "bookmark-name": ("B",),
    "path": ("p", "ctrl+u", "s", "down"),
    "columns": ("C", "down", "space"),
    "share-menu": ("s",),
    "upload-paths": ("U",),
    "new-folder": ("n",),
    "confirm-delete": ("space", "space", "d"),
    "sums": ("ctrl+a", "i"),
    "trash": ("escape", "t"),
}
"""The keys to each, from the list."""

THEMED = {"palette", "confirm-delete", "trash"}
"""Those that other tests draw in all themes."""


async def test_dialogs(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo(), size=SMALL) as driver:
        await driver.press(*TAKES)
        for name, keys in DIALOGS.items():
            await driver.press(*keys)
            snapshot(driver.app, f"{name}-80x24")
            if name not in THEMED:
                await driver.pictured_in_themes(snapshot, name)
            await driver.press("escape")


async def test_bookmarks_and_new_names(
    open_demo: OpenDemo, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "sed -i -e s/^08-/09-/ -e s/bridge/chorus/")
    async with driven(open_demo(), size=SMALL) as driver:
        monkeypatch.setattr(driver.app, "suspend", nullcontext)
        await driver.press("B", "enter", *TAKES, "B", "enter", "ctrl+a", "e")
        snapshot(driver.app, "rename-preview-80x24")
        await driver.pictured_in_themes(snapshot, "rename-preview")
        await driver.press("escape", "b")
        snapshot(driver.app, "bookmarks-80x24")
        await driver.pictured_in_themes(snapshot, "bookmarks")


async def test_answers(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    failed = TransferState(
        *(1, "up", "takes/one.wav", "/home/you/takes/one.wav", 12_000_000, 48_200_000, "failed"),
        *(0.0, None, UnreachableError("the store did not answer within 60 s", "try again"), ""),
    )
    links = [
        Share(f"https://s3.example.org/studio/takes/0{n}-bridge.wav?{'X' * 90}", NOW + 900, key)
        for n, key in enumerate(("takes/01-intro.wav", "takes/02-verse.wav", "takes/03.wav"), 1)
    ]
    async with driven(open_demo(), size=SMALL) as driver:
        for name, dialog in (
            ("transfer-reason", TransferReason(failed)),
            ("taken-names", TakenNames(["takes/a.wav", "takes/\x1bb.wav"], 5, "is kept")),
            ("links", ShareLink(links, NOW)),
        ):
            driver.app.push_screen(dialog)
            await driver.settle()
            snapshot(driver.app, f"{name}-80x24")
            await driver.pictured_in_themes(snapshot, name)
            await driver.press("escape")


@pytest.fixture
def session(home: Path) -> Session:
    """A session that knows libraries and profiles."""
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(AWS)
    settings = Settings(
        library="takes",
        libraries={
            "takes": LibrarySettings(url="s3://studio-takes/2026", region="eu-central-1"),
            "nas": LibrarySettings(url="s3://sound", endpoint_url="http://nas:9000"),
        },
    )
    state = home / "state"
    remember(state, visited(Address(url="s3://podcast/raw/", profile="office")))
    return Session(settings, home / "config" / "settings.toml", state, os.environ, lambda: NOW)


async def test_libraries(
    session: Session, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def buckets(*_: object) -> list[str]:
        return ["studio-stems", "studio-takes", "studio-voice"]

    monkeypatch.setattr(trial, "buckets", buckets)
    works = Tried(
        Address(url="s3://studio-takes/", profile="studio"),
        good=("you may list it: 12 files", "it keeps versions, so what is deleted can be restored"),
    )
    app = make_app(None, session=session)
    account = Address(url="s3://", profile="studio")
    async with staged(app, SMALL) as pilot:
        driver = Driver(app, pilot)
        for name, dialog in (
            ("libraries", LibrariesScreen(session, app.pools, Address(url="s3://sound/"))),
            ("bucket", BucketForm(session, app.pools, account, "studio")),
            ("other-store", EndpointForm(session, app.pools)),
            ("keep-library", KeepLibrary(session, app.pools, works)),
        ):
            app.push_screen(dialog)
            await driver.settle()
            snapshot(app, f"{name}-80x24")
            await driver.pictured_in_themes(snapshot, name)
            await driver.press("escape")
    session.ending.close()
