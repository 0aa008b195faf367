"""Names that are taken: what a person may want done about one, and names with a number."""

from typing import Literal

IfTaken = Literal["fail", "skip", "rename", "overwrite"]
"""Say so, leave the file out, give it a number, or put it in place of the one there."""


def numbered(name: str, number: int) -> str:
    """Return `a/take (2).wav` for `a/take.wav`."""
    folder, slash, last = name.rpartition("/")
    stem, dot, ending = last.rpartition(".")
    return f"{folder}{slash}{stem} ({number}).{ending}" if stem and dot else f"{name} ({number})"
