"""What moving about and choosing look like."""

from collections.abc import Callable

import pytest

from s3audio_tui.library.opening import Library
from tests.snapshots import Snapshot
from tests.tui.driving import driven

OpenDemo = Callable[..., Library]


async def test_places(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo()) as driver:
        await driver.press("b")
        snapshot(driver.app, "no-bookmarks")
        await driver.press("escape", "down", "enter", "B", "enter", "R", "down", "enter", "f")
        snapshot(driver.app, "tree")
        await driver.press("p")
        await driver.replace("samples/")
        await driver.press("down", "down")
        snapshot(driver.app, "path")
        await driver.replace("takes/2026-11")
        await driver.press("enter", "f", "down", "v", "down", "down", "down")
        snapshot(driver.app, "range")


async def test_bookmarks(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo()) as driver:
        await driver.press("enter", "B", "enter", "slash")
        await driver.paste("kick -loop")
        await driver.press("enter", "B", "enter", "R", "b", "down", "d", "up")
        snapshot(driver.app, "bookmarks")
        await driver.press("escape", "slash")
        await driver.replace("in:voice nothing")
        snapshot(driver.app, "nothing-found")


async def test_columns(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo(), size=(160, 50)) as driver:
        await driver.press("C", "down", "space", "down", "right", "J")
        snapshot(driver.app, "columns")


async def test_pattern(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo(), size=(80, 24)) as driver:
        await driver.press("plus")
        await driver.write("s*")
        await driver.sees("2 of 5 fit")
        snapshot(driver.app, "pattern-80x24")


@pytest.mark.parametrize("size", [(100, 30), (200, 60)])
async def test_sizes(open_demo: OpenDemo, snapshot: Snapshot, size: tuple[int, int]) -> None:
    async with driven(open_demo(), size=size) as driver:
        await driver.go_to("takes/")
        await driver.press("enter", "down", "enter", "down", "space", "space")
        snapshot(driver.app, f"marked-{size[0]}x{size[1]}")
