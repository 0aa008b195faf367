"""Waveforms as cells: nothing is lost between peaks and picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3audio_tui.audio.peaks import peaks_every, peaks_in_all
from s3audio_tui.drawing.cells import Marks, Role, mark
from s3audio_tui.drawing.glyphs import OCTANTS, Glyphs, glyphs_for
from s3audio_tui.drawing.levels import decibels_of, levels, measure
from s3audio_tui.drawing.picture import Look, columns_a_cell, lanes_of, picture
from tests.drawing import sounds

ASCII = Look(glyphs=Glyphs.ASCII)


def drawn(sound: "np.ndarray[tuple[int, ...], np.dtype[np.int16]]", look: Look, height: int = 7,
          width: int = 40) -> list[str]:  # fmt: skip
    peaks = sounds.peaks_of(sound)
    return picture(
        levels(peaks, 0, peaks.frames, width * columns_a_cell(look)), height, look
    ).text()


@given(
    frames=st.integers(1, 3000),
    each=st.sampled_from([1, 7, 64, 256]),
    width=st.integers(1, 300),
    part=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_no_sample_is_lost(frames: int, each: int, width: int, part: tuple[float, float]) -> None:
    sound = np.random.default_rng(frames).integers(-32_768, 32_768, (frames, 2)).astype("<i2")
    begin = int(min(part) * (frames - 1))
    end = max(int(max(part) * frames), begin + 1)
    found = levels(peaks_every(iter([sound]), 2, 8000, each), begin, end, width)
    assert found.known == width
    assert found.up.max() >= np.float32(max(sound[begin:end].max(), 0)) / np.float32(32_767)
    assert found.down.max() >= np.float32(-min(int(sound[begin:end].min()), 0)) / np.float32(32_768)


@pytest.mark.parametrize("width", [1, 3, 40, 999])
def test_columns_of_single_frames_are_exact(width: int) -> None:
    sound = sounds.speech(0.125)
    found = levels(peaks_every(iter([sound]), 1, 8000, 1), 0, len(sound), width)
    direct = peaks_in_all(iter([sound]), 1, 8000, width, len(sound))
    assert np.array_equal(found.up, np.maximum(direct.high, 0) / np.float32(32_767))
    assert found.rms is not None
    assert direct.rms is not None
    assert np.allclose(found.rms, direct.rms / np.float32(32_768), atol=1e-4)


def test_a_count_of_columns_is_drawn_as_it_is() -> None:
    sound = sounds.loud_music(1)
    whole = peaks_in_all(iter([sound]), 2, 8000, 90, len(sound))
    found = levels(whole, 0, whole.frames, 90)
    assert np.array_equal(found.up, np.maximum(whole.high, 0) / np.float32(32_767))


def test_what_has_not_arrived_is_unknown() -> None:
    peaks = sounds.peaks_of(sounds.loud_music(3))
    found = levels(peaks, 0, peaks.frames * 4, 40)
    assert found.known == 10
    assert not found.up[10:].any()
    lines = picture(found, 7, ASCII).text()
    assert lines[3].endswith("-" * 30)


def test_silence_is_a_line() -> None:
    assert drawn(sounds.silence(), Look(), 5, 10) == [" " * 10] * 2 + ["─" * 10] + [" " * 10] * 2
    assert drawn(sounds.silence(), Look(), 4, 10)[1] == "▁" * 10
    assert drawn(sounds.silence(), ASCII, 5, 10)[2] == "-" * 10


@pytest.mark.parametrize("height", [5, 9, 17])
def test_the_centre_is_bright_where_the_rms_is_small(height: int) -> None:
    sound = np.zeros((4000, 1), "<i2")
    sound[::1000], sound[500::1000] = 30_000, -30_000  # clicks
    peaks = sounds.peaks_of(sound)
    cells = picture(levels(peaks, 0, peaks.frames, 4), height, Look())
    assert (cells.fore[height // 2] == Role.RMS).all()
    assert (cells.back[height // 2] == Role.PEAK).all()


@pytest.mark.parametrize("glyphs", list(Glyphs))
@pytest.mark.parametrize("height", [1, 2, 5, 12, 25])
def test_every_size_is_drawn(glyphs: Glyphs, height: int) -> None:
    look = Look(glyphs=glyphs)
    lines = drawn(sounds.loud_music(2), look, height, 33)
    assert [len(line) for line in lines] == [33] * height
    if glyphs is Glyphs.ASCII:
        assert "".join(lines).isascii()


def test_the_lower_half_mirrors_the_upper() -> None:
    lines = drawn(sounds.speech(), ASCII, 8)
    assert lines[:4] == lines[:3:-1] or lines[3].strip("_:#") == ""
    cells = picture(levels(sounds.peaks_of(sounds.speech()), 0, 160_000, 40), 8, Look())
    swapped = cells.fore[4:] == Role.BACK
    assert (swapped & (cells.back[4:] == Role.PEAK)).any()


def test_clipping_is_marked_where_it_is() -> None:
    sound = sounds.speech(4) // 2
    sound[16_000] = 32_767
    cells = picture(levels(sounds.peaks_of(sound), 0, len(sound), 40), 7, Look())
    rows, columns = np.nonzero(cells.fore == Role.CLIP)
    assert (rows.tolist(), columns.tolist()) == ([0], [20])


def test_a_first_look_shows_the_loudness_alone() -> None:
    peaks = sounds.peaks_of(sounds.loud_music())
    cells = picture(levels(peaks, 0, peaks.frames, 40), 7, Look(exact=False))
    assert set(np.unique(cells.fore)) <= {Role.BACK, Role.LINE, Role.DIM}


def test_channels_stand_apart_where_there_is_room() -> None:
    assert [len(lanes_of(2, height, Look())) for height in (11, 12)] == [1, 2]
    assert lanes_of(2, 40, Look(stereo=False)) == lanes_of(1, 40, Look()) == [range(40)]


def test_what_lies_over_it_changes_only_its_columns() -> None:
    peaks = sounds.peaks_of(sounds.loud_music())
    plain = picture(levels(peaks, 0, peaks.frames, 40), 7, Look())
    marks = Marks(played=10, head=10, cursor=30, selected=(20, 25))
    whole = mark(plain.part(0, 40), marks)
    assert (whole.codes[:, 10] == ord("┃")).all()
    assert set(np.unique(whole.fore[:, :10])) <= {0, Role.PLAYED_PEAK, Role.PLAYED_RMS, Role.CLIP}
    assert np.array_equal(whole.codes[:, 11:30], plain.codes[:, 11:30])
    pieces = [mark(plain.part(at, at + 8), marks, at) for at in range(0, 40, 8)]
    for name in ("codes", "fore", "back"):
        joined = np.concatenate([getattr(piece, name) for piece in pieces], axis=1)
        assert np.array_equal(joined, getattr(whole, name))


def test_decibels_show_what_is_quiet() -> None:
    quiet = sounds.speech() // 16
    assert "#" not in "".join(drawn(quiet, ASCII))
    assert "#" in "".join(drawn(quiet, Look(glyphs=Glyphs.ASCII, decibels=True)))


def test_a_part_is_measured() -> None:
    sound = sounds.sound_of(np.sin(np.arange(8000) * 2 * np.pi / 80) * 0.5)
    found = measure(sounds.peaks_of(sound), 1600, 4800)
    assert decibels_of(found.peak) == pytest.approx(-6.02, abs=0.05)
    assert found.rms is not None
    assert decibels_of(found.rms) == pytest.approx(-9.03, abs=0.05)
    assert decibels_of(0) == -np.inf


@pytest.mark.parametrize(
    ("environ", "encoding", "glyphs"),
    [
        ({"TERM": "xterm-256color"}, "utf-8", Glyphs.EIGHTHS),
        ({"TERM": "xterm-kitty"}, "UTF-8", Glyphs.OCTANTS),
        ({"TERM": "tmux-256color", "TERM_PROGRAM": "WezTerm"}, "utf-8", Glyphs.EIGHTHS),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7801"}, "utf-8", Glyphs.OCTANTS),
        ({"TERM": "xterm-256color", "VTE_VERSION": "6800"}, "utf-8", Glyphs.EIGHTHS),
        ({"TERM": "linux"}, "utf-8", Glyphs.ASCII),
        ({"TERM": "xterm"}, "ANSI_X3.4-1968", Glyphs.ASCII),
        ({}, None, Glyphs.ASCII),
    ],
)
def test_characters_are_those_that_the_terminal_has(
    environ: dict[str, str], encoding: str | None, glyphs: Glyphs
) -> None:
    assert glyphs_for(environ, encoding) is glyphs


def test_without_colours_the_lower_half_has_characters_of_its_own() -> None:
    assert glyphs_for({"TERM": "xterm"}, "utf-8", colours=False) is Glyphs.PLAIN
    assert "▀" in "".join(drawn(sounds.speech(), Look(glyphs=Glyphs.PLAIN)))


def test_all_octants_differ() -> None:
    assert len(set(OCTANTS.tolist())) == 256
    assert OCTANTS[0x04] == 0x1CD00
    assert OCTANTS[0xFE] == 0x1CDE5
