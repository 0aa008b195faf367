"""Searching as one types: fields, what is wrong said below it, completion, matches marked."""

from collections.abc import Callable

import pytest
from textual.content import Content
from textual.widgets import Input, Static

from s3audio_tui.catalog.completing import completed
from s3audio_tui.library.opening import Library
from s3audio_tui.tui.place import Place
from s3audio_tui.tui.widgets.search_bar import beside, where_texts
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


def said(driver: Driver) -> str:
    """Return what is said beside the field."""
    return str(driver.screen.query_one("#search-said", Static).render()).strip()


async def test_fields_find_and_mistakes_are_said(open_demo: OpenDemo) -> None:
    async with driven(open_demo()) as driver:
        await search(driver, "ext:wav in:drums/ kick")
        rows = driver.rows()
        assert rows and all("drums/kick" in key for key in rows)
        await search(driver, "size:ten kick ext:wav in:drums/")
        assert said(driver).startswith("1 of 44 · size: a number with kb, mb or gb")
        assert driver.rows() == rows
        await search(driver, "-ext:wav size:>1gb")
        assert said(driver) == "0 of 44 · whole library · tab only here"
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
    ("text", "sentence"),
    [
        ("kick", ""),
        ("kick size:ten x", "size: a number with kb, mb or gb"),
        ("kick size:", "size: a number with kb, mb or gb"),
        ("size: dur:x y", "size: a number with kb, mb or gb"),
        ("dur:x size:", "dur: a length, as 30s, 5m or 1:30"),
    ],
)
def test_the_first_mistake_is_said(text: str, sentence: str) -> None:
    assert beside(text, Content(), [], 40).plain == sentence


def test_what_does_not_fit_is_left_out() -> None:
    def fits(text: str, width: int) -> str:
        return beside(text, Content("3 of 9"), where_texts(Place()), width).plain

    assert fits("kick", 60) == "3 of 9 · whole library · tab only here"
    assert fits("kick", 30) == "3 of 9 · whole library"
    assert fits("kick", 20) == "3 of 9"
    wrong = "size: a number with kb, mb or gb"
    assert fits("size:x y", 60) == f"3 of 9 · {wrong} · whole library"
    assert fits("size:x y", 50) == f"3 of 9 · {wrong}"
    assert fits("size:x y", 35) == wrong
    assert fits("size:x y", 20) == "size: a number with…"


def test_what_could_not_be_looked_at_is_said() -> None:
    assert beside("dur:<1s", Content(), [], 60, 1200).plain == "1,200 headers not read yet"
    assert beside("dur:x ", Content(), [], 60, 1200).plain.startswith("dur: a length")


def test_a_term_that_is_being_typed_is_no_mistake_yet() -> None:
    def style(text: str) -> object:
        (span,) = beside(text, Content(), [], 60).spans
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
