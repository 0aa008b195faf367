"""Safe text: whatever a key holds, a terminal only shows it."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from s3audio_tui.text import safe
from tests import hostile

anything = st.text(st.characters(codec=None), max_size=200)
nasty = st.text(
    st.sampled_from(
        "\x00\x07\x08\t\n\r\x1b\x7f\x85\x9b\x9d\u0301\u200c\u200d\u202e\u2066abzéな[]/ "
    ),
    max_size=60,
)


def forbidden_in(text: str) -> list[str]:
    """What must not be in safe text; the joiners are judged apart."""
    return [
        char
        for char in text
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        and char not in "\u200c\u200d"
    ]


@given(anything | nasty)
@example("\x1b]52;c;cm0=\x07")
@example("\ud800")
def test_nothing_acts(text: str) -> None:
    shown = safe(text)
    assert forbidden_in(shown) == []
    assert len(shown.splitlines()) <= 1
    shown.encode()


@given(anything | nasty)
def test_applied_twice_is_applied_once(text: str) -> None:
    assert safe(safe(text)) == safe(text)


@given(st.text(st.characters(categories=["L", "N", "P", "Sm", "Sc", "Sk"], max_codepoint=0x2FF)))
def test_plain_text_stays(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "room tone, kitchen.wav",
        "ラフミックス.mp3",
        "سلام.wav",
        "שלום",
        "e\u0301",
        "می\u200cخواهم",
        "क्\u200dष",
        "🎧.wav",
    ],
)
def test_languages_stay(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "␛[31m"),
        ("a\nb\r\tc", "a␊b␍␉c"),
        ("a\x7f\x00", "a␡␀"),
        ("\x9b31m", "⟨9b⟩31m"),
        ("song\u202evaw.exe", "song⟨202e⟩vaw.exe"),
        ("a\u2028b", "a⟨2028⟩b"),
        ("\u200dx", "⟨200d⟩x"),
        ("a\u00a0b\u3000c", "a b c"),
        ("bad \udcff", "bad \ufffd"),
        ("a\u3164b", "a⟨3164⟩b"),
        ("soft\u00adhyphen", "soft⟨ad⟩hyphen"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(st.integers(5, 300), st.sampled_from(["", "\u200d", "\u200c"]))
def test_marks_do_not_pile_up(count: int, between: str) -> None:
    shown = safe("z" + f"\u0301{between}" * count + "b")
    assert shown.count("\u0301") == 4


@pytest.mark.parametrize("name", hostile.KEYS)
def test_hostile_keys(name: str) -> None:
    shown = safe(hostile.KEYS[name])
    assert forbidden_in(shown) == []
    assert shown.isprintable()
    assert max((shown.count(char) for char in "\u0301"), default=0) <= 4
