"""What a command is: one object that key, footer, help, palette and docs are made from."""

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from textual.binding import Binding

Where = Literal[
    "library",
    "tree",
    "trash",
    "transfers",
    "picker",
    "plan",
    "preview",
    "folder",
    "libraries",
    "properties",
    "versions",
    "link",
    "tags",
    "bookmarks",
    "columns",
    "taken",
    "reason",
    "devices",
    "wave",
    "queue",
    "recorder",
    "setup",
    "left",
    "takes",
]
Need = Literal["", "row", "file", "targets", "marks"]

GO, FIND, CHOOSE, CHANGE = "Move about", "Find", "Choose", "Change"
SEND, APP = "Send and fetch", "App"
PLAY, ZOOM, QUEUE = "Play", "Zoom", "Queue"
"""The groups, as help names them. `CHOOSE` are those that mark."""


class Command(msgspec.Struct, frozen=True):
    """One thing that a key does.

    `keys` are Textual's names for keys, `shown` is how the first is written. `rank` orders the
    footer: where it is too narrow the highest go first; 0 stays out of it. `needs` says what must
    be there: a row or a file under the cursor, something marked, or either (`targets`).

    `flow` names the function that is told by the command, as `change.delete` in `flows/`; without
    one the screen's method `do_` and the id is run. `cli` is the command line's twin.
    """

    id: str
    keys: str
    shown: str
    label: str
    sentence: str
    group: str
    rank: int = 0
    needs: Need = ""
    flow: str = ""
    cli: str = ""

    @property
    def looks_at_marks(self) -> bool:
        """Whether what it does depends on what is marked."""
        return self.needs in ("targets", "marks") or self.group == CHOOSE

    def run_on(self, screen: object) -> None:
        """Call the screen's method: `do_mark` for `mark`, `do_sort` with 3 for `sort_3`."""
        name, _, number = self.id.rpartition("_")
        if number.isdecimal():
            getattr(screen, f"do_{name}")(int(number))
        else:
            getattr(screen, f"do_{self.id}")()

    def binding(self, where: Where) -> "Binding":
        """Return the binding that runs this command in its place."""
        from textual.binding import Binding  # the command line lists keys without it

        return Binding(
            self.keys, f"screen.do('{self.id}', '{where}')", self.label, show=False, id=self.id
        )
