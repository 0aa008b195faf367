"""What is said of a recording: how it stands, the network, the disk, its chunks."""

from collections import Counter
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from s3audio_tui.errors import S3AudioError
from s3audio_tui.text import safe
from s3audio_tui.tui.bars import left_text
from s3audio_tui.tui.cells import clip, clip_middle
from s3audio_tui.tui.rec_faults import all_there, losses, wrong
from s3audio_tui.tui.rec_rest import words_of
from s3audio_tui.tui.widgets.status_line import Said
from s3audio_tui.units import count_text, duration_text, rate_text, size_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s3audio_tui.audio.sample_format import SampleFormat
    from s3audio_tui.library.disk_room import Room
    from s3audio_tui.library.left_takes import LeftTake
    from s3audio_tui.library.takes import Chunk, Take
    from s3audio_tui.tui.rec_side import RecSide, State

SIGNS: dict["State", tuple[str, str, str]] = {
    "off": ("○", "NOT LISTENING", "$dim"),
    "listening": ("○", "READY", "$accent"),
    "recording": ("●", "REC", "$error"),
    "paused": ("‖", "PAUSED", "$warning"),
    "broken": ("■", "INTERRUPTED", "$error"),
    "stopped": ("■", "ENDED", "$accent"),
}
"""A sign, a word, and their colour."""

_LEAST_NAME = 10


def head_of(side: "RecSide", width: int) -> Content:
    """Return how it stands, the take's name; what records, and how."""
    sign, word, style = SIGNS[side.state]
    name = safe(side.folder.take.name) if side.folder is not None else ""
    recording, form = side.recording, side.thread.form
    what = [safe(recording.input_name) if recording is not None else ""]
    how = form_text(form) if form is not None and side.state != "off" else ""
    begin = f"{sign} {word}"
    room = width - cell_len(begin) - 3
    source = " · ".join(filter(None, [*what, how]))
    if cell_len(source) > max(room - min(cell_len(name), 24) - 3, 0):
        source = how
    if cell_len(source) > max(room - _LEAST_NAME, 0):
        source = ""
    name = clip_middle(name, max(room - cell_len(source) - 3, 1)) if name else ""
    gap = max(width - cell_len(begin) - 3 - cell_len(name) - cell_len(source), 1)
    return Content.assemble(
        (begin, f"{style} bold"), "   ", (name, "$foreground bold"), " " * gap, (source, "$dim")
    )


def form_text(form: "SampleFormat") -> str:
    """Return it as `48 kHz · 24 bit · stereo`."""
    return f"{rate_text(form.rate_hz)} · {form.bits} bit · {channels_text(form.channels)}"


def channels_text(channels: int) -> str:
    """Return how many, as people say it."""
    return {1: "mono", 2: "stereo"}.get(channels, f"{channels} channels")


def clock_text(seconds: float, *, tenths: bool = True) -> str:
    """Return a time as `0:14:32.4`; without tenths as `14:32`."""
    whole, tenth = divmod(int(seconds * 10), 10)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if tenths:
        return f"{hours}:{minutes:02}:{rest:02}.{tenth}"
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def waiting_of(chunks: "Sequence[Chunk]") -> "list[Chunk]":
    """Return those that are on the disk and not in S3."""
    return [each for each in chunks if each.frames and each.state != "in_s3"]


def counts_of(chunks: "Sequence[Chunk]") -> Counter[str]:
    """Return how many are in each state."""
    return Counter(each.state for each in chunks if each.frames or each.state == "recording")


def notice_of(side: "RecSide") -> Content:
    """Return what stands in the middle where nothing is listened to: why, and what helps."""
    error = side.trouble
    if error is None:
        return Content.styled("opening the microphone …", "$dim")
    keys = Content.assemble(
        ("space", "$accent"), (" try again   ", "$dim"), ("d", "$accent"),
        (" choose another device", "$dim"),
    )  # fmt: skip
    message, remedy = safe(error.message), safe(error.remedy)
    sentence = f"{message[:1].upper()}{message[1:]}"
    return Content.assemble((sentence, "$error"), "\n\n", (remedy, "$dim"), "\n\n", keys)


def network_of(side: "RecSide", now: float) -> Content:
    """Return how it goes with the network, or what keeps it from recording."""
    if side.state == "off":
        return Content("")
    if side.trouble is not None:
        return wrong(side.trouble.message, side.trouble.remedy)
    folder, sending = side.folder, side.sending
    if folder is None or sending is None:
        left = side.on_their_way
        words = f"{count_text(left, 'chunk')} of other takes on the way to S3" if left else ""
        return Content.styled(words or "each chunk goes to S3 as soon as it is full", "$dim")
    waiting = waiting_of(folder.take.chunks)
    refused = next((each for each in waiting if each.state == "failed"), None)
    if sending.trouble is not None and waiting:
        gone = left_text(now - sending.trouble_since)
        size = size_text(sum(each.size_bytes for each in waiting))
        waits = "waits" if len(waiting) == 1 else "wait"
        sentence = f"the network is gone for {gone}: {count_text(len(waiting), 'chunk')} {waits}"
        return wrong(sentence, f"{size} on the disk; they go up when it is back", "$warning")
    if refused is not None:
        many = sum(each.state == "failed" for each in waiting)
        what = f"chunk {refused.index + 1}" if many == 1 else count_text(many, "chunk")
        return wrong(f"{what} refused: {refused.error}", "t tries again")
    if not waiting:
        return side.whole.words(folder.take) or all_there(folder.take, side.rests.of(folder))
    return Content.styled(f"{count_text(len(waiting), 'chunk')} on the way to S3", "$dim")


