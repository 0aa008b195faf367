"""Screens that are left once, and never take another screen with them.

Textual's `dismiss` removes whatever lies on top. An answer that is ready only after a while, or a
button that is clicked twice, would close the screen that has come above it or the one below.
"""

from typing import Generic, TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen

T = TypeVar("T")


class Leaving(Screen[T], Generic[T]):
    """A screen whose `dismiss` waits until it lies on top, and works once."""

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
        return super().dismiss(result)

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        """Leave with the answer that was given under another screen."""
        if self._due is not None:
            self.dismiss(*self._due)


class Dialog(ModalScreen[T], Leaving[T], Generic[T]):  # the styles are those of the first base
    """A question over the screen that asks it."""
