"""The keys that move the cursor, the same in every list. The settings cannot give them away."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.binding import Binding

_MOVES = (
    ("up,k", "move(-1)", "up"),
    ("down,j", "move(1)", "down"),
    ("pageup,ctrl+b", "page(-1)", "page up"),
    ("pagedown,ctrl+f", "page(1)", "page down"),
    ("ctrl+u", "page(-0.5)", "half a page up"),
    ("ctrl+d", "page(0.5)", "half a page down"),
    ("home", "jump(False)", "first"),
    ("end,G", "jump(True)", "last"),
)
"""Keys, and the action of a list that they run."""

KEYS = frozenset(key for keys, _, _ in _MOVES for key in keys.split(","))


def bindings() -> "list[Binding]":
    """Return what a list binds: it has `action_move`, `action_page` and `action_jump`."""
    from textual.binding import Binding  # the command line lists keys without it

    return [Binding(keys, action, words, show=False) for keys, action, words in _MOVES]
