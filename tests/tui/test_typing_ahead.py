"""Letters that come before what opens for them is there."""

from textual import events

from s3audio_tui.errors import ConflictError
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import Transfer, TransferQueue
from tests.tui.driving import driven


async def test_a_search_takes_letters_that_came_with_its_key(library: Library) -> None:
    async with driven(library) as driver:
        driver.app.post_message(events.Key("slash", "/"))
        for letter in "snare":
            driver.app.post_message(events.Key(letter, letter))
        await driver.settle()
        assert driver.screen.search.text == "snare"
        assert len(driver.app.screen_stack) == 1


async def test_a_panel_takes_the_key_that_came_with_the_one_that_chose_it(
    library: Library,
) -> None:
    queue = TransferQueue(1)
    again: list[str] = []

    def fails(transfer: Transfer) -> None:
        again.append(transfer.key)
        raise ConflictError("it is taken")

    async with driven(library, queue=queue) as driver:
        queue.submit("up", "a.wav", "/a.wav", 10, fails)
        await driver.settle()
        driver.app.post_message(events.Key("tab", None))
        driver.app.post_message(events.Key("r", "r"))
        await driver.settle()
        assert again == ["a.wav", "a.wav"]
        assert len(driver.app.screen_stack) == 1
