"""The details: room for a waveform with honest times, and what is said of folders and marks."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from s3audio_tui.tui.marks import Marks
from s3audio_tui.tui.targets import Target
from s3audio_tui.tui.widgets.details_text import kept_words, marks_lines, title
from s3audio_tui.tui.widgets.waveform_room import ruler


@pytest.mark.parametrize(
    ("length_s", "width", "text"),
    [
        (0.3, 20, "0:00           0.3 s"),
        (60, 30, "0:00        0:30          1:00"),
        (273, 40, "0:00   1:00    2:00     3:00        4:33"),
        (3600, 30, "0:00        30:00      1:00:00"),
    ],
)
def test_times_stand_where_they_are(length_s: float, width: int, text: str) -> None:
    assert ruler(length_s, width) == text


@given(st.floats(0, 500_000), st.integers(1, 120))
def test_times_fill_the_width_and_stand_apart(length_s: float, width: int) -> None:
    line = ruler(length_s, width)
    assert len(line) <= width
    if width >= 24:
        assert len(line) == width and line.startswith("0:00 ")
        assert re.fullmatch(r"[\d:.]+( s)?(  +[\d:.]+( s)?)*", line)


@given(st.text(alphabet="ab/ラ\x1b[", max_size=90), st.integers(12, 50))
def test_titles_have_three_lines_at_most(path: str, width: int) -> None:
    folder, _, name = str(title(path, width)).rpartition("\n")
    assert cell_len(folder) <= width and cell_len(name) <= width * 2
    assert "\x1b" not in folder + name


def test_what_is_marked_is_named_up_to_a_number() -> None:
    marks = Marks({f"a/{n}.wav": Target(f"a/{n}.wav", 1, 1000) for n in range(7)})
    lines = [str(line) for line in marks_lines(marks, 30)]
    assert lines[0] == "● 7 marked  7.0 kB"
    assert lines[1:] == [*(f"  {n}.wav" for n in range(5)), "  and 2 more"]


def test_metadata_says_what_is_not_said_above() -> None:
    uploaded = {"original-name": "cafe%CC%81.wav", "user": "an%20a", "duration": "1", "take": "7"}
    assert kept_words("voice/café.wav", uploaded) == {"user": "an a", "take": "7"}
    assert kept_words("café 2.wav", uploaded)["original-name"] == "cafe\u0301.wav"
    assert kept_words("a.wav", {"take-name": "At 03%3A06"}) == {"take-name": "At 03:06"}
    assert kept_words("a.wav", {}) == {}
