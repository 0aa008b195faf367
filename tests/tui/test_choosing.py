"""Marks: one, a range by key and by mouse, all, the others, by pattern; and their sum."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3audio_tui.catalog.rows import Entry
from s3audio_tui.library.opening import Library
from s3audio_tui.tui.fitting import fitting
from s3audio_tui.tui.marks import Marks, Stretch
from s3audio_tui.tui.place import Place
from s3audio_tui.tui.targets import Target
from s3audio_tui.tui.widgets.status_line import Said
from tests.library.conftest import MakeLibrary
from tests.tui.driving import Driver, driven

LINES = st.integers(0, 30)


@given(LINES, st.lists(LINES, max_size=8))
def test_a_range_is_what_lies_between(anchor: int, moves: list[int]) -> None:
    stretch, held = Stretch("a", anchor, anchor), {anchor}
    for line in moves:
        more, back = stretch.steps(line)
        added = {each for part in more for each in part}
        taken = {each for part in back for each in part}
        assert not added & held and taken <= held
        held = (held | added) - taken
        stretch.upto = line
        assert held == set(range(min(anchor, line), max(anchor, line) + 1))


def test_the_sum_of_marks_is_kept() -> None:
    marks = Marks({"a": Target("a", 1, 5)})
    marks["b/"] = Target("b/", 3, 70)
    marks["a"] = Target("a", 1, 6)
    assert (len(marks), marks.bytes) == (2, 76)
    assert marks.pop("b/").files == 3
    assert marks.with_all({"c": Target("c", 1, 1)}).bytes == 7
    assert not marks.without({"a": Target("a", 1, 6)})
    marks.clear()
    assert (len(marks), marks.bytes) == (0, 0)


@pytest.fixture
def listed(make_library: MakeLibrary) -> Library:
    """A library known from its catalog alone: twenty files, then 8,000 in a folder."""
    library = make_library(endpoint_url="http://127.0.0.1:9")
    keys = [f"many/{n:05}.wav" for n in range(8_000)] + [f"z{n:02}.wav" for n in range(20)]
    entries = [Entry(key, 10, 0.0, "e", "STANDARD") for key in keys]
    library.catalog.apply_page("", "", entries, last=True, asked_at=0.0)
    return library


def marked(driver: Driver) -> list[str]:
    return sorted(driver.files.marked)


async def test_a_range_follows_the_cursor(listed: Library) -> None:
    async with driven(listed) as driver:
        await driver.press("down", "down", "space", "v", "down", "down")
        assert marked(driver) == [f"z{n:02}.wav" for n in (1, 2, 3, 4)]
        await driver.press("up", "up", "up", "up")
        assert marked(driver) == ["z00.wav", "z01.wav", "z02.wav"]
        assert "v ends the range" in driver.screen.status.marks
        await driver.press("escape")
        assert marked(driver) == ["z01.wav"], "what was marked before stays"
        await driver.press("v", "down", "space", "down", "down")
        assert marked(driver) == ["z00.wav", "z01.wav"], "space ends it"


async def test_shift_and_arrows_or_clicks_mark_at_once(listed: Library) -> None:
    async with driven(listed) as driver:
        await driver.press("down", "shift+down", "shift+down", "shift+up")
        assert marked(driver) == ["z00.wav", "z01.wav"]
        await driver.press("down", "down", "shift+down")
        assert marked(driver) == ["z00.wav", "z01.wav", "z03.wav", "z04.wav"]
        assert "4 marked, 40 B" in driver.text()
        await driver.press("escape")
        await driver.pilot.click("FileList", offset=(10, 3))
        await driver.pilot.click("FileList", offset=(10, 5), shift=True)
        await driver.settle()
        assert marked(driver) == ["z02.wav", "z03.wav", "z04.wav"]
        await driver.pilot.click("FileList", offset=(10, 4), control=True)
        await driver.pilot.click("FileList", offset=(1, 8))
        await driver.settle()
        assert marked(driver) == ["z02.wav", "z04.wav", "z07.wav"]


async def test_all_and_the_others_and_rows_that_are_not_held(listed: Library) -> None:
    async with driven(listed) as driver:
        await driver.press("enter", "v", "G")
        assert len(driver.files.marked) == 8_000
        await driver.press("home")
        assert marked(driver) == ["many/00000.wav"]
        await driver.press("G", "v", "*")
        assert len(driver.files.marked) == 0
        await driver.press("escape", "backspace", "ctrl+a")
        assert len(driver.files.marked) == 21
        assert "21 marked, 80.2 kB" in driver.text()
        await driver.press("end", "space", "asterisk")
        assert marked(driver) == ["z19.wav"]


async def test_marks_stay_in_a_search_and_go_with_the_folder(listed: Library) -> None:
    async with driven(listed) as driver:
        await driver.press("down", "space", "slash")
        await driver.write("z1")
        await driver.press("enter", "space")
        assert marked(driver) == ["z00.wav", "z10.wav"]
        await driver.press("escape")
        assert len(marked(driver)) == 2
        await driver.press("home", "enter")
        assert not marked(driver)


async def test_marks_by_pattern(listed: Library) -> None:
    async with driven(listed) as driver:
        await driver.press("plus")
        await driver.paste("size:>10mbb")
        await driver.press("enter")
        assert "size: a number with kb, mb or gb" in driver.text()
        await driver.replace("Z0[1-3]*")
        await driver.press("enter")
        assert marked(driver) == ["z01.wav", "z02.wav", "z03.wav"], "case does not count"
        await driver.press("plus")
        await driver.paste("z1 -19 size:<1kb")
        await driver.press("enter")
        assert len(driver.files.marked) == 3 + 9
        await driver.press("minus")
        await driver.write("1?.wav")
        await driver.press("enter")
        assert len(driver.files.marked) == 12, "a glob is for the whole name"
        await driver.replace("z1?.wav")
        await driver.press("enter")
        assert marked(driver) == ["z01.wav", "z02.wav", "z03.wav"]


def test_globs_and_searches_of_a_place(listed: Library) -> None:
    catalog = listed.catalog

    def fits(pattern: str, place: Place) -> list[str]:
        return sorted(fitting(catalog, place, pattern, 0.0).targets)

    assert fits("m*", Place()) == ["many/"]
    assert fits("m*/", Place()) == ["many/"], "a slash at the end changes nothing"
    assert fits("many/0000[12]*", Place("many/")) == ["many/00001.wav", "many/00002.wav"]
    assert fits("*7777*", Place(search="many")) == ["many/07777.wav"]
    assert fits("7777", Place(search="ma 07")) == ["many/07777.wav"]
    assert fits(" ", Place()) == fits("-", Place()) == []
    assert fits("z00", Place("many/")) == []


async def test_a_sentence_and_what_is_marked_share_one_line(listed: Library) -> None:
    async with driven(listed, size=(80, 24)) as driver:
        status = driver.screen.status
        await driver.press("space")
        driver.screen.say(Said("a sentence that is too long " * 3, "and what to do"))
        await driver.settle()
        assert status.size.height == 1
        assert "…   1 marked" in driver.text() and "what to do" not in driver.text()
        driver.screen.say(Said("Short", "what to do"))
        await driver.settle()
        assert "Short  what to do   1 marked" in driver.text()
        driver.screen.say(Said("what is wrong is said whole " * 4, tone="wrong"))
        await driver.settle()
        assert status.size.height > 1
