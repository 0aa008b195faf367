"""A file that would go up beside the one that has its name: size, length, date, and the verdict."""

from textual.content import Content

from s3audio_tui.catalog.rows import Row
from s3audio_tui.library.put import UploadItem
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle, left, right
from s3audio_tui.units import age_text, duration_text, size_text

_NAME = 60


def side_by_side(item: UploadItem | None, now: float) -> Content:
    """Return three lines: the name, yours, the one there. `now` in seconds since 1970."""
    if item is None or item.there is None:
        return Content("\n\n")
    there = item.there
    name = clip_middle(safe(item.key.rpartition("/")[2]), _NAME)
    mine = (item.size_bytes, item.sound.duration_s, item.modified)
    other = (there.size_bytes, there.duration_s, there.modified)
    return Content.assemble(
        (f"{name} is there already", "$foreground"),
        (f"   {_verdict(item, there)}\n", "$warning"),
        *_line("yours", *mine, now),
        "\n",
        *_line("there", *other, now),
    )


def _line(
    whose: str, size_bytes: int, length_s: float | None, modified: float, now: float
) -> list[tuple[str, str]]:
    length = duration_text(length_s) if length_s is not None else ""
    return [
        (f"  {left(whose, 7)}", "$dim"),
        (right(size_text(size_bytes), 10), "$foreground"),
        (right(length, 10), "$foreground"),
        (f"   {age_text(modified, now)}", "$foreground"),
    ]


def _verdict(item: UploadItem, there: Row) -> str:
    difference = item.size_bytes - there.size_bytes
    if not difference:
        return "yours has the same size"
    newer = "newer" if item.modified > there.modified else "older"
    return f"yours is {newer}, and {'larger' if difference > 0 else 'smaller'}"
