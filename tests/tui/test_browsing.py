"""Looking around: folders, cursor, order, search, marks; and that a refresh moves nothing."""

from pathlib import Path

import pytest
from textual import events

from s3audio_tui.catalog.rows import Entry, Folder, Row
from s3audio_tui.library.opening import Library
from s3audio_tui.tui.widgets.list_header import ListHeader
from s3audio_tui.tui.widgets.search_bar import SearchBar
from tests import hostile
from tests.library.conftest import MakeLibrary
from tests.tui.driving import driven

KEYS = (
    *(f"drums/kick-{number:02}.wav" for number in range(30)),
    *("takes/one.wav", "takes/two/three.flac", "Élan.wav", "b.wav", "c.wav"),
)


def fill(library: Library, keys: tuple[str, ...] = KEYS) -> None:
    """Put small objects into the bucket, which are not audio but for their names."""
    for number, key in enumerate(keys):
        library.store.client.put_object(
            Bucket=library.bucket, Key=library.full(key), Body=b"x" * (number + 1)
        )


@pytest.fixture
def full(library: Library) -> Library:
    """A library with files in folders."""
    fill(library)
    return library


async def test_folders_open_and_lead_back(full: Library) -> None:
    async with driven(full) as driver:
        assert driver.rows() == ["drums/", "takes/", "b.wav", "c.wav", "Élan.wav"]
        await driver.press("down", "enter")
        assert driver.rows() == ["takes/two/", "takes/one.wav"]
        await driver.press("enter")
        assert driver.rows() == ["takes/two/three.flac"]
        await driver.press("left")
        assert driver.key == "takes/two/", "going up stands on the folder that one was in"
        await driver.press("backspace")
        assert driver.key == "takes/"
        await driver.press("backspace")
        assert driver.key == "takes/", "above the top there is nothing"


async def test_vim_keys_and_pages(full: Library) -> None:
    async with driven(full) as driver:
        await driver.press("l")
        assert driver.key == "drums/kick-00.wav"
        await driver.press("j", "j", "k")
        assert driver.key == "drums/kick-01.wav"
        await driver.press("G")
        assert driver.key == "drums/kick-29.wav"
        await driver.press("home", "pagedown")
        assert driver.files.cursor == driver.files.size.height - 1
        await driver.press("h")
        assert driver.key == "drums/"


async def test_sort_keeps_the_row(full: Library) -> None:
    async with driven(full) as driver:
        await driver.press("enter", "down", "down", "2")
        titles = driver.screen.query_one(ListHeader)
        assert (titles.sorted_by, titles.reverse) == ("size", True)
        assert driver.key == "drums/kick-02.wav"
        assert driver.rows()[-1] == "drums/kick-00.wav" or driver.files.count > 25
        await driver.press("O")
        assert driver.key == "drums/kick-02.wav"
        assert driver.files.row(0) is not None
        assert driver.files.cursor == 2
        await driver.press("o")
        assert driver.screen.place.column == "duration"


async def test_a_click_on_a_title_sorts(full: Library) -> None:
    async with driven(full) as driver:
        titles = driver.screen.query_one(ListHeader)
        at = titles.fitted.name_width + 10
        await driver.pilot.click(ListHeader, offset=(at, 0))
        await driver.settle()
        assert driver.screen.place.column == "size"


async def test_clicks_choose_and_open(full: Library) -> None:
    async with driven(full) as driver:
        await driver.pilot.click("FileList", offset=(10, 1))
        await driver.settle()
        assert driver.key == "takes/"
        await driver.pilot.click("FileList", offset=(10, 1), times=2)
        await driver.settle()
        assert driver.rows() == ["takes/two/", "takes/one.wav"]


async def test_search_as_one_types(full: Library) -> None:
    async with driven(full) as driver:
        await driver.press("slash")
        await driver.write("kick 2 -29")
        assert driver.files.count == 11
        assert "11 of 35" in driver.text() and "whole library · tab" in driver.text()
        await driver.press("enter", "down")
        assert "whole library" in driver.text() and "library · tab" not in driver.text()
        assert driver.key == "drums/kick-12.wav"
        await driver.press("escape")
        assert driver.key == "drums/", "leaving the search stands where the found file is"
        assert not driver.screen.query_one(SearchBar).is_open


async def test_a_search_that_finds_nothing_is_left_to_where_one_was(full: Library) -> None:
    async with driven(full) as driver:
        await driver.press("down", "enter", "down", "slash")
        was = driver.key
        await driver.write("no such file")
        assert not driver.files.count
        assert "to the list" not in driver.text(), "there is nothing in it"
        await driver.press("enter")
        assert driver.screen.search.has_focus_within, "a list without rows takes no keys"
        await driver.press("tab")
        assert "look in the whole library" in driver.text()
        await driver.press("tab", "escape")
        assert driver.key == was
        await driver.press("up", "slash")
        then = driver.key
        assert then != was
        await driver.write("no such file either")
        await driver.press("escape")
        assert driver.key == then, "and not where one was the time before"


