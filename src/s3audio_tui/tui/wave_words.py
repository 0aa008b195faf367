"""What is said above and below a waveform: where one is, how loud it is there, what keys do."""

from typing import TYPE_CHECKING

from msgspec.structs import replace
from rich.cells import cell_len
from textual.content import Content

from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import S3AudioError
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle
from s3audio_tui.tui.command import Command
from s3audio_tui.tui.wave_side import Told
from s3audio_tui.tui.widgets.waveform import Waveform
from s3audio_tui.units import count_text

if TYPE_CHECKING:
    from s3audio_tui.tui.play_side import Heard
    from s3audio_tui.tui.widgets.wave_picture import Sound

_LEAST_NAME = 12
_LEAST_S, _MINUTE_S = 0.9995, 59.95
"""What is shorter is said in milliseconds, and from there on in minutes."""


def head_of(row: Row, wave: Waveform, width: int) -> Content:
    """Return the file's name; how it is shown; the time and the level where one is."""
    name, sound = safe(row.key.rpartition("/")[2]), wave.sound
    if sound is None:
        return Content.styled(clip_middle(name, max(width, 1), tail=12), "$foreground bold")
    how, where = _how(wave, sound), _where(wave, sound, width - _LEAST_NAME)
    room = width - cell_len(how) - cell_len(where) - 4
    if room < _LEAST_NAME:
        how, room = "", width - cell_len(where) - 2
    name = clip_middle(name, max(room, 1), tail=min(12, max(room // 2, 1)))
    gap = max(width - cell_len(name) - cell_len(how) - cell_len(where), 2)
    left = gap - gap // 2
    return Content.assemble(
        (name, "$foreground bold"),
        " " * left,
        (how, "$dim"),
        " " * (gap - left),
        (where, "$foreground"),
    )


def worded(command: Command, heard: "Heard | None", *, whole: bool) -> Command:
    """Return a command with the words for what it would do now; pairs have them together."""
    label = command.label
    if command.id in ("left", "select_from", "higher") or (command.id == "zoom_in" and not whole):
        label = ""
    elif command.id == "right":
        label = "move" if heard is None else "seek 5 s"
    elif heard is not None and command.id == "play":
        label = "go on" if heard.state == "paused" else "pause"
    elif heard is not None and command.id == "loop":
        label = "no loop" if heard.loops else "loop"
    return replace(command, label=label)


def foot_of(told: Told, wave: Waveform, heard: str, width: int) -> Content:
    """Return what plays, what is selected; else how far the waveform is, or why there is none."""
    if isinstance(told, S3AudioError):
        return _trouble(told)
    sound = wave.sound
    if sound is None:
        return Content.styled("making the waveform …", "$dim")
    if heard:
        text = safe(heard)
        if wave.selected is None:
            return Content.styled(text, "$foreground")
        part = _selection(wave, sound, width - cell_len(text) - 3)
        return Content.assemble((text, "$foreground"), "   ", part)
    if wave.selected is not None:
        return _selection(wave, sound, width)
    return _how_far(sound)


def _how_far(sound: "Sound") -> Content:
    """Return how much of it is here; nothing where that is all."""
    if sound.trouble is not None:
        from s3audio_tui.drawing.times import time_text

        end = time_text(sound.peaks.frames / sound.rate_hz, 0.001)
        return Content.assemble((f"broken off at {end}   ", "$warning"), _trouble(sound.trouble))
    if not sound.frames:
        return Content.styled("there is no sound in it", "$dim")
    if not sound.is_growing:
        return Content("")
    share = f"{sound.peaks.frames / sound.frames:.0%} is here".replace("%", " %")
    return Content.styled(
        share if sound.rough is None else f"{share}, the rest is approximate", "$dim"
    )


def _trouble(error: S3AudioError) -> Content:
    return Content.assemble((safe(error.message), "$warning"), "  ", (safe(error.remedy), "$dim"))


def level_text(level: float | None) -> str:
    """Return a level, of which 1 is full scale, in decibels."""
    from s3audio_tui.drawing.levels import decibels_of

    if level is None:
        return "unknown"
    return f"{decibels_of(level):.1f} dB".replace("-", "−") if level > 0 else "−∞ dB"


def _how(wave: Waveform, sound: "Sound") -> str:
    words = [f"{_across(wave, sound)} across"]
    if wave.gain > 1:
        words.append(f"height ×{wave.gain}")
    words.append(f"dB {'on' if wave.decibels else 'off'}")
    return "   ".join(words if sound.exact else [*words, "approximate"])


def _across(wave: Waveform, sound: "Sound") -> str:
    """Return how long what is in sight is."""
    span, seconds = wave.view.span, wave.view.span / sound.rate_hz
    if span <= wave.columns:
        return count_text(span, "sample")
    if seconds < _LEAST_S:
        return f"{seconds * 1000:.3g} ms"
    if seconds < _MINUTE_S:
        return f"{seconds:.3g} s"
    from s3audio_tui.drawing.times import time_text

    return time_text(seconds)


def _where(wave: Waveform, sound: "Sound", room: int) -> str:
    """Return the time, of how much, and the level; less where there is no room for all."""
    from s3audio_tui.drawing.times import time_text

    end = time_text(sound.frames / sound.rate_hz, 0.001)
    if wave.cursor is None or not sound.frames:
        return end
    found = wave.measured(wave.place, wave.place + wave.column_frames)
    level = level_text(found.peak if found is not None else None)
    at = time_text(wave.place / sound.rate_hz, 0.001)
    forms = (f"{at} / {end}   {level:>9}", f"{at}   {level:>9}", at)
    return next((form for form in forms if len(form) <= room), at)


def _selection(wave: Waveform, sound: "Sound", room: int) -> Content:
    """Return what is selected; in fewer words where there is no room for all."""
    from s3audio_tui.drawing.times import time_text

    begin, end = wave.selected or (0, 0)
    rate, found = sound.rate_hz, wave.measured(begin, end)
    length = time_text((end - begin) / rate, 0.001)
    part = f"{time_text(begin / rate, 0.001)} to {time_text(end / rate, 0.001)}"
    levels = []
    if found is not None:
        levels = [("peak ", level_text(found.peak)), ("rms ", level_text(found.rms))]
    places, brief = ("selected ", part), ("selected ", length)  # else it were the file's length
    forms = ([places, ("length ", length), *levels], [places, *levels], [brief, *levels], [places])
    said = next((each for each in forms if _cells(each) <= room), [brief])
    words = [((name, "$dim"), (value, "$foreground")) for name, value in said]
    return Content("   ").join([Content.assemble(*each) for each in words])


def _cells(parts: list[tuple[str, str]]) -> int:
    return sum(cell_len(name + value) + 3 for name, value in parts) - 3
