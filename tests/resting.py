"""When an app under test rests: no message is read or waits to be, and nothing has to be drawn.

Textual's own tests wait 40 ms after each key, and up to a second while the processor is busy. That
is slow where the machine is quiet, and too short where it is not.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any
from unittest import mock

from textual._compositor import Compositor
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.geometry import Region
from textual.message_pump import MessagePump
from textual.pilot import Pilot, WaitForScreenTimeout
from textual.screen import Screen

PATIENCE_S = 60.0

_TURNS = 6
"""What goes from one task to another takes so many turns of the loop at most."""

_LOOKS = 4
"""What rests may be between two threads: it must look so several times."""


async def rest(
    app: App[Any], busy: Callable[[], bool] = lambda: False, *, within_s: float = PATIENCE_S
) -> None:
    """Wait until the app rests and is not `busy`; fail, and say why, where that takes too long."""
    quiet, ends = 0, monotonic() + within_s
    while quiet < _LOOKS:
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        quiet += 1
        if busy() or app._resize_timer is not None or any(map(_reads, _pumps(app))):
            quiet = 0
            await asyncio.sleep(0.001)
        else:
            for screen in _to_draw(app):
                quiet = 0
                screen._on_timer_update()  # else it comes with the next sixtieth of a second
        if not quiet and monotonic() > ends:
            raise AssertionError(f"the app did not come to rest: {_unrest(app)}")


def _pumps(app: App[Any]) -> Iterator[MessagePump]:
    yield app
    for screen in app.screen_stack:
        yield from screen.walk_children(with_self=True)


def _reads(pump: MessagePump) -> bool:
    """Return whether a message waits to be read, or is being read, or none can be yet."""
    if not pump._running:
        return not (pump._closing or pump._closed)
    queue: Any = pump._message_queue
    return not (queue.empty() and queue.ready_event._waiters)


def _to_draw(app: App[Any]) -> list[Screen[Any]]:
    """Return the screens that do not yet show all that their widgets have told them.

    One under a dialog keeps the widgets it has drawn on its list: the regions say what is new.
    """
    below = [
        screen
        for screen in app._background_screens
        if any(widget._repaint_regions for widget in screen._dirty_widgets if widget is not screen)
    ]
    screen = app.screen
    above = (
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._dirty_widgets
        or screen._callbacks
    )
    return [*below, screen] if above else below


def _unrest(app: App[Any]) -> str:
    readers = [pump for pump in _pumps(app) if _reads(pump)]
    return f"messages for {readers}" if readers else "it waits for something, or draws anew"


_RULES: dict[Any, list[RuleSet]] = {}


def _only_rendered(compositor: Compositor) -> None:
    """Let the widgets render what is new, and put no screen together: nobody looks."""
    regions = compositor._dirty_regions.copy()
    compositor._dirty_regions.clear()
    if regions:
        crop = Region.from_union(regions).intersection(compositor.size.region)
        deque(compositor._get_renders(crop), maxlen=0)


@contextmanager
def without_waits(app: App[Any]) -> Iterator[None]:
    """Let each key, click and pause end when the app rests, at the latest after a second.

    What all apps do alike, and nobody sees, is left out.
    """

    async def rested(*_: float) -> None:
        with suppress(AssertionError):
            await rest(app, within_s=1.0)

    all_answer = Pilot._wait_for_screen

    async def most_answer(pilot: Pilot[Any], timeout: float = 5.0) -> bool:
        """Ask every widget for an answer; one that is just going never gives it."""
        try:
            return await all_answer(pilot, timeout)
        except WaitForScreenTimeout:
            return True

    all_rules = Stylesheet._parse_rules

    def rules(sheet: Stylesheet, css: str, *where: Any, **how: Any) -> list[RuleSet]:
        """Read styles once for all apps."""
        key = (css, where, *how.items(), *sheet._variables.items())
        if key not in _RULES:
            _RULES[key] = all_rules(sheet, css, *where, **how)
        return _RULES[key]

    with (
        mock.patch.object(Stylesheet, "_parse_rules", rules),
        mock.patch.object(Compositor, "render_partial_update", _only_rendered),
        mock.patch("textual.app.wait_for_idle", rested),
        mock.patch("textual.pilot.wait_for_idle", rested),
        mock.patch("textual.pilot.Pilot._wait_for_screen", most_answer),
    ):
        yield
