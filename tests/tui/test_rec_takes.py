"""What was recorded before, found again in the recorder: by name, opened, made one file."""

from s3audio_tui.catalog.rows import Row
from tests.library.conftest import MakeLibrary
from tests.tui.recording import music, studio


async def test_a_take_is_found_by_name_made_one_file_and_opened(make_library: MakeLibrary) -> None:
    library = make_library(chunk="1s")
    async with studio(library) as driver:
        await driver.begin()
        await driver.record()
        await driver.hear(music(1))
        await driver.tap("m")
        await driver.tap(*"hook", "enter")
        await driver.until(lambda: "hook" in driver.text())
        await driver.tap("enter", *"demo", "enter")
        await driver.is_all_there()
        await driver.tap("escape")
    async with studio(library) as driver:
        await driver.begin()
        await driver.tap("l")
        await driver.until(lambda: "in S3" in driver.text())
        text = driver.text()
        assert "demo  " in text and "1 marker: hook 0:01" in text
        await driver.tap("f")
        await driver.until(lambda: "✓ one file: " in driver.text())
        await driver.tap("r")
        await driver.until(lambda: "  one file" in driver.text())
        await driver.tap("enter")
        await driver.comes_to("off")
        await driver.settle()
        item = driver.screen.files.item
        assert isinstance(item, Row) and item.key.endswith("/take.wav")
        await driver.settle()


async def test_one_that_records_is_listed_too(make_library: MakeLibrary) -> None:
    async with studio(make_library()) as driver:
        await driver.begin()
        await driver.tap("l")
        await driver.until(lambda: "nothing has been recorded yet" in driver.text())
        await driver.tap("escape")
        await driver.record()
        await driver.hear(music(1))
        await driver.tap("l")
        await driver.until(lambda: "looking" not in driver.text())
        assert "recording" in driver.text() and "open folder" not in driver.text()
        await driver.tap("escape", "enter", "enter")
        await driver.is_all_there()
