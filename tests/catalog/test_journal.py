"""Acts written down: undo, redo, what a crash leaves, and how much is kept."""

import os
from pathlib import Path

import pytest

from s3audio_tui.catalog.database import Database
from s3audio_tui.catalog.journal import Journal, Kind


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(Database(tmp_path / "catalog.sqlite"), lambda: 1000.0)


def act(journal: Journal, *keys: str, kind: Kind = "delete") -> int:
    action = journal.begin(kind)
    for key in keys:
        journal.add_item(action, {"key": key, "to": None})
    journal.finish(action)
    return action


def test_the_last_act_is_undone_first_and_done_again_last(journal: Journal) -> None:
    first, second = act(journal, "a"), act(journal, "b", "ラ\x1b", kind="rename")
    found = journal.last_done()
    assert found is not None
    assert (found.id, found.kind, found.at, found.pid) == (second, "rename", 1000.0, os.getpid())
    assert found.items == [{"key": "b", "to": None}, {"key": "ラ\x1b", "to": None}]
    journal.set_state(second, "undone")
    journal.set_state(first, "undone")
    assert journal.last_done() is None
    again = journal.first_undone()
    assert again is not None
    assert again.id == first


def test_a_new_act_forgets_what_was_undone(journal: Journal) -> None:
    journal.set_state(act(journal, "a"), "undone")
    act(journal, "b")
    assert journal.first_undone() is None


def test_an_act_that_did_nothing_is_dropped(journal: Journal) -> None:
    before = act(journal, "a")
    journal.set_state(before, "undone")
    act(journal)
    assert journal.last_done() is None
    assert journal.first_undone() is not None


def test_what_is_left_to_undo_replaces_the_rest(journal: Journal) -> None:
    action = act(journal, "a", "b")
    journal.replace_items(action, [{"key": "b"}])
    found = journal.last_done()
    assert found is not None
    assert found.items == [{"key": "b"}]


def test_an_act_cut_short_is_found_once_its_process_is_gone(journal: Journal) -> None:
    action = journal.begin("rename")
    journal.add_item(action, {"from": "a", "to": "b"})
    journal.begin("rename")
    assert journal.last_done() is None
    assert journal.interrupted(lambda pid: True) == []
    (found,) = journal.interrupted(lambda pid: False)
    assert (found.id, found.state) == (action, "running")
    journal.set_state(action, "done")
    assert journal.last_done() is not None
    assert journal.interrupted(lambda pid: False) == []


def test_the_newest_hundred_are_kept(journal: Journal) -> None:
    for i in range(105):
        act(journal, str(i))
    count = 0
    while (found := journal.last_done()) is not None:
        journal.set_state(found.id, "undone")
        count += 1
    assert count == 100
    oldest = journal.first_undone()
    assert oldest is not None
    assert oldest.items == [{"key": "5", "to": None}]
