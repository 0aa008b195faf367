"""Lengths that are guessed, counted later, and those that are not known yet."""

from pathlib import Path

import pytest

from s3audio_tui.catalog.objects import Catalog
from s3audio_tui.catalog.rows import Row, Sound
from s3audio_tui.catalog.scan import USUAL, Limits
from s3audio_tui.catalog.search import Column, Sort, View
from tests.catalog.helpers import refresh
from tests.catalog.test_refresh import entry

GUESSED = Sound(60.0, 44_100, 2, "MP3", None, "mp3", exact=False)
SAID = Sound(60.0, 44_100, 2, "MP3", None, "mp3")


@pytest.fixture(params=[USUAL, Limits(kept=0, alone=0)], ids=["few", "many"])
def catalog(tmp_path: Path, request: pytest.FixtureRequest) -> Catalog:
    return Catalog(tmp_path / "catalog.sqlite", lambda: 1000.0, request.param)


def row(catalog: Catalog, key: str) -> Row:
    found = catalog.get(key)
    assert found is not None
    return found


def test_a_guess_gives_way_to_what_was_counted_and_never_comes_back(catalog: Catalog) -> None:
    refresh(catalog, [entry("a.mp3")])
    catalog.set_sound("a.mp3", "e", GUESSED)
    assert (row(catalog, "a.mp3").duration_s, row(catalog, "a.mp3").estimated) == (60.0, True)
    catalog.set_length("a.mp3", "another", 61.5)
    assert row(catalog, "a.mp3").estimated
    catalog.set_length("a.mp3", "e", 61.5)
    for again in (GUESSED, SAID):
        catalog.set_sound("a.mp3", "e", again)
        assert (row(catalog, "a.mp3").duration_s, row(catalog, "a.mp3").estimated) == (61.5, False)


@pytest.mark.parametrize(("counted_s", "kept_s"), [(60.4, 60.0), (75.0, 75.0)])
def test_a_header_that_is_wrong_is_put_right(
    catalog: Catalog, counted_s: float, kept_s: float
) -> None:
    refresh(catalog, [entry("a.mp3")])
    catalog.set_sound("a.mp3", "e", SAID)
    catalog.set_length("a.mp3", "e", counted_s)
    assert row(catalog, "a.mp3").duration_s == kept_s


def test_a_copy_keeps_that_it_is_a_guess_and_other_bytes_do_not(catalog: Catalog) -> None:
    refresh(catalog, [entry("a.mp3")])
    catalog.set_sound("a.mp3", "e", GUESSED)
    catalog.copied("a.mp3", "b.mp3", etag="f", modified=200.0)
    assert row(catalog, "b.mp3").estimated
    refresh(catalog, [entry("a.mp3", etag="g"), entry("b.mp3", etag="f")])
    assert (row(catalog, "a.mp3").estimated, row(catalog, "b.mp3").estimated) == (False, True)


@pytest.mark.parametrize("column", ["name", "size", "duration", "format", "modified"])
@pytest.mark.parametrize("reverse", [False, True])
def test_what_is_not_read_yet_comes_in_the_order_of_the_list(
    catalog: Catalog, column: Column, reverse: bool
) -> None:
    names = ["a.wav", "b.txt", "c.mp3", "d/e.flac", "f.wav", "g.wav", "h.wav"]
    entries = [entry(name, size_bytes=9 - at % 3) for at, name in enumerate(names)]
    entries.append(entry("z.wav", storage_class="DEEP_ARCHIVE"))
    refresh(catalog, entries)
    catalog.set_sound("a.wav", "e", SAID)
    catalog.set_unreadable("f.wav", "e")
    view = View(catalog, "", True, None, Sort(column, reverse))
    unread = ["c.mp3", "d/e.flac", "g.wav", "h.wav"]
    wanted = sorted(unread, key=list(view.keys()).index)
    assert [found.key for found in view.without_sound(9)] == wanted
    assert [found.key for found in view.without_sound(2)] == wanted[:2]
