"""Columns chosen, moved, widened by key and mouse, remembered; and sorted as they stand."""

import pytest

from s3audio_tui.catalog.rows import Entry
from s3audio_tui.library.opening import Library
from s3audio_tui.library.remembered import ColumnChoice, recall
from s3audio_tui.tui.widgets.columns import ALL, chosen, sorts
from s3audio_tui.tui.widgets.list_header import ListHeader
from tests.library.conftest import MakeLibrary
from tests.tui.driving import Driver, driven


def known(make_library: MakeLibrary) -> Library:
    """A library known from its catalog alone."""
    library = make_library(endpoint_url="http://127.0.0.1:9")
    entries = [Entry(f"{n}.wav", 10 - n, float(n), "e", "GLACIER_IR") for n in range(9)]
    library.catalog.apply_page("", "", entries, last=True, asked_at=0.0)
    return library


def names(driver: Driver) -> list[str]:
    return [column.name for column in driver.files.columns]


def test_what_is_not_known_is_left_out() -> None:
    assert chosen([]) is ALL
    assert chosen([("nothing", 3)]) is ALL
    found = chosen([("modified", 0), ("size", 99), ("bits", 1)])
    assert [(each.name, each.width) for each in found] == [
        ("modified", 11),
        ("size", 40),
        ("bits", 4),
    ]
    assert sorts(found) == ["name", "modified", "size"]


async def test_columns_are_chosen_moved_and_remembered(make_library: MakeLibrary) -> None:
    library = known(make_library)
    async with driven(library, size=(160, 30)) as driver:
        await driver.press("C", "down", "space", "up", "J", "J", "right", "right", "G")
        assert names(driver) == ["format", "size", "rate", "channels", "modified"]
        await driver.press("escape")
        assert names(driver) == [column.name for column in ALL], "leaving changes nothing"
        await driver.press("C", *("down",) * 8, "space", "K", "K", "K", "K", "K", "K", "K", "K")
        assert names(driver)[0] == "class"
        await driver.press("right", "enter")
        assert "glacier ir" in driver.text()
        assert recall(library.state_folder).columns[:2] == (
            ColumnChoice("class", 12),
            ColumnChoice("size"),
        )
        await driver.press("2")
        assert driver.screen.place.column == "size", "only what can be sorted has a number"
        assert driver.key == "0.wav"
    async with driven(library, size=(160, 30)) as driver:
        assert names(driver)[0] == "class"
        await driver.press("C", "0", "enter")
        assert recall(library.state_folder).columns == ()


@pytest.mark.parametrize(
    ("width", "panel", "shown", "gone"),
    [
        (80, "", "Modified", "Format"),
        (80, "f3", "Format", "Rate"),
        (120, "", "Modified", "Format"),
        (120, "f3", "Rate", "Ch "),
        (120, "f4", "Ch ", ""),
        (160, "", "Rate", "Ch "),
        (200, "", "Ch ", ""),
    ],
)
async def test_names_come_before_columns(
    make_library: MakeLibrary, width: int, panel: str, shown: str, gone: str
) -> None:
    library = make_library(endpoint_url="http://127.0.0.1:9")
    name = "05 - bridge, take 12 v2.wav" if width > 80 else "05 - bridge take 12.wav"
    entries = [Entry(name, 10, 1.0, "e", "STANDARD")]
    library.catalog.apply_page("", "", entries, last=True, asked_at=0.0)
    async with driven(library, size=(width, 30)) as driver:
        if panel:
            await driver.press(panel)
        titles, row = driver.text().splitlines()[2:4]
        assert name in row
        assert shown in titles
        assert not gone or gone not in titles


async def test_one_column_stays(make_library: MakeLibrary) -> None:
    async with driven(known(make_library)) as driver:
        await driver.press("C")
        for _ in ALL:
            await driver.press("space", "down")
        assert names(driver) == ["modified"]


async def test_an_edge_is_dragged(make_library: MakeLibrary) -> None:
    library = known(make_library)
    async with driven(library, size=(160, 30)) as driver:
        titles = driver.screen.query_one(ListHeader)
        edge = 3 + titles.fitted.name_width + 1
        await driver.pilot.mouse_down(ListHeader, offset=(edge, 0))
        await driver.pilot.hover(ListHeader, offset=(edge - 5, 0))
        await driver.settle()
        assert driver.files.columns[0].width == ALL[0].width + 5
        await driver.pilot.mouse_up(ListHeader, offset=(edge - 5, 0))
        await driver.settle()
        assert driver.screen.place.column == "name", "a drag is no click"
        assert recall(library.state_folder).columns[0] == ColumnChoice("size", 12)
        await driver.pilot.click(ListHeader, offset=(5, 0))
        await driver.settle()
        assert driver.screen.place.reverse
