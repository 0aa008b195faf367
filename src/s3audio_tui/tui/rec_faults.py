"""What of a take is lost, and what keeps it from being finished, in words."""

from typing import TYPE_CHECKING

from textual.content import Content

from s3audio_tui.errors import S3AudioError
from s3audio_tui.text import safe
from s3audio_tui.units import count_text, duration_text

if TYPE_CHECKING:
    from s3audio_tui.library.take_recovery import Recovered
    from s3audio_tui.library.takes import Chunk, Take
    from s3audio_tui.tui.rec_rest import Rest


def broken_of(take: "Take") -> "list[Chunk]":
    """Return the chunks that could not be closed, or not be read."""
    from s3audio_tui.library.take_lines import NOTHING_YET

    found: list[Chunk] = []
    is_closed = take.ended_at is not None
    for chunk in reversed(take.chunks):
        is_open = chunk.state == "recording"
        is_closed = is_closed or not is_open  # and so are those before it: they are closed in turn
        is_gone = chunk.state == "failed" and not chunk.frames and chunk.error != NOTHING_YET
        if is_gone or (is_open and is_closed):
            found.append(chunk)
    return found[::-1]


def not_read(found: "Recovered", take_id: str | None = None) -> S3AudioError:
    """Return which chunk of a take could not be read."""
    first, *others = found.unreadable
    more = f", and {count_text(len(others), 'more chunk')}" if others else ""
    text = f"chunk {first.index + 1}: {first.reason}{more}"
    return S3AudioError(text, "what there is of it stays on the disk", key=take_id)


def losses(take: "Take") -> list[tuple[str, str]]:
    """Return what was lost of a take, and the colours."""
    found = []
    if lost := len(take.overflows):
        found.append(f"sound lost {lost:,}×")
    if frames := sum(part.lost_frames for part in take.parts):
        found.append(f"{duration_text(max(frames / take.form.rate_hz, 0.1))} not written")
    if broken := broken_of(take):
        found.append(f"{count_text(len(broken), 'chunk')} not whole")
    return [(each, "$warning") for each in found] or [("nothing lost", "$dim")]


def all_there(take: "Take", rest: "Rest | None") -> Content:
    """Return how it stands with a take of which no chunk waits; `rest` is what finishes it."""
    if take.finished:
        folders = {each.key.rpartition("/")[0] for each in take.chunks if each.state == "in_s3"}
        where = f": {safe(folders.pop())}" if len(folders) == 1 else ""
        return Content.assemble(("✓ ", "$accent"), f"all of it is in S3{where}")
    if rest is not None and rest.trouble is not None:
        cut_off = rest.is_cut_off
        remedy = "it goes up when the network is back" if cut_off else "t tries again"
        return wrong(rest.trouble.message, remedy, "$warning" if cut_off else "$error")
    if take.ended_at is not None and not take.frames:
        return Content.styled("nothing was recorded", "$dim")
    return Content.styled("all full chunks are in S3", "$dim")


def wrong(sentence: str, remedy: str, style: str = "$error") -> Content:
    """Return what is wrong, and what helps."""
    return Content.assemble(
        ("✗ ", style), (safe(sentence), style), (f"  {safe(remedy)}" if remedy else "", "$dim")
    )
