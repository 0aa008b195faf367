"""Takes as the list of recordings has them: how each stands, what is in it."""

from typing import TYPE_CHECKING

from textual.content import Content

from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip
from s3audio_tui.tui.rec_words import SIGNS, clock_text, form_text
from s3audio_tui.tui.widgets.take_list import TakeLine
from s3audio_tui.units import count_text

if TYPE_CHECKING:
    from s3audio_tui.library.takes import Take
    from s3audio_tui.tui.rec_side import RecSide


def lines_here(side: "RecSide") -> dict[str, TakeLine]:
    """Return the takes that are not all in the library, by their ids."""
    found: dict[str, TakeLine] = {}
    for each in side.left:
        words = "of another library" if not each.is_here else "on this machine"
        words = "to be finished" if each.wants_care else words
        found[each.take.id] = TakeLine(each.take, each.length_s, words)
    for rest in side.rests.each:
        words = f"{count_text(rest.waiting, 'chunk')} to go up" if rest.waiting else "nearly in S3"
        found[rest.take.id] = TakeLine(rest.take, rest.take.duration_s, words)
    if side.is_on and side.folder is not None:
        take = side.folder.take
        words = "recording" if side.state == "recording" else SIGNS[side.state][1].lower()
        found[take.id] = TakeLine(take, take.duration_s, words)
    return found


def about_take(take: "Take", width: int) -> Content:
    """Return its format, its chunks, and its markers, as many as have room."""
    chunks = count_text(sum(each.frames > 0 for each in take.chunks), "chunk")
    words = [form_text(take.form), chunks]
    if take.markers:
        rate = take.form.rate_hz
        each = [f"{safe(m.word)} {clock_text(m.frame / rate, tenths=False)}" for m in take.markers]
        words.append(f"{count_text(len(each), 'marker')}: {', '.join(each)}")
    return Content.styled(clip(" · ".join(words), width), "$dim")
