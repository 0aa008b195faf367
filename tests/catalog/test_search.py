"""The list against the same done naively in Python, on few rows taken for many too."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3audio_tui.catalog.objects import Catalog
from s3audio_tui.catalog.rows import Entry, Folder, Row, Sound
from s3audio_tui.catalog.scan import USUAL, Limits
from s3audio_tui.catalog.search import Column, Query, Sort, View, parse
from tests.catalog import asked, keys
from tests.catalog.helpers import FEW, all_rows, folder_path, open_catalog, refresh

COLUMNS: tuple[Column, ...] = (
    *("name", "size", "modified", "duration", "format", "rate", "channels"),
)

sorts = st.builds(Sort, st.sampled_from(COLUMNS), st.booleans())
prefixes = st.sampled_from(("", "a/", "A/", "a/b/", "é/", "nowhere/"))
queries = st.none() | st.builds(
    Query,
    st.lists(keys.words, max_size=2).map(tuple),
    st.lists(keys.words, max_size=1).map(tuple),
    st.lists(asked.tests, max_size=2).map(tuple),
    st.lists(asked.tests, max_size=1).map(tuple),
)
limits = st.sampled_from((USUAL, FEW, Limits(kept=0, alone=0)))


def wanted(row: Row, prefix: str, query: Query | None, *, recursive: bool) -> bool:
    if not row.key.startswith(prefix) or not (recursive or folder_path(row.key) == prefix):
        return False
    text = asked.folded(row.key.removeprefix(prefix))
    return query is None or (
        all(asked.folded(word) in text for word in query.words)
        and not any(asked.folded(word) in text for word in query.excluded)
        and all(asked.met(test, row, text) for test in query.tests)
        and not any(asked.met(test, row, text) for test in query.refused)
    )


def value(row: Row, column: Column) -> Any:
    return {
        "size": row.size_bytes,
        "modified": row.modified,
        "duration": row.duration_s,
        "format": row.format or None,
        "rate": row.sample_rate_hz,
        "channels": row.channels,
    }[column]


def in_order(rows: list[Row], sort: Sort, *, recursive: bool) -> list[str]:
    if sort.column == "name" and recursive:
        return [row.key for row in sorted(rows, key=lambda row: row.key, reverse=sort.reverse)]
    if sort.column == "name":
        found = [(row.key.encode().lower(), row.key) for row in rows]
        return [key for _, key in sorted(found, reverse=sort.reverse)]
    known = [row for row in rows if value(row, sort.column) is not None]
    known.sort(key=lambda row: (value(row, sort.column), row.key), reverse=sort.reverse)
    others = [row for row in rows if value(row, sort.column) is None]
    others.sort(key=lambda row: row.key, reverse=sort.reverse)
    return [row.key for row in known + others]


def fill(catalog: Catalog, listed: list[Entry], sounds: list[Sound], *, whole: bool) -> None:
    """Bring the objects in, whether or not the refresh came to its end, and some sounds."""
    refresh(catalog, listed)
    if not whole:
        with catalog.database.write() as connection:
            for column in ("size", "modified", "format", "duration", "rate", "channels"):
                connection.execute(f"DROP INDEX by_{column}")
    for entry, sound in zip(listed, sounds, strict=False):
        catalog.set_sound(entry.key, entry.etag, sound)


@settings(deadline=None)
@given(
    listed=keys.listings(most=16),
    sounds=st.lists(keys.sounds, max_size=16),
    whole=st.booleans(),
    limits=limits,
    views=st.lists(st.tuples(prefixes, st.booleans(), queries, sorts), min_size=1, max_size=3),
    cuts=st.lists(st.integers(1, 9), min_size=1, max_size=3),
)
def test_a_list_is_what_python_would_make_of_the_rows(
    listed: list[Entry],
    sounds: list[Sound],
    whole: bool,
    limits: Limits,
    views: list[tuple[str, bool, Query | None, Sort]],
    cuts: list[int],
) -> None:
    with open_catalog(limits) as catalog:
        fill(catalog, listed, sounds, whole=whole)
        rows = all_rows(catalog)
        for prefix, recursive, query, sort in views:
            found = [row for row in rows if wanted(row, prefix, query, recursive=recursive)]
            expected = in_order(found, sort, recursive=recursive)
            view = View(catalog, prefix, recursive, query, sort)
            shown: list[Row | Folder] = []
            while window := view.window(len(shown), cuts[len(shown) % len(cuts)]):
                shown += window
            files = [item for item in shown if isinstance(item, Row)]
            folders = [item for item in shown if isinstance(item, Folder)]
            assert shown == [*folders, *files]
            assert [row.key for row in files] == expected
            assert list(view.keys()) == expected
            assert view.count() == len(shown)
            assert view.total_bytes() == sum(
                item.bytes if isinstance(item, Folder) else item.size_bytes for item in shown
            )
            assert {folder.path for folder in folders} == (
                set()
                if recursive or query not in (None, Query())
                else {folder.path for folder in catalog.folders(prefix)}
            )
            names = [item.path if isinstance(item, Folder) else item.key for item in shown]
            assert [view.position(name) for name in names] == list(range(len(shown)))
            assert view.position("not/there") is None
            for row in rows:
                assert (view.position(row.key) is None) == (row.key not in names)


@settings(deadline=None)
@given(
    listed=keys.listings(most=16),
    text=st.lists(st.sampled_from(('a b"', "-a", "ext:wav,", "name:b", "size:>1", 'a"b c"'))).map(
        " ".join
    ),
    limits=st.sampled_from((USUAL, Limits(kept=4, alone=3))),
    changed=st.integers(0, 30),
)
def test_each_letter_finds_what_it_would_by_itself(
    listed: list[Entry], text: str, limits: Limits, changed: int
) -> None:
    with open_catalog(limits) as catalog:
        refresh(catalog, listed)
        for end in range(1, len(text) + 1):
            if end == changed:
                catalog.put(entry("a/b ab.wav", 2))
            query = parse(text[:end], 0.0)
            found = list(View(catalog, "", True, query).keys())
            rows = [row for row in all_rows(catalog) if wanted(row, "", query, recursive=True)]
            assert found == in_order(rows, Sort(), recursive=True)


@pytest.fixture
def catalog(tmp_path: Any) -> Catalog:
    return Catalog(tmp_path / "catalog.sqlite")


def entry(key: str, size_bytes: int = 1, modified: float = 0.0) -> Entry:
    return Entry(key, size_bytes, modified, "etag", "STANDARD")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("cafe", "Café/x.wav"),
        ("CAFÉ", "cafe\u0301.wav"),
        ("ラフ", "ラフミックス.mp3"),
        ("50%", "up 50%.wav"),
        ("a_b", "a_b.wav"),
        ("a\\b", "a\\b.wav"),
        ("strasse", "Straße.wav"),
        ("loop kick", "kick-loop.wav"),
        ('"two words"', "these two words.wav"),
        ("kick -loop", "kick.wav"),
        ("nul\0byte", "nul\0byte.wav"),
        ("byte", "nul\0byte.wav"),
    ],
)
def test_words_find_whatever_their_case_and_accents(catalog: Catalog, text: str, key: str) -> None:
    others = [entry("other-loop.wav"), entry("up 500.wav"), entry("axb.wav")]
    refresh(catalog, sorted([entry(key), *others], key=lambda found: found.key))
    assert list(View(catalog, "", True, parse(text, 0.0)).keys()) == [key]


def test_words_are_looked_for_behind_the_prefix_alone(catalog: Catalog) -> None:
    refresh(catalog, [entry("Kick/a.wav"), entry("Kick/kick.wav")])
    assert list(View(catalog, "Kick/", True, parse("kick", 0.0)).keys()) == ["Kick/kick.wav"]
    assert list(View(catalog, "Kick/", True, parse("-kick", 0.0)).keys()) == ["Kick/a.wav"]


def test_a_list_follows_what_changes(catalog: Catalog) -> None:
    refresh(catalog, [entry("a.wav", 1), entry("b.wav", 2)])
    view = View(catalog, "", True, parse("wav", 0.0), Sort("duration"))
    assert list(view.keys()) == ["a.wav", "b.wav"]
    catalog.set_sound("b.wav", "etag", Sound(1.0, None, None, None, None, "wav"))
    assert list(view.keys()) == ["b.wav", "a.wav"]
    catalog.put(entry("c.wav", 4))
    assert (view.count(), view.total_bytes()) == (3, 7)
    catalog.remove(["b.wav"])
    assert list(view.keys()) == ["a.wav", "c.wav"]


def test_headers_not_read_are_counted_where_one_is_asked_for(catalog: Catalog) -> None:
    refresh(catalog, [entry(key) for key in ("a/1.wav", "a/2.wav", "a/3.txt", "b.wav")])

    def unread(text: str, prefix: str = "") -> int:
        return View(catalog, prefix, True, parse(text, 0.0)).unread()

    assert (unread("a format:wav"), unread("dur:>1s"), unread("-ch:2 a", "a/")) == (0, 3, 2)
    catalog.set_sound("a/2.wav", "etag", Sound(1.0, None, None, None, None, "wav"))
    assert (unread("dur:>1s"), unread("bits:8", "a/")) == (2, 1)


def test_folders_are_sorted_by_their_bytes_or_by_name(catalog: Catalog) -> None:
    refresh(catalog, [entry("B/x.wav", 5), entry("a/x.wav", 9), entry("c/x.wav", 1)])

    def shown(sort: Sort) -> list[str]:
        view = View(catalog, "", False, None, sort)
        return [item.name for item in view.window(0, 9)]

    assert shown(Sort()) == ["a", "B", "c"]
    assert shown(Sort("name", True)) == ["c", "B", "a"]
    assert shown(Sort("size")) == ["c", "B", "a"]
    assert shown(Sort("size", True)) == ["a", "B", "c"]
    assert shown(Sort("modified", True)) == ["a", "B", "c"]


def test_a_large_search_is_the_same_on_several_processors(tmp_path: Any) -> None:
    listed = [entry(f"{i % 7}/take {i:05}.wav", i % 50) for i in range(3000)]
    listed.sort(key=lambda found: found.key)
    one = Catalog(tmp_path / "one.sqlite", limits=Limits(alone=1_000_000))
    several = Catalog(tmp_path / "several.sqlite", limits=Limits(kept=100, alone=10))
    for catalog in (one, several):
        refresh(catalog, listed)
    for text in ("9", "take", "00 -1", "take 00011", "zz"):
        views = [View(each, "", True, parse(text, 0.0), Sort("size")) for each in (one, several)]
        assert views[0].count() == views[1].count()
        assert views[0].total_bytes() == views[1].total_bytes()
        assert list(views[0].keys()) == list(views[1].keys())
