"""Single samples as a line with points, and the scale beside a picture."""

import math

import numpy as np
import pytest

from s3audio_tui.audio.peaks import Peaks, peaks_every
from s3audio_tui.drawing.cells import Cells, Role
from s3audio_tui.drawing.glyphs import Glyphs
from s3audio_tui.drawing.levels import levels
from s3audio_tui.drawing.picture import Look, picture
from s3audio_tui.drawing.samples import lines, samples
from s3audio_tui.drawing.scale import level_mark, scale

SPAN, WIDTH, HEIGHT = 16, 160, 21


def waves(*channels: list[int]) -> Peaks:
    sound = np.array(channels, "<i2").T
    return peaks_every(iter([sound]), len(channels), 8000, 1)


def drawn(peaks: Peaks, look: Look, height: int = HEIGHT) -> Cells:
    return lines(samples(peaks, 0, SPAN + 1), SPAN, WIDTH, height, look)


def points(cells: Cells, code: str = "●") -> list[tuple[int, int]]:
    return [(int(x), int(y)) for x, y in np.argwhere(ord(code) == cells.codes.T)]


@pytest.mark.parametrize("code", ["●", "o"])
def test_each_sample_is_a_point_at_its_height(code: str) -> None:
    values = [round(30_000 * math.sin(at)) for at in range(SPAN)]
    cells = drawn(waves(values), Look(glyphs=Glyphs.ASCII if code == "o" else Glyphs.EIGHTHS))
    found = points(cells, code)
    assert [x for x, _ in found] == [at * 10 for at in range(SPAN)]
    for (_, row), value in zip(found, values, strict=True):
        assert abs(row - (1 - value / 32_768) / 2 * (HEIGHT - 1)) <= 1


def test_a_line_goes_through_them_without_a_gap() -> None:
    cells = drawn(waves([32_767, -32_768] * 9), Look())
    assert (cells.fore != Role.LINE).any(0).all()
    assert (cells.fore != Role.LINE)[:, :10].any(1).all()  # from the top to the bottom
    assert {int(cells.fore[y, x]) for x, y in points(cells)} == {Role.CLIP}


def test_it_is_drawn_higher() -> None:
    quiet = waves([1000, -1000] * 9)
    assert {y for _, y in points(drawn(quiet, Look()))} == {HEIGHT // 2}
    assert {y for _, y in points(drawn(quiet, Look(gain=32.0)))} == {0, HEIGHT - 1}
    found = levels(quiet, 0, 18, 18)
    rows = [len({*line}) > 1 or line[0] != " " for line in picture(found, 21, Look()).text()]
    high = [line.strip() != "" for line in picture(found, 21, Look(gain=16.0)).text()]
    assert sum(high) > sum(rows)


def test_channels_apart_and_together() -> None:
    both = waves([20_000] * 17, [-20_000] * 17)
    rows = {y for _, y in points(drawn(both, Look(), 25))}
    assert len(rows) == 2
    assert len({y for _, y in points(drawn(both, Look(), 9))}) == 1


def test_what_is_not_known_is_the_centre_alone() -> None:
    cells = drawn(waves([10_000] * 4), Look())
    assert (cells.fore[:, 40:] == Role.LINE).all()
    assert (drawn(waves([1]), Look()).codes.shape) == (HEIGHT, WIDTH)


@pytest.mark.parametrize("gain", [1, 4])
@pytest.mark.parametrize("decibels", [True, False])
@pytest.mark.parametrize("height", [1, 2, 5, 9, 20, 41])
def test_the_scale_stands_where_the_levels_end(height: int, decibels: bool, gain: int) -> None:
    marks = scale(height, decibels=decibels, gain=gain)
    look = Look(decibels=decibels, gain=gain, stereo=False)
    for row, level in marks.items():
        assert 0 <= row < height
        if height < 9 or level == -math.inf or row > height // 2 - 1:
            continue
        value = round(32_767 * 10 ** (level / 20))
        cells = picture(levels(waves([value]), 0, 1, 1), height, look)
        reached = min(y for y in range(height) if cells.codes[y, 0] != ord(" "))
        assert abs(reached - row) <= 1


def test_levels_as_words() -> None:
    said = [level_mark(level, ascii_only=False) for level in (-0.0, -12.0, -math.inf)]
    assert said == ["0", "−12", "−∞"]
    assert level_mark(-math.inf, ascii_only=True) == "-inf"
