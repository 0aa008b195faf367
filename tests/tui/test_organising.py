"""Names edited in the editor, files moved and copied, folders made: by keys, and S3 asked."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from s3audio_tui.library.opening import Library
from s3audio_tui.tui.screens.folder_picker import FolderPicker
from s3audio_tui.tui.screens.prompt import Prompt
from s3audio_tui.tui.screens.rename_preview import RenamePreview
from s3audio_tui.tui.screens.taken_names import TakenNames
from tests.library.helpers import stored_keys
from tests.snapshots import Snapshot
from tests.tui.driving import Driver, driven

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

OpenDemo = Callable[..., Library]
Stored = Callable[[], list[str]]

KEYS = ("a.wav", "b.wav", "set/a.wav", "set/deep/c.wav", "other/x.wav")


@pytest.fixture
def filled(library: Library) -> Library:
    for key in KEYS:
        library.store.client.put_object(Bucket=library.bucket, Key=key, Body=key.encode())
    return library


@pytest.fixture
def stored(library: Library, plain_s3: "S3Client") -> Stored:
    def ask() -> list[str]:
        keys = stored_keys(plain_s3, library.bucket)
        return [key for key in keys if not key.startswith(".s3audio/")]

    return ask


@pytest.fixture
def edits(monkeypatch: pytest.MonkeyPatch) -> Callable[[Driver, str], None]:
    """Let the editor be `sed`, which needs no terminal."""

    def choose(driver: Driver, script: str) -> None:
        monkeypatch.setenv("EDITOR", f"sed -i {script}")
        monkeypatch.setattr(driver.app, "suspend", nullcontext)

    return choose


def offered(driver: Driver) -> set[str]:
    return {command.id for command in driver.screen.named()}


async def test_names_are_edited_and_looked_at_first(
    filled: Library, stored: Stored, edits: Callable[[Driver, str], None]
) -> None:
    async with driven(filled) as driver:
        edits(driver, "-e s/^a/z/ -e s/^b/a/ -e s/^z/b/")
        await driver.press("ctrl+a", "e")
        assert driver.asks(RenamePreview)
        assert "Rename 2?" in driver.text()
        assert "2 as they were" in driver.text()
        edits(driver, "-e s/^[ab].*/same.wav/")
        await driver.press("e")
        assert "2 of 2 names cannot be" in driver.text()
        assert "two would have this name" in driver.text()
        await driver.press("enter")
        assert driver.asks(RenamePreview), "what cannot be is not begun"
        edits(driver, "-e 1d")
        await driver.press("e")
        assert "4 names were written, and 3 came back" in driver.text()
        await driver.press("escape")
        assert driver.said() == "Nothing was renamed"
        edits(driver, "-e s/^a/z/ -e s/^b/a/ -e s/^z/b/")
        await driver.press("e", "enter")
        assert driver.said() == "2 files renamed z takes it back"
        await driver.press("z")
        assert driver.said() == "2 files renamed back Z does it again"
        edits(driver, "-e p;d")
        await driver.press("e")
        assert driver.said() == "No name was changed"
    assert stored() == sorted(KEYS)


async def test_files_and_a_folder_are_moved(filled: Library, stored: Stored) -> None:
    async with driven(filled) as driver:
        await driver.go_to("set/")
        await driver.press("space", "space", "m")
        assert driver.asks(FolderPicker)
        assert "Move 2 items into" in driver.text()
        await driver.press("enter")
        assert "✗ they are here already" in driver.text()
        await driver.press("p")
        await driver.write("set/de")
        await driver.press("enter")
        assert "a folder cannot go into itself" in driver.text()
        await driver.replace("oth")
        await driver.press("tab", "enter")
        assert not driver.asks(FolderPicker)
        assert driver.said() == "3 files moved to other/ z takes it back"
        moved = ["b.wav", "other/a.wav", "other/set/a.wav", "other/set/deep/c.wav", "other/x.wav"]
        assert stored() == moved
        await driver.press("z")
    assert stored() == sorted(KEYS)


async def test_a_copy_where_the_name_is_taken(filled: Library, stored: Stored) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        await driver.press("c", "down", "right", "left", "down", "down", "enter")
        assert driver.asks(TakenNames)
        assert "The name is taken there" in driver.text()
        assert "set/a.wav" in driver.text()
        await driver.press("enter")
        assert driver.said() == "Nothing was copied"
        await driver.press("c", "down", "down", "enter", "b")
        assert driver.said() == "a.wav copied to set/ z takes it back"
        await driver.press("c", "enter")
        assert "a (2).wav" in driver.rows(), "a copy beside the file itself"
    assert stored() == sorted([*KEYS, "set/a (2).wav", "a (2).wav"])


async def test_folders_are_made_here_and_in_the_picker(filled: Library, stored: Stored) -> None:
    async with driven(filled) as driver:
        assert not {"undo", "redo"} & offered(driver)
        await driver.press("n")
        assert driver.asks(Prompt)
        await driver.write("set")
        await driver.press("enter")
        assert "there is a folder set/ already" in driver.text()
        await driver.replace("new")
        await driver.press("enter")
        assert driver.said() == "new/ made z takes it back"
        assert driver.key == "new/"
        assert {"undo", "redo"} & offered(driver) == {"undo"}
        await driver.go_to("a.wav")
        await driver.press("m", "n")
        await driver.write("inner/most")
        await driver.press("enter", "enter")
        assert driver.said() == "a.wav moved to inner/most/ z takes it back"
        assert "inner/most/a.wav" in stored()
        await driver.press("z", "z", "z")
        assert driver.said().startswith("new/ removed again")
        assert {"undo", "redo"} & offered(driver) == {"redo"}
    assert stored() == sorted(KEYS)


async def test_a_rename_that_a_crash_cut_short_is_said(filled: Library, stored: Stored) -> None:
    action = filled.journal.begin("rename")
    filled.journal.add_item(action, {"from": "z.wav", "to": "a.wav"})
    with filled.catalog.database.write() as connection:
        connection.execute("UPDATE actions SET program = ?", ("0" * 32,))
    async with driven(filled) as driver:
        assert driver.said() == "the rename of a.wav was cut short z takes it back"
        await driver.press("z")
    assert stored() == sorted({*KEYS, "z.wav"} - {"a.wav"})


# What it looks like


async def test_pictures(
    open_demo: OpenDemo, snapshot: Snapshot, edits: Callable[[Driver, str], None]
) -> None:
    async with driven(open_demo()) as driver:
        await driver.go_to("takes/")
        edits(driver, "-e s/^08-/09-/ -e s/bridge/chorus/ -e s/^sub.*/room\\ tone,\\ kitchen.wav/")
        await driver.press("enter", "down", "enter", "ctrl+a", "e")
        snapshot(driver.app, "rename-preview")
        await driver.press("escape", "m", "up", "up")
        snapshot(driver.app, "folder-picker")
        await driver.press("escape")
        driver.app.push_screen(TakenNames(["takes/a.wav", "takes/\x1bb.wav"], 5, "is kept"))
        await driver.settle()
        snapshot(driver.app, "taken-names")


async def test_pictures_of_a_small_screen(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo(), size=(80, 24)) as driver:
        await driver.go_to("takes/")
        await driver.press("enter", "down", "enter", "down", "r")
        await driver.replace("08-outro.flac")
        snapshot(driver.app, "rename-taken")
        await driver.press("escape", "space", "space", "m")
        snapshot(driver.app, "folder-picker-80")
