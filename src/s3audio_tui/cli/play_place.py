"""Places in a sound: as people write them, and where one was when it was stopped."""

import re
from typing import TYPE_CHECKING

import click

from s3audio_tui.errors import UsageError
from s3audio_tui.units import duration_text, parse_duration

if TYPE_CHECKING:
    from s3audio_tui.library.sources import Source

_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2}(?:\.\d{1,9})?)")


def place_value(ctx: click.Context, option: click.Parameter, text: str) -> float:
    """Turn `90`, `1m30s` or `1:30` into seconds, for an option's callback."""
    match = _CLOCK.fullmatch(text.strip())
    if match is not None:
        hours, minutes, seconds = (float(group or 0) for group in match.groups())
        return (hours * 60 + minutes) * 60 + seconds
    try:
        return parse_duration(text)
    except UsageError:
        words = f"{text!r} is not a time, such as 90, 1m30s or 1:30"
        raise click.BadParameter(words, ctx, option) from None


def clock(seconds: float) -> str:
    """Return a place as `1:23` or `1:02:03`; `place_value` reads it."""
    minutes, seconds = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def check_place(name: str, duration_s: float | None, from_s: float) -> None:
    """Raise `UsageError` where a sound has ended before the place at which it is to begin."""
    if duration_s is not None and 0 < duration_s <= from_s:
        raise UsageError(f"{name} ends at {duration_text(duration_s)}", "begin earlier", key=name)


def counted_s(source: "Source") -> float:
    """Return how long a sound is of which no header tells that: it is decoded to its end."""
    from s3audio_tui.cancel import CancelToken

    with source.open(CancelToken()) as opened:
        frames = sum(len(block) for block in opened.blocks())
        return frames / opened.sound.sample_rate_hz
