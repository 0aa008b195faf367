"""Notes on unfinished transfers that somebody else wrote into the catalog's file."""

import json
import sqlite3
from pathlib import Path

import pytest

from s3audio_tui.errors import UsageError
from s3audio_tui.library.opening import Library
from s3audio_tui.paths import open_part
from tests.library.conftest import MakeLibrary

GOOD = {"type": "up", "key": "a.wav", "path": "/x/a.wav", "size_bytes": 1, "if_exists": "fail"}
DOWN = {**GOOD, "type": "down", "folder": "/x", "relative": "a.wav"}
ZIP = {"type": "zip", "path": "/x/z.zip", "if_exists": "fail"}
ODD: dict[str, str | bytes] = {
    "no JSON": "{not json",
    "not an object": "5",
    "of a later version": json.dumps({**GOOD, "type": "sideways"}),
    "half": json.dumps({"type": "up"}),
    "NUL": json.dumps({**GOOD, "path": "/x/a\0.wav"}),
    "leaves the folder": json.dumps({**DOWN, "relative": "../../a.wav"}),
    "absolute": json.dumps({**DOWN, "relative": "/etc/passwd"}),
    "leaves the zip": json.dumps({**ZIP, "items": [["a.wav", "../a.wav", 1]]}),
    "a blob": b"\xff\x00",
}


@pytest.fixture
def library(make_library: MakeLibrary) -> Library:
    made = make_library(endpoint_url="http://127.0.0.1:9")
    assert made.unfinished.interrupted() == []
    return made


def note(library: Library, what: str | bytes, *, program: str = "0" * 32, at: object = 5.0) -> None:
    connection = sqlite3.connect(library.unfinished.file)
    sql = "INSERT INTO unfinished (at, program, what) VALUES (?, ?, ?)"
    connection.execute(sql, (at, program, what))
    connection.commit()
    connection.close()


def test_what_makes_no_sense_is_not_offered_and_the_rest_is(library: Library) -> None:
    for what in ODD.values():
        note(library, what)
    note(library, json.dumps(GOOD), at="noon")
    note(library, json.dumps(GOOD))
    (left,) = library.unfinished.interrupted()
    assert left.kept.key == "a.wav"


@pytest.mark.parametrize("program", ["", "../../x", "a/b", "\0", "x" * 400])
def test_a_program_that_cannot_be_is_gone(library: Library, program: str) -> None:
    note(library, json.dumps(GOOD), program=program)
    assert len(library.unfinished.interrupted()) == 1


@pytest.mark.parametrize("relative", ["../a.wav", "a/../../b", "/a.wav", "", "a//b", "a\0b", ".."])
def test_no_part_file_is_opened_outside_its_folder(tmp_path: Path, relative: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with pytest.raises(UsageError):
        open_part(folder, relative)
    assert list(tmp_path.rglob("*")) == [folder]
