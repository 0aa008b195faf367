"""The main screen as one arranges it: marks, order, columns, panels."""

import msgspec
from msgspec.structs import replace
from textual import on

from s3audio_tui.library.remembered import ColumnChoice
from s3audio_tui.tui.screens.searching import SearchingScreen
from s3audio_tui.tui.widgets.columns import choices_of, sorts
from s3audio_tui.tui.widgets.list_header import ListHeader


class ArrangingScreen(SearchingScreen):
    """What changes how the list looks, and no file. Some of it is remembered."""

    def do_mark(self) -> None:
        """Mark the row, or unmark it."""
        self.files.toggle_mark()

    def do_mark_all(self) -> None:
        """Mark all that is listed."""
        self.files.mark_all()

    def do_invert(self) -> None:
        """Mark what is not marked, and the other way round."""
        self.files.invert_marks()

    def do_range(self) -> None:
        """Begin a range of marks at the row under the cursor, or end it."""
        self.files.turn_range()

    def do_sort(self, number: int = 0) -> None:
        """Sort by the next column, or by the one with a number."""
        names = sorts(self.files.columns)
        if not number:
            self.go_sorted(self.place.next_sort(names))
        elif number <= len(names):
            self.go_sorted(self.place.sorted_by(names[number - 1]))

    def do_reverse(self) -> None:
        """Reverse the order."""
        self.go_sorted(replace(self.place, reverse=not self.place.reverse))

    @on(ListHeader.Widened)
    def widen(self, event: ListHeader.Widened) -> None:
        """Give a column the width to which its edge was dragged."""
        widths = dict(choices_of(self.columns)) | {event.column: event.width}
        self.show_columns([ColumnChoice(name, width) for name, width in widths.items()])

    @on(ListHeader.Settled)
    def keep_widths(self) -> None:
        """Remember the widths of the columns."""
        choices = tuple(ColumnChoice(*each) for each in choices_of(self.columns))
        self.remember_soon(lambda now: msgspec.structs.replace(now, columns=choices))

    def do_panel_folders(self) -> None:
        """Show or hide the tree of folders."""
        self._turn_panel("folders")

    def do_panel_details(self) -> None:
        """Show or hide the details."""
        self._turn_panel("details")

    def _turn_panel(self, name: str) -> None:
        self.toggle_class(f"-no-{name}")
        if not self.focused or not self.focused.display:
            self.files.focus()
        hidden = tuple(n for n in ("folders", "details") if self.has_class(f"-no-{n}"))
        self.remember_soon(lambda now: msgspec.structs.replace(now, hidden_panels=hidden))
