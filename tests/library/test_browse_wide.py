"""Refreshes of a long list, whose pages come by several requests in any order."""

import random
from typing import Any

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError
from s3audio_tui.library import browse
from s3audio_tui.library.opening import Library
from tests.library.conftest import MakeLibrary
from tests.library.helpers import catalog_keys, refreshed, stored_keys
from tests.store.test_listing import in_pages_of

KEYS = [f"{folder}/take-{number:02}.wav" for folder in ("a", "b", "c") for number in range(10)]
HIDDEN = [f".s3audio/peaks/v1/{number}.dat" for number in range(6)]


@pytest.fixture(params=["", "anna/"])
def filled(
    request: pytest.FixtureRequest,
    make_library: MakeLibrary,
    plain_s3: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Library:
    """A library of 30 files that is listed in pages of four, and was never listed before."""
    monkeypatch.setattr(browse, "GOOD_SPAN", 3)
    library = make_library(prefix=request.param)
    for key in (*KEYS, *HIDDEN, "a/"):
        plain_s3.put_object(Bucket=library.bucket, Key=library.full(key), Body=b"")
    in_pages_of(library.store, 4)
    return library


def keys_there(client: Any, library: Library) -> list[str]:
    found = [key.removeprefix(library.prefix) for key in stored_keys(client, library.bucket)]
    return [key for key in found if not key.startswith(".s3audio/") and key != "a/"]


def test_a_refresh_is_right_whatever_the_last_one_knew(filled: Library, plain_s3: Any) -> None:
    chance = random.Random(4)
    assert refreshed(filled).added == len(KEYS)
    for turn in range(4):
        gone = chance.sample(keys_there(plain_s3, filled), 8)
        for key in gone:
            plain_s3.delete_object(Bucket=filled.bucket, Key=filled.full(key))
        for number in range(8):
            key = filled.full(f"{chance.choice('abcdz')}/new-{turn}-{number}.wav")
            plain_s3.put_object(Bucket=filled.bucket, Key=key, Body=b"x")
        found = refreshed(filled)
        assert catalog_keys(filled) == keys_there(plain_s3, filled)
        assert found.removed == 8
        assert found.total == len(keys_there(plain_s3, filled)) + 1
    assert (refreshed(filled).added, refreshed(filled).removed) == (0, 0)
    assert [folder.path for folder in filled.catalog.folders()][:3] == ["a/", "b/", "c/"]


def test_a_part_is_refreshed_alone(filled: Library, plain_s3: Any) -> None:
    refreshed(filled)
    for key in KEYS:
        plain_s3.delete_object(Bucket=filled.bucket, Key=filled.full(key))
    assert list(browse.refresh(filled, "b/"))[-1].removed == 10
    assert catalog_keys(filled) == [key for key in KEYS if not key.startswith("b/")]


def test_a_stop_at_any_moment_leaves_rows_that_were_true(filled: Library, plain_s3: Any) -> None:
    refreshed(filled)
    before = set(KEYS)
    for key in KEYS[::2]:
        plain_s3.delete_object(Bucket=filled.bucket, Key=filled.full(key))
    after = set(keys_there(plain_s3, filled))
    for _ in range(6):
        cancel = CancelToken()
        pages = browse.refresh(filled, cancel=cancel)
        next(pages)
        cancel.cancel()
        with pytest.raises(CancelledError):
            next(pages)
        assert after <= set(catalog_keys(filled)) <= before
    refreshed(filled)
    assert set(catalog_keys(filled)) == after


def test_keys_below_a_long_prefix_come_in_order(filled: Library) -> None:
    assert browse.keys_below(filled, "") == KEYS
    assert browse.expand(filled, ["b/**"]) == KEYS[10:20]


def test_only_the_last_word_says_that_it_is_done(filled: Library) -> None:
    words = list(browse.refresh(filled))
    assert [word.done for word in words] == [False] * (len(words) - 1) + [True]
    assert words[-1].total == len(KEYS) + 1
