"""The line in which one searches: a field, how much was found and where, and what is wrong."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from rich.highlighter import Highlighter
from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.suggester import Suggester
from textual.widgets import Input, Static

from s3audio_tui.text import safe
from s3audio_tui.tui.place import Place

if TYPE_CHECKING:
    from s3audio_tui.catalog.query import Mistake

_EXAMPLE = "kick -loop ext:wav dur:<30s"

_WRONG = "search-bar--wrong"

_GOING_ON = ":<>=.,-"
"""What a term ends in that is not written yet."""


def found_text(place: Place, count: int, of: int) -> Content:
    """Return how much was found."""
    if not place.searching:
        return Content()
    return Content.assemble((f"{count:,}", "$foreground"), (f" of {of:,}", "$dim"))


def where_texts(place: Place, *, typing: bool = True) -> list[Content]:
    """Return where was looked; while one types also where else one might, for tab does it then.

    First with all there is to say, then with less.
    """
    where = "whole library" if place.everywhere else f"only in {safe(place.prefix) or 'the top'}"
    short = Content.styled(where, "$dim")
    if not typing:
        return [short]
    other = "only here" if place.everywhere else "whole library"
    long = Content.assemble((f"{where} · ", "$dim"), ("tab", "$accent"), (f" {other}", "$dim"))
    return [long, short]


@lru_cache(maxsize=4)
def mistakes_in(text: str) -> "tuple[Mistake, ...]":
    """Return what is wrong with a search."""
    from s3audio_tui.catalog.query import parse  # not before one searches

    return parse(text, 0.0).mistakes


def beside(text: str, found: Content, where: list[Content], width: int, unread: int = 0) -> Content:
    """Return what is said beside a search, in `width` cells at most.

    How much was found, then what is wrong, else how many files could not be looked at, and where
    was looked if that fits. A term that is still being typed is no mistake yet: what it takes is
    said quietly.
    """
    sentence = _sentence(text, unread)
    if not sentence:
        choices = [[found, each] for each in where]
    else:
        choices = [[found, sentence, *where[-1:]], [found, sentence], [sentence]]
    choices.append([sentence or found])
    for choice in choices:
        said = Content.styled(" · ", "$dim").join(part for part in choice if part)
        if said.cell_length <= width:
            return said
    return said.truncate(width, ellipsis=True)


def _sentence(text: str, unread: int) -> Content:
    if mistakes := mistakes_in(text):
        first = next((found for found in mistakes if not _typed(text, found)), mistakes[0])
        return Content.styled(first.sentence, "$dim" if _typed(text, first) else "$warning")
    if unread and text.strip():
        noun = "header" if unread == 1 else "headers"
        return Content.styled(f"{unread:,} {noun} not read yet", "$dim")
    return Content()


def _typed(text: str, mistake: "Mistake") -> bool:
    """Whether the term is at the end, and has no end of its own yet."""
    return mistake.end == len(text) and text[-1] in _GOING_ON


class _Underline(Highlighter):
    """Draws a line under what is wrong, in the style that `look` gives; makes the text safe."""

    def __init__(self, look: Callable[[], Style]) -> None:
        self._look = look

    def highlight(self, text: Text) -> None:
        """Underline the mistakes in a search. Each character stays in its place."""
        typed = text.plain
        text.plain = "".join(map(_shown, typed))
        for mistake in mistakes_in(typed):
            if not _typed(typed, mistake):
                text.stylize(self._look(), mistake.start, mistake.end)


def _shown(char: str) -> str:
    shown = safe(char)
    return shown if len(shown) == 1 else "\ufffd"


class _Completing(Suggester):
    """Offers the rest of a field's name, and of the values that it knows."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """Return the search with its last term completed."""
        from s3audio_tui.catalog.completing import completed  # not before one searches

        return completed(value)


class _Words(Input):
    """The field. Its place does not go by what is in it, so that a letter needs no layout."""

    virtual_size = reactive(Size(0, 0))

    def render_line(self, y: int) -> Strip:
        """Draw the text while the search is open."""
        if not self.can_focus:
            return Strip.blank(self.size.width, self.rich_style)
        return super().render_line(y)


class SearchBar(Horizontal):
    """`/ kick -loop        214 of 1,284 · whole library`.

    It has its place even while it is closed, and draws nothing there then: nothing else moves.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {_WRONG}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False),
        Binding("enter,down", "screen.keep_search", "to the list", show=False, priority=True),
        Binding("tab", "scope", "where", show=False, priority=True),
    ]

    class Changed(Message):
        """Something else is looked for."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The search is over."""

    class ScopeAsked(Message):
        """Look elsewhere: in the whole library, or only here."""

    is_open = False
    _place = Place()
    _unread = 0
    _found = Content()

    def compose(self) -> ComposeResult:
        """Lay out the field and the words."""
        yield Static(id="slash", markup=False)
        yield _Words(
            id="words",
            placeholder=_EXAMPLE,
            compact=True,
            select_on_focus=False,
            highlighter=_Underline(lambda: self.get_component_rich_style(_WRONG)),
            suggester=_Completing(),
        )
        yield Static(id="search-said", markup=False)

    def on_mount(self) -> None:
        """Begin closed."""
        self.close()

    @property
    def text(self) -> str:
        """What is looked for."""
        return self.query_one("#words", Input).value

    def open(self, text: str = "") -> None:
        """Show the line, with `text` in it, ready to type."""
        self._turn(True)
        field = self.query_one("#words", Input)
        with field.prevent(Input.Changed):
            field.value = text
        field.cursor_position = len(text)
        self.screen.set_focus(field)  # at once, so that the next letter finds it

    def close(self) -> None:
        """Show nothing."""
        self._turn(False)

    def _turn(self, is_open: bool) -> None:
        self.is_open = is_open
        field = self.query_one("#words", Input)
        field.can_focus = is_open
        field.refresh()
        self.query_one("#slash", Static).update("/" if is_open else "", layout=False)
        self._say()

    def tell(self, place: Place, count: int, of: int, unread: int = 0) -> None:
        """Say how much was found, and where; `unread` headers are not known."""
        self._place, self._unread = place, unread
        self._found = found_text(place, count, of)
        self._say()

    @on(Input.Changed)
    def look(self, event: Input.Changed) -> None:
        """Tell what is looked for now."""
        event.stop()
        self._say()
        self.post_message(self.Changed(event.value))

    def on_resize(self) -> None:
        """Fit the sentence anew."""
        self._say()

    def on_descendant_focus(self) -> None:
        """The key that looks elsewhere counts now."""
        self._say()

    def on_descendant_blur(self) -> None:
        """It counts no more."""
        self._say()

    def _say(self) -> None:
        """Say beside the field what is wrong in it, and where was looked."""
        said = Content()
        if self.is_open:
            where = where_texts(self._place, typing=self.has_focus_within)
            width = self.query_one("#search-said").size.width
            said = beside(self.text, self._found, where, width, self._unread)
        self.query_one("#search-said", Static).update(said, layout=False)

    def action_leave(self) -> None:
        """End the search."""
        self.post_message(self.Left())

    def action_scope(self) -> None:
        """Look elsewhere."""
        self.post_message(self.ScopeAsked())
