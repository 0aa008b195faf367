"""Sizes, durations and instants: read from what people type, and written for them to read."""

import re
from datetime import UTC, datetime

from s3audio_tui.errors import UsageError

_SIZE = re.compile(r"\s*([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*(?:([kmgt])(i?))?b?\s*", re.IGNORECASE)
_UNITS = ("kB", "MB", "GB", "TB", "PB", "EB")
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_DURATION = re.compile(
    r"(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9}(?:\.[0-9]{1,9})?)s?)?"
)


def parse_size(text: str) -> int:
    """Return the bytes in `text`: `100MB` is 100,000,000, `5MiB` 5,242,880, `12` 12."""
    match = _SIZE.fullmatch(text)
    if match is None:
        raise UsageError(f"{text!r} is not a size", "write a number with kB, MB or GB, as 100MB")
    number, power, binary = match.groups()
    scale: int = (1024 if binary else 1000) ** _POWERS[(power or "").lower()]
    return round(float(number) * scale)


def parse_rate(text: str) -> int | None:
    """Return the bytes a second in `text`: `2MB/s` or `2MB`; None for `off`, or nothing."""
    wanted = text.strip().lower().removesuffix("/s")
    if wanted in ("", "off", "none"):
        return None
    try:
        return parse_size(wanted) or None
    except UsageError:
        raise UsageError(f"{text!r} is not a rate", "write it as 500kB/s, 2MB/s, or off") from None


def parse_duration(text: str) -> float:
    """Return the seconds in `text`: `15m`, `1h30m`, `7d`, `45s`, `90`."""
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None or not any(match.groups()):
        raise UsageError(f"{text!r} is not a duration", "write it as 30s, 15m, 2h or 7d")
    days, hours, minutes, seconds = (float(group or 0) for group in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def size_text(size_bytes: int) -> str:
    """Return a size as `48.2 MB`, in decimal units with three digits."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    value, step = size_bytes / 1000, 0
    while value >= 999.5 and step < len(_UNITS) - 1:
        value, step = value / 1000, step + 1
    unit = _UNITS[step]
    return f"{value:.1f} {unit}" if value < 99.95 else f"{value:.0f} {unit}"


def duration_text(duration_s: float) -> str:
    """Return a length as `4:33` or `1:02:07`, and `0.4 s` below ten seconds."""
    if duration_s < 9.95:
        return f"{duration_s:.1f} s"
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def length_text(duration_s: float, *, estimated: bool) -> str:
    """Return the length of a sound as `duration_text`, as `~4:33` where it is a guess."""
    return ("~" if estimated else "") + duration_text(duration_s)


def rate_text(sample_rate_hz: int) -> str:
    """Return a sample rate as `48 kHz` or `44.1 kHz`."""
    return f"{sample_rate_hz / 1000:g} kHz" if sample_rate_hz >= 1000 else f"{sample_rate_hz} Hz"


def age_text(then: float, now: float) -> str:
    """Return how long before `now` the instant `then` was, both in seconds since 1970, UTC.

    As people say it: `now`, `12 min ago`, `3 h ago`, `yesterday`, `3 Nov`, `3 Nov 2024`.
    """
    age_s = now - then
    if age_s < 60:
        return "now"
    if age_s < 3600:
        return f"{int(age_s / 60)} min ago"
    day, today = (datetime.fromtimestamp(instant, UTC) for instant in (then, now))
    days = (today.date() - day.date()).days
    if days <= 0 or age_s < 6 * 3600:
        return f"{int(age_s / 3600)} h ago"
    if days == 1:
        return "yesterday"
    month = f"{day.day} {day:%b}"
    return month if day.year == today.year else f"{month} {day.year}"


def stamp_text(instant: float) -> str:
    """Return seconds since 1970 as `2026-11-20 09:30:00 UTC`; up to the minute it has 16 cells."""
    return f"{datetime.fromtimestamp(int(instant), UTC):%Y-%m-%d %H:%M:%S} UTC"


def count_text(count: int, noun: str) -> str:
    """Return how many there are, as `1 file` or `1,284 files`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def rfc3339(instant: float) -> str:
    """Return seconds since 1970 as `2026-11-20T09:30:00Z`, with milliseconds if there are any."""
    moment = datetime.fromtimestamp(instant, UTC)
    spec = "milliseconds" if round(instant * 1000) % 1000 else "seconds"
    return moment.isoformat(timespec=spec).replace("+00:00", "Z")
