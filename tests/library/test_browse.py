import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from s3audio_tui.errors import UsageError
from s3audio_tui.library import browse
from s3audio_tui.library.opening import Library, parse_url
from tests.library.conftest import MakeLibrary
from tests.library.helpers import catalog_keys, refreshed, stored_keys


def test_a_refresh_finds_what_came_changed_and_went(library: Library, plain_s3: Any) -> None:
    for key in ("a.wav", "b.wav", "deep/c.wav"):
        plain_s3.put_object(Bucket=library.bucket, Key=key, Body=b"x")
    first = refreshed(library)
    assert (first.added, first.changed, first.removed, first.total) == (3, 0, 0, 3)
    plain_s3.put_object(Bucket=library.bucket, Key="a.wav", Body=b"longer")
    plain_s3.delete_object(Bucket=library.bucket, Key="b.wav")
    plain_s3.put_object(Bucket=library.bucket, Key="d.wav", Body=b"x")
    second = refreshed(library)
    assert (second.added, second.changed, second.removed, second.total) == (1, 1, 1, 3)
    assert catalog_keys(library) == ["a.wav", "d.wav", "deep/c.wav"]
    third = refreshed(library)
    assert (third.added, third.changed, third.removed) == (0, 0, 0)


def test_a_refresh_of_a_prefix_leaves_the_rest_alone(library: Library, plain_s3: Any) -> None:
    for key in ("a/1.wav", "b/2.wav", "c/3.wav"):
        plain_s3.put_object(Bucket=library.bucket, Key=key, Body=b"x")
    refreshed(library)
    for key in ("a/1.wav", "b/2.wav", "c/3.wav"):
        plain_s3.delete_object(Bucket=library.bucket, Key=key)
    assert list(browse.refresh(library, "b/"))[-1].removed == 1
    assert catalog_keys(library) == ["a/1.wav", "c/3.wav"]


def test_our_own_keys_are_never_listed(library: Library, plain_s3: Any) -> None:
    own = (".s3audio/quota/anna.json", ".s3audio/trash/x/a.wav", "inner/.s3audio/quota/ben.json")
    for key in (*own, "a.wav"):
        plain_s3.put_object(Bucket=library.bucket, Key=key, Body=b"x")
    refreshed(library)
    assert catalog_keys(library) == ["a.wav"]
    assert library.catalog.folders("") == []
    assert browse.expand(library, ["**"]) == ["a.wav"]


def test_a_folder_with_wildcards_in_its_name_is_itself(library: Library, plain_s3: Any) -> None:
    for key in ("a[1]/x.wav", "a1/y.wav"):
        plain_s3.put_object(Bucket=library.bucket, Key=key, Body=b"x")
    assert browse.expand(library, ["a[1]/"]) == ["a[1]/x.wav"]
    assert browse.expand(library, ["a[1]/*"]) == ["a1/y.wav"]


def test_a_library_below_a_prefix_sees_itself_alone(
    make_library: MakeLibrary, plain_s3: Any
) -> None:
    library = make_library(prefix="anna/music/")
    for key in ("anna/music/a.wav", "anna/music2/b.wav", "c.wav"):
        plain_s3.put_object(Bucket=library.bucket, Key=key, Body=b"x")
    refreshed(library)
    assert catalog_keys(library) == ["a.wav"]
    full = f"s3://{library.bucket}/anna/music/a.wav"
    assert browse.expand(library, [full]) == ["a.wav"]
    with pytest.raises(UsageError):
        browse.expand(library, [f"s3://{library.bucket}/c.wav"])


def test_hostile_keys_are_listed_as_they_are(
    library: Library, plain_s3: Any, hostile_keys: dict[str, str]
) -> None:
    for key in hostile_keys.values():
        try:
            plain_s3.put_object(Bucket=library.bucket, Key=key, Body=b"x")
        except (plain_s3.exceptions.ClientError, ValueError):
            continue
    refreshed(library)
    assert catalog_keys(library) == stored_keys(plain_s3, library.bucket)


