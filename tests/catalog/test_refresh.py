"""Lists brought in page by page, beside what this program itself changes meanwhile."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from s3audio_tui.catalog.objects import Catalog
from s3audio_tui.catalog.rows import Changes, Entry, Folder, Sound, Totals
from s3audio_tui.catalog.search import View
from tests.catalog import keys
from tests.catalog.helpers import (
    all_folders,
    all_rows,
    as_entries,
    folders_of,
    is_marker,
    open_catalog,
    refresh,
)

prefixes = st.sampled_from(("", "a/", "b/", "é/"))


def same_but_for_moments(found: list[Entry], listed: list[Entry]) -> bool:
    """Whether both say the same; less than a second between two dates is no difference."""
    return len(found) == len(listed) and all(
        (one.key, one.size_bytes, one.etag, one.storage_class)
        == (other.key, other.size_bytes, other.etag, other.storage_class)
        and abs(one.modified - other.modified) < 1
        for one, other in zip(found, listed, strict=True)
    )


@settings(deadline=None)
@given(
    before=keys.listings(keys.any_keys),
    after=keys.listings(keys.any_keys),
    kept=st.sets(st.integers(0, 24)),
    prefix=prefixes,
    page=st.integers(1, 5),
)
@example(before=[], after=[], kept=set(), prefix="", page=1)
def test_any_state_becomes_what_is_listed(
    before: list[Entry], after: list[Entry], kept: set[int], prefix: str, page: int
) -> None:
    again = {entry.key: entry for i, entry in enumerate(before) if i in kept}
    after = sorted(
        ({entry.key: entry for entry in after} | again).values(), key=lambda entry: entry.key
    )
    with open_catalog() as catalog:
        refresh(catalog, before, page=page)
        old = all_rows(catalog)
        found = refresh(catalog, after, prefix, page=page)
        expected = [entry for entry in after if entry.key.startswith(prefix)]
        expected += [entry for entry in before if not entry.key.startswith(prefix)]
        expected.sort(key=lambda entry: entry.key)
        files = [entry for entry in expected if not is_marker(entry)]
        assert same_but_for_moments(as_entries(all_rows(catalog)), files)
        assert all_folders(catalog) == folders_of(expected)
        assert catalog.totals() == Totals(len(files), sum(entry.size_bytes for entry in files))
        new = {row.key for row in all_rows(catalog)}
        assert found.added == len(new - {row.key for row in old})
        assert found.removed == len({row.key for row in old} - new)
        assert refresh(catalog, after, prefix, page=page) == Changes(0, 0, 0)


@settings(deadline=None)
@given(listed=keys.listings(most=12), data=st.data())
def test_what_was_done_here_stands_until_the_next_list(
    listed: list[Entry], data: st.DataObject
) -> None:
    with open_catalog() as catalog:
        refresh(catalog, listed, asked_at=900.0)
        now = {entry.key: entry for entry in listed}
        for _ in range(data.draw(st.integers(1, 4))):
            gone = data.draw(st.none() | st.sampled_from(["a.wav", *sorted(now)]))
            if gone is not None:
                catalog.remove([gone])
                now.pop(gone, None)
            else:
                put = data.draw(keys.entries())
                catalog.put(put)
                now[put.key] = put
        expected = sorted(now.values(), key=lambda entry: entry.key)
        files = [entry for entry in expected if not is_marker(entry)]
        assert as_entries(all_rows(catalog)) == files
        assert all_folders(catalog) == folders_of(expected)
        refresh(catalog, listed, asked_at=999.0, page=3)
        assert as_entries(all_rows(catalog)) == files
        assert all_folders(catalog) == folders_of(expected)
        refresh(catalog, listed, asked_at=1001.0)
        assert same_but_for_moments(
            as_entries(all_rows(catalog)), [entry for entry in listed if not is_marker(entry)]
        )
        assert all_folders(catalog) == folders_of(listed)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "catalog.sqlite", lambda: 1000.0)


SOUND = Sound(1.5, 48_000, 2, "PCM", 24, "flac")


def entry(key: str, **changes: Any) -> Entry:
    values = {"size_bytes": 5, "modified": 100.0, "etag": "e", "storage_class": "STANDARD"}
    return Entry(key, **{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "is_known"),
    [
        ({"etag": "f"}, False),
        ({"size_bytes": 6}, False),
        ({"modified": 200.0}, True),
        ({"storage_class": "GLACIER"}, True),
    ],
)
def test_a_sound_is_forgotten_with_the_bytes_it_was_read_from(
    catalog: Catalog, changes: dict[str, Any], is_known: bool
) -> None:
    refresh(catalog, [entry("a.wav")])
    catalog.set_sound("a.wav", "e", SOUND)
    assert refresh(catalog, [entry("a.wav", **changes)]) == Changes(0, 1, 0)
    row = catalog.get("a.wav")
    assert row is not None
    assert as_entries([row]) == [entry("a.wav", **changes)]
    assert (row.duration_s, row.format) == ((1.5, "flac") if is_known else (None, "wav"))
    assert bool(catalog.without_sound(["a.wav"])) != is_known


def test_a_date_that_only_gets_more_exact_is_no_change(catalog: Catalog) -> None:
    catalog.put(entry("a.wav", modified=100.0))
    assert refresh(catalog, [entry("a.wav", modified=100.25)]) == Changes(0, 0, 0)


def test_a_late_header_is_not_kept_for_another_version(catalog: Catalog) -> None:
    refresh(catalog, [entry("a.wav", etag="new")])
    catalog.set_sound("a.wav", "old", SOUND)
    catalog.set_unreadable("a.wav", "old")
    assert [row.key for row in catalog.without_sound(["a.wav"])] == ["a.wav"]


def test_a_header_is_asked_for_once_and_of_audio_alone(catalog: Catalog) -> None:
    names = ["bad.wav", "good.wav", "notes.txt", "new.mp3"]
    refresh(catalog, [entry(name) for name in sorted(names)])
    catalog.set_unreadable("bad.wav", "e")
    catalog.set_sound("good.wav", "e", SOUND)
    assert [row.key for row in catalog.without_sound(names)] == ["new.mp3"]


def test_a_rename_takes_its_sound_along(catalog: Catalog) -> None:
    refresh(catalog, [entry("a.wav")])
    catalog.set_sound("a.wav", "e", SOUND)
    catalog.rename("a.wav", "new/b.wav", etag="f", modified=300.0)
    assert catalog.get("a.wav") is None
    row = catalog.get("new/b.wav")
    assert row is not None
    assert as_entries([row]) == [entry("new/b.wav", etag="f", modified=300.0)]
    assert (row.duration_s, row.bit_depth, row.format) == (1.5, 24, "flac")
    assert catalog.folders() == [Folder("new/", 1, 5)]
    catalog.copied("new/b.wav", "c.wav", etag="g", modified=400.0)
    assert [row.key for row in all_rows(catalog)] == ["c.wav", "new/b.wav"]
    catalog.rename("never/seen.wav", "d.wav", etag="g", modified=400.0)
    assert [row.key for row in all_rows(catalog)] == ["c.wav", "new/b.wav"]


def test_a_folder_of_a_console_shows_as_a_folder(catalog: Catalog) -> None:
    refresh(catalog, [entry("a/", size_bytes=0), entry("b/c/", size_bytes=0), entry("d.wav")])
    assert catalog.folders() == [Folder("a/", 0, 0), Folder("b/", 0, 0)]
    assert catalog.folders("b/") == [Folder("b/c/", 0, 0)]
    assert catalog.totals() == Totals(1, 5)
    assert View(catalog, "", False, None).count() == 3
    refresh(catalog, [entry("d.wav")])
    assert catalog.folders() == []


def test_our_own_keys_never_get_in(catalog: Catalog) -> None:
    refresh(catalog, [entry(".s3audio/trash/a.wav"), entry("a.wav")])
    catalog.put(entry(".s3audio/b.wav"))
    assert list(catalog.all_keys()) == ["a.wav"]
    assert catalog.folders() == []


def test_a_key_that_is_not_unicode_is_not_here(catalog: Catalog) -> None:
    assert catalog.get("bad \udce9.wav") is None
    assert View(catalog, "", True, None).position("bad \udce9.wav") is None


def test_totals_of_a_prefix_that_is_no_folder(catalog: Catalog) -> None:
    refresh(catalog, [entry("take 1.wav"), entry("take 2/a.wav"), entry("x.wav")])
    assert catalog.totals("take") == Totals(2, 10)
    assert catalog.totals("take 2/") == Totals(1, 5)
    assert catalog.totals("nowhere/") == Totals(0, 0)


def test_hostile_keys_come_back_as_they_are(catalog: Catalog, hostile_keys: dict[str, str]) -> None:
    listed = [entry(key) for key in sorted(set(hostile_keys.values()))]
    refresh(catalog, listed, page=7)
    assert as_entries(all_rows(catalog)) == listed
    assert list(View(catalog, "", True, None).keys()) == [found.key for found in listed]
    assert all_folders(catalog) == folders_of(listed)


def test_a_stop_between_two_pages_leaves_what_was_true(catalog: Catalog) -> None:
    refresh(catalog, [entry("a"), entry("c"), entry("e")])
    catalog.apply_page("", "", [entry("b"), entry("c")], last=False, asked_at=2000.0)
    assert list(catalog.all_keys()) == ["b", "c", "e"]


def test_small_values_are_kept_by_name(catalog: Catalog) -> None:
    assert catalog.meta("capabilities") is None
    catalog.set_meta("capabilities", {"versioning": "enabled", "of": [1, None, 0.5]})
    catalog.set_meta("capabilities", {"versioning": "off"})
    assert catalog.meta("capabilities") == {"versioning": "off"}
