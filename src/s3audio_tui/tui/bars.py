"""Bars and sums: how much of how much is done or used."""

from s3audio_tui.units import size_text

Part = tuple[str, str]
"""A text and its style, as `Content.assemble` takes them."""


def bar(fraction: float, cells: int) -> tuple[str, str]:
    """Return the full and the empty part of a bar; anything above nothing shows."""
    full = round(max(0.0, min(fraction, 1.0)) * cells)
    if fraction > 0 and full == 0:
        full = 1
    if fraction < 1 and full == cells:
        full = cells - 1
    return "█" * full, "░" * (cells - full)


def of_text(done: int, total: int | None) -> str:
    """Return how much of how much, the unit once if both have it: `3.4 of 5.0 GB`.

    Where nobody knows of how much, it is how much there is: `3.4 GB`.
    """
    if total is None:
        return size_text(done)
    first, second = size_text(done), size_text(total)
    if first.rpartition(" ")[2] == second.rpartition(" ")[2]:
        first = first.rpartition(" ")[0]
    return f"{first} of {second}"


def left_text(seconds: float) -> str:
    """Return a time to wait, roughly: `6 s`, `2 min`, `1 h 10 min`."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
