"""What is said of what plays, and of what went wrong with it."""

from typing import TYPE_CHECKING

from s3audio_tui.errors import DeviceError, S3AudioError
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle
from s3audio_tui.tui.widgets.status_line import Said

if TYPE_CHECKING:
    from s3audio_tui.tui.play_side import Heard
    from s3audio_tui.tui.sound_thread import Trouble

_NAME = 32
SIGNS = {"playing": "▶", "paused": "‖", "buffering": "…", "stopped": "…"}


def heard_text(heard: "Heard | None") -> str:
    """Return it as `▶ take.wav 0:12 / 0:24 · loop · silent`; nothing while nothing plays."""
    if heard is None:
        return ""
    name = clip_middle(safe(heard.row.name), _NAME, tail=12)
    more = [
        volume_text(heard.volume) if heard.volume is not None else "",
        "loop" if heard.loops else "",
        f"{heard.queued:,} queued" if heard.queued else "",
        "silent" if heard.silent else "",
    ]
    return " · ".join([f"{SIGNS[heard.state]} {name} {times_text(heard)}", *filter(None, more)])


def idle_text(name: str, heard: "Heard | None") -> str:
    """Return why a key of the player does nothing."""
    if heard is not None and name == "play_next":
        return "Nothing comes next"
    if name == "play_pause":
        return "Nothing plays, and nothing is queued"
    return "Nothing plays"


def times_text(heard: "Heard") -> str:
    """Return where it is, and how long it lasts where that is known."""
    from s3audio_tui.drawing.times import time_text

    at = time_text(int(heard.at_s))
    return f"{at} / {time_text(int(heard.duration_s))}" if heard.duration_s else at


def volume_text(volume: float) -> str:
    """Return how loud it is."""
    return f"volume {volume:.0%}".replace("%", " %")


def trouble_said(trouble: "Trouble", key: str, *, goes_on: bool) -> Said:
    """Return what went wrong as a sentence; `key` goes on after a pause."""
    error = trouble.error
    remedy = error.remedy if isinstance(error, S3AudioError) else ""
    match trouble.kind:
        case "silent":
            return Said(f"It plays silently: {trouble.reason}", remedy, "note")
        case "failed" if goes_on:
            name = trouble.key.rpartition("/")[2]
            return Said(f"{name} was passed over: {trouble.reason}", tone="note")
        case "halted":
            remedy = "connect one" if isinstance(error, DeviceError) else remedy
            remedy = f"{remedy}; {key} goes on" if remedy else f"{key} goes on"
            return Said(f"Paused: {trouble.reason}", remedy, "wrong")
    return Said(trouble.reason, remedy, "wrong")
