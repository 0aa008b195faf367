"""The characters of a picture, and which a terminal has."""

from collections.abc import Mapping
from enum import Enum

import numpy as np

from s3audio_tui.drawing.glance import needs_plain


class Glyphs(Enum):
    """From the finest to the plainest."""

    OCTANTS = "octants"
    """Two by four parts of a cell; Unicode 16."""
    EIGHTHS = "eighths"
    """Eighths of a cell, the lower half with swapped colours."""
    PLAIN = "plain"
    """The same without colours: the lower half has only eighths, halves and whole ones."""
    HALVES = "halves"
    ASCII = "ascii"


EIGHTHS = np.array([ord(char) for char in " ▁▂▃▄▅▆▇█"], np.uint32)
HANGING = np.array([ord(char) for char in " ▔▔▀▀▀▀██"], np.uint32)
"""By eighths from above, for what cannot swap its colours."""

SPACE, BLOCK, SHADE = ord(" "), ord("█"), ord("▒")
UPPER, LOWER = ord("▀"), ord("▄")

_ELSEWHERE = {
    0x00: 0x20, 0x01: 0x1CEA8, 0x02: 0x1CEAB, 0x03: 0x1FB82, 0x05: 0x2598, 0x0A: 0x259D,
    0x0F: 0x2580, 0x14: 0x1FBE6, 0x28: 0x1FBE7, 0x3F: 0x1FB85, 0x40: 0x1CEA3, 0x50: 0x2596,
    0x55: 0x258C, 0x5A: 0x259E, 0x5F: 0x259B, 0x80: 0x1CEA0, 0xA0: 0x2597, 0xA5: 0x259A,
    0xAA: 0x2590, 0xAF: 0x259C, 0xC0: 0x2582, 0xF0: 0x2584, 0xF5: 0x2599, 0xFA: 0x259F,
    0xFC: 0x2586, 0xFF: 0x2588,
}  # fmt: skip
"""Octants that are older than their block, which has all others, in the order of their bits."""

_FIRST_OCTANT = 0x1CD00


def _octants() -> "list[int]":
    others = iter(range(_FIRST_OCTANT, _FIRST_OCTANT + 256 - len(_ELSEWHERE)))
    return [_ELSEWHERE[bits] if bits in _ELSEWHERE else next(others) for bits in range(256)]


OCTANTS = np.array(_octants(), np.uint32)
"""By bits: the left and the right part of the uppermost row are the lowest."""

_OCTANT_TERMS = ("xterm-kitty", "xterm-ghostty", "foot", "wezterm")
_OCTANT_PROGRAMS = ("WezTerm", "ghostty", "kitty")
_VTE_SINCE = 7800


def glyphs_for(environ: Mapping[str, str], encoding: str | None, *, colours: bool = True) -> Glyphs:
    """Return the characters that a terminal is known to draw well.

    Octants only where a variable says which terminal it is, and it is none inside another.
    """
    term = environ.get("TERM", "")
    if needs_plain(environ, encoding):
        return Glyphs.ASCII
    if not colours:
        return Glyphs.PLAIN
    nested = "TMUX" in environ or term.startswith(("screen", "tmux"))
    return Glyphs.OCTANTS if not nested and _has_octants(environ, term) else Glyphs.EIGHTHS


def _has_octants(environ: Mapping[str, str], term: str) -> bool:
    vte = environ.get("VTE_VERSION", "")
    return (
        term.startswith(_OCTANT_TERMS)
        or environ.get("TERM_PROGRAM", "") in _OCTANT_PROGRAMS
        or (vte.isdecimal() and int(vte) >= _VTE_SINCE)
    )
