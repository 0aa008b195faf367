"""Rename, delete, restore, undo and redo, by keys, and S3 asked what came of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from s3audio_tui.library.opening import Library
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.screens.trash import TrashScreen
from s3audio_tui.tui.widgets.row_editor import RowEditor
from tests.library.helpers import stored_keys
from tests.tui.driving import Driver, driven

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@pytest.fixture
def filled(library: Library) -> Library:
    """A library with two files and a folder of two."""
    return _fill(library)


@pytest.fixture
def plain(plain_library: Library) -> Library:
    """The same in a bucket that keeps no versions."""
    return _fill(plain_library)


def _fill(library: Library) -> Library:
    for key in ("a.wav", "b.wav", "set/one.wav", "set/two.wav"):
        _put(library, key)
    return library


def _put(library: Library, key: str) -> None:
    library.store.client.put_object(Bucket=library.bucket, Key=key, Body=key.encode())


Stored = Callable[[Library], list[str]]


@pytest.fixture
def keys_of(plain_s3: "S3Client") -> Stored:
    """Ask S3 for the keys of a library, without s3audio's own."""

    def ask(library: Library) -> list[str]:
        keys = stored_keys(plain_s3, library.bucket)
        return [key for key in keys if not key.startswith(".s3audio/")]

    return ask


async def _rename(driver: Driver, name: str) -> None:
    await driver.press("r")
    assert driver.asks(RowEditor)
    await driver.replace(name)
    await driver.press("enter")


async def test_rename_a_file(filled: Library, keys_of: Stored) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        await _rename(driver, "z new.wav")
        assert driver.key == "z new.wav", "the cursor goes with the file"
        assert driver.said() == "a.wav renamed to z new.wav z takes it back"
    assert keys_of(filled) == ["b.wav", "set/one.wav", "set/two.wav", "z new.wav"]


async def test_rename_chooses_the_name_without_its_ending(filled: Library) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        await driver.press("r")
        await driver.write("bass")
        await driver.press("enter")
        assert driver.key == "bass.wav"


async def test_the_footer_has_the_keys_of_the_name_while_it_is_typed(filled: Library) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        await driver.press("r")
        assert driver.text().rstrip().endswith("enter rename   esc leave")
        await driver.replace("bass.wav")
        await driver.pilot.click("#row-keys", offset=(3, 0))
        await driver.settle()
        assert driver.key == "bass.wav"
        await driver.press("r")
        await driver.pilot.click("#row-keys", offset=(18, 0))
        await driver.settle()
        assert not driver.asks(RowEditor)


async def test_rename_a_folder(filled: Library, keys_of: Stored) -> None:
    async with driven(filled) as driver:
        await driver.go_to("set/")
        await _rename(driver, "live")
        assert driver.key == "live/"
        assert driver.said() == "2 files of set renamed to live/ z takes it back"
    assert keys_of(filled) == ["a.wav", "b.wav", "live/one.wav", "live/two.wav"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("b.wav", "b.wav is there already"),
        ("", "a name is needed"),
        ("..", "a name cannot have . or .. as a folder"),
        (".s3audio", ".s3audio/ is s3audio's own folder"),
        ("set/a.wav", "a name cannot have a /: move it to another folder instead"),
    ],
)
async def test_a_name_that_cannot_be_is_said(
    filled: Library, name: str, why: str, keys_of: Stored
) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        await _rename(driver, name)
        assert driver.asks(RowEditor), "the field stays"
        assert why in driver.text()
        await driver.press("escape")
        assert driver.key == "a.wav"
    assert "a.wav" in keys_of(filled)


async def test_a_name_that_somebody_else_took_is_kept(filled: Library, keys_of: Stored) -> None:
    async with driven(filled) as driver:
        _put(filled, "taken.wav")
        await driver.go_to("a.wav")
        await _rename(driver, "taken.wav")
        assert "taken.wav is there already" in driver.said()
    assert {"a.wav", "taken.wav"} <= set(keys_of(filled))


