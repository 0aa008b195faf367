"""What is said of what plays."""

from typing import TYPE_CHECKING

from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle

if TYPE_CHECKING:
    from s3audio_tui.tui.play_side import Heard

_NAME = 32
_SIGNS = {"playing": "▶", "paused": "‖", "buffering": "…", "stopped": "…"}


def heard_text(heard: "Heard | None") -> str:
    """Return it as `▶ take.wav 0:12 / 0:24 · loop · silent`; nothing while nothing plays."""
    if heard is None:
        return ""
    name = clip_middle(safe(heard.row.key.rpartition("/")[2]), _NAME, tail=12)
    more = (" · loop" if heard.loops else "") + (" · silent" if heard.silent else "")
    return f"{_SIGNS[heard.state]} {name} {times_text(heard)}{more}"


def times_text(heard: "Heard") -> str:
    """Return where it is, and how long it lasts where that is known."""
    from s3audio_tui.drawing.times import time_text

    at = time_text(int(heard.at_s))
    return f"{at} / {time_text(int(heard.duration_s))}" if heard.duration_s else at
