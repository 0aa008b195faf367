"""Which sounds of a list come next, and which a person has named."""

import pytest

from s3audio_tui.catalog.rows import Entry
from s3audio_tui.catalog.search import Sort, View
from s3audio_tui.library import listening
from s3audio_tui.library.opening import Library

NAMES = [f"{number:03}.wav" for number in range(200)]


@pytest.fixture
def full(library: Library) -> Library:
    """A library of sounds among many texts, and a folder."""
    rows = [*NAMES, *(f"{number:03}.txt" for number in range(100)), "loops/x.wav", "loops/y.wav"]
    for key in rows:
        library.catalog.put(Entry(key, 10, 1.0, f"etag of {key}", "STANDARD"))
    return library


def view(library: Library, *, reverse: bool = False) -> View:
    return View(library.catalog, "", False, None, Sort("name", reverse))


def keys(found: list[listening.Stand]) -> list[str]:
    return [stand.row.key for stand in found]


def test_what_comes_behind_a_file(full: Library) -> None:
    shown = view(full)
    assert keys(listening.behind(shown, "000.wav", None, 3)) == ["001.wav", "002.wav", "003.wav"]
    assert keys(listening.behind(shown, "198.wav", None, 3)) == ["199.wav"]
    turned = view(full, reverse=True)
    assert keys(listening.behind(turned, "001.wav", None, 3)) == ["000.wav"]
    found = listening.behind(shown, "is gone", shown.position("050.wav"), 1)
    assert keys(found) == ["050.wav"] and found[0].line == shown.position("050.wav")
    assert not listening.behind(shown, "is gone", None, 1)


def test_what_is_before_a_file(full: Library) -> None:
    found = listening.before(view(full), "100.wav")
    assert found is not None and found.row.key == "099.wav"
    assert listening.before(view(full), "000.wav") is None
    turned = listening.before(view(full, reverse=True), "000.wav")
    assert turned is not None and turned.row.key == "001.wav"


def test_sounds_come_in_the_order_of_the_list(full: Library) -> None:
    named = ["001.wav", "loops/", "001.txt", "000.wav", "is gone"]
    rows = listening.sounds(full, view(full, reverse=True), named)
    assert [row.key for row in rows] == ["loops/x.wav", "loops/y.wav", "001.wav", "000.wav"]


def test_what_is_gone_is_known(full: Library) -> None:
    rows = full.catalog.rows(["000.wav", "001.wav", "002.wav"])
    full.catalog.remove(["000.wav"])
    full.catalog.put(Entry("001.wav", 10, 2.0, "another", "STANDARD"))
    assert listening.gone(full, rows) == {"000.wav", "001.wav"}
