"""The main screen as one searches: what is typed is looked for, and how the search is left."""

from functools import partial

from msgspec.structs import replace
from textual import on

from s3audio_tui.tui.place import Place
from s3audio_tui.tui.screens.browsing import BrowsingScreen
from s3audio_tui.tui.widgets.search_bar import SearchBar
from s3audio_tui.tui.widgets.window import key_of

_TYPING_S = 0.06
"""The search waits this long for the next letter."""


class SearchingScreen(BrowsingScreen):
    """Searches while one types; the place that is shown then is the search."""

    def show(self, place: Place, *, cursor_key: str | None = None, line: int | None = None) -> None:
        """Show a place; the search bar is there where that is a search."""
        if not self.search.has_focus_within:
            if place.searching:
                self.search.open(place.search)
                self.files.focus()
            else:
                self.search.close()
        super().show(place, cursor_key=cursor_key, line=line)

    @on(SearchBar.Changed)
    def search_soon(self, event: SearchBar.Changed) -> None:
        """Search when the typing pauses."""
        if self._typing is not None:
            self._typing.stop()
        wanted = replace(self.place, search=event.text)
        self._typing = self.set_timer(_TYPING_S, partial(self._search, wanted))

    def _search(self, wanted: Place) -> None:
        self._typing = None
        self.go(wanted)

    @on(SearchBar.ScopeAsked)
    def search_elsewhere(self) -> None:
        """Search in the whole library, or only here."""
        self.go(replace(self.place, search=self.search.text, everywhere=not self.place.everywhere))

    def action_keep_search(self) -> None:
        """Go to the list at once, for the key that follows; a list without rows takes no keys.

        An empty search is none.
        """
        if not self.search.text.strip():
            self.leave_search()
        if self.files.count or self._typing is not None or not self.place.searching:
            self.set_focus(self.files)

    @on(SearchBar.Left)
    def leave_search(self) -> None:
        """Show the folder again, the cursor on the row that was found, else where it was."""
        if self._typing is not None:
            self._typing.stop()
            self._typing = None
        self.search.close()
        self.files.focus()
        if self.place.searching:
            self.call_after_refresh(self._show_found)  # the field goes at once, the rows follow

    def _show_found(self) -> None:
        key = key_of(self.files.item) if self.files.item is not None else None
        inside = key is not None and key.startswith(self.place.prefix)
        rest = key.removeprefix(self.place.prefix) if key and inside else ""
        child = f"{self.place.prefix}{rest.split('/')[0]}/" if "/" in rest else key
        before = self.past.stood_in(self.place.prefix)
        self.go(replace(self.place, search=""), cursor_key=child if inside else before)
