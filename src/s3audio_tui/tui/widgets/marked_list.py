"""A windowed list whose rows can be marked: one, a range, all, the others. It draws nothing.

Rows that are not held are read off the loop, some at a time: a million of them take seconds. Who
acts on what is marked waits with `marks_stand`.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping
from functools import partial
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from s3audio_tui.tui.later import later
from s3audio_tui.tui.marks import Marks, Stretch
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.targets import Target, target_of
from s3audio_tui.tui.widgets.columns import GUTTER, Item
from s3audio_tui.tui.widgets.window import Rows, key_of
from s3audio_tui.tui.widgets.windowed_list import WindowedList

_SLICE = 5000
"""Rows read at a time: between two slices others may read."""


class MarkedList(WindowedList):
    """Keeps what is marked, and the range that is being marked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+up", "extend(-1)", "mark up", show=False),
        Binding("shift+down", "extend(1)", "mark down", show=False),
    ]

    class Marked(Message):
        """Other rows are marked."""

        def can_replace(self, message: Message) -> bool:
            """One is as good as many."""
            return isinstance(message, MarkedList.Marked)

    def __init__(self, pool: DaemonPool, identify: Callable[[Item], str] = key_of) -> None:
        super().__init__(pool, identify)
        self.marked = Marks()
        """What is marked, by what names its row."""
        self._stretch: Stretch | None = None
        self._catching_up = False
        self._reading = 0
        """How many jobs read rows that will be marked or unmarked."""
        self._read = asyncio.Event()
        self._replaced = 0
        """How often all marks were replaced: a job that began before has come too late."""

    @property
    def marking(self) -> bool:
        """Whether rows are being read that will be marked or unmarked."""
        return bool(self._reading)

    async def marks_stand(self) -> None:
        """Wait until no such rows are being read."""
        while self._reading:
            await self._read.wait()

    def _read_marks(self, job: Callable[[], Coroutine[Any, Any, None]]) -> None:
        # Counted here and not in the worker: the next key may be read before that begins.
        self._reading += 1
        self._read.clear()
        self.run_worker(later(self._read_to_end, job))

    async def _read_to_end(self, job: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await job()
        finally:
            self._reading -= 1
            self._read.set()

    @property
    def chosen(self) -> Mapping[str, Target]:
        """What is marked, or without marks the row under the cursor, by what names it."""
        if self.marked:
            return self.marked
        item = self.item
        return {self._identify(item): target_of(item)} if item is not None else {}

    @property
    def ranging(self) -> bool:
        """Whether a range is open that each move changes."""
        return self._stretch is not None and not self._stretch.passing

    # One, all, others

    def toggle_mark(self) -> None:
        """Mark the row under the cursor, or unmark it, and go down; an open range ends."""
        if self.ranging:
            self.end_range()
        elif (item := self.item) is not None:
            self._toggle(item)
            self.action_move(1)

    def _toggle(self, item: Item) -> None:
        key = self._identify(item)
        if self.marked.pop(key, None) is None:
            self.marked[key] = target_of(item)
        self.marks_changed(self.cursor)

    def mark_all(self) -> None:
        """Mark all rows of the list."""
        view, before = self._shown.view, self.marked
        if view is not None:
            self.remark_soon(lambda: before.with_all(_targets_of(view)))

    def invert_marks(self) -> None:
        """Mark the rows that are not marked, and no others."""
        view, before = self._shown.view, self.marked
        if view is not None:
            self.remark_soon(lambda: Marks(_targets_of(view)).without(before))

    def remark_soon(self, make: Callable[[], Marks]) -> None:
        """Mark what `make` returns, which runs off the loop, unless marks are cleared meanwhile."""
        self._read_marks(partial(self._remark_when, make, self._replaced))

    async def _remark_when(self, make: Callable[[], Marks], replaced: int) -> None:
        marks = await self._pool.run(make)
        if replaced == self._replaced:
            self.remark(marks)

    def remark(self, marks: Marks) -> None:
        """Mark these and no others."""
        self.marked, self._stretch = marks, None
        self._replaced += 1
        self.marks_changed()

    def clear_marks(self) -> None:
        """Unmark all rows."""
        self.remark(Marks())

    def marks_changed(self, *lines: int) -> None:
        """Draw lines anew, or all of them, and tell."""
        self.forget_drawn(*lines)
        self.post_message(self.Marked())

    # A range

    def turn_range(self) -> None:
        """Begin a range of marks at the cursor, or end it."""
        if self.ranging:
            self.end_range()
        else:
            self._begin_range(passing=False)

    def end_range(self) -> None:
        """End the range; its rows stay marked."""
        self._stretch = None
        self.post_message(self.Marked())

    def drop_range(self) -> None:
        """End the range, and unmark what it has marked."""
        if self._stretch is not None:
            added, self._stretch = self._stretch.added, None
            self._unmark(added)

    def _unmark(self, keys: Collection[str]) -> None:
        if len(keys) > _SLICE:
            self.remark_soon(partial(self.marked.without, keys))
            return
        for key in keys:
            self.marked.pop(key, None)
        self.marks_changed()

    def action_extend(self, lines: int) -> None:
        """Move the cursor, and mark what is between there and here."""
        if self._stretch is None:
            self._begin_range(passing=True)
        self._go(self.cursor + lines)

    def action_move(self, lines: int) -> None:
        """Move the cursor by some lines."""
        self._pass()
        super().action_move(lines)

    def action_page(self, pages: float) -> None:
        """Move the cursor by pages."""
        self._pass()
        super().action_page(pages)

    def action_jump(self, to_end: bool) -> None:
        """Move the cursor to the first or the last row."""
        self._pass()
        super().action_jump(to_end)

    def take_click(self, line: int, event: events.Click) -> None:
        """Choose a row; with shift mark all up to it, with ctrl or before its name it alone."""
        if event.shift:
            if self._stretch is None:
                self._begin_range(passing=True)
            self._go(line)
            return
        self._pass()
        if event.ctrl or event.x < GUTTER:
            self._go(line)
            if self.item is not None:
                self._toggle(self.item)
            return
        super().take_click(line, event)

    def _begin_range(self, *, passing: bool) -> None:
        if (item := self.item) is None:
            return
        key = self._identify(item)
        self._stretch = Stretch(key, self.cursor, self.cursor, passing)
        self._add({key: target_of(item)})
        self.marks_changed(self.cursor)

    def _pass(self) -> None:
        if self._stretch is not None and self._stretch.passing:
            self._stretch = None

    def moved(self) -> None:
        """Let the range follow the cursor; rows that are not held are read first."""
        stretch = self._stretch
        if stretch is None or self._catching_up:
            return
        more, back = stretch.steps(self.cursor)
        lines = [line for part in (*more, *back) for line in part[:_SLICE]]
        if all(line in self._shown.rows for line in lines) and len(lines) < _SLICE:
            self._follow(self._held_targets(more), self._held_targets(back))
            stretch.upto = self.cursor
            self.marks_changed(*lines)
        else:
            self._catching_up = True
            self._read_marks(self._catch_up)

    async def _catch_up(self) -> None:
        """Let the range come nearer to the cursor, some lines at a time, until it is there."""
        try:
            while (stretch := self._stretch) is not None and stretch.upto != self.cursor:
                view, far = self._shown.view, self.cursor - stretch.upto
                if view is None:
                    return
                goal = stretch.upto + max(-_SLICE, min(far, _SLICE))
                more, back = stretch.steps(goal)
                added = await self._pool.run(partial(self._read_targets, view, more))
                taken = await self._pool.run(partial(self._read_targets, view, back))
                if stretch is self._stretch and view is self._shown.view:
                    self._follow(added, taken)
                    stretch.upto = goal
                    self.marks_changed()
        finally:
            self._catching_up = False

    def _read_targets(self, view: Rows, lines: list[range]) -> dict[str, Target]:
        items = [item for part in lines for item in view.window(part.start, len(part))]
        return {self._identify(item): target_of(item) for item in items}

    def _held_targets(self, lines: list[range]) -> dict[str, Target]:
        items = [self._shown.rows[line] for part in lines for line in part]
        return {self._identify(item): target_of(item) for item in items}

    def _follow(self, more: Mapping[str, Target], back: Mapping[str, Target]) -> None:
        self._add(more)
        if self._stretch is not None:
            for key in back:
                if key in self._stretch.added:
                    self._stretch.added.discard(key)
                    self.marked.pop(key, None)

    def _add(self, more: Mapping[str, Target]) -> None:
        for key, target in more.items():
            if key not in self.marked:
                self.marked[key] = target
                if self._stretch is not None:
                    self._stretch.added.add(key)

    async def stand(
        self, view: Rows, *, keep: bool, cursor_key: str | None = None, at: int | None = None
    ) -> bool:
        """Show `view`; an open range stays where its anchor is, or ends where that is gone."""
        if not await super().stand(view, keep=keep, cursor_key=cursor_key, at=at):
            return False
        if (stretch := self._stretch) is not None:
            at = await self._pool.run(partial(view.position, stretch.anchor_key))
            if at is None or not keep:
                self._stretch = None
            else:
                stretch.anchor, stretch.upto = at, self.cursor
        return True


def _targets_of(view: Rows) -> dict[str, Target]:
    return {key: Target(key, files, size_bytes) for key, files, size_bytes in view.sizes()}