def disk_of(side: "RecSide") -> Content:
    """Return the room on the disk, lost sound, markers."""
    parts: list[tuple[str, str]] = []
    recording, folder = side.recording, side.folder
    if recording is not None:
        parts.append(room_words(recording.room))
    if folder is not None:
        take = folder.take
        parts += losses(take)
        if take.markers:
            last = take.markers[-1]
            at = clock_text(last.frame / take.form.rate_hz, tenths=False)
            many = count_text(len(take.markers), "marker")
            parts.append((f"{many}, the last {safe(last.word)} at {at}", "$dim"))
    pieces = [Content.styled(*part) for part in parts]
    return Content(" · ").join(pieces) if pieces else Content("")


def room_words(room: "Room") -> tuple[str, str]:
    """Return for how long the disk has room, and its colour."""
    if not room.left_s:
        return "the disk is full", "$error"
    if room.low:
        return f"the disk is nearly full: room for {left_text(room.left_s)}", "$warning"
    hours = room.left_s / 3600
    text = f"{hours:,.0f} h" if hours >= 10 else left_text(room.left_s)
    return f"room on the disk for {text}", "$dim"


def strip_of(side: "RecSide", key: str, width: int) -> Content | None:
    """Return the line on the main screen; None where there is nothing to say."""
    if side.is_on and side.folder is not None:
        return _of_take(side, side.folder.take, key, width)
    if side.rests.each:
        return _of_rests(side, key, width)
    return _of_left(side, key, width)


def _of_take(side: "RecSide", take: "Take", key: str, width: int) -> Content:
    sign, _, style = SIGNS[side.state]
    waiting = len(waiting_of(take.chunks))
    more: list[tuple[str, str]] = []
    if side.trouble is not None:
        more.append((side.trouble.message.partition(";")[0], "$error"))
    elif side.state == "paused":
        more.append(("paused", "$warning"))
    gone = side.sending is not None and side.sending.trouble is not None
    if waiting and gone:
        more.append((f"no network, {count_text(waiting, 'chunk')} waiting", "$warning"))
    elif waiting:
        more.append((f"{waiting:,} waiting", "$dim"))
    if side.recording is not None and side.recording.room.low:
        more.append(room_words(side.recording.room))
    at, hint = clock_text(side.at_s, tenths=False), f"{key} opens it"
    rest = "   ".join(text for text, _ in more)
    room = width - cell_len(f"{sign} {at}    {rest}   {hint}") - 3
    name = clip(safe(take.name), max(room, _LEAST_NAME))
    line = Content.assemble((f"{sign} {at}", f"{style} bold"), f"  {name}")
    for text, tone in more:
        line = Content.assemble(line, "   ", (safe(text), tone))
    return _ended_by(line, hint, width)


def _of_rests(side: "RecSide", key: str, width: int) -> Content:
    rests = side.rests.each
    name = safe(rests[0].take.name) if len(rests) == 1 else count_text(len(rests), "take")
    said = words_of(rests)
    line = Content.assemble(("↑ ", "$accent"), (name, "$foreground"), "   ", said)
    return _ended_by(line, f"{key} opens it", width)


def _ended_by(line: Content, hint: str, width: int) -> Content:
    gap = width - line.cell_length - cell_len(hint)
    return Content.assemble(line, " " * gap, (hint, "$faint")) if gap >= 2 else line


def lacks_text(left: "Sequence[LeftTake]") -> str:
    """Return what S3 does not have of takes that were left behind."""
    waiting = sum(each.waiting for each in left)
    if waiting:
        return f"{count_text(waiting, 'chunk')} not in S3"
    if any(each.was_cut_short for each in left):
        return "all chunks in S3, its end is not" if len(left) == 1 else "all chunks in S3"
    return "its document is not in S3" if len(left) == 1 else "their documents are not in S3"


def _of_left(side: "RecSide", key: str, width: int) -> Content | None:
    """Return what there is of takes that were left behind; None where nothing is to be done."""
    left = [each for each in side.left if each.wants_care]
    if not left:
        return None
    first, hint = left[0], f"{key} finishes {'it' if len(left) == 1 else 'them'}"
    lacks = lacks_text(left)
    if len(left) > 1:
        name, what = count_text(len(left), "recording"), f"to be finished: {lacks}"
    else:
        was = "was cut short" if first.was_cut_short else "is not all in S3"
        name, what = safe(first.take.name), f"{was}: {duration_text(first.length_s)}"
        what += f", {lacks}"
    room = width - cell_len(f"○  {what}   {hint}")
    line = Content.assemble(("○ ", "$warning"), clip(name, max(room, _LEAST_NAME)), f" {what}")
    return _ended_by(line, hint, width)


def complaint(what: "S3AudioError | Room") -> Said:
    """Return what has gone wrong, or that room gets low, as a sentence."""
    if isinstance(what, S3AudioError):
        return Said(what.message, what.remedy, "wrong")
    left = left_text(what.left_s)
    return Said(f"The disk has room for {left} more of recording", "make some room", "wrong")


def default_name(side: "RecSide") -> str:
    """Return what a take is called unless a person says otherwise."""
    return side.folder.take.name if side.folder is not None else ""


def summary_of(take: "Take", at_s: float) -> str:
    """Return how long it is, in how many chunks, and how many are not in S3."""
    chunks = [each for each in take.chunks if each.frames or each.state == "recording"]
    waiting = len(chunks) - sum(each.state == "in_s3" for each in chunks)
    rest = f", {waiting:,} not in S3 yet" if waiting else ", all in S3"
    return f"{duration_text(at_s)} in {count_text(len(chunks), 'chunk')}{rest}"
