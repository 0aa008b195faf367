"""The panel at the right: the row under the cursor, with room for its waveform; what is marked."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from s3audio_tui.catalog.rows import Folder, Row
from s3audio_tui.errors import S3AudioError
from s3audio_tui.tui.marks import Marks
from s3audio_tui.tui.widgets import details_text as words
from s3audio_tui.tui.widgets.columns import Item
from s3audio_tui.tui.widgets.waveform_room import WaveformRoom

if TYPE_CHECKING:
    from s3audio_tui.library.details import Details
    from s3audio_tui.tui.widgets.wave_picture import Sound


class DetailsPanel(Vertical, can_focus=False):
    """A title, the waveform's room, then what the catalog knows at once, then what the store said.

    The title has the same height for all, and the rest is one text that fills the panel, so that
    another row needs no layout of the screen: that would cost more than all else that a move of
    the cursor does. Only from a file to a folder the room comes or goes.
    """

    def __init__(self, clock: Callable[[], float], *, id: str) -> None:
        super().__init__(id=id)
        self._clock = clock
        self._library_bytes = 0
        self._again: Callable[[], None] | None = None
        """Shows the same once more, in another width."""
        self._marked_lines = 0
        self.seen: Callable[[], None] = lambda: None
        """Is called when the panel comes into sight."""

    def compose(self) -> ComposeResult:
        """Lay out the texts."""
        yield Static(id="details-title", markup=False)
        room = WaveformRoom(id="waveform")
        room.display = False  # nothing is shown yet
        yield room
        with VerticalScroll(id="details-rest", can_focus=False):
            yield Static(id="details-text", markup=False)
        yield Static(id="details-marks", markup=False)

    @property
    def library_bytes(self) -> int:
        """The size of the whole library, of which a folder is a part."""
        return self._library_bytes

    @library_bytes.setter
    def library_bytes(self, size_bytes: int) -> None:
        if size_bytes != self._library_bytes:
            self._library_bytes = size_bytes
            self.on_resize()  # the folder may stand there since before

    def show(self, item: Item | None, details: "Details | None" = None) -> None:
        """Show a row; `details` when they have come."""
        self._again = partial(self.show, item, details)
        if item is None:
            self._say("", [])
        elif isinstance(item, Folder):
            self._say(item.path, words.folder_lines(item, self._library_bytes, self._width))
        else:
            row = details.row if details is not None else item
            self._say(row.key, words.file_lines(row, details, self._clock()), row)

    def show_error(self, row: Row, error: S3AudioError) -> None:
        """Show a row of which S3 would say no more, and why."""
        self._again = partial(self.show_error, row, error)
        lines = words.file_lines(row, None, self._clock())
        self._say(row.key, [*lines, *words.error_lines(error)], row)

    def show_wave(self, told: "Sound | S3AudioError | None") -> None:
        """Draw the waveform of the row that is shown; without one the line stays."""
        for room in self.query(WaveformRoom):  # when the screen goes it may be gone already
            room.tell(told)

    def show_marks(self, marks: Marks) -> None:
        """Say at the foot what is marked."""
        part = self.query_one("#details-marks", Static)
        lines = words.marks_lines(marks, self._width) if marks else []
        part.display = bool(lines)
        part.update(Content("\n").join(lines), layout=len(lines) != self._marked_lines)
        self._marked_lines = len(lines)

    def on_show(self) -> None:
        """What it shows was not asked for while nobody saw it."""
        self.seen()

    def on_resize(self) -> None:
        """Fit the title and the bar to another width."""
        if self._again is not None:
            self._again()

    @property
    def _width(self) -> int:
        return max(self.query_one("#details-title").content_size.width, 10)

    def _say(self, path: str, lines: list[Content], row: Row | None = None) -> None:
        room = self.query_one(WaveformRoom)
        room.display = row is not None and bool(row.format)
        room.length_s = row.duration_s if row is not None else None
        room.belong_to(row)
        self.query_one("#details-title", Static).update(
            words.title(path, self._width), layout=False
        )
        part, text = self.query_one("#details-text", Static), Content("\n").join(lines)
        width, height = part.content_size
        wanted = self.query_one("#details-rest").scrollable_content_region.height
        fits = width and max(text.get_height({}, width), wanted) == height
        part.update(text, layout=not fits)
