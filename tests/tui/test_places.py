"""Moving about: the tree of folders, typed paths, bookmarks, back and forward, the path on top."""

import pytest

from s3audio_tui.catalog.rows import Entry
from s3audio_tui.library.addresses import address_of_open
from s3audio_tui.library.opening import Library
from s3audio_tui.library.remembered import Bookmark, Remembered, recall, remember
from s3audio_tui.tui.screens.bookmarks import BookmarksScreen
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.screens.path_prompt import PathPrompt
from s3audio_tui.tui.screens.prompt import Prompt
from s3audio_tui.tui.screens.trash import TrashScreen
from s3audio_tui.tui.widgets.folder_tree import FolderTree
from tests import hostile
from tests.library.conftest import MakeLibrary
from tests.tui.driving import Driver, driven

KEYS = (
    *(f"takes/2026-{month:02}/{n:02}.wav" for month in range(1, 13) for n in range(40)),
    *("samples/drums/kick.wav", "samples/drums/snare.wav", "samples/loops/a.wav", "top.wav"),
)


@pytest.fixture
def known(make_library: MakeLibrary) -> Library:
    """A library known from its catalog alone; the store is away."""
    library = make_library(endpoint_url="http://127.0.0.1:9")
    entries = [Entry(key, 10, 0.0, "e", "STANDARD") for key in sorted(KEYS)]
    library.catalog.apply_page("", "", entries, last=True, asked_at=0.0)
    return library


def tree(driver: Driver) -> list[str]:
    """The lines of the panel of folders, without the spaces around them."""
    panel = driver.screen.folders_panel
    lines = [panel.render_line(y).text for y in range(panel.size.height)]
    return [" ".join(line.split()) for line in lines if line.strip()]


async def test_branches_open_and_close(known: Library) -> None:
    async with driven(known) as driver:
        label = known.label
        assert tree(driver) == [f"▾ {label}", "▸ samples 3", "▸ takes 480", "⌫ trash"]
        await driver.press("f", "j", "l", "l")
        assert tree(driver)[1:4] == ["▾ samples 3", "▌ drums 2", "loops 1"]
        await driver.press("enter")
        assert driver.rows() == ["samples/drums/kick.wav", "samples/drums/snare.wav"]
        assert driver.files.has_focus
        await driver.press("f", "h", "h")
        assert tree(driver)[1:3] == ["▌ ▸ samples 3", "▸ takes 480"]
        await driver.press("R")
        assert tree(driver)[1:3] == ["▌ ▸ samples 3", "▸ takes 480"], "it stays closed"
        await driver.press("h", "h")
        assert tree(driver)[:2] == [f"▌▸ {label}", "⌫ trash"]


async def test_the_tree_goes_with_the_list(known: Library) -> None:
    async with driven(known, size=(120, 16)) as driver:
        await driver.press("down", "enter", "G", "enter")
        assert driver.screen.place.prefix == "takes/2026-12/"
        assert any("2026-12" in line for line in tree(driver)), "what is listed is in sight"
        assert tree(driver)[-1] == "⌫ trash", "what is below the tree stays"
        await driver.press("f", "home")
        assert tree(driver)[0].startswith("▌▾")


async def test_in_the_tree_no_key_touches_a_file(known: Library) -> None:
    async with driven(known) as driver:
        await driver.press("G", "f", "d", "r", "ctrl+a", "m")
        assert len(driver.app.screen_stack) == 1
        assert not driver.files.marked
        await driver.press("space", "escape")
        assert driver.files.has_focus


async def test_clicks_in_the_tree(known: Library) -> None:
    async with driven(known) as driver:
        await driver.pilot.click(FolderTree, offset=(3, 1))
        await driver.settle()
        assert tree(driver)[2:4] == ["drums 2", "loops 1"]
        assert driver.screen.place.prefix == ""
        await driver.pilot.click(FolderTree, offset=(8, 2))
        await driver.settle()
        assert driver.screen.place.prefix == "samples/drums/"
        bottom = driver.screen.folders_panel.size.height - 1
        await driver.pilot.click(FolderTree, offset=(3, bottom))
        await driver.pilot.pause()
        assert driver.asks(TrashScreen)


async def test_a_typed_path(known: Library) -> None:
    async with driven(known) as driver:
        await driver.press("p")
        await driver.paste("sa")
        await driver.press("tab")
        await driver.paste("dr")
        await driver.press("tab", "enter")
        assert driver.screen.place.prefix == "samples/drums/"
        await driver.press("p")
        await driver.replace("/takes/2026-03/07.wav")
        await driver.press("enter")
        assert driver.screen.place.prefix == "takes/2026-03/"
        assert driver.key == "takes/2026-03/07.wav"
        await driver.press("p")
        await driver.write("taken")
        await driver.press("enter")
        assert driver.asks(PathPrompt)
        assert "nothing here is named taken" in driver.text()
        await driver.replace("takes/")
        await driver.press("down", "down", "enter")
        assert driver.screen.place.prefix == "takes/2026-02/", "arrows choose what is offered"


