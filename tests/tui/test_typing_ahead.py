"""Letters that come before what opens for them is there."""

from textual import events

from s3audio_tui.library.opening import Library
from tests.tui.driving import driven


async def test_a_search_takes_letters_that_came_with_its_key(library: Library) -> None:
    async with driven(library) as driver:
        driver.app.post_message(events.Key("slash", "/"))
        for letter in "snare":
            driver.app.post_message(events.Key(letter, letter))
        await driver.settle()
        assert driver.screen.search.text == "snare"
        assert len(driver.app.screen_stack) == 1
