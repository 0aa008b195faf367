"""Globs over keys: `*` and `?` stay within a folder, `**` does not, `[ab]` is one of them."""

import re
from collections.abc import Sequence
from itertools import pairwise

_PIECE = re.compile(r"(?<![^/])\*\*/|\*\*|\*|\?|\[!?[^\]]+\]|.", re.DOTALL)
_DEEP = {"**": ".*", "**/": "(?:.*/)?"}
_DEEP_LAZY = {"**": ".*?", "**/": "(?:.*?/)??"}


def glob_expression(pattern: str) -> str:
    """Return the regular expression for a glob over keys; a trailing `/` means all below.

    Where a segment begins, `**/` is any folders or none. Of all `*` only the last tries more than
    one place, and so does one `**`: for the others the first place is as good as any. Else a key
    could be made that takes for ever.
    """
    pieces = _PIECE.findall(pattern)
    if pattern.endswith("/") or not pattern:
        pieces.append("**")
    deep = [at for at, piece in enumerate(pieces) if piece in _DEEP]
    if not deep:
        return _within(pieces, last=True)
    out = _within(pieces[: deep[0]], last=False)
    for at, end in pairwise(deep):
        out += f"(?>{_DEEP_LAZY[pieces[at]]}{_within(pieces[at + 1 : end], last=False)})"
    return f"{out}{_DEEP[pieces[deep[-1]]]}{_within(pieces[deep[-1] + 1 :], last=True)}"


def _within(pieces: Sequence[str], *, last: bool) -> str:
    """Return the expression for what lies between two `**`."""
    chunks = [""]
    for piece in pieces:
        if piece == "*":
            chunks.append("")
        else:
            chunks[-1] += _one(piece)
    first, *rest = chunks
    end = f"[^/]*{rest.pop()}" if last and rest else ""
    return first + "".join(f"(?>[^/]*?{chunk})" for chunk in rest) + end


def _one(piece: str) -> str:
    if piece == "?":
        return "[^/]"
    return re.escape(piece) if len(piece) == 1 else _one_of(piece[1:-1])


def _one_of(inside: str) -> str:
    """Return the expression for one character of `inside`, or with `!` before it one of others."""
    others = inside.startswith("!") and len(inside) > 1
    ranges = re.findall(r"(.)(?:-(.))?", inside[others:], re.DOTALL)
    parts = [
        f"{re.escape(low)}-{re.escape(high)}" if high else re.escape(low)
        for low, high in ranges
        if not high or low <= high
    ]
    if not parts:  # as [z-a]: nothing lies between
        return "[^/]" if others else "(?!)"
    return f"(?!/)[{'^' if others else ''}{''.join(parts)}]"
