"""Typed paths: where they lead, how they are completed, and what is not there."""

import pytest

from s3audio_tui.catalog.rows import Entry
from s3audio_tui.errors import NotFoundError
from s3audio_tui.library.goals import Goal, completions, goal
from s3audio_tui.library.opening import Library
from tests.library.conftest import MakeLibrary


@pytest.fixture
def known(make_library: MakeLibrary) -> Library:
    library = make_library(prefix="mine/", endpoint_url="http://127.0.0.1:9")
    keys = ["a b/c/1.wav", "a b/c/2.wav", "takes/one.wav", "tales/x.wav", "top.wav"]
    entries = [Entry(key, 1, 0.0, "e", "STANDARD") for key in keys]
    library.catalog.apply_page("", "", entries, last=True, asked_at=0.0)
    return library


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", Goal("")),
        ("/", Goal("")),
        ("takes", Goal("takes/")),
        (" /a b/c/ ", Goal("a b/c/")),
        ("a b/c/2.wav", Goal("a b/c/", "a b/c/2.wav")),
        ("top.wav", Goal("", "top.wav")),
        ("s3://elsewhere/x", Goal(url="s3://elsewhere/x")),
    ],
)
def test_where_a_path_leads(known: Library, text: str, found: Goal) -> None:
    assert goal(known, text) == found


def test_the_library_by_its_address(known: Library) -> None:
    root = f"s3://{known.bucket}"
    assert goal(known, f"{root}/mine") == goal(known, f"{root}/mine/") == Goal("")
    assert goal(known, f"{root}/mine/takes/one.wav") == Goal("takes/", "takes/one.wav")
    assert goal(known, f"{root}/other") == Goal(url=f"{root}/other")


@pytest.mark.parametrize("text", ["nowhere", "top.wav/", "takes/two.wav", "\ud800", "%"])
def test_what_is_not_there_is_said(known: Library, text: str) -> None:
    with pytest.raises(NotFoundError):
        goal(known, text)


def test_what_is_near_is_named(known: Library) -> None:
    with pytest.raises(NotFoundError) as error:
        goal(known, "tak")
    assert error.value.remedy == "perhaps takes/"


def test_completions(known: Library) -> None:
    assert completions(known, "ta") == ["takes/", "tales/"]
    assert completions(known, "/ta", most=1) == ["/takes/"]
    assert completions(known, "a b/") == ["a b/c/"]
    assert completions(known, "\ud800") == completions(known, "zz") == []