@pytest.mark.parametrize("keys", [["enter"], ["escape"], ["n"], ["right", "left", "enter"]])
async def test_a_delete_that_is_not_meant(
    filled: Library, keys: list[str], keys_of: Stored
) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        await driver.press("d")
        assert driver.asks(Confirm)
        assert "Delete 1 file, 5 B?" in driver.text()
        await driver.press(*keys)
        assert not driver.asks(Confirm)
    assert "a.wav" in keys_of(filled)


@pytest.mark.parametrize("keys", [["y"], ["right", "enter"]])
async def test_delete_and_take_it_back(filled: Library, keys: list[str], keys_of: Stored) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        await driver.press("d", *keys)
        assert "a.wav deleted" in driver.said()
        assert "a.wav" not in keys_of(filled)
        await driver.press("z")
        assert driver.said() == "a.wav restored Z does it again"
        assert driver.key == "a.wav"
        assert "a.wav" in keys_of(filled)
        await driver.press("Z")
        assert driver.said() == "a.wav deleted again z takes it back"
    assert "a.wav" not in keys_of(filled)


async def test_delete_marked_files_and_a_folder(filled: Library, keys_of: Stored) -> None:
    async with driven(filled) as driver:
        await driver.press("space", "space", "d")
        assert "Delete 3 files" in driver.text()
        assert "set/, a.wav" in driver.text()
        await driver.press("y")
        assert driver.rows() == ["b.wav"]
        assert not driver.files.marked
    assert keys_of(filled) == ["b.wav"]


async def test_undo_a_rename(filled: Library, keys_of: Stored) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        await _rename(driver, "c.wav")
        await driver.press("z")
        assert driver.key == "a.wav"
    assert keys_of(filled) == ["a.wav", "b.wav", "set/one.wav", "set/two.wav"]


async def test_nothing_to_undo_is_said(filled: Library) -> None:
    async with driven(filled) as driver:
        await driver.press("z")
        assert driver.said().startswith("there is nothing to undo")
        await driver.press("Z")
        assert driver.said().startswith("there is nothing to redo")


async def test_restore_from_the_trash(filled: Library, keys_of: Stored) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        await driver.press("d", "y", "t")
        assert driver.asks(TrashScreen)
        assert driver.rows() == ["a.wav"]
        await driver.press("enter")
        assert driver.said() == "a.wav restored in the library z takes it back"
        assert "The trash is empty" in driver.text()
        await driver.press("escape")
        assert "a.wav" in driver.rows()
    assert "a.wav" in keys_of(filled)


async def test_restore_where_no_versions_are_kept(plain: Library, keys_of: Stored) -> None:
    async with driven(plain) as driver:
        await driver.press("space", "space", "d")
        assert "a folder in this bucket" in driver.text()
        await driver.press("y", "t")
        assert driver.files.count == 3
        await driver.press("space", "space", "r")
        assert driver.said() == "2 files restored in the library z takes it back"
        assert driver.files.count == 1
        await driver.press("q")
    assert len(keys_of(plain)) == 3


async def test_empty_the_trash(filled: Library) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        await driver.press("d", "y", "t", "E")
        assert "Delete 1 file, 5 B, for good?" in driver.text()
        await driver.press("enter")
        assert driver.files.count == 1, "the default keeps"
        await driver.press("E", "y")
        assert "The trash is empty" in driver.text()
        await driver.press("escape", "z")
        assert "a.wav" not in driver.rows()


async def test_delete_what_has_vanished(filled: Library) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        filled.store.client.delete_object(Bucket=filled.bucket, Key="a.wav")
        await driver.press("d", "y")
        said = driver.screen.status.said
        assert said is not None
        assert said.tone == "wrong"


async def test_names_in_dialogs_are_no_markup(filled: Library) -> None:
    _put(filled, "[@click=app.quit]x[red].wav")
    async with driven(filled) as driver:
        await driver.go_to("[@click=app.quit]x[red].wav")
        await driver.press("d")
        assert "[@click=app.quit]x[red].wav" in driver.text()
        await driver.press("escape", "r")
        assert driver.asks(RowEditor)
        assert "[@click=app.quit]x[red].wav" in driver.text()
