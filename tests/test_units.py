"""Sizes, durations and instants, read and written."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3audio_tui import units
from s3audio_tui.errors import UsageError


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [
        ("0", 0),
        ("12", 12),
        ("12b", 12),
        ("100MB", 100_000_000),
        ("100 mb", 100_000_000),
        (" 1.5k ", 1500),
        ("5MiB", 5 * 1024**2),
        ("1gib", 1024**3),
        ("2T", 2 * 10**12),
        ("999999999999999TB", 999999999999999 * 10**12),
    ],
)
def test_sizes_read(text: str, size_bytes: int) -> None:
    assert units.parse_size(text) == pytest.approx(size_bytes, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    ["", "MB", "-1", "1,5MB", "10mbb", "1 000", "5i", "0x10", "1e3", "nan", "inf", "9" * 400],
)
def test_no_sizes(text: str) -> None:
    with pytest.raises(UsageError, match="is not a size"):
        units.parse_size(text)


@pytest.mark.parametrize(
    ("text", "duration_s"),
    [
        ("15m", 900),
        ("1h30m", 5400),
        ("7d", 604800),
        ("45s", 45),
        ("90", 90),
        ("1.5", 1.5),
        ("0s", 0),
    ],
)
def test_durations_read(text: str, duration_s: float) -> None:
    assert units.parse_duration(text) == duration_s
    assert units.parse_duration(f" {text.upper()} ") == duration_s


@pytest.mark.parametrize("text", ["", "m", "1x", "30m1h", "-5m", "1:30", "9" * 400])
def test_no_durations(text: str) -> None:
    with pytest.raises(UsageError, match="is not a duration"):
        units.parse_duration(text)


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (48_200_000, "48.2 MB"),
        (99_949_999, "99.9 MB"),
        (99_950_000, "100 MB"),
        (999_499_999, "999 MB"),
        (999_500_000, "1.0 GB"),
        (10**18, "1.0 EB"),
        (5 * 10**21, "5000 EB"),
    ],
)
def test_sizes_written(size_bytes: int, text: str) -> None:
    assert units.size_text(size_bytes) == text


@given(st.integers(0, 10**18))
def test_a_written_size_is_near(size_bytes: int) -> None:
    text = units.size_text(size_bytes)
    if "P" not in text and "E" not in text:
        assert units.parse_size(text) == pytest.approx(size_bytes, rel=0.051, abs=0.5)
    assert len(text) <= 8


@pytest.mark.parametrize(
    ("duration_s", "text"),
    [
        (0.04, "0.0 s"),
        (0.4, "0.4 s"),
        (9.94, "9.9 s"),
        (9.96, "0:10"),
        (59.6, "1:00"),
        (273, "4:33"),
        (3599.7, "1:00:00"),
        (3727, "1:02:07"),
    ],
)
def test_durations_written(duration_s: float, text: str) -> None:
    assert units.duration_text(duration_s) == text


@pytest.mark.parametrize(
    ("sample_rate_hz", "text"),
    [(800, "800 Hz"), (44_100, "44.1 kHz"), (48_000, "48 kHz"), (22_050, "22.05 kHz")],
)
def test_rates_written(sample_rate_hz: int, text: str) -> None:
    assert units.rate_text(sample_rate_hz) == text


NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("age_s", "text"),
    [
        (-5, "now"),
        (59, "now"),
        (60, "1 min ago"),
        (3599.9, "59 min ago"),
        (3600, "1 h ago"),
        (3 * 3600 + 3599, "3 h ago"),
        (5 * 3600, "5 h ago"),
        (10 * 3600, "yesterday"),
        (17 * 86400, "3 Nov"),
        (747 * 86400, "3 Nov 2024"),
    ],
)
def test_ages_written(age_s: float, text: str) -> None:
    assert units.age_text(NOW - age_s, NOW) == text


def test_instants_written() -> None:
    assert units.rfc3339(NOW) == "2026-11-20T09:30:00Z"
    assert units.rfc3339(NOW + 0.25) == "2026-11-20T09:30:00.250Z"
    assert units.rfc3339(0) == "1970-01-01T00:00:00Z"


def test_counts_agree_with_their_noun() -> None:
    assert [units.count_text(count, "file") for count in (0, 1, 1284)] == [
        "0 files",
        "1 file",
        "1,284 files",
    ]


def test_a_stamp_can_be_cut_to_its_minute() -> None:
    assert units.stamp_text(1_795_167_005.9) == "2026-11-20 09:30:05 UTC"
    assert units.stamp_text(1_795_167_005.9)[:16] == "2026-11-20 09:30"
