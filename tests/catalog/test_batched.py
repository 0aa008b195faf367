"""What transfers leave behind, written together, and never lost."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from s3audio_tui.catalog.batched import APART_S, Batched
from s3audio_tui.catalog.objects import Catalog
from s3audio_tui.catalog.rows import Entry, Row, Sound
from s3audio_tui.catalog.unfinished import UnfinishedTable
from s3audio_tui.errors import S3AudioError


def entry(key: str, size_bytes: int = 1) -> Entry:
    return Entry(key, size_bytes, 1.0, "etag", "STANDARD")


class Clock:
    """A time that stands until it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog(tmp_path / "c.sqlite")
    yield made
    made.close()


@pytest.fixture
def writes(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One number for each transaction."""
    counted: list[int] = []
    write = catalog.database.write

    @contextmanager
    def counting() -> Iterator[Any]:
        counted.append(1)
        with write() as connection:
            yield connection

    monkeypatch.setattr(catalog.database, "write", counting)
    return counted


def wait_for(catalog: Catalog, key: str) -> Row:
    ends = monotonic() + 60
    while (row := catalog.get(key)) is None:
        assert monotonic() < ends, f"{key} was not written"
        sleep(0.01)
    return row


def test_the_first_is_there_at_once_and_all_others_are_written_together(
    catalog: Catalog, writes: list[int]
) -> None:
    batched = Batched(catalog.database, lambda: 1.0)
    batched.put(entry("first.wav"), Sound(2.5, 44100, 2, "PCM", 16, "wav"))
    row = catalog.get("first.wav")
    assert row is not None and row.duration_s == 2.5
    began = monotonic()
    for number in range(200):
        batched.put(entry(f"{number}.wav"))
    batched.flush()
    assert catalog.totals().files == 201
    assert len(writes) <= 3 + (monotonic() - began) / APART_S
    count = len(writes)
    batched.flush()
    assert len(writes) == count, "nothing is pending, and nothing is written"
    batched.close()


def test_what_nobody_asks_for_is_written_a_moment_later(catalog: Catalog) -> None:
    batched = Batched(catalog.database, lambda: 1.0)
    batched.put(entry("a.wav"))
    batched.put(entry("b.wav", 7))
    assert wait_for(catalog, "b.wav").size_bytes == 7, "no read by way of `batched`, and no flush"
    batched.close()


def test_notes_are_said_anew_and_struck_out(catalog: Catalog, writes: list[int]) -> None:
    table, batched = UnfinishedTable(catalog.database), Batched(catalog.database, lambda: 1.0)
    one, two = table.add("me", [{"part": 0}, {"part": 0}])
    batched.put(entry("a.wav"))
    before, began = len(writes), monotonic()
    for part in range(50):
        batched.change(one, {"part": part})
    batched.drop(two)
    batched.close()
    assert [(note.id, note.what) for note in table.all()] == [(one, {"part": 49})]
    assert len(writes) <= before + 3 + (monotonic() - began) / APART_S


def test_what_cannot_be_written_is_written_the_next_time(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> Any:
        raise S3AudioError("the disk is full")

    batched = Batched(catalog.database, lambda: 1.0, Clock())
    with monkeypatch.context() as patched:
        patched.setattr(catalog.database, "write", full)
        batched.put(entry("a.wav"))
        batched.put(entry("b.wav", 1))
        batched.flush()
    batched.put(entry("b.wav", 7))
    batched.put(entry("\udcff.wav"))
    batched.close()
    assert catalog.get("a.wav") is not None
    row = catalog.get("b.wav")
    assert row is not None and row.size_bytes == 7, "the later one counts"


def test_whoever_flushes_waits_for_another_thread_that_is_at_it(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    batched = Batched(catalog.database, lambda: 1.0, Clock())
    write, at_it, go = catalog.database.write, threading.Event(), threading.Event()

    def slow() -> Any:
        at_it.set()
        assert go.wait(60)
        return write()

    monkeypatch.setattr(catalog.database, "write", slow)
    other = threading.Thread(target=batched.put, args=[entry("a.wav")])
    other.start()
    assert at_it.wait(60)
    seen: list[bool] = []

    def read() -> None:
        batched.flush()
        seen.append(catalog.get("a.wav") is not None)

    reader = threading.Thread(target=read)
    reader.start()
    go.set()
    other.join(10)
    reader.join(10)
    assert seen == [True]
    batched.close()
