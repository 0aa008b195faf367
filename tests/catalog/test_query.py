"""What a person types, read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3audio_tui.catalog.folding import fold, stored_fold
from s3audio_tui.catalog.query import Query, parse
from s3audio_tui.errors import UsageError


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Query()),
        ("  ", Query()),
        ("kick  Loop", Query(("kick", "Loop"))),
        ("kick kick", Query(("kick",))),
        ("kick -loop", Query(("kick",), ("loop",))),
        ('"room tone" -"take 2" x', Query(("room tone", "x"), ("take 2",))),
        ('"not closed', Query(("not closed",))),
        ("-", Query()),
        ("--", Query((), ("-",))),
        ("a-b", Query(("a-b",))),
        ('a"b', Query(('a"b',))),
        ('""', Query()),
    ],
)
def test_words_are_read(text: str, query: Query) -> None:
    assert parse(text) == query


def test_too_many_words_are_refused() -> None:
    with pytest.raises(UsageError, match="50 words"):
        parse(" ".join(map(str, range(51))))


@given(st.text())
def test_any_text_can_be_typed(text: str) -> None:
    query = parse(text)
    assert all(query.words) and all(query.excluded)


@given(st.text(), st.text())
def test_parts_fold_as_the_whole_does(one: str, other: str) -> None:
    assert fold(one) + fold(other) == fold(one + other)
    assert stored_fold(one) in (None, fold(one))


def test_a_half_of_a_character_can_be_typed() -> None:
    assert fold("\ud800") == "\ufffd"
