"""The pieces that need no app: cells, columns, bars, the top line, the footer, notices."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import NotFoundError, UnreachableError
from s3audio_tui.library.transfers import TransferState
from s3audio_tui.tui.bars import bar, left_text, of_text
from s3audio_tui.tui.cells import clip, clip_middle, clip_start, left, matches, right
from s3audio_tui.tui.command import Where
from s3audio_tui.tui.commands import COMMANDS, LIBRARY
from s3audio_tui.tui.place import Place
from s3audio_tui.tui.screens.library import LibraryScreen
from s3audio_tui.tui.screens.trash import TrashScreen
from s3audio_tui.tui.widgets.columns import ALL, aligned, fit
from s3audio_tui.tui.widgets.notice import trouble
from s3audio_tui.tui.widgets.top_bar import Room, room_parts
from s3audio_tui.tui.widgets.transfer_line import transfer_line

TEXTS = st.text(alphabet="abé ラ漢🎵.", max_size=40)


@given(TEXTS, st.integers(1, 30))
def test_cuts_never_exceed_their_cells(text: str, width: int) -> None:
    for cut in (clip, clip_middle, clip_start):
        assert cell_len(cut(text, width)) <= width
    assert cell_len(left(text, width)) == width
    assert cell_len(right(text, width)) == width


@given(TEXTS)
def test_what_fits_is_not_cut(text: str) -> None:
    for cut in (clip, clip_middle, clip_start):
        assert cut(text, cell_len(text)) == text


def test_a_long_name_keeps_its_ending() -> None:
    assert clip_middle("a very long name indeed, take 12.wav", 20) == "a very long…e 12.wav"


@pytest.mark.parametrize(
    ("text", "words", "spans"),
    [
        ("Kick-kick.wav", ["kick"], [(0, 4), (5, 9)]),
        ("Élan.wav", ["elan"], [(0, 4)]),
        ("abc", ["ab", "bc"], [(0, 3)]),
        ("abc", ["x", ""], []),
        ("ﬁx.wav", ["fi"], [(0, 1)]),
    ],
)
def test_matches(text: str, words: list[str], spans: list[tuple[int, int]]) -> None:
    assert matches(text, words) == spans


def test_a_transfer_without_a_known_length_has_no_percent() -> None:
    known = TransferState(
        1, "up", "a.wav", "-", 900_000, 1_800_000, "running", 1000.0, 900.0, None, ""
    )
    endless = replace(known, bytes_total=None, seconds_left=None)
    lines = [transfer_line(state, 140, chosen=False).plain for state in (known, endless)]
    assert "50 %" in lines[0] and "900 kB of 1.8 MB" in lines[0]
    assert "%" not in lines[1] and "900 kB" in lines[1] and "of" not in lines[1]
    assert {cell_len(line) for line in lines} == {140}


@given(st.integers(1, 240))
def test_columns_fill_the_width_exactly(width: int) -> None:
    fitted = fit(width)
    row = Row("a.wav", 1_200_000, 0.0, "e", "STANDARD", "wav", 3.0, 44_100, 2, "PCM", 16)
    cells = sum(
        cell_len("".join(aligned(column, *column.text(row, 0.0)))) for column in fitted.columns
    )
    assert 3 + fitted.name_width + 1 + cells == width or fitted.name_width == 1


def test_columns_go_in_the_order_of_the_design() -> None:
    gone: list[str] = []
    for width in range(140, 10, -1):
        kept = {column.name for column in fit(width).columns}
        gone += [c.name for c in ALL if c.name not in kept and c.name not in gone]
    assert gone == ["channels", "rate", "format", "modified", "duration", "size"]


@given(st.floats(-1, 2), st.integers(1, 40))
def test_a_bar_is_full_only_when_it_is(fraction: float, cells: int) -> None:
    full, empty = bar(fraction, cells)
    assert len(full + empty) == cells
    assert (not empty) == (fraction >= 1)


@pytest.mark.parametrize(
    ("used", "words", "style"),
    [
        (79, "79 %", "$foreground"),
        (80, "80 % nearly full", "$warning"),
        (99, "99 % nearly full", "$warning"),
        (100, "100 % full", "$error bold"),
    ],
)
def test_room_in_words(used: int, words: str, style: str) -> None:
    parts = room_parts(Room(used, 100), 0, sizes=False)
    assert "".join(text for text, _ in parts) == words
    assert parts[0][1] == style


def test_room_of_nothing_is_full() -> None:
    assert Room(0, 0).percent == 100


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "1 s"), (89, "89 s"), (120, "2 min"), (5400, "1 h 30 min")]
)
def test_time_left(seconds: float, text: str) -> None:
    assert left_text(seconds) == text


def test_how_much_of_how_much() -> None:
    assert of_text(74_000_000, 128_000_000) == "74.0 of 128 MB"
    assert of_text(900_000, 48_200_000) == "900 kB of 48.2 MB"
    assert of_text(900_000, None) == "900 kB"


def test_places() -> None:
    place = Place().into("a/b/")
    assert place.above().prefix == "a/"
    assert place.above().above().prefix == ""
    assert Place("a//").above().prefix == "a/"
    assert place.names("lib") == ("lib", "a", "b")
    assert place.sorted_by("size").reverse
    assert not place.sorted_by("size").sorted_by("size").reverse
    assert place.next_sort().column == "size"


def test_every_command_has_something_to_run() -> None:
    for where, screen in (("library", LibraryScreen), ("trash", TrashScreen)):
        for command in COMMANDS[where]:  # type: ignore[index]  # the two names are the keys
            name, _, number = command.id.partition("_")
            assert command.flow or callable(
                getattr(screen, f"do_{name if number.isdecimal() else command.id}")
            )


def test_no_key_does_two_things() -> None:
    keys = [key for command in LIBRARY for key in command.keys.split(",")]
    assert len(keys) == len(set(keys))


def test_trouble_is_said_in_sentences() -> None:
    notice = trouble(UnreachableError("the store is away", "try later"))
    assert notice.sentence == "The store is away. Try later."
    assert trouble(NotFoundError("x\x1b[2Jy")).lines(80)
    shown = "".join(text for line in notice.lines(30) for text, _ in line)
    assert "\x1b" not in shown


def test_the_readme_names_keys_that_are_there() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| key | does |")[2].partition("\n\n")[0]
    cells = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    named = [key for cell in cells for key in re.findall(r"`(.+?)`", cell)]
    known = {key for command in LIBRARY for key in (*command.keys.split(","), command.shown)}
    assert len(named) > 10
    assert set(named) <= known


@pytest.mark.parametrize("where", COMMANDS)
def test_each_key_runs_one_command(where: Where) -> None:
    keys = [key for command in COMMANDS[where] for key in command.keys.split(",")]
    assert sorted(keys) == sorted(set(keys))