async def test_a_path_in_another_library_is_asked_about(known: Library) -> None:
    async with driven(known) as driver:
        await driver.press("p")
        await driver.replace("s3://elsewhere/there/")
        await driver.press("enter")
        assert driver.asks(Confirm)
        assert "Open s3://elsewhere/there/?" in driver.text()
        await driver.press("enter")
        assert driver.screen.library is known, "the default is to stay"


async def test_bookmarks_of_folders_and_searches(known: Library) -> None:
    async with driven(known) as driver:
        await driver.press("enter", "B")
        assert driver.asks(Prompt)
        await driver.press("enter", "slash")
        await driver.write("snare")
        await driver.press("enter", "B", "enter")
        names = [each.name for each in recall(known.state_folder).bookmarks]
        assert names == ["samples", "snare"]
        assert tree(driver)[-3:-1] == ["★ samples", "★ snare"]
        await driver.press("escape", "backspace", "b", "down", "enter")
        assert driver.rows() == ["samples/drums/snare.wav"]
        assert driver.screen.search.is_open and driver.screen.search.text == "snare"
        assert driver.files.has_focus
        await driver.press("b", "enter")
        assert driver.screen.place.prefix == "samples/" and not driver.screen.search.is_open


async def test_bookmarks_are_renamed_and_removed(known: Library) -> None:
    async with driven(known) as driver:
        await driver.press("B", "enter", "enter", "B", "enter", "b", "r")
        await driver.replace("samples")
        await driver.press("enter")
        assert "is named samples already" in driver.text()
        await driver.replace("first")
        await driver.press("enter")
        assert driver.asks(BookmarksScreen)
        assert [each.name for each in driver.screen.kept.bookmarks] == ["first", "samples"]
        await driver.press("down", "d", "d", "up", "d")
        assert len(recall(known.state_folder).bookmarks) == 2, "nothing is gone before one leaves"
        await driver.press("escape")
        assert [each.name for each in recall(known.state_folder).bookmarks] == ["samples"]


async def test_a_bookmark_leads_into_another_library(
    known: Library, make_library: MakeLibrary
) -> None:
    async with driven(known) as driver:
        await driver.press("enter", "B", "enter")
    other = make_library(state=known.state_folder.name, endpoint_url="http://127.0.0.1:9")
    entry = Entry("other.wav", 10, 0.0, "e", "STANDARD")
    other.catalog.apply_page("", "", [entry], last=True, asked_at=0.0)
    async with driven(other) as driver:
        assert tree(driver)[-1] == "⌫ trash" and "★ samples" not in tree(driver)
        await driver.press("b", "enter")
        assert driver.screen.library.bucket == known.bucket
        assert driver.rows() == ["samples/drums/", "samples/loops/"]


async def test_back_and_forward_come_to_the_same_row_and_line(known: Library) -> None:
    async with driven(known) as driver:
        await driver.press("down", "enter", "enter", "pagedown", "down", "down")
        here, line = driver.key, driver.files.cursor - driver.files.scroll_offset.y
        await driver.press("backspace", "H")
        assert driver.key == here
        assert driver.files.cursor - driver.files.scroll_offset.y == line
        await driver.press("H", "H", "L")
        assert driver.screen.place.prefix == "takes/"
        assert driver.key == "takes/2026-01/"
        await driver.press("slash")
        await driver.write("kick")
        await driver.press("enter", "escape", "H")
        assert driver.screen.place.searching and driver.screen.search.text == "kick"


async def test_the_path_on_top_can_be_clicked(known: Library) -> None:
    async with driven(known) as driver:
        await driver.press("down", "enter", "enter")
        text = driver.text().splitlines()[0]
        await driver.pilot.click("TopBar", offset=(text.index("takes") + 2, 0))
        await driver.settle()
        assert driver.screen.place.prefix == "takes/" and driver.key == "takes/2026-01/"
        await driver.pilot.click("TopBar", offset=(text.index(known.label), 0))
        await driver.settle()
        assert driver.screen.place.prefix == ""


async def test_hostile_names_do_nothing_here_either(make_library: MakeLibrary) -> None:
    library = make_library(endpoint_url="http://127.0.0.1:9")
    names = [name.replace("/", "") for name in hostile.TERMINAL.values()]
    keys = sorted({f"{name}/x/{name}" for name in names if name})
    entries = [Entry(key, 1, 0.0, "e", "STANDARD") for key in keys]
    library.catalog.apply_page("", "", entries, last=True, asked_at=0.0)
    bookmarks = tuple(
        Bookmark(name=name, address=address_of_open(library), prefix=f"{name}/", search=name)
        for name in names
    )
    remember(library.state_folder, lambda now: Remembered(bookmarks=bookmarks))
    async with driven(library, size=(120, 50)) as driver:
        screens = [driver.text()]
        await driver.press("f", "j", "l", "l", "enter")
        screens.append(driver.text())
        for keys_ in (("b",), ("escape", "p"), ("escape", "B"), ("escape", "plus")):
            await driver.press(*keys_)
            screens.append(driver.text())
        await driver.press("escape", "b", "enter")
        screens.append(driver.text())
        for shown in screens:
            assert not [char for char in shown if char != "\n" and not char.isprintable()]
        assert "␛" in screens[0] and "[@click=app.quit]" in screens[0]
