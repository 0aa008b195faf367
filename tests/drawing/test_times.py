"""A ruler of times."""

import pytest

from s3audio_tui.drawing.times import ruler, time_text, with_end


@pytest.mark.parametrize(
    ("seconds", "step_s", "text"),
    [(0, 1, "0:00"), (273.2, 1, "4:33"), (3661, 60, "1:01:01"), (1.5, 0.1, "0:01.5"),
     (127.35, 0.001, "2:07.350"), (59.9996, 0.001, "1:00.000")],
)  # fmt: skip
def test_a_time_in_words(seconds: float, step_s: float, text: str) -> None:
    assert time_text(seconds, step_s) == text


def test_times_stand_where_their_moment_is() -> None:
    line = ruler(0, 20, 100)
    assert (line.index("0:00"), line.index("0:02"), line.index("0:10")) == (0, 10, 50)
    assert len(line) == 100


def test_a_part_begins_with_the_first_round_time() -> None:
    assert ruler(61.5, 71.5, 100).index("1:02") == 5


@pytest.mark.parametrize("width", [0, 1, 3, 20, 200])
@pytest.mark.parametrize("length_s", [0.0, 1e-5, 0.3, 59.0, 90_000.0, 1e9])
def test_every_length_fits(width: int, length_s: float) -> None:
    assert len(ruler(0, length_s, width)) == width


def test_a_ruler_has_its_end() -> None:
    assert with_end(ruler(0, 31.3, 80), "0:31.3").endswith("  0:31.3")
    for length_s in range(20, 400, 7):
        line = with_end(ruler(0, length_s, 80), time_text(length_s))
        assert len(line) == 80
        moments = [moment.split(":") for moment in line.split()]
        times = [int(minutes) * 60 + int(seconds) for minutes, seconds in moments]
        assert times == sorted(times) and all(len(seconds) == 2 for _, seconds in moments)
    assert with_end("0:00", "0:01") == "0:00"
