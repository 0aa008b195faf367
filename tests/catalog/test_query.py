"""What a person types, read."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3audio_tui.catalog.fields import FIELDS, Compared, Ending, Inside, Named, OfFormat, Test
from s3audio_tui.catalog.folding import fold, stored_fold
from s3audio_tui.catalog.query import Mistake, Query, parse

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC).timestamp()
DAY_S = 86_400.0


def instant(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


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
        ("12:30 take:2 http://x", Query(("12:30", "take:2", "http://x"))),
        ('"ext:wav"', Query(("ext:wav",))),
        ("context:wav", Query(("context:wav",))),
        ("kick ext:wav", Query(("kick",), tests=(Ending(("wav",)),))),
        ("ext:wav ext:wav -EXT:mp3", Query((), (), (Ending(("wav",)),), (Ending(("mp3",)),))),
        ('name:"two words" x', Query(("x",), tests=(Named("two words"),))),
        ('in:"room tone/"', Query(tests=(Inside("room tone/"),))),
        ('name:"not closed', Query(tests=(Named("not closed"),))),
    ],
)
def test_words_and_fields_are_read(text: str, query: Query) -> None:
    found = parse(text, NOW)
    assert found == query and found.mistakes == ()


@pytest.mark.parametrize(
    ("text", "test"),
    [
        ("ext:.Wav,flac", Ending(("Wav", "flac"))),
        ("ext:tar.gz", Ending(("tar.gz",))),
        ("format:FLAC,aif", OfFormat(("flac", "aiff"))),
        ("size:>10mb", Compared("size", ((">", 10e6),))),
        ("size:<=1.5GiB", Compared("size", (("<=", 1.5 * 1024**3),))),
        ("size:10mb", Compared("size", ((">=", 9.5e6), ("<", 10.5e6)))),
        ("size:=4.2mb", Compared("size", ((">=", 4.15e6), ("<", 4.25e6)))),
        ("size:12", Compared("size", ((">=", 11.5), ("<", 12.5)))),
        ("size:1mb..10mb", Compared("size", ((">=", 1e6), ("<=", 10e6)))),
        ("size:1mb..", Compared("size", ((">=", 1e6),))),
        ("size:..1k", Compared("size", (("<=", 1e3),))),
        ('size:"> 10 mb"', Compared("size", ((">", 10e6),))),
        ("dur:<30s", Compared("duration", (("<", 30.0),))),
        ("dur:30", Compared("duration", ((">=", 29.5), ("<", 30.5)))),
        ("dur:>=1:30", Compared("duration", ((">=", 90.0),))),
        ("dur:>1:02:07.5", Compared("duration", ((">", 3727.5),))),
        ("dur:1h30m..2h", Compared("duration", ((">=", 5400.0), ("<=", 7200.0)))),
        ("dur:<250ms", Compared("duration", (("<", 0.25),))),
        ("dur:2m", Compared("duration", ((">=", 90.0), ("<", 150.0)))),
        ("rate:48000", Compared("rate", ((">=", 47_999.5), ("<", 48_000.5)))),
        ("rate:48k", Compared("rate", ((">=", 47_500.0), ("<", 48_500.0)))),
        ("rate:>44.1k", Compared("rate", ((">", 44_100.0),))),
        ("rate:>44.1", Compared("rate", ((">", 44_100.0),))),
        ("rate:96khz", Compared("rate", ((">=", 95_500.0), ("<", 96_500.0)))),
        ("ch:2", Compared("channels", ((">=", 1.5), ("<", 2.5)))),
        ("channels:stereo", Compared("channels", ((">=", 1.5), ("<", 2.5)))),
        ("ch:>mono", Compared("channels", ((">", 1.0),))),
        ("ch:5.1", Compared("channels", ((">=", 5.5), ("<", 6.5)))),
        ("bits:24", Compared("bits", ((">=", 23.5), ("<", 24.5)))),
        ("bits:<=16", Compared("bits", (("<=", 16.0),))),
        ("after:2026-01-31", Compared("modified", ((">=", instant("2026-01-31")),))),
        ("after:2026-03", Compared("modified", ((">=", instant("2026-03-01")),))),
        ("before:2026", Compared("modified", (("<", instant("2026-01-01")),))),
        ("before:2026-01-31T09:30", Compared("modified", (("<", instant("2026-01-31T09:30")),))),
        ("after:2026-01-31t09:30z", Compared("modified", ((">=", instant("2026-01-31T09:30")),))),
        ("after:today", Compared("modified", ((">=", instant("2026-11-21")),))),
        ("before:Yesterday", Compared("modified", (("<", instant("2026-11-20")),))),
        ("after:7d", Compared("modified", ((">=", NOW - 7 * DAY_S),))),
        ("after:1d12h", Compared("modified", ((">=", NOW - 1.5 * DAY_S),))),
        ("before:2w", Compared("modified", (("<", NOW - 14 * DAY_S),))),
        ("name:kick", Named("kick")),
        ("in:drums", Inside("drums")),
        ("in:/drums/808/", Inside("/drums/808/")),
    ],
)
def test_a_field_asks_what_it_says(text: str, test: Test) -> None:
    (found,) = parse(text, NOW).tests
    assert parse(f"-{text}", NOW).refused == (found,)
    if not isinstance(test, Compared):
        assert found == test
        return
    assert isinstance(found, Compared) and found.column == test.column
    assert [sign for sign, _ in found.bounds] == [sign for sign, _ in test.bounds]
    values = [value for _, value in test.bounds]
    assert [value for _, value in found.bounds] == pytest.approx(values, rel=1e-12)


@pytest.mark.parametrize(
    "term",
    [
        *("size:", "size:>", "size:10xb", "size:ten", "size:1..x", "size:..", "size:=>1"),
        *("size:-1", "dur:", "dur:1:2", "dur:30x", "dur:1h30", "dur:1:30:", "dur:>..5"),
        *("after:", "after:7", "after:2026-13", "after:2026-02-30", "after:tomorrow"),
        *("after:>1d", "before:0000", "before:99999-01-01", "rate:", "rate:hi", "rate:48kb"),
        *("ch:", "ch:surround", "bits:", "bits:24x", "ext:", "ext:,", "ext:wav,", "ext:a/b"),
        *("format:", "format:wax", "format:wav,", "name:", "name:a/b", "in:", "in:/", 'in:""'),
        *("size:\u0661", "-dur:x"),
    ],
)
def test_a_mistake_is_pointed_at_and_the_rest_counts(term: str) -> None:
    found = parse(f"kick {term} -loop", NOW)
    assert found == Query(("kick",), ("loop",))
    (mistake,) = found.mistakes
    assert (mistake.start, mistake.end) == (5, 5 + len(term))
    assert mistake.sentence.startswith(term.lstrip("-").split(":")[0] + ": ")


def test_too_many_terms_are_a_mistake() -> None:
    text = " ".join(map(str, range(60)))
    found = parse(text, NOW)
    assert len(found.words) == 50
    at = text.index(" 50 ") + 1
    assert found.mistakes == (Mistake(at, len(text), "a search has at most 50 terms"),)


@pytest.mark.parametrize("term", ["{}", '"{}', "name:{}", "-in:{}", "ext:{}", "size:{}"])
def test_a_term_without_an_end_is_a_mistake(term: str) -> None:
    long = term.format("1," * 30_000)
    found = parse(f"kick {long}", NOW)
    assert found.words == ("kick",) and not found.excluded + found.tests + found.refused
    said = "a term has at most 1,024 characters"
    assert found.mistakes == (Mistake(5, 5 + len(long), said),)


def test_what_was_found_by_is_marked() -> None:
    found = parse('kick -loop name:"a b" ext:wav,mp3 -ext:flac in:drums', NOW)
    assert found.marked == ("kick", "a b", ".wav", ".mp3")


names = st.sampled_from([name for field in FIELDS for name in field.names])
pieces = st.builds(
    "{}{}:{}".format,
    st.sampled_from(("", "-")),
    names,
    st.text('0123456789.,:<>=-" kmgbshdTZ\u00e9/\u0661')
    | st.sampled_from(("9" * 15 + "tib", "9" * 15 + "y", "0001-01-01", "9999-12-31T23:59-23:59")),
)


@given(st.text() | st.lists(pieces, max_size=4).map(" ".join))
def test_any_text_can_be_typed(text: str) -> None:
    query = parse(text, NOW)
    assert all(query.words) and all(query.excluded)
    for mistake in query.mistakes:
        assert 0 <= mistake.start < mistake.end <= len(text) and mistake.sentence
    assert hash(query) == hash(parse(text, NOW))


@given(st.text(), st.text())
def test_parts_fold_as_the_whole_does(one: str, other: str) -> None:
    assert fold(one) + fold(other) == fold(one + other)
    assert stored_fold(one) in (None, fold(one))


def test_a_half_of_a_character_can_be_typed() -> None:
    assert fold("\ud800") == "\ufffd"
