"""Searching as one types: fields, what is wrong said below it, completion, matches marked."""

from collections.abc import Callable

import pytest
from textual.content import Content
from textual.widgets import Input, Static

from s3audio_tui.catalog.completing import completed
from s3audio_tui.library.opening import Library
from s3audio_tui.tui.place import Place
from s3audio_tui.tui.widgets.search_bar import line_below, where_text
from tests.snapshots import Snapshot
from tests.tui.driving import Driver, driven

OpenDemo = Callable[..., Library]


async def search(driver: Driver, text: str) -> None:
    """Search for a text from anew."""
    if driver.screen.focused is driver.files:
        await driver.press("slash")
    driver.screen.query_one("#words", Input).value = text
    await driver.settle()
    await driver.press("end")


def below(driver: Driver) -> str:
    """Return what is said below the field."""
    return str(driver.screen.query_one("#below", Static).render()).strip()


async def test_fields_find_and_mistakes_are_said(open_demo: OpenDemo) -> None:
    async with driven(open_demo()) as driver:
        await search(driver, "ext:wav in:drums/ kick")
        rows = driver.rows()
        assert rows and all("drums/kick" in key for key in rows)
        await search(driver, "size:ten kick ext:wav in:drums/")
        assert below(driver).startswith("size: a number with kb, mb or gb")
        assert driver.rows() == rows
        await search(driver, "-ext:wav size:>1gb")
        assert below(driver) == "whole library · tab only here"
        assert driver.files.count == 0
        await search(driver, "kick f")
        await driver.write("o")
        await driver.press("right")
        await driver.write("fl")
        await driver.press("right")
        assert driver.screen.query_one("#words", Input).value == "kick format:flac"
        await search(driver, "\x1b]0;x \u202e size:\x1b[2J")
        assert "/ ␛]0;x � size:␛[2J" in driver.text()
        assert not set("\x1b\u202e") & set(driver.text())


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("", None),
        ("k", None),
        ("e", None),
        ("ex", "ext:"),
        ("kick -FO", "kick -FOrmat:"),
        ("ext:", None),
        ("ext:wav,fl", "ext:wav,flac"),
        ("ch:s", "ch:stereo"),
        ("channels:s", "channels:stereo"),
        ("after:to", "after:today"),
        ("after:today", None),
        ("take:s", None),
        ('"ex', None),
        ("ex ", None),
    ],
)
def test_what_is_offered(text: str, whole: str | None) -> None:
    assert completed(text) == whole


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("kick", ""),
        ("kick size:ten x", "       size: a number with kb, mb or gb"),
        ("kick size:", "       size: a number with kb, mb or gb"),
        ("size: dur:x y", "  size: a number with kb, mb or gb"),
        ("dur:x size:", "  dur: a length, as 30s, 5m or 1:30"),
        (f"{'k' * 60} size:x y", "        size: a number with kb, mb or gb"),
    ],
)
def test_the_line_below_stands_under_the_mistake(text: str, line: str) -> None:
    assert line_below(text, Content(), 40).plain.rstrip() == line


def test_where_was_looked_is_said_where_it_fits() -> None:
    where = where_text(Place())
    assert line_below("kick", where, 40).plain == f"{'':11}whole library · tab only here"
    wide = line_below("size:x y", where, 80).plain
    assert wide == f"  {'size: a number with kb, mb or gb':49}whole library · tab only here"
    assert line_below("size:x y", where, 60).plain == "  size: a number with kb, mb or gb"


def test_what_could_not_be_looked_at_is_said() -> None:
    assert line_below("dur:<1s", Content(), 60, 1200).plain.strip() == "1,200 headers not read yet"
    assert line_below("dur:x ", Content(), 60, 1200).plain.strip().startswith("dur: a length")


def test_a_term_that_is_being_typed_is_no_mistake_yet() -> None:
    def style(text: str) -> object:
        (span,) = line_below(text, Content(), 60).spans
        return span.style

    assert style("kick size:>") == "$dim"
    assert style("kick size:> ") == "$warning"
    assert style("kick size:ten") == "$warning"


async def test_a_search_with_fields(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo()) as driver:
        await search(driver, "in:samples ext:wav name:ki size:>20kb")
        snapshot(driver.app, "search-fields")


async def test_a_search_with_a_mistake(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo(), size=(80, 24)) as driver:
        await search(driver, "kick size:ten after:2020")
        snapshot(driver.app, "search-mistake-80x24")