@pytest.mark.parametrize(
    ("pattern", "matches", "others"),
    [
        ("*.wav", ["a.wav"], ["d/a.wav", "a.wave"]),
        ("d/*", ["d/a.wav"], ["d/e/a.wav", "d"]),
        ("**/*.wav", ["a.wav", "d/a.wav", "d/e/a.wav"], ["a.mp3"]),
        ("d/**", ["d/a.wav", "d/e/f.mp3"], ["e/a.wav"]),
        ("take?.wav", ["take1.wav"], ["take12.wav", "take/.wav"]),
        ("[ab].wav", ["a.wav", "b.wav"], ["c.wav"]),
        ("[!ab].wav", ["c.wav"], ["a.wav"]),
        ("d/", ["d/a.wav", "d/e/a.wav"], ["da.wav"]),
        ("a+(b).wav", ["a+(b).wav"], ["aab.wav"]),
        ("a[.wav", ["a[.wav"], ["a.wav"]),
    ],
)
def test_globs(pattern: str, matches: list[str], others: list[str]) -> None:
    wanted = re.compile(browse.glob_expression(pattern), re.DOTALL)
    assert [key for key in [*matches, *others] if wanted.fullmatch(key)] == matches


def fits(pattern: str, key: str, *, begins: bool = True) -> bool:
    """Match as slowly and plainly as it can be done."""
    if not pattern:
        return not key
    for wild, crosses in (("**/", True), ("**", True), ("*", False)):
        if pattern.startswith(wild) and (begins or wild != "**/"):
            rest = pattern[len(wild) :]
            ends = [n for n in range(len(key) + 1) if crosses or "/" not in key[:n]]
            if wild == "**/":
                ends = [n for n in ends if not n or key[n - 1] == "/"]
            return any(fits(rest, key[n:], begins=wild == "**/") for n in ends)
    here = key[:1]
    same = here == pattern[0] or (pattern[0] == "?" and here not in ("", "/"))
    return same and fits(pattern[1:], key[1:], begins=pattern[0] == "/")


@given(st.text("ab/*?", min_size=1, max_size=9), st.text("ab/", max_size=9))
def test_globs_mean_what_they_say(pattern: str, key: str) -> None:
    wanted = re.compile(browse.glob_expression(pattern), re.DOTALL)
    slowly = fits(f"{pattern}**" if pattern.endswith("/") else pattern, key)
    assert (wanted.fullmatch(key) is not None) == slowly


@pytest.mark.parametrize("pattern", ["*a" * 200, "**a" * 200, "**/*a" * 200, "a*?" * 200])
def test_no_key_makes_a_glob_slow(pattern: str) -> None:
    wanted = re.compile(browse.glob_expression(pattern + "b"), re.DOTALL)
    assert not wanted.fullmatch("a" * 1024)
    assert not wanted.fullmatch("a/" * 512)


@given(st.text(max_size=20))
@example("[z-a]*")
@example("[[&&a]")
@example("[!-a]")
def test_any_text_is_a_glob_that_compiles(pattern: str) -> None:
    wanted = re.compile(browse.glob_expression(pattern), re.DOTALL)
    assert wanted.groups == 0, "brackets in it are no expression's"


@given(st.text(st.characters(exclude_characters="*?[/"), min_size=1, max_size=20))
def test_text_without_wildcards_matches_itself_alone(key: str) -> None:
    wanted = re.compile(browse.glob_expression(key), re.DOTALL)
    assert wanted.fullmatch(key)
    assert not wanted.fullmatch(f"{key}x")


@pytest.mark.parametrize("url", ["bucket", "http://x/y", "s3://", "s3:///x", ""])
def test_what_is_no_library_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        parse_url(url)


def test_library_urls() -> None:
    assert parse_url("s3://b") == ("b", "")
    assert parse_url("s3://b/") == ("b", "")
    assert parse_url("s3://b/x/y") == ("b", "x/y/")
