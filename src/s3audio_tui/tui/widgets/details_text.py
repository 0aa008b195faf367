"""What the details say, as lines: of a file, of a folder, of what is marked."""

import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from s3audio_tui.catalog.rows import Folder, Row
from s3audio_tui.errors import S3AudioError
from s3audio_tui.text import safe
from s3audio_tui.tui.bars import bar
from s3audio_tui.tui.cells import clip_middle, clip_start, left
from s3audio_tui.tui.marks import Marks
from s3audio_tui.tui.widgets.columns import channels_text, format_label
from s3audio_tui.units import age_text, rate_text, size_text, stamp_text

if TYPE_CHECKING:
    from s3audio_tui.library.details import Details

_LABEL = 10
_WIDEST = 14
"""Cells of a tag's name, of which longer ones are cut."""

_SAID = ("duration", "sample-rate")
"""Metadata that the lines of the sound have said already."""

_NAMED = 5
"""So many of the marked are named."""


def title(path: str, width: int) -> Content:
    """Return the folder that holds a file or folder, and its name on one line or two."""
    above, _, name = safe(path.rstrip("/")).rpartition("/")
    name = clip_middle(name, width * 2 - 2, tail=12)
    return Content.assemble(
        (clip_start(above, width), "$dim"), "\n" if above else "", (name, "$foreground bold")
    )


def file_lines(row: Row, details: "Details | None", now: float) -> list[Content]:
    """Return what is known of a file; `details` once they have come."""
    asked = _asked(details) if details is not None else []
    return [*_sound(row, details), Content(""), *_object(row, now), *asked]


def error_lines(error: S3AudioError) -> list[Content]:
    """Return why S3 would say no more."""
    lines = [Content(""), Content.styled(safe(error.message), "$warning")]
    return [*lines, Content.styled(safe(error.remedy), "$dim")] if error.remedy else lines


def folder_lines(folder: Folder, library_bytes: int, width: int) -> list[Content]:
    """Return what is below a folder, and how much of the library that is."""
    lines = [_fact("files", f"{folder.files:,}"), _fact("size", size_text(folder.bytes))]
    if not library_bytes:
        return lines
    share = min(folder.bytes / library_bytes, 1.0)
    full = len(bar(share, max(width - 1, 1))[0]) if folder.bytes else 0
    words = f"{share:.0%}".replace("%", " %") if share >= 0.01 or not share else "below 1 %"
    part = Content.styled(f"{words} of the library", "$dim")
    line = Content.assemble(("━" * full, "$accent"), ("─" * (width - 1 - full), "$line"))
    return [*lines, Content(""), line, part]


def marks_lines(marks: Marks, width: int) -> list[Content]:
    """Return how much is marked, and some of its names."""
    head = Content.assemble(
        ("● ", "$accent"),
        (f"{len(marks):,} marked", "$foreground bold"),
        (f"  {size_text(marks.bytes)}", "$dim"),
    )
    targets = [target for target, _ in zip(marks.values(), range(_NAMED), strict=False)]
    names = [clip_middle(safe(target.name), width - 2) for target in targets]
    if len(marks) > len(names):
        names.append(f"and {len(marks) - len(names):,} more")
    return [head, *(Content.styled(f"  {name}", "$dim") for name in names)]


def _fact(label: str, value: str) -> Content:
    return Content.assemble((f"{label:<{_LABEL}}", "$dim"), (safe(value), "$foreground"))


def _sound(row: Row, details: "Details | None") -> list[Content]:
    words = [format_label(row.format)] if row.format else []
    if row.codec and row.codec.lower() not in (row.format, ""):
        words.append(row.codec)
    if row.bit_depth:
        words.append(f"{row.bit_depth} bit")
    if row.channels:
        words.append(channels_text(row.channels))
    lines = [Content.styled(safe(", ".join(words)), "$foreground")] if words else []
    numbers = [rate_text(row.sample_rate_hz)] if row.sample_rate_hz else []
    if row.duration_s is not None:
        about = "~" if row.estimated else ""
        numbers.append(about + exact_length(row.duration_s))
    if numbers:
        lines.append(Content.styled(" · ".join(numbers), "$foreground"))
    if details is not None and details.unreadable:
        lines.append(Content.styled(safe(details.unreadable), "$warning"))
    return lines or [Content.styled("not read yet", "$faint")]


def exact_length(duration_s: float) -> str:
    """Return a length to the millisecond: `4:33.120`, `1:02:07.000`."""
    millis = round(duration_s * 1000)
    minutes, rest = divmod(millis, 60_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{rest // 1000:02}.{rest % 1000:03}"
    return f"{hours}:{minutes:02}:{text}" if hours else f"{minutes}:{text}"


def _object(row: Row, now: float) -> list[Content]:
    return [
        _fact("size", size_text(row.size_bytes)),
        _fact("modified", age_text(row.modified, now)),
        _fact("", f"{stamp_text(row.modified)[:16]} UTC"),
    ]


def kept_words(key: str, metadata: Mapping[str, str]) -> dict[str, str]:
    """Return the metadata that says more than the lines above it, as it reads."""
    from s3audio_tui.library.details import decoded  # what it loads, the first frame need not

    kept = {name: value for name, value in decoded(metadata).items() if name not in _SAID}
    name = unicodedata.normalize("NFC", kept.get("original-name", ""))
    if name == unicodedata.normalize("NFC", key.rpartition("/")[2]):
        del kept["original-name"]
    return kept


def _asked(details: "Details") -> list[Content]:
    head = details.head
    lines = [_fact("type", head.content_type or "not said"), _fact("class", head.storage_class)]
    if head.encryption:
        lines.append(_fact("encrypted", head.encryption))
    if details.versions is not None:
        lines.append(_fact("versions", f"{details.versions} kept"))
    for name, value in head.checksums.items():
        lines.append(_fact(name.lower(), value))
    for title, values in (
        ("tags", details.tags),
        ("in the file", details.sound_tags),
        ("metadata", kept_words(details.row.key, head.metadata)),
    ):
        if values:
            wide = min(max(_LABEL - 1, *(cell_len(safe(k)) for k in values)), _WIDEST)
            lines += [Content(""), Content.styled(title, "$dim")]
            lines += [
                Content.assemble((left(safe(k), wide), "$dim"), " ", (safe(v), "$foreground"))
                for k, v in values.items()
            ]
    return lines