async def test_search_knows_no_case_and_no_accent(full: Library) -> None:
    async with driven(full) as driver:
        await driver.press("slash")
        await driver.write("elan")
        assert driver.rows() == ["Élan.wav"]


async def test_search_only_here(full: Library) -> None:
    async with driven(full) as driver:
        await driver.press("down", "enter", "slash")
        await driver.write("w")
        assert driver.files.count == 35
        await driver.press("tab")
        assert driver.rows() == ["takes/one.wav", "takes/two/three.flac"]
        assert "only in takes/" in driver.text()


async def test_a_refresh_keeps_the_place(full: Library) -> None:
    async with driven(full) as driver:
        await driver.press("enter", "pagedown", "space")
        key, top = driver.key, driver.files.scroll_offset.y
        line = driver.files.cursor - top
        fill(full, tuple(f"drums/a-{number}.wav" for number in range(5)))
        full.store.client.delete_object(Bucket=full.bucket, Key="drums/kick-00.wav")
        await driver.press("R")
        assert driver.key == key
        assert driver.files.cursor - driver.files.scroll_offset.y == line
        assert driver.files.count == 34
        assert len(driver.files.marked) == 1


async def test_a_refresh_keeps_the_search(full: Library) -> None:
    async with driven(full) as driver:
        await driver.press("slash")
        await driver.write("three")
        await driver.press("enter")
        fill(full, ("new/three.wav",))
        await driver.press("f5")
        assert driver.rows() == ["new/three.wav", "takes/two/three.flac"]
        assert driver.key == "takes/two/three.flac"


async def test_marks_move_on_and_are_counted(full: Library) -> None:
    async with driven(full) as driver:
        await driver.press("enter", "space", "space")
        assert list(driver.files.marked) == ["drums/kick-00.wav", "drums/kick-01.wav"]
        assert driver.key == "drums/kick-02.wav"
        assert "2 marked" in driver.text()
        await driver.press("escape")
        assert not driver.files.marked


async def test_the_end_of_a_long_list(make_library: MakeLibrary) -> None:
    library = make_library(endpoint_url="http://127.0.0.1:9")
    entries = [Entry(f"{number:05}.wav", 1, 0.0, "e", "STANDARD") for number in range(20_000)]
    library.catalog.apply_page("", "", entries, last=True, asked_at=0.0)
    async with driven(library) as driver:
        await driver.press("G")
        assert driver.key == "19999.wav"
        assert len(driver.rows()) == driver.files.size.height
        driver.files.scroll_to(y=7000, animate=False)
        await driver.settle()
        assert driver.rows()[0] == "07000.wav"
        await driver.press("up")
        assert driver.key == "19998.wav", "the wheel moves the view, not the cursor"


async def test_hostile_names_do_nothing(plain_library: Library) -> None:
    names = {*hostile.TERMINAL.values(), *hostile.DISK.values()}
    fill(plain_library, tuple(name for name in names if "//" not in name and name[0] != "/"))
    async with driven(plain_library, size=(120, 60)) as driver:
        assert driver.files.count > 30
        for _ in range(driver.files.count):
            await driver.pilot.press("down")
        await driver.settle()
        shown = driver.text()
        assert not [char for char in shown if char != "\n" and not char.isprintable()]
        assert "␛" in shown
        assert "[@click=app.quit]x[" in shown or "[@click=app.quit]x[/" in shown


async def test_details_of_a_real_file(library: Library, sounds: dict[str, Path]) -> None:
    library.store.client.put_object(
        Bucket=library.bucket,
        Key="tone.wav",
        Body=sounds["wav24"].read_bytes(),
        ContentType="audio/wav",
        Tagging="song=bridge",
        Metadata={"take": "7"},
    )
    async with driven(library) as driver:
        assert isinstance(driver.item, Row)
        assert (driver.item.duration_s, driver.item.bit_depth) == (0.5, 24)
        shown = driver.text()
        for words in ("0:00.500", "24 bit, stereo", "song      bridge", "take      7", "1 kept"):
            assert words in shown


async def test_a_paste_over_the_list_is_no_key(full: Library) -> None:
    async with driven(full) as driver:
        driver.app.post_message(events.Paste("/nowhere/to/be/found.wav"))
        await driver.settle()
        assert "found.wav" in driver.said() or "Nothing here" in driver.text()


async def test_folder_rows_say_what_is_below(full: Library) -> None:
    async with driven(full) as driver:
        folder = driver.item
        assert isinstance(folder, Folder)
        assert (folder.files, folder.bytes) == (30, sum(range(1, 31)))
        assert "30 files" in driver.text()


async def test_a_folder_says_how_much_it_is_of_a_library_that_grew(full: Library) -> None:
    async with driven(full) as driver:
        panel = driver.screen.details
        panel.library_bytes = 0
        assert "of the library" not in driver.text()
        panel.library_bytes = 1_000_000_000
        await driver.drawn()
        assert "of the library" in driver.text()
