"""The lines of the folder tree: what is open, in order, and of a wide folder not too much."""

from collections.abc import Callable
from pathlib import Path

import pytest

from s3audio_tui.catalog.objects import Catalog
from s3audio_tui.catalog.rows import Entry
from s3audio_tui.catalog.tree import branches, folders_named

Fill = Callable[..., Catalog]


@pytest.fixture
def filled(tmp_path: Path) -> Fill:
    def fill(*keys: str) -> Catalog:
        catalog = Catalog(tmp_path / "c.db", lambda: 0.0)
        entries = [Entry(key, 10, 0.0, "e", "STANDARD") for key in sorted(keys)]
        catalog.apply_page("", "", entries, last=True, asked_at=0.0)
        return catalog

    return fill


def test_only_what_is_open_is_there(filled: Fill) -> None:
    catalog = filled("b/c/d/1.wav", "b/2.wav", "A/3.wav", "a/4.wav", "5.wav")
    closed = branches(catalog, {""})
    assert [(b.path, b.depth) for b in closed] == [("", 0), ("A/", 1), ("a/", 1), ("b/", 1)]
    assert [b.has_folders for b in closed] == [True, False, False, True]
    lines = branches(catalog, {"", "b/", "b/c/"})
    assert [b.path for b in lines] == ["", "A/", "a/", "b/", "b/c/", "b/c/d/"]
    assert [b.files for b in lines] == [5, 1, 1, 2, 1, 1]
    assert [b.is_open for b in lines] == [True, False, False, True, True, False]
    assert branches(catalog, set())[0].is_open is False
    assert len(branches(catalog, {"b/"})) == 1


def test_nothing_is_read_twice_while_nothing_changes(filled: Fill) -> None:
    catalog = filled("a/1.wav")
    before = branches(catalog, {""})
    assert branches(catalog, {""}) is before
    catalog.remove(["a/1.wav"])
    assert [b.path for b in branches(catalog, {""})] == [""]


def test_a_wide_folder_says_how_much_is_left_out(filled: Fill) -> None:
    catalog = filled(*(f"{n:03}/x/1.wav" for n in range(30)))
    lines = branches(catalog, {"", "025/"}, most=10)
    assert [b.path for b in lines[:11]] == ["", *(f"{n:03}/" for n in range(10))]
    assert [b.path for b in lines[11:13]] == ["025/", "025/x/"], "what is open stays"
    assert (lines[13].more, lines[13].path) == (19, "")
    assert len(lines) == 14


def test_folders_that_begin_so(filled: Fill) -> None:
    catalog = filled("takes/one/1.wav", "takes/two/1.wav", "tales/1.wav", "x/1.wav", "t.wav")
    assert folders_named(catalog, "ta", 9) == ["takes/", "tales/"]
    assert folders_named(catalog, "takes/t", 9) == ["takes/two/"]
    assert folders_named(catalog, "", 2) == ["takes/", "tales/"]
    assert folders_named(catalog, "takes/two", 9) == ["takes/two/"]
