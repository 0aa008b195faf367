"""The fields of a search, as `size:>10mb`: what each takes, and what it asks of a row."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from s3audio_tui.catalog.rows import FORMATS, format_of

NumberColumn = Literal["size", "modified", "duration", "rate", "channels", "bits"]
Operator = Literal[">=", ">", "<=", "<"]

_DAY_S = 86_400
_SIZES = {"": 1, "b": 1} | {
    f"{letter}{rest}": (1024 if "i" in rest else 1000) ** power
    for power, letter in enumerate("kmgt", start=1)
    for rest in ("", "b", "i", "ib")
}
_LENGTHS = {"": 1, "ms": 0.001, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600}
_AGES = {"min": 60, "m": 60, "h": 3600, "d": _DAY_S, "w": 7 * _DAY_S, "y": 365 * _DAY_S}
_RATES = {"": 1, "hz": 1, "k": 1000, "khz": 1000}
_CHANNELS = {"": 1, "ch": 1}
_BITS = {"": 1, "bit": 1, "bits": 1}
_KNOWN_CHANNELS = {"mono": 1, "stereo": 2, "quad": 4, "5.1": 6, "7.1": 8}
_LEAST_HZ = 1000
"""A rate below it is meant in kHz."""

_NUMBER = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)([a-z]*)")
_CLOCK = re.compile(r"(?:([0-9]{1,9}):)?([0-9]{1,9}):([0-9]{2}(?:\.[0-9]{1,9})?)")
_OPERATORS: dict[str, Operator] = {">=": ">=", ">": ">", "<=": "<=", "<": "<"}
_MONTH = re.compile(r"([0-9]{4})(-[0-9]{2})?")


@dataclass(frozen=True, slots=True)
class Compared:
    """What a number of the row is meets all `bounds`. What is not known meets none."""

    column: NumberColumn
    bounds: tuple[tuple[Operator, float], ...]


@dataclass(frozen=True, slots=True)
class OfFormat:
    """The row has one of these formats."""

    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """The key ends in a dot and one of these, in any case or accent."""

    endings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """The last segment of the key has this text in it, in any case or accent."""

    text: str


@dataclass(frozen=True, slots=True)
class Inside:
    """The file is in a folder whose name begins so, or in one with just that name if it ends in /.

    Several folders may be named, with / between them. A / before them binds them to the place that
    is searched; without it they may lie deeper.
    """

    path: str


Test = Compared | OfFormat | Ending | Named | Inside


class Number(NamedTuple):
    """A number as written: its value, and the worth of one in its last digit."""

    value: float
    step: float


class Field(NamedTuple):
    """One field: its names, what to write behind the colon, and how that is read.

    `read` gets the text and the present time, and returns None for what cannot be understood.
    """

    names: tuple[str, ...]
    remedy: str
    read: Callable[[str, float], Test | None]
    values: tuple[str, ...] = ()
    """What may be offered while one types."""


def _size(text: str) -> Number | None:
    return _scaled(text, _SIZES)


def _length(text: str) -> Number | None:
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = clock.groups(default="0")
        value = (float(hours) * 60 + float(minutes)) * 60 + float(seconds)
        return Number(value, _step(seconds))
    return _summed(text, _LENGTHS)


def _rate(text: str) -> Number | None:
    found = _scaled(text, _RATES)
    if found is not None and found.value < _LEAST_HZ:
        return Number(found.value * 1000, found.step * 1000)
    return found


def _channels(text: str) -> Number | None:
    if text in _KNOWN_CHANNELS:
        return Number(_KNOWN_CHANNELS[text], 1)
    return _scaled(text, _CHANNELS)


def _bits(text: str) -> Number | None:
    return _scaled(text, _BITS)


def _scaled(text: str, units: Mapping[str, float]) -> Number | None:
    found = _NUMBER.fullmatch(text)
    unit = units.get(found[2]) if found else None
    if found is None or unit is None:
        return None
    return Number(float(found[1]) * unit, unit * _step(found[1]))


def _summed(text: str, units: Mapping[str, float]) -> Number | None:
    """Return the sum of several numbers with their units, as `1h30m`."""
    pieces = [found[0] for found in _NUMBER.finditer(text)]
    numbers = [_scaled(piece, units) for piece in pieces]
    known = [number for number in numbers if number is not None]
    if not pieces or "".join(pieces) != text or len(known) < len(numbers):
        return None
    if len(pieces) > 1 and text[-1].isdigit():  # minutes or seconds?
        return None
    return Number(sum(number.value for number in known), known[-1].step)


def _step(digits: str) -> float:
    return 10.0 ** -len(digits.partition(".")[2])


def _instant(text: str, now: float) -> float | None:
    """Return the seconds since 1970 of a date, a time of day, or an age before `now`."""
    midnight = now // _DAY_S * _DAY_S
    days = {"today": midnight, "yesterday": midnight - _DAY_S}
    if text in days:
        return days[text]
    if (age := _summed(text, _AGES)) is not None:
        return now - age.value
    if month := _MONTH.fullmatch(text):
        text = f"{month[1]}{month[2] or '-01'}-01"
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _numbers(
    column: NumberColumn, read: Callable[[str], Number | None]
) -> Callable[[str, float], Test | None]:
    """Return a reader of `>10`, `10..20`, or `10`: that is meant as exactly as it is written."""

    def test(text: str, now: float) -> Test | None:
        text = "".join(text.lower().split())
        if ".." in text:
            return _between(column, read, *text.split("..", 1))
        digits = text.lstrip("<>=")
        sign, number = text.removesuffix(digits), read(digits)
        if number is None or sign not in ("", "=", *_OPERATORS):
            return None
        if sign in _OPERATORS:
            return Compared(column, ((_OPERATORS[sign], number.value),))
        half = number.step / 2
        return Compared(column, ((">=", number.value - half), ("<", number.value + half)))

    return test


def _between(
    column: NumberColumn, read: Callable[[str], Number | None], least: str, most: str
) -> Test | None:
    low, high = read(least), read(most)
    if (low is None and least) or (high is None and most) or low is high:
        return None
    bounds: tuple[tuple[Operator, float], ...] = ()
    if low is not None:
        bounds += ((">=", low.value),)
    if high is not None:
        bounds += (("<=", high.value),)
    return Compared(column, bounds)


def _after(text: str, now: float) -> Test | None:
    instant = _instant(text.strip().lower(), now)
    return None if instant is None else Compared("modified", ((">=", instant),))


def _before(text: str, now: float) -> Test | None:
    instant = _instant(text.strip().lower(), now)
    return None if instant is None else Compared("modified", (("<", instant),))


def _ending(text: str, now: float) -> Test | None:
    endings = [ending.strip().lstrip(".") for ending in text.split(",")]
    return Ending(tuple(endings)) if all(endings) and "/" not in text else None


def _format(text: str, now: float) -> Test | None:
    found = [format_of(f".{name.strip()}") for name in text.split(",")]
    known = [kind for kind in found if kind is not None]
    return OfFormat(tuple(known)) if len(known) == len(found) else None


def _name(text: str, now: float) -> Test | None:
    return Named(text) if text and "/" not in text else None


def _folder(text: str, now: float) -> Test | None:
    return Inside(text) if text.strip("/") else None


_LIST = ", ".join(FORMATS)
_DATE = "a date as 2026-01-31, or 7d, today, yesterday"

FIELDS = (
    Field(("ext",), "endings, as wav or wav,flac", _ending, ("wav", "flac", "mp3", "aiff")),
    Field(("format",), f"one of {_LIST}", _format, FORMATS),
    Field(("size",), "a number with kb, mb or gb", _numbers("size", _size)),
    Field(("dur",), "a length, as 30s, 5m or 1:30", _numbers("duration", _length)),
    Field(("after",), _DATE, _after, ("today", "yesterday")),
    Field(("before",), _DATE, _before, ("today", "yesterday")),
    Field(("rate",), "a number, as 48000 or 44.1k", _numbers("rate", _rate), ("44.1k", "48k")),
    Field(
        ("ch", "channels"),
        "a number, mono or stereo",
        _numbers("channels", _channels),
        ("mono", "stereo"),
    ),
    Field(("bits",), "a number, as 16 or 24", _numbers("bits", _bits), ("16", "24", "32")),
    Field(("name",), "a part of the name, without /", _name),
    Field(("in",), "a folder, as drums/", _folder),
)

BY_NAME = {name: field for field in FIELDS for name in field.names}
