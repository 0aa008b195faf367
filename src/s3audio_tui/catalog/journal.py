"""What was done to the library from here, so that it can be undone and done again."""

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Literal

from s3audio_tui.catalog.database import Database

Kind = Literal["rename", "copy", "folder", "delete", "restore", "edit", "version"]
State = Literal["running", "done", "undone"]
Item = dict[str, str | None]

_KEPT = 100


@dataclass(frozen=True, slots=True)
class Action:
    """One act. `at` is when it began; `pid` and `program` say who carried it out.

    `program` is empty where an older version wrote it down.
    """

    id: int
    at: float
    kind: Kind
    items: list[Item]
    state: State
    pid: int
    program: str = ""


@dataclass(frozen=True, slots=True)
class Signs:
    """How this program signs its acts, and how it sees that another one's is gone."""

    mine: Callable[[], str]
    is_gone: Callable[[str], bool]


class Journal:
    """The acts of this machine on one library. They survive a rebuild of the catalog.

    Without `signs` an act is known by the number of its process alone.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float] = time.time,
        signs: Signs | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._signs = signs

    def begin(self, kind: Kind) -> int:
        """Write down that an act begins, and return its id."""
        program = self._mine()
        with self._database.write() as connection:
            sql = "INSERT INTO actions (at, kind, state, pid, program) VALUES (?, ?, ?, ?, ?)"
            row = (self._clock(), kind, "running", os.getpid(), program)
            made = connection.execute(sql, row).lastrowid
        return made or 0

    def add_item(self, action: int, item: Item) -> int:
        """Write down one thing that the act did or is about to do, and return the note's id."""
        with self._database.write() as connection:
            sql = "INSERT INTO action_items (action, item) VALUES (?, ?)"
            made = connection.execute(sql, (action, json.dumps(item))).lastrowid
        return made or 0

    def change_item(self, note: int, item: Item | None) -> None:
        """Write down `item` in place of an earlier note; None strikes the note out."""
        with self._database.write() as connection:
            if item is None:
                connection.execute("DELETE FROM action_items WHERE id = ?", (note,))
                return
            sql = "UPDATE action_items SET item = ? WHERE id = ?"
            connection.execute(sql, (json.dumps(item), note))

    def finish(self, action: int) -> None:
        """End an act. One that did nothing is dropped; what was undone before it is forgotten."""
        with self._database.write() as connection:
            sql = "SELECT 1 FROM action_items WHERE action = ? LIMIT 1"
            if connection.execute(sql, (action,)).fetchone() is None:
                connection.execute("DELETE FROM actions WHERE id = ?", (action,))
                return
            connection.execute("UPDATE actions SET state = 'done' WHERE id = ?", (action,))
            connection.execute("DELETE FROM actions WHERE state = 'undone'")
            connection.execute(
                "DELETE FROM actions WHERE state <> 'running' AND id NOT IN"
                " (SELECT id FROM actions ORDER BY id DESC LIMIT ?)",
                (_KEPT,),
            )
            connection.execute(
                "DELETE FROM action_items WHERE action NOT IN (SELECT id FROM actions)"
            )

    def last_done(self) -> Action | None:
        """Return what undo would take back."""
        return self._one("state = 'done' ORDER BY id DESC")

    def first_undone(self) -> Action | None:
        """Return what redo would do again."""
        return self._one("state = 'undone' ORDER BY id")

    def turnable(self, alive: Callable[[int], bool]) -> tuple[bool, bool]:
        """Return whether there is something to undo, and something to do again. Reads little.

        `alive` is asked as by `interrupted`.
        """
        with self._database.read() as connection:
            sql = "SELECT DISTINCT state, pid, program FROM actions"
            found = connection.execute(sql).fetchall()
        done = any(
            state == "done" or (state == "running" and self._is_gone(pid, program or "", alive))
            for state, pid, program in found
        )
        return done, any(state == "undone" for state, _, _ in found)

    def set_state(self, action: int, state: State) -> None:
        """Note that an act was undone, or done again."""
        with self._database.write() as connection:
            connection.execute("UPDATE actions SET state = ? WHERE id = ?", (state, action))

    def replace_items(self, action: int, items: Sequence[Item], state: State | None = None) -> None:
        """Note that an act now consists of `items`, and with `state` how it stands, at once."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM action_items WHERE action = ?", (action,))
            _add(connection, action, items)
            if state is not None:
                connection.execute("UPDATE actions SET state = ? WHERE id = ?", (state, action))

    def begin_again(self, action: int) -> None:
        """Note that an act that was undone is carried out anew: it runs, and has no items yet."""
        program = self._mine()
        with self._database.write() as connection:
            connection.execute("DELETE FROM action_items WHERE action = ?", (action,))
            sql = "UPDATE actions SET state = 'running', pid = ?, program = ? WHERE id = ?"
            connection.execute(sql, (os.getpid(), program, action))

    def items(self, action: int) -> list[Item]:
        """Return what is written down of an act now."""
        with self._database.read() as connection:
            return _items(connection, action)

    def interrupted(self, alive: Callable[[int], bool]) -> list[Action]:
        """Return acts that never ended, and whose program is gone.

        `alive` says it of a process, where an older version wrote down its number alone. Those
        of them that did nothing are dropped.
        """
        with self._database.read() as connection:
            found = _actions(connection, "state = 'running' ORDER BY id")
        dead = [each for each in found if self._is_gone(each.pid, each.program, alive)]
        for action in dead:
            if not action.items:
                self.finish(action.id)
        return [action for action in dead if action.items]

    def runs_here(self, program: str) -> bool:
        """Return whether an act that has this sign has not ended."""
        with self._database.read() as connection:
            sql = "SELECT 1 FROM actions WHERE state = 'running' AND program = ? LIMIT 1"
            return connection.execute(sql, (program,)).fetchone() is not None

    def _mine(self) -> str | None:
        return self._signs.mine() if self._signs is not None else None

    def _is_gone(self, pid: int, program: str, alive: Callable[[int], bool]) -> bool:
        """Return whether who carried out an act has ended; a number may live again."""
        if self._signs is None:
            return not alive(pid)
        if program:
            return self._signs.is_gone(program)
        return pid == os.getpid() or not alive(pid)  # this program has signed all of its acts

    def _one(self, condition: str) -> Action | None:
        with self._database.read() as connection:
            return next(iter(_actions(connection, f"{condition} LIMIT 1")), None)


def _add(connection: Connection, action: int, items: Sequence[Item]) -> None:
    connection.executemany(
        "INSERT INTO action_items (action, item) VALUES (?, ?)",
        [(action, json.dumps(item)) for item in items],
    )


def _actions(connection: Connection, condition: str) -> list[Action]:
    sql = f"SELECT id, at, kind, state, pid, program FROM actions WHERE {condition}"
    found = []
    for action, at, kind, state, pid, program in connection.execute(sql).fetchall():
        items = _items(connection, action)
        found.append(Action(action, at, kind, items, state, pid, program or ""))
    return found


def _items(connection: Connection, action: int) -> list[Item]:
    sql = "SELECT item FROM action_items WHERE action = ? ORDER BY id"
    return [json.loads(item) for (item,) in connection.execute(sql, (action,))]
