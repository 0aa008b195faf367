"""Upload and download through their dialogs: picker, plan, form."""

import os
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from s3audio_tui.library.local_files import listing
from s3audio_tui.library.opening import Library
from s3audio_tui.library.remembered import remember, uploaded_from
from s3audio_tui.tui.screens.download_form import DownloadForm
from s3audio_tui.tui.screens.file_picker import FilePicker
from s3audio_tui.tui.screens.folder_picker import FolderPicker
from s3audio_tui.tui.screens.prompt import Prompt
from s3audio_tui.tui.screens.upload_plan import UploadPlanScreen
from s3audio_tui.tui.widgets.local_list import LocalList
from s3audio_tui.tui.widgets.plan_list import PlanList
from tests import hostile
from tests.library.conftest import MakeLibrary
from tests.library.helpers import stored_keys
from tests.snapshots import Snapshot
from tests.tui.conftest import NOW
from tests.tui.driving import Driver, driven

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@pytest.fixture
def music(home: Path, sounds: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with audio in folders, one that only says so, and something else."""
    music = home / "Music"
    for name, kind in (
        ("session/07-bridge.wav", "wav16"),
        ("session/07-bridge-alt.wav", "wav24"),
        ("session/08-outro.flac", "flac"),
        ("session/deep/ラフミックス.mp3", "mp3"),
        ("session/mix[red]b.wav", "wavfloat"),
        ("voice.ogg", "ogg"),
    ):
        (music / name).parent.mkdir(parents=True, exist_ok=True)
        (music / name).write_bytes(sounds[kind].read_bytes())
    (music / "session" / "notes.wav").write_text("this is text\n" * 40)
    (music / "session" / "cover.jpg").write_bytes(b"\xff\xd8\xff")
    (home / "Desktop").mkdir()
    for n, path in enumerate(sorted(music.rglob("*"))):
        os.utime(path, (NOW - 3600 * n, NOW - 3600 * n))
    monkeypatch.setenv("HOME", str(home))
    return music


def _put(library: Library, key: str, body: bytes = b"x") -> None:
    library.store.client.put_object(Bucket=library.bucket, Key=key, Body=body)


def _picker(driver: Driver) -> LocalList:
    assert driver.asks(FilePicker)
    return driver.app.screen.query_one(LocalList)


def _listed(driver: Driver) -> list[str]:
    return [entry.name for entry in _picker(driver).entries]


# The picker


async def test_the_picker_shows_local_audio_with_lengths(library: Library, music: Path) -> None:
    async with driven(library) as driver:
        await driver.press("u")
        assert _listed(driver) == ["session", "voice.ogg"]
        await driver.press("enter")
        assert _listed(driver)[0] == "deep"
        assert "cover.jpg" not in _listed(driver)
        shown = driver.text()
        for words in ("~/Music/session", "0.5 s", "FLAC 24", "not audio", "mix[red]b.wav"):
            assert words in shown
        await driver.press("end")
        assert "notes.wav: it is text, not audio" in driver.text()
        await driver.press("full_stop")
        assert "cover.jpg" in _listed(driver)
        await driver.press("backspace")
        entry = _picker(driver).entry
        assert entry is not None and entry.name == "session", "the cursor is where one was"


async def test_what_is_marked_in_two_folders_goes_up(
    library: Library, music: Path, plain_s3: "S3Client"
) -> None:
    async with driven(library) as driver:
        await driver.press("u", "end", "space", "home", "enter", "end", "up", "space")
        assert "2 marked" in driver.text()
        await driver.press("u")
        assert driver.asks(UploadPlanScreen)
        await driver.press("enter")
        assert driver.said().startswith("2 uploaded")
        await driver.press("u")
        assert _picker(driver).entries[0].name == "deep", "it begins where one was last"
        await driver.press("escape")
    stored = stored_keys(plain_s3, library.bucket)
    assert {"mix[red]b.wav", "voice.ogg"} <= set(stored)


async def test_enter_on_a_file_takes_it(library: Library, music: Path) -> None:
    async with driven(library) as driver:
        await driver.press("u", "end", "enter")
        assert "Upload 1 file" in driver.text()
        await driver.press("escape")
        assert driver.said() == "Nothing was uploaded"
        assert driver.files.count == 0


async def test_the_picker_filters_orders_and_goes_to_paths(library: Library, music: Path) -> None:
    async with driven(library) as driver:
        await driver.press("u", "enter", "slash")
        await driver.write("bridge alt")
        assert _listed(driver) == ["07-bridge-alt.wav"]
        await driver.press("enter", "escape")
        assert len(_listed(driver)) > 3
        await driver.press("o")
        assert _listed(driver)[1] == "07-bridge-alt.wav" and "newest first" in driver.text()
        await driver.press("o")
        assert _listed(driver)[1] == "mix[red]b.wav"
        await driver.press("p")
        await driver.replace("~/Mu")
        await driver.press("tab")
        await driver.press("enter")
        assert driver.app.screen.query_one("#picker-field").display is False
        assert "voice.ogg" in _listed(driver)
        await driver.press("p")
        await driver.paste("/nowhere\x1b[2J")
        await driver.press("enter")
        assert "cannot be read" in driver.text()
        assert "voice.ogg" in _listed(driver), "one stays where one was"
        await driver.press("1")
        assert "Desktop" in _listed(driver)


@pytest.mark.parametrize("number", range(4, 10))
async def test_digits_go_to_the_places(library: Library, music: Path, number: int) -> None:
    home = music.parent
    recent = [home / f"recent {each}" for each in range(1, 5)]
    usual = [home, *(home / name for name in ("Music", "Desktop", "Downloads", "Documents"))]
    for folder in (*recent, *usual):
        folder.mkdir(exist_ok=True)
    for folder in reversed(recent):
        remember(library.state_folder, uploaded_from(str(folder)))
    async with driven(library) as driver:
        await driver.press("u", str(number))
        picker = driver.app.screen
        assert isinstance(picker, FilePicker)
        assert picker.folder == [*recent, *usual][number - 1]
        await driver.press("escape")


async def test_escape_leaves_step_by_step(library: Library, music: Path) -> None:
    async with driven(library) as driver:
        await driver.press("u", "space", "p", "escape")
        assert _picker(driver).marked
        await driver.press("escape")
        assert not _picker(driver).marked
        await driver.press("escape")
        assert not driver.asks(FilePicker)
        assert driver.files.count == 0


async def test_hostile_names_of_files_do_nothing(library: Library, music: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(music) + b"/bad\x1b]0;PWN\x07\xff"))
    folder.mkdir()
    for key in hostile.TERMINAL.values():
        (folder / f"{key.replace('/', '_')[:60]}.wav").write_bytes(b"RIFF")
    async with driven(library) as driver:
        await driver.press("u")
        while (entry := _picker(driver).entry) is None or entry.path != str(folder):
            await driver.press("down")
        await driver.press("enter", "ctrl+a", "p")
        assert driver.app.screen.query_one("#picker-field").value == ""  # type: ignore[attr-defined]
        await driver.press("escape")
        shown = driver.text()
        await driver.press("u")
        assert driver.asks(UploadPlanScreen)
        shown += driver.text()
        await driver.press("escape", "u")
        assert driver.asks(FilePicker)
        await driver.press("escape")
    assert not any(char in shown for char in "\x1b\x07\x9b\x9d\u202e\x08")


async def test_what_is_dropped_on_the_picker_is_taken(library: Library, music: Path) -> None:
    async with driven(library) as driver:
        await driver.press("u")
        await driver.paste(f"{music}/nowhere.wav")
        assert driver.asks(FilePicker)
        await driver.press("question_mark")
        assert "Hidden names and other files too" in driver.text()
        await driver.press("escape")
        await driver.paste(f"'{music / 'voice.ogg'}'")
        assert driver.asks(UploadPlanScreen)
        await driver.press("escape")


async def test_a_disk_that_takes_its_time_holds_up_nothing(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slow(folder: Path, **options: Any) -> Any:
        assert folder.name == "Music" or go_on.wait(60)
        return listing(folder, **options)

    monkeypatch.setattr("s3audio_tui.tui.widgets.local_list.listing", slow)
    async with driven(library) as driver:
        await driver.press("u")
        await driver.pilot.press("enter")
        while "Reading ~/Music/session …" not in driver.text():
            await driver.pilot.pause(0.05)
        await driver.pilot.press("down")
        await driver.pilot.pause()
        entry = _picker(driver).entry
        assert entry is not None and entry.name == "voice.ogg", "the keys go on working"
        go_on.set()
        await driver.settle()
        assert "deep" in _listed(driver)
        await driver.press("slash")
        await driver.write("nothing like it")
        assert "Nothing here has these words" in driver.text()


async def test_a_folder_of_thousands_is_drawn_at_once(library: Library, music: Path) -> None:
    many = music / "many"
    many.mkdir()
    for number in range(3000):
        (many / f"{number:04}.wav").touch()
    async with driven(library) as driver:
        await driver.press("u", "enter")
        picker = _picker(driver)
        assert picker.count == 3000
        assert len(picker.sounds) < 60, "only what is seen is read"
        await driver.press("end")
        assert picker.entry is not None and picker.entry.name == "2999.wav"
        assert picker.entry.path in picker.sounds
        await driver.press("ctrl+a")
        assert "3,000 marked" in driver.text()
        await driver.press("escape", "escape")


# Typed and pasted paths


async def test_upload_what_is_typed(library: Library, music: Path, plain_s3: "S3Client") -> None:
    async with driven(library) as driver:
        await driver.press("U")
        assert driver.asks(Prompt)
        await driver.paste(f"'{music / 'session'}'")
        await driver.press("enter")
        assert driver.asks(UploadPlanScreen)
        shown = driver.text()
        for words in ("Upload 5 files", "it is text, not audio", "1 left out", "of room left"):
            assert words in shown
        await driver.press("enter")
        assert driver.said().startswith("5 uploaded")
        assert driver.rows() == ["session/"]
    stored = stored_keys(plain_s3, library.bucket)
    assert "session/07-bridge.wav" in stored and "session/notes.wav" not in stored


async def test_upload_into_the_folder_that_is_open(
    library: Library, sounds: dict[str, Path]
) -> None:
    _put(library, "set/one.wav")
    async with driven(library) as driver:
        await driver.press("enter")
        await driver.paste(str(sounds["mp3"]))
        await driver.press("enter")
        assert driver.rows() == ["set/one.wav", "set/tone.mp3"]


async def test_a_path_that_is_not_there_is_said(library: Library) -> None:
    async with driven(library) as driver:
        await driver.press("U")
        await driver.paste("/nowhere/x.wav")
        await driver.press("enter")
        assert driver.asks(Prompt)
        assert "there is no /nowhere/x.wav" in driver.text()


# The plan


async def test_without_room_not_a_byte_is_sent(
    make_library: MakeLibrary, sounds: dict[str, Path], plain_s3: "S3Client"
) -> None:
    library = make_library(quota="1kB")
    async with driven(library) as driver:
        await driver.paste(str(sounds["wav16"]))
        assert "No room for 1 file" in driver.text()
        assert "empty the trash" in driver.text()
        await driver.press("enter")
        assert driver.asks(UploadPlanScreen)
        await driver.press("escape")
        assert driver.said() == "Nothing was uploaded"
    assert "tone-16.wav" not in stored_keys(plain_s3, library.bucket)


async def test_a_name_that_is_taken_is_left_out_unless_one_says(
    library: Library, sounds: dict[str, Path]
) -> None:
    _put(library, "tone.mp3")
    async with driven(library) as driver:
        await driver.paste(str(sounds["mp3"]))
        assert "1 already there" in driver.text() and "All of it is there" in driver.text()
        await driver.press("enter")
        assert driver.asks(UploadPlanScreen), "there is nothing to start"
        await driver.press("b", "enter")
        assert driver.rows() == ["tone (2).mp3", "tone.mp3"]


@pytest.mark.parametrize("name", ["tone.mp3", "tone (2).mp3"])
async def test_the_plan_says_that_the_very_same_file_may_be_left_out(
    library: Library, sounds: dict[str, Path], name: str
) -> None:
    _put(library, "tone.mp3")
    _put(library, name, sounds["mp3"].read_bytes())
    _put(library, "tone-16.wav")
    async with driven(library) as driver:
        was = driver.rows()
        await driver.paste(f"'{sounds['mp3']}' '{sounds['wav16']}'")
        await driver.press("b", "b")
        words = [line for line in driver.text().splitlines() if "↑ tone" in line]
        assert [("unless the same" in line, "gets a number" in line) for line in words] == [
            (True, False),
            (False, True),
        ]
        await driver.press("enter")
        assert driver.said().startswith("1 uploaded, 1 skipped")
        assert driver.rows() == sorted([*was, "tone-16 (2).wav"])


async def test_each_conflict_is_answered_for_itself(
    library: Library, music: Path, plain_s3: "S3Client"
) -> None:
    taken = ("07-bridge.wav", "07-bridge-alt.wav", "08-outro.flac")
    for name in taken:
        _put(library, f"session/{name}", b"was here")
    async with driven(library) as driver:
        await driver.paste(str(music / "session"))
        plan = driver.app.screen.query_one(PlanList)
        assert "3 already there · 1 refused · 1 left out" in driver.text()
        assert "07-bridge-alt.wav is there already" in driver.text()
        await driver.press("o", "b")
        assert "Upload 4 files" in driver.text()
        await driver.press("r")
        assert driver.asks(Prompt)
        await driver.replace("07-bridge.wav")
        await driver.press("enter")
        assert driver.asks(Prompt), "that name is taken by another file of the plan"
        await driver.replace("09 outro.flac")
        await driver.press("enter")
        assert driver.asks(UploadPlanScreen) and "Upload 5 files" in driver.text()
        assert plan.count == 7
        await driver.press("enter")
        assert driver.said().startswith("5 uploaded")
    bodies = {
        key.removeprefix("session/"): plain_s3.head_object(Bucket=library.bucket, Key=key)
        for key in stored_keys(plain_s3, library.bucket)
        if key.startswith("session/")
    }
    was = {name for name, head in bodies.items() if head["ContentLength"] == 8}
    assert was == {"07-bridge.wav", "08-outro.flac"}
    assert {"07-bridge (2).wav", "09 outro.flac", "07-bridge-alt.wav"} <= bodies.keys() - was


async def test_one_answer_for_all(library: Library, music: Path) -> None:
    for name in ("07-bridge.wav", "07-bridge-alt.wav", "08-outro.flac"):
        _put(library, f"session/{name}")
    async with driven(library) as driver:
        await driver.paste(str(music / "session"))
        assert "Upload 2 files" in driver.text()
        await driver.press("b", "up", "a")
        assert "Upload 5 files" in driver.text()
        await driver.press("escape")


async def test_another_folder(library: Library, music: Path, plain_s3: "S3Client") -> None:
    async with driven(library) as driver:
        await driver.paste(str(music / "voice.ogg"))
        await driver.press("e", "p")
        await driver.replace(".s3audio/x")
        await driver.press("enter")
        assert driver.asks(FolderPicker), "that is the program's own"
        await driver.replace("new/voices")
        await driver.press("enter")
        assert "into new/voices/" in driver.text()
        await driver.press("enter")
    assert "new/voices/voice.ogg" in stored_keys(plain_s3, library.bucket)


# Downloads


async def test_download(library: Library, tmp_path: Path) -> None:
    _put(library, "set/one.wav")
    _put(library, "set/deep/two.wav")
    async with driven(library) as driver:
        await driver.press("g")
        assert driver.asks(DownloadForm)
        await driver.paste(str(tmp_path / "here"))
        assert "a new folder" in driver.text()
        await driver.press("enter")
        assert driver.said().startswith("2 downloaded")
        await driver.press("g")
        assert "2 are there already" in driver.text(), "it begins where one was last"
        await driver.press("escape")
        assert driver.said() == "Nothing was downloaded"
    assert _files(tmp_path / "here") == ["set/deep/two.wav", "set/one.wav"]


def _files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize(("presses", "files"), [(0, 2), (2, 1)])
async def test_download_where_a_name_is_taken(
    library: Library, tmp_path: Path, presses: int, files: int
) -> None:
    _put(library, "one.wav")
    (tmp_path / "one.wav").write_text("mine")
    async with driven(library) as driver:
        await driver.press("g")
        await driver.paste(str(tmp_path))
        await driver.press("down", "down", *(["right"] * presses))
        assert "1 is there already" in driver.text()
        await driver.press("enter")
    assert ((tmp_path / "one.wav").read_text() == "mine") == (presses < 2)
    assert len(_files(tmp_path)) == files


async def test_download_as_one_zip(library: Library, tmp_path: Path) -> None:
    _put(library, "set/one.wav")
    _put(library, "set/deep/two.wav")
    async with driven(library) as driver:
        await driver.press("a")
        await driver.paste(str(tmp_path))
        assert "set.zip" in driver.text()
        await driver.press("enter")
        assert driver.said().startswith("1 downloaded")
    with zipfile.ZipFile(tmp_path / "set.zip") as archive:
        assert sorted(archive.namelist()) == ["set/deep/two.wav", "set/one.wav"]


async def test_a_disk_without_room_is_said_before(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from s3audio_tui.library import download

    monkeypatch.setattr(download, "free_bytes", lambda folder: 10)
    _put(library, "one.wav", b"x" * 2000)
    async with driven(library) as driver:
        await driver.press("g")
        await driver.paste(str(tmp_path))
        assert "no room: 2.0 kB needed, 10 B free there" in driver.text()
        await driver.press("enter")
        assert driver.asks(DownloadForm)
        await driver.replace("")
        assert "name a folder" in driver.text()
        await driver.press("escape")
    assert _files(tmp_path) == []


async def test_tab_completes_or_goes_on(library: Library, music: Path) -> None:
    _put(library, "one.wav")
    async with driven(library) as driver:
        await driver.press("g")
        await driver.paste("~/mus")
        await driver.press("tab")
        field: Any = driver.app.screen.query_one("#download-folder")
        assert field.value == "~/Music/"
        await driver.press("tab")
        assert field.value == "~/Music/session/"
        await driver.press("tab", "tab")
        assert field.value == "~/Music/session/deep/" and not field.has_focus
        await driver.press("escape")


# Pictures


async def test_pictures(
    open_demo: Callable[..., Library], music: Path, snapshot: Snapshot, monkeypatch: Any
) -> None:
    from s3audio_tui.library import download

    monkeypatch.setattr(download, "free_bytes", lambda folder: 84_200_000_000)
    async with driven(open_demo()) as driver:
        await driver.press("u", "enter", "down", "space", "down", "space")
        snapshot(driver.app, "picker")
        await driver.pilot.resize_terminal(80, 24)
        await driver.settle()
        snapshot(driver.app, "picker-80x24")
        await driver.pilot.resize_terminal(120, 34)
        await driver.press("escape", "escape")
        await driver.go_to("takes/")
        await driver.press("enter")
        await driver.go_to("takes/2026-11/")
        await driver.press("enter", "g")
        snapshot(driver.app, "download")
        await driver.press("escape")
        session = music / "session"
        await driver.paste("\n".join(str(path) for path in sorted(session.iterdir())))
        await driver.press("o", "b", "up")
        snapshot(driver.app, "upload-conflicts")
        await driver.pilot.resize_terminal(80, 24)
        await driver.settle()
        snapshot(driver.app, "upload-conflicts-80x24")
        await driver.press("escape", "a")
        snapshot(driver.app, "download-80x24")
        await driver.press("escape")
