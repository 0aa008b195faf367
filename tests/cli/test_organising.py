"""`mv`, `cp` with several names, `mv --edit`, `mkdir`, and their undo."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

Fill = Callable[..., None]
Stored = Callable[..., list[str]]


def test_several_files_move_and_copy_into_a_folder(
    s3audio: Run, fill: Fill, stored: Stored
) -> None:
    fill("a.wav", "b.wav", "demos/c.wav")
    dry = s3audio("mv", "*.wav", "demos/", "takes/", "--dry-run")
    assert dry.rows == [
        ["a.wav", "takes/a.wav", ""],
        ["b.wav", "takes/b.wav", ""],
        ["demos/c.wav", "takes/demos/c.wav", ""],
    ]
    assert s3audio("cp", "a.wav", "b.wav", "demos/").code == 0
    taken = s3audio("mv", "*.wav", "demos/")
    assert taken.code == 6 and "demos/a.wav is there already" in taken.err
    assert s3audio("mv", "*.wav", "demos/", "--if-exists", "rename").code == 0
    kept = ["demos/a (2).wav", "demos/a.wav", "demos/b (2).wav", "demos/b.wav", "demos/c.wav"]
    assert stored() == kept
    assert s3audio("undo").text == "2 files renamed back\n"
    assert s3audio("undo", "--dry-run").text == "would undo the copy of 2 files\n"
    assert s3audio("mv", "*.wav", "x.wav").code == 2


def test_names_are_edited(
    s3audio: Run, fill: Fill, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill("a.wav", "b.wav", "c/d.wav")
    monkeypatch.setenv("EDITOR", "sed -i -e s/^a/x/ -e s/^b/a/ -e s/^x/b/")
    dry = s3audio("mv", "--edit", "?.wav", "--dry-run")
    assert dry.rows == [["a.wav", "b.wav", ""], ["b.wav", "a.wav", ""]]
    assert s3audio("mv", "--edit", "?.wav", "--json").lines[-1]["done"] == 2
    assert stored() == ["a.wav", "b.wav", "c/d.wav"]
    monkeypatch.setenv("EDITOR", "sed -i s/.*/same.wav/")
    wrong = s3audio("mv", "--edit", "?.wav", "--json")
    assert wrong.code == 6
    assert wrong.lines[0]["error"]["message"] == "same.wav: two would have this name"
    monkeypatch.setenv("EDITOR", "sed -i 1d")
    assert "2 names were written, and 1 came back" in s3audio("mv", "--edit", "?.wav").err
    assert s3audio("mv", "--edit", "?.wav", "--if-exists", "skip").code == 2
    assert s3audio("undo").text == "2 files renamed back\n"


def test_folders_are_made(s3audio: Run, stored: Stored, home: Path) -> None:
    assert s3audio("mkdir", "takes", "voice/raw/", "--dry-run").rows == [
        ["takes/", "", ""],
        ["voice/raw/", "", ""],
    ]
    assert s3audio("mkdir", "takes", "voice/raw/").code == 0
    assert stored() == ["takes/", "voice/raw/"]
    again = s3audio("mkdir", "takes", "--json")
    assert again.code == 6 and again.lines[0]["error"]["code"] == "conflict"
    assert s3audio("undo").text == "2 of 2 folders removed again\n"
    assert stored() == []
