"""The rate of all transfers, limited in their panel; what is told of one that is done."""

from textual.widgets import Input, Static

from s3audio_tui.library.opening import Library
from s3audio_tui.tui.screens.prompt import Prompt
from s3audio_tui.tui.screens.transfer_reason import TransferReason
from tests.tui.test_transfers_panel import Stage, begun, reach, shown


async def test_the_rate_is_limited_while_they_run(library: Library) -> None:
    stage = Stage(1)
    async with shown(library, stage) as driver:
        stage.add("one.wav")
        panel = await begun(driver, stage, "one.wav")
        await driver.pilot.press("l")
        await reach(driver, lambda: isinstance(driver.app.screen, Prompt))
        field = driver.app.screen.query_one("#prompt", Input)
        field.value = "fast"
        await driver.pilot.press("enter")
        said = driver.app.screen.query_one("#prompt-said", Static)
        await reach(driver, lambda: "is not a rate" in str(said.render()))
        field.value = "2MB/s"
        await driver.pilot.press("enter")
        await reach(driver, lambda: stage.queue.totals().limit_bytes_s == 2_000_000)
        await reach(driver, lambda: "≤ 2.0 MB/s" in panel.render().plain)
        await driver.pilot.press("l")
        await reach(driver, lambda: isinstance(driver.app.screen, Prompt))
        assert driver.app.screen.query_one("#prompt", Input).value == "2.0 MB/s"
        driver.app.screen.query_one("#prompt", Input).value = "off"
        await driver.pilot.press("enter")
        await reach(driver, lambda: stage.queue.totals().limit_bytes_s is None)


async def test_what_a_person_should_know_is_told_of_it(library: Library) -> None:
    stage = Stage(1)
    async with shown(library, stage) as driver:
        stage.add("one.wav")
        panel = await begun(driver, stage, "one.wav")
        stage.on_stage["one.wav"].note("the file has changed \x1b[31msince")
        stage.end("one.wav")
        await reach(driver, lambda: "done, 48.2 MB: the file has changed" in panel.render().plain)
        assert "\x1b" not in panel.render().plain
        await driver.pilot.press("enter")
        await reach(driver, lambda: isinstance(driver.app.screen, TransferReason))
        said = [str(each.render()) for each in driver.app.screen.query(Static)]
        assert any("note  the file has changed" in text for text in said)
