"""The file itself: private, rebuilt when it cannot be used, shared by two programs."""

import random
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from s3audio_tui.catalog.database import Database
from s3audio_tui.catalog.journal import Journal
from s3audio_tui.catalog.objects import Catalog
from s3audio_tui.catalog.rows import Entry
from s3audio_tui.catalog.search import Query, View
from s3audio_tui.errors import S3AudioError
from tests.catalog.helpers import all_folders, all_rows, as_entries, folders_of, refresh


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "libraries" / "takes.sqlite"


def entries(count: int) -> list[Entry]:
    return [Entry(f"{i % 5}/{i:05}.wav", i, 1.0, "e", "STANDARD") for i in range(count)]


def filled(path: Path, count: int = 10) -> None:
    """Make a catalog with rows, and an act in its journal; close it."""
    catalog = Catalog(path)
    refresh(catalog, sorted(entries(count), key=lambda entry: entry.key))
    journal = Journal(catalog.database)
    action = journal.begin("rename")
    journal.add_item(action, {"from": "a", "to": "b"})
    journal.finish(action)
    catalog.close()


def test_it_is_private(path: Path) -> None:
    filled(path)
    catalog = Catalog(path)
    catalog.put(entries(1)[0])
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    catalog.close()


def test_it_is_there_again_when_opened_again(path: Path) -> None:
    filled(path)
    catalog = Catalog(path)
    assert catalog.totals().files == 10
    assert Journal(catalog.database).last_done() is not None


@pytest.mark.parametrize(
    "content", [b"", b"no database\n" * 1000, b"SQLite format 3\0" + b"\xff" * 9000]
)
def test_a_file_that_is_no_catalog_is_rebuilt(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700)
    path.write_bytes(content)
    path.chmod(0o600)
    filled(path)
    assert Catalog(path).totals().files == 10
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_database_of_another_program_is_rebuilt(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE actions (id, what)")
    filled(path)
    assert Catalog(path).totals().files == 10


@pytest.mark.parametrize("change", ["PRAGMA user_version = 9999", "DROP TABLE folders"])
def test_another_schema_is_rebuilt_and_the_journal_kept(path: Path, change: str) -> None:
    filled(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(change)
        connection.commit()
    catalog = Catalog(path)
    assert catalog.totals().files == 0
    found = Journal(catalog.database).last_done()
    assert found is not None
    assert found.items == [{"from": "a", "to": "b"}]
    later = Journal(catalog.database).begin("delete")
    assert later > found.id


@pytest.mark.parametrize("seed", range(6))
def test_damage_that_shows_later_is_said_and_then_mended(path: Path, seed: int) -> None:
    filled(path, 3000)
    random.seed(seed)
    content = bytearray(path.read_bytes())
    for at in range(3 * 8192, len(content), 4096):
        if random.random() < 0.7:
            content[at : at + 200] = random.randbytes(200)
    path.write_bytes(content)
    listed = sorted(entries(20), key=lambda entry: entry.key)
    catalog = Catalog(path)
    said = []
    for _ in range(3):
        try:
            refresh(catalog, listed)
            found = as_entries(all_rows(catalog))
            break
        except S3AudioError as error:
            said.append(error.message)
    assert all("rebuilt" in message for message in said)
    assert found == listed
    catalog.close()


def test_a_cut_file_is_rebuilt(path: Path) -> None:
    filled(path, 3000)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 3])
    listed = sorted(entries(20), key=lambda entry: entry.key)
    catalog = Catalog(path)
    try:
        refresh(catalog, listed)
    except S3AudioError:
        refresh(catalog, listed)
    assert as_entries(all_rows(catalog)) == listed


def test_a_folder_in_its_place_is_said(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(S3AudioError, match="cannot be used"):
        Catalog(path)


def test_a_failed_write_leaves_nothing(path: Path) -> None:
    database = Database(path)

    def fail() -> None:
        with database.write() as connection:
            connection.execute("INSERT INTO meta VALUES ('a', '1')")
            raise KeyError("a")

    with pytest.raises(KeyError):
        fail()
    with database.read() as connection:
        assert connection.execute("SELECT count(*) FROM meta").fetchone() == (0,)


def test_a_file_that_is_taken_away_is_said(path: Path) -> None:
    database = Database(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(S3AudioError, match="see that you may write"), database.read():
        pass


def test_a_reader_sees_one_state(path: Path) -> None:
    catalog = Catalog(path)
    with catalog.database.read() as connection:
        count = "SELECT count(*) FROM objects"
        assert connection.execute(count).fetchone() == (0,)
        refresh(catalog, entries(1))
        assert connection.execute(count).fetchone() == (0,)
    assert catalog.totals().files == 1


def test_many_threads_use_it_at_once(path: Path) -> None:
    catalog = Catalog(path)

    def use(number: int) -> None:
        for i in range(20):
            catalog.put(Entry(f"{number}/{i}.wav", 1, 1.0, "e", "STANDARD"))
            View(catalog, "", True, Query(("wav",))).window(0, 10)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, range(8)))
    assert catalog.totals().files == 160
    assert len(catalog.folders()) == 8


def test_two_programs_refresh_and_write_at_once(path: Path) -> None:
    """Also at the first start, when both make the file."""
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.catalog.busy", str(path), str(seed), "15"],
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in (1, 2)
    ]
    for program in programs:
        _, said = program.communicate(timeout=120)
        assert program.returncode == 0, said
    catalog = Catalog(path, clock=lambda: 0.0)
    rows = as_entries(all_rows(catalog))
    assert all_folders(catalog) == folders_of(rows)
    assert catalog.totals().files == len(rows)
    listed = sorted(entries(30), key=lambda entry: entry.key)
    refresh(catalog, listed, asked_at=1e12)
    assert as_entries(all_rows(catalog)) == listed
    with catalog.database.read() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM actions").fetchone() == (30,)
