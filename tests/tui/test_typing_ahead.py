"""Letters that come before what opens for them is there."""

from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.widgets import Input

from s3audio_tui.errors import ConflictError
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import Transfer, TransferQueue
from s3audio_tui.tui.ahead import OPENERS
from s3audio_tui.tui.commands import COMMANDS
from s3audio_tui.tui.palette import Palette
from s3audio_tui.tui.widgets.name_field import NameField
from s3audio_tui.tui.widgets.row_editor import RowEditor
from tests.library.conftest import MakeLibrary
from tests.tui.driving import driven

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


async def test_a_search_takes_letters_that_came_with_its_key(library: Library) -> None:
    async with driven(library) as driver:
        driver.app.post_message(events.Key("slash", "/"))
        for letter in "snare":
            driver.app.post_message(events.Key(letter, letter))
        await driver.settle()
        assert driver.screen.search.text == "snare"
        assert len(driver.app.screen_stack) == 1


async def test_the_list_takes_the_key_that_came_with_the_one_that_leaves_the_search(
    make_library: MakeLibrary, plain_s3: "S3Client"
) -> None:
    library = make_library()
    for key in ("a.wav", "b.wav"):
        plain_s3.put_object(Bucket=library.bucket, Key=key, Body=b"x")
    async with driven(library) as driver:
        await driver.press("slash")
        await driver.write("wav")
        driver.app.post_message(events.Key("enter", None))
        driver.app.post_message(events.Key("space", " "))
        await driver.settle()
        assert driver.screen.search.text == "wav"
        assert len(driver.files.marked) == 1


async def test_a_name_takes_letters_that_came_with_the_key_of_its_field(
    make_library: MakeLibrary, plain_s3: "S3Client"
) -> None:
    library = make_library()
    plain_s3.put_object(Bucket=library.bucket, Key="a.wav", Body=b"x")
    async with driven(library) as driver:
        for key in ("r", *"quiet"):
            driver.app.post_message(events.Key(key, key))
        await driver.settle()
        assert driver.asks(RowEditor)
        assert driver.app.screen.query_one(NameField).value == "quiet.wav"


@pytest.mark.parametrize(
    ("key", "char"), [("n", "n"), ("p", "p"), ("U", "U"), ("B", "B"), ("plus", "+")]
)
async def test_a_prompt_takes_letters_that_came_with_its_key(
    make_library: MakeLibrary, plain_s3: "S3Client", key: str, char: str
) -> None:
    library = make_library()
    plain_s3.put_object(Bucket=library.bucket, Key="a.wav", Body=b"x")
    async with driven(library) as driver:
        for letter in (char, *"quiet"):
            name = key if letter == char else letter
            driver.app.post_message(events.Key(name, letter))
        await driver.settle()
        assert driver.app.screen.query_one("#prompt", Input).value.endswith("quiet")
        assert len(driver.app.screen_stack) == 2


def test_what_opens_a_field_is_a_command() -> None:
    assert {command.id for commands in COMMANDS.values() for command in commands} >= OPENERS


async def test_a_path_takes_letters_that_came_with_its_key(
    make_library: MakeLibrary, plain_s3: "S3Client"
) -> None:
    library = make_library()
    plain_s3.put_object(Bucket=library.bucket, Key="a.wav", Body=b"x")
    async with driven(library) as driver:
        await driver.press("m")
        for letter in "pnew":
            driver.app.post_message(events.Key(letter, letter))
        await driver.settle()
        assert driver.app.screen.query_one("#goal-field", Input).value == "new"


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


async def test_the_palette_takes_letters_in_their_order(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first letter comes before the field has the focus, all others right behind it."""

    async def mounted(palette: Palette) -> None:
        await palette.app.on_event(events.Key("t", "t"))
        palette.set_focus(palette.query_one(Input))
        for letter in "rash":
            await palette.app.on_event(events.Key(letter, letter))

    monkeypatch.setattr(Palette, "AUTO_FOCUS", "")
    monkeypatch.setattr(Palette, "on_mount", mounted, raising=False)
    async with driven(library) as driver:
        await driver.press("colon")
        assert driver.asks(Palette)
        assert driver.app.screen.query_one(Input).value == "trash"
