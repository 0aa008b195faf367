"""The panel at the right: all that is known of the row under the cursor."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from s3audio_tui.catalog.rows import Folder, Row
from s3audio_tui.errors import S3AudioError
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import left
from s3audio_tui.tui.widgets.columns import Item, channels_text, format_label
from s3audio_tui.units import age_text, rate_text, rfc3339, size_text

if TYPE_CHECKING:
    from s3audio_tui.library.details import Details

_LABEL = 11
_WIDEST = 14
"""Cells of a tag's name, of which longer ones are cut."""


class DetailsPanel(VerticalScroll, can_focus=False):
    """A title, then what the catalog knows at once, then what the store said when asked.

    It is one text that fills the panel, so that another row needs no layout of the screen: that
    would cost more than all else that a move of the cursor does.
    """

    def __init__(self, clock: Callable[[], float], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._clock = clock

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        yield Static(id="details-text", markup=False)

    def show(self, item: Item | None, details: "Details | None" = None) -> None:
        """Show a row; `details` when they have come."""
        if item is None:
            self._say([])
        elif isinstance(item, Folder):
            files = f"{item.files:,} {'file' if item.files == 1 else 'files'}"
            size = Content(size_text(item.bytes))
            title = _title(item.path.rstrip("/"))
            self._say([title, Content(""), Content.styled(files, "$foreground"), size])
        else:
            row = details.row if details is not None else item
            self._say([*self._known(row, details), *(_asked(details) if details else [])])

    def show_error(self, row: Row, error: S3AudioError) -> None:
        """Show a row of which S3 would say no more, and why."""
        lines = [*self._known(row), Content(""), Content.styled(safe(error.message), "$warning")]
        if error.remedy:
            lines.append(Content.styled(safe(error.remedy), "$dim"))
        self._say(lines)

    def _known(self, row: Row, details: "Details | None" = None) -> list[Content]:
        sound, object_ = _sound(row, details), _object(row, self._clock())
        return [_title(row.key), Content(""), *sound, Content(""), *object_]

    def _say(self, lines: list[Content]) -> None:
        part, text = self.query_one("#details-text", Static), Content("\n").join(lines)
        width, height = part.content_size
        room = self.scrollable_content_region.height
        fits = width and max(text.get_height({}, width), room) == height
        part.update(text, layout=not fits)


def _title(path: str) -> Content:
    folder, _, name = safe(path).rpartition("/")
    above = [(folder + "\n", "$dim")] if folder else []
    return Content.assemble(*above, (name, "$foreground bold"))


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
        about = "" if details is None or details.duration_exact else "about "
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
    stamp = rfc3339(row.modified).partition("T")
    return [
        _fact("size", size_text(row.size_bytes)),
        _fact("modified", age_text(row.modified, now)),
        _fact("", f"{stamp[0]} {stamp[2][:5]} UTC"),
    ]


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
        ("metadata", head.metadata),
    ):
        if values:
            wide = min(max(cell_len(safe(k)) for k in values), _WIDEST)
            lines += [Content(""), Content.styled(title, "$dim")]
            lines += [
                Content.assemble((left(safe(k), wide), "$dim"), " ", (safe(v), "$foreground"))
                for k, v in values.items()
            ]
    return lines
