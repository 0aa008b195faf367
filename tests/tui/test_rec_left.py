"""Takes that were left behind, seen from the app: one that is damaged stops no other one."""

from pathlib import Path

import msgspec
import pytest

from s3audio_tui.library import spool as spool_module
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.takes import Sent
from s3audio_tui.tui.screens.rec_left import LeftDialog
from s3audio_tui.tui.screens.recording import RecordingScreen
from s3audio_tui.tui.widgets.status_line import Said
from tests.library.conftest import MakeLibrary
from tests.library.test_take_recovery import LINES, left
from tests.tui.recording import studio


async def test_one_that_cannot_be_read_is_said_and_the_others_are_finished(
    make_library: MakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Said] = []
    monkeypatch.setattr(RecordingScreen, "say", lambda self, what: said.append(what))
    library = make_library()
    spool = Spool(library.state_folder / "recordings")
    broken, whole = left(spool, "broken"), left(spool, "whole")
    (broken / LINES).write_bytes(b"{}")
    async with studio(library) as driver:
        await driver.until(lambda: bool(driver.side.left))
        await driver.tap("ctrl+r")
        assert driver.asks(LeftDialog)
        await driver.tap("enter")
        await driver.until(lambda: not driver.side.left and not driver.side.rests.each)
        await driver.settle()
    told = [each.sentence for each in said if each.tone == "wrong"]
    assert told[0] == "1 recording on this machine cannot be read"
    assert told[1] == "1 recording could not be made whole, 1 recording made whole"
    assert broken.exists() and not whole.exists()


async def test_on_a_full_disk_it_is_said_and_the_take_is_offered_again(
    make_library: MakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = make_library()
    spool = Spool(library.state_folder / "recordings")
    path = left(spool, "talk")
    async with studio(library) as driver:
        await driver.until(lambda: bool(driver.side.left))
        await driver.tap("ctrl+r")
        with monkeypatch.context() as patched:
            patched.setattr(spool_module, "append", no_room)
            await driver.tap("enter")
            await driver.until(lambda: "1 recording could not be made whole" in driver.text())
        assert [each.take.name for each in driver.side.left] == ["talk"]
        assert not spool.held(path.name)
        await driver.tap("ctrl+r")
        assert driver.asks(LeftDialog)
        await driver.tap("escape")


def of_another_library(path: Path) -> None:
    """Let the take go to another bucket."""
    said = path.read_bytes()
    path.write_bytes(said.replace(b'"home":{}', b'"home":{"bucket":"another"}', 1))


def no_room(fd: int, *lines: object) -> None:
    """Let the disk take nothing."""
    raise OSError(28, "No space left on device")


async def test_it_is_said_what_is_missing_and_takes_of_another_library_are_told_apart(
    make_library: MakeLibrary,
) -> None:
    library = make_library()
    spool = Spool(library.state_folder / "recordings")
    lacks_document, of_another = left(spool, "whole", cut_short=False), left(spool, "elsewhere")
    of_another_library(of_another / LINES)
    sent = [Sent(index, f"{index}", "etag") for index in range(2)]
    with (lacks_document / LINES).open("ab") as lines:
        lines.writelines(msgspec.json.encode(line) + b"\n" for line in sent)
    async with studio(library) as driver:
        await driver.until(lambda: bool(driver.side.left))
        await driver.tap("ctrl+r")
        text = driver.text()
        assert "A recording is not all in S3. Finish it?" in text
        assert "its document is not in S3" in text
        assert text.index("whole") < text.index("Not among them:") < text.index("s3://another/")
        await driver.tap("question_mark")
        assert "Keys" in driver.text()
        await driver.tap("escape", "escape")


async def test_takes_of_another_library_alone_are_listed_once(make_library: MakeLibrary) -> None:
    library = make_library()
    path = left(Spool(library.state_folder / "recordings"), "elsewhere") / LINES
    of_another_library(path)
    async with studio(library) as driver:
        await driver.until(lambda: bool(driver.side.left))
        await driver.tap("ctrl+r")
        assert "1 recording on this machine, of another library" in driver.text()
        assert "belongs to s3://another/" in driver.text() and "finish" not in driver.text()
        await driver.tap("escape", "ctrl+r")
        await driver.comes_to("listening")
        await driver.tap("escape")
