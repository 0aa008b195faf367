"""How the main screen is arranged: order by keys, panels, the list of transfers cleared."""

import pytest

from s3audio_tui.library.opening import Library
from s3audio_tui.library.remembered import recall
from tests.tui.driving import driven
from tests.tui.test_browsing import fill


@pytest.fixture
def full(library: Library) -> Library:
    """A library with files in folders."""
    fill(library, ("a/one.wav", "b.wav", "c.flac"))
    return library


async def test_numbers_sort_by_the_columns_that_are_listed(full: Library) -> None:
    async with driven(full, size=(160, 40)) as driver:
        found = []
        for number in range(1, 8):
            await driver.press(str(number))
            found.append(driver.screen.place.column)
        assert found == ["name", "size", "duration", "format", "rate", "channels", "modified"]
        before = driver.screen.place.reverse
        await driver.press("7")
        assert driver.screen.place.reverse != before
        await driver.press("O")
        assert driver.screen.place.reverse == before


async def test_panels_go_and_stay_gone(full: Library) -> None:
    async with driven(full) as driver:
        await driver.press("f", "f3")
        assert not driver.screen.folders_panel.display
        assert driver.files.has_focus, "the panel that had the focus is gone"
        await driver.press("f4")
        assert driver.files.size.width > 110
        assert recall(full.state_folder).hidden_panels == ("folders", "details")
    async with driven(full) as driver:
        assert driver.files.size.width > 110, "they are hidden the next time too"
        await driver.press("f3", "f4")
        assert driver.screen.folders_panel.display
        assert recall(full.state_folder).hidden_panels == ()
