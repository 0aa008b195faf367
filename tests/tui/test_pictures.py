"""What the screens look like: each a picture, and beside it the text that a reviewer can read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from s3audio_tui.catalog.rows import Entry
from s3audio_tui.library.opening import Library
from tests.snapshots import Snapshot
from tests.tui.conftest import NOW
from tests.tui.driving import driven

OpenDemo = Callable[..., Library]


async def test_library(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo()) as driver:
        snapshot(driver.app, "library")


async def test_folder_with_details(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo()) as driver:
        await driver.go_to("takes/")
        await driver.press("enter", "down", "enter", "down", "space", "space")
        snapshot(driver.app, "folder")


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (160, 50)])
async def test_sizes(open_demo: OpenDemo, snapshot: Snapshot, size: tuple[int, int]) -> None:
    async with driven(open_demo(), size=size) as driver:
        await driver.go_to("takes/")
        await driver.press("enter", "down", "enter", "down")
        snapshot(driver.app, f"library-{size[0]}x{size[1]}")


async def test_light(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo()) as driver:
        await driver.press("f2")
        snapshot(driver.app, "library-light")


async def test_search(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo()) as driver:
        await driver.press("slash")
        await driver.write("kick -loop")
        snapshot(driver.app, "search")


async def test_no_matches(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo()) as driver:
        await driver.press("slash")
        await driver.write("xylophone")
        snapshot(driver.app, "no-matches")


async def test_confirm_delete(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo()) as driver:
        await driver.go_to("takes/")
        await driver.press("enter", "down", "enter", "space", "space", "d")
        snapshot(driver.app, "confirm-delete")


async def test_rename(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo()) as driver:
        await driver.go_to("takes/")
        await driver.press("enter", "down", "enter", "down", "r")
        snapshot(driver.app, "rename")


async def test_trash(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo()) as driver:
        await driver.press("t")
        snapshot(driver.app, "trash")


async def test_help(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo()) as driver:
        await driver.press("question_mark")
        snapshot(driver.app, "help")


async def test_help_narrow(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo(), size=(80, 24)) as driver:
        await driver.press("question_mark")
        snapshot(driver.app, "help-80x24")


async def test_help_is_scrolled_to_its_ends(open_demo: OpenDemo) -> None:
    async with driven(open_demo(), size=(80, 24)) as driver:
        await driver.press("question_mark", "end")
        groups = driver.app.screen.query_one("#help-groups")
        assert groups.scroll_y == groups.max_scroll_y > 0
        await driver.press("home")
        assert groups.scroll_y == 0


async def test_palette(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo()) as driver:
        await driver.press("colon")
        await driver.write("tra")
        snapshot(driver.app, "palette")


@pytest.mark.parametrize(("name", "share"), [("quota-warns", 0.84), ("quota-full", 1.02)])
async def test_quota(open_demo: OpenDemo, snapshot: Snapshot, name: str, share: float) -> None:
    library = open_demo()
    async with driven(library) as driver:
        room = driver.screen.top.room
        assert room is not None
        limit = round(room.used_bytes / share)
    library = open_demo(quota=str(limit))
    async with driven(library) as driver:
        snapshot(driver.app, name)


async def test_upload_plan(
    open_demo: OpenDemo, snapshot: Snapshot, sounds: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "new takes"
    folder.mkdir()
    for kind in ("wav16", "flac", "mp3"):
        (folder / sounds[kind].name).write_bytes(sounds[kind].read_bytes())
    (folder / "notes.wav").write_text("not audio at all")
    (folder / "cover.jpg").write_bytes(b"\xff\xd8")
    async with driven(open_demo()) as driver:
        await driver.press("U")
        await driver.paste(f"'{folder}'")
        await driver.press("enter")
        snapshot(driver.app, "upload-plan")


async def test_empty_library(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo(library="s3://demo/nothing here yet")) as driver:
        snapshot(driver.app, "empty")


async def test_no_such_bucket(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo(library="s3://no-such-bucket")) as driver:
        snapshot(driver.app, "no-such-bucket")


async def test_no_credentials(
    open_demo: OpenDemo, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = open_demo()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    async with driven(library) as driver:
        snapshot(driver.app, "no-credentials")


async def test_unreachable(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo(endpoint_url="http://127.0.0.1:9")) as driver:
        snapshot(driver.app, "unreachable")


async def test_unreachable_later(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    library = open_demo(endpoint_url="http://127.0.0.1:9")
    entries = [Entry(f"take-{n}.wav", 48_000 * n, NOW - n, "e", "STANDARD") for n in range(1, 8)]
    library.catalog.apply_page("", "", entries, last=True, asked_at=0.0)
    async with driven(library, size=(90, 24)) as driver:
        snapshot(driver.app, "offline-90x24")
