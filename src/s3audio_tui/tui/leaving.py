"""Screens that are left once, and never take another screen with them.

Textual's `dismiss` removes whatever lies on top. An answer that is ready only after a while, or a
button that is clicked twice, would close the screen that has come above it or the one below.
"""

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from textual import events
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.worker import active_worker

from s3audio_tui.tui import styles
from s3audio_tui.tui.dialog_commands import THEME

if TYPE_CHECKING:
    from textual.widget import Widget
    from textual.widgets import Input

    from s3audio_tui.tui.app import S3AudioApp

T = TypeVar("T")


def theme_binding() -> Binding:
    """Return the binding of the command that every screen has."""
    return Binding(THEME.keys, "app.next_theme", THEME.label, show=False, id=THEME.id)


class Leaving(Screen[T], Generic[T]):
    """A screen whose `dismiss` waits until it lies on top, and works once.

    Its key for the theme is bound here: a dialog hears no key of the app or of what lies below.
    """

    BINDINGS: ClassVar[list[BindingType]] = [theme_binding()]

    focused: Reactive["Widget | None"] = Reactive(None, repaint=False)
    """As the base has it, but without drawing all of the screen anew: what wins or loses the focus
    draws itself."""

    left = False
    """Whether it was answered: what was asked before, and arrives now, is shown no more."""

    _due: tuple[T | None] | None = None
    """Given while something else lay on top."""

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Give the answer, and leave; the first answer counts."""
        if self.left:
            return AwaitComplete()
        if not self.is_active:
            self._due = self._due or (result,)
            return AwaitComplete()
        self.left = True
        self._ask_no_more()
        return super().dismiss(result)

    def _ask_no_more(self) -> None:
        """End what was still being looked up for it: its answer would find widgets that are gone.

        Textual does it too, but only once the screen is taken away.
        """
        here = active_worker.get(None)
        for worker in list(self.workers):
            if worker.node is self and worker is not here:
                worker.cancel()

    def do_theme(self) -> None:
        """Take the next theme."""
        cast("S3AudioApp", self.app).action_next_theme()

    async def _on_idle(self, event: events.Idle) -> None:
        """Draw at once what a key has changed; the base waits for its next tick."""
        app = cast("S3AudioApp", self.app)
        if self.is_active and app.pools.keys.pending and not app._batch_count and self._is_dirty:
            event.prevent_default()
            self._on_timer_update()

    @property
    def _is_dirty(self) -> bool:
        scrolled = self._layout_required or self._scroll_required
        return bool(scrolled or self._repaint_required or self._dirty_widgets)

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        """Leave with the answer that was given under another screen."""
        if self._due is not None:
            self.dismiss(*self._due)


class Dialog(ModalScreen[T], Leaving[T], Generic[T]):  # the styles are those of the first base
    """A question over the screen that asks it."""

    def __init__(self) -> None:
        super().__init__()
        self.css_path = [styles.DIALOGS, *self.css_path]

    def begin_typing(self, field: "Input") -> None:
        """Give a field the focus, and the letters that have come already."""
        self.set_focus(field)
        cast("S3AudioApp", self.app).type_ahead()
