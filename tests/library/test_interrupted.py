"""Acts whose program has ended: seen also where another one has the number of its process."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from s3audio_tui.catalog.database import Database
from s3audio_tui.catalog.journal import Journal
from s3audio_tui.config import Settings
from s3audio_tui.library import presence, undo
from s3audio_tui.library.opening import Library, open_library
from s3audio_tui.library.presence import Presence, is_gone
from s3audio_tui.library.processes import is_alive

_KILLED = """
import os, signal, sys
from pathlib import Path
from s3audio_tui.config import Settings
from s3audio_tui.library.opening import open_library

library = open_library(Settings(library="s3://takes"), state_folder=Path(sys.argv[1]))
act = library.journal.begin("delete")
library.journal.add_item(act, {"key": "a.wav"})
os.kill(os.getpid(), signal.SIGKILL)
"""

_BEFORE = """
CREATE TABLE former AS SELECT id, at, kind, state, pid FROM actions;
DROP TABLE actions;
CREATE TABLE actions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    pid INTEGER NOT NULL
);
INSERT INTO actions SELECT * FROM former;
DROP TABLE former;
"""
"""Makes the table what it was before acts were signed."""


@pytest.fixture
def offline(tmp_path: Path) -> Iterator[Library]:
    """A library whose store is never asked."""
    library = open_library(Settings(library="s3://takes"), state_folder=tmp_path)
    yield library
    library.close()


def _act(journal: Journal, key: str = "a.wav") -> int:
    act = journal.begin("delete")
    journal.add_item(act, {"key": key})
    return act


def _file(folder: Path) -> Path:
    (file,) = (folder / "libraries").glob("*.sqlite")
    return file


def _change(folder: Path, sql: str) -> None:
    with closing(sqlite3.connect(_file(folder))) as connection:
        connection.executescript(sql)


def test_a_killed_program_whose_number_lives_again(offline: Library, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path)], check=False)
    assert done.returncode == -9
    _change(tmp_path, f"UPDATE actions SET pid = {os.getpid()}")
    assert undo.cut_short(offline) == "the delete of a.wav"
    assert offline.journal.turnable(is_alive) == (True, False)
    assert not list((tmp_path / "libraries").glob("*.alive"))


def test_what_runs_is_not_interrupted_though_its_number_is_gone(
    offline: Library, tmp_path: Path
) -> None:
    act = _act(offline.journal)
    _change(tmp_path, "UPDATE actions SET pid = 999999999")
    other = open_library(offline.settings, state_folder=tmp_path)
    assert undo.cut_short(other) == ""
    assert other.journal.turnable(is_alive) == (False, False)
    offline.journal.finish(act)
    assert other.journal.turnable(is_alive) == (True, False)
    other.close()


def test_a_file_of_an_older_version_is_given_the_column(offline: Library, tmp_path: Path) -> None:
    offline.journal.finish(_act(offline.journal, "done.wav"))
    _act(offline.journal, "cut.wav")
    offline.catalog.set_meta("kept", "yes")
    offline.close()
    _change(tmp_path, _BEFORE)
    later = open_library(offline.settings, state_folder=tmp_path)
    assert later.catalog.meta("kept") == "yes", "it was not rebuilt"
    assert undo.cut_short(later) == "the delete of cut.wav", "its number is ours now"
    last = later.journal.last_done()
    assert last is not None
    assert last.items == [{"key": "done.wav"}]
    _change(tmp_path, "INSERT INTO actions (at, kind, state, pid) VALUES (1, 'copy', 'running', 1)")
    assert later.journal.turnable(lambda pid: pid == 1) == (True, False)
    later.close()


def test_an_older_journal_outlives_a_rebuild(tmp_path: Path) -> None:
    file = tmp_path / "libraries" / "takes.sqlite"
    first = Journal(Database(file))
    first.finish(_act(first))
    _change(tmp_path, f"{_BEFORE} PRAGMA user_version = 9999")
    last = Journal(Database(file)).last_done()
    assert last is not None
    assert (last.items, last.program) == ([{"key": "a.wav"}], "")


def test_the_sign_goes_with_the_library_but_not_while_an_act_runs(
    offline: Library, tmp_path: Path
) -> None:
    offline.journal.finish(_act(offline.journal))
    assert len(list((tmp_path / "libraries").glob("*.alive"))) == 1
    offline.close()
    assert not list((tmp_path / "libraries").glob("*.alive"))
    act = _act(offline.journal)
    offline.close()
    other = open_library(offline.settings, state_folder=tmp_path)
    assert undo.cut_short(other) == "", "the thread that does it is still at it"
    offline.journal.finish(act)
    other.close()


def test_old_signs_of_killed_programs_are_swept(tmp_path: Path) -> None:
    file = tmp_path / "takes [1].sqlite"
    alive, old, new = Presence(file), "0" * 32, "1" * 32
    for name in (old, new):
        presence._path(file, name).touch()
    for name in (old, alive.name):
        os.utime(presence._path(file, name), (0, 0))
    Presence(file).close()
    assert not presence._path(file, old).exists()
    assert presence._path(file, new).exists(), "it may have been made just now"
    assert not is_gone(file, alive.name)
    alive.close()
