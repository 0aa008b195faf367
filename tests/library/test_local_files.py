"""Local folders as a picker lists them, and paths as people type and paste them."""

import os
from pathlib import Path

import pytest

from s3audio_tui.audio.header import SoundInfo
from s3audio_tui.errors import NotFoundError
from s3audio_tui.library.local_files import (
    LocalEntry,
    beginning,
    completed,
    listing,
    narrowed,
    paths_in,
    places,
    short,
    sound_of,
)
from tests import hostile


@pytest.fixture
def music(tmp_path: Path, sounds: dict[str, Path]) -> Path:
    folder = tmp_path / "music"
    (folder / "Takes").mkdir(parents=True)
    (folder / "Été").mkdir()
    (folder / ".cache").mkdir()
    for n, (name, kind) in enumerate((("b.wav", "wav16"), ("Ä.flac", "flac"), ("c.mp3", "mp3"))):
        (folder / name).write_bytes(sounds[kind].read_bytes())
        os.utime(folder / name, (1000 + n, 1000 + n))
    (folder / "cover.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / ".hidden.wav").touch()
    return folder


def names(entries: list[LocalEntry]) -> list[str]:
    return [entry.name for entry in entries]


def test_folders_come_first_then_audio_without_regard_to_case(music: Path) -> None:
    assert names(listing(music)) == ["Été", "Takes", "Ä.flac", "b.wav", "c.mp3"]
    assert [entry.format for entry in listing(music)] == ["", "", "flac", "wav", "mp3"]
    everything = names(listing(music, everything=True))
    assert set(everything) - set(names(listing(music))) == {".cache", ".hidden.wav", "cover.jpg"}


def test_orders(music: Path) -> None:
    assert names(listing(music, order="newest"))[2:] == ["c.mp3", "Ä.flac", "b.wav"]
    sizes = [entry.size_bytes for entry in listing(music, order="largest")[2:]]
    assert sizes == sorted(sizes, reverse=True)


def test_what_is_broken_or_vanishes_is_left_out(music: Path) -> None:
    (music / "gone.wav").symlink_to(music / "nowhere.wav")
    (music / "loop.wav").symlink_to(music / "loop.wav")
    assert "gone.wav" not in names(listing(music)) and "loop.wav" not in names(listing(music))
    with pytest.raises(NotFoundError, match="cannot be read"):
        listing(music / "nowhere")
    for no_folder in ("b.wav", "a\0b"):
        with pytest.raises(NotFoundError):
            listing(music / no_folder)


def test_hostile_names_are_listed_raw(tmp_path: Path) -> None:
    made = []
    for key in hostile.TERMINAL.values():
        name = key.replace("/", "_")[:60]
        (tmp_path / f"{name}.wav").touch()
        made.append(f"{name}.wav")
    assert sorted(names(listing(tmp_path))) == sorted(made)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.wav")).touch()
    assert len(listing(tmp_path)) == len(made) + 1


def test_words_narrow_by_name(music: Path) -> None:
    entries = listing(music)
    assert names(narrowed(entries, "ete")) == ["Été"]
    assert names(narrowed(entries, ".w B")) == ["b.wav"]
    assert narrowed(entries, "") == entries


def test_a_header_or_the_reason(music: Path) -> None:
    (music / "lie.wav").write_text("la la la\n" * 100)
    entries = {entry.name: entry for entry in listing(music)}
    sound = sound_of(entries["b.wav"])
    assert isinstance(sound, SoundInfo) and sound.sample_rate_hz == 48_000
    assert sound_of(entries["lie.wav"]) == "it is text, not audio"
    (music / "lie.wav").unlink()
    assert "cannot be read" in str(sound_of(entries["lie.wav"]))


def test_completion_goes_on_as_the_text_does(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(music)
    monkeypatch.setenv("HOME", str(music))
    assert completed(f"{music}/t") == [f"{music}/Takes/"]
    assert completed("~/T") == ["~/Takes/"]
    assert completed("T") == ["Takes/"]
    assert completed("~/") == ["~/Été/", "~/Takes/"]
    assert completed("~/.") == ["~/.cache/"]
    assert completed("~/b", folders_only=False) == ["~/b.wav"]
    assert completed("~/nowhere/x") == []
    assert completed("a\0b/") == []


def test_a_path_is_written_as_people_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/you")
    written = [short(Path(path)) for path in ("/home/you", "/home/you/x", "/home/yours", "/")]
    assert written == ["~", "~/x", "/home/yours", "/"]


def test_where_a_picker_begins(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(music))
    (music / "Desktop").mkdir()
    assert beginning("") == music
    assert beginning(str(music / "Takes")) == music / "Takes"
    assert beginning(str(music / "Takes" / "gone" / "deep")) == music / "Takes"
    assert places([str(music / "Takes"), "/nowhere/x"]) == [
        music / "Takes",
        music,
        music / "Desktop",
    ]


@pytest.mark.parametrize("text", ["a\0b.wav", "x" * 5000, "file://[bad"], ids=["0", "long", "url"])
def test_a_text_that_no_path_can_be_does_no_harm(text: str) -> None:
    assert all(isinstance(path, Path) for path in paths_in(text))


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("/a/b.wav", ["/a/b.wav"]),
        ("'/a/b c.wav' /d.wav", ["/a/b c.wav", "/d.wav"]),
        (r"/a/b\ c.wav", ["/a/b c.wav"]),
        ("file:///a/b%20c.wav", ["/a/b c.wav"]),
        ("/a.wav\n/b.wav\r\n", ["/a.wav", "/b.wav"]),
        ("it's.wav", ["it's.wav"]),
        ("  ", []),
        ("~nobody-has-this-name/x.wav", ["~nobody-has-this-name/x.wav"]),
    ],
)
def test_paths_in_a_text(text: str, paths: list[str]) -> None:
    assert paths_in(text) == [Path(path) for path in paths]


def test_a_line_that_is_a_path_is_taken_as_it_stands(tmp_path: Path) -> None:
    odd = tmp_path / "it's a take.wav"
    odd.touch()
    assert paths_in(f"{odd}\n") == [odd]
