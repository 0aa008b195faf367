"""Text fitted into terminal cells: wide characters counted as two, cuts marked with an ellipsis."""

import unicodedata
from collections.abc import Collection

from rich.cells import cell_len, set_cell_size


def clip(text: str, width: int) -> str:
    """Return `text` in at most `width` cells; what is cut off its end becomes `…`."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 1 else "…"[:width]


def clip_middle(text: str, width: int, tail: int = 8) -> str:
    """Return `text` in at most `width` cells, cut in its middle: the last `tail` cells stay."""
    if cell_len(text) <= width:
        return text
    if width < tail * 2:
        return clip(text, width)
    end = len(text)
    while end > 0 and cell_len(text[end - 1 :]) <= tail:
        end -= 1
    return clip(text, width - cell_len(text[end:])) + text[end:]


def clip_start(text: str, width: int) -> str:
    """Return the last `width` cells of `text`; what is cut off its start becomes `…`."""
    if cell_len(text) <= width:
        return text
    start = len(text)
    while start > 0 and cell_len(text[start - 1 :]) <= width - 1:
        start -= 1
    return "…" + text[start:] if width > 0 else ""


def right(text: str, width: int) -> str:
    """Return `text` at the right of `width` cells."""
    text = clip(text, width)
    return " " * (width - cell_len(text)) + text


def left(text: str, width: int) -> str:
    """Return `text` at the left of `width` cells."""
    text = clip(text, width)
    return text + " " * (width - cell_len(text))


def shared_start(texts: Collection[str]) -> str:
    """Return what all texts begin with."""
    first, last = min(texts, default=""), max(texts, default="")
    end = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    return first[:end]


def folded(char: str) -> str:
    """Return a character as the search compares it: no case, no accent."""
    plain = unicodedata.normalize("NFKD", char)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def matches(text: str, words: Collection[str]) -> list[tuple[int, int]]:
    """Return where `words` occur in `text`, as sorted spans of characters that do not overlap."""
    if not words:
        return []
    if text.isascii():  # as nearly every name is, and then it takes a tenth of the time
        plain, origin = text.lower(), list(range(len(text)))
    else:
        parts = [folded(char) for char in text]
        plain = "".join(parts)
        origin = [i for i, part in enumerate(parts) for _ in part]
    hit = set[int]()
    for word in words:
        needle = "".join(map(folded, word))
        start = plain.find(needle) if needle else -1
        while start >= 0:
            hit.update(origin[start : start + len(needle)])
            start = plain.find(needle, start + len(needle))
    spans = list[tuple[int, int]]()
    for i in sorted(hit):
        if spans and spans[-1][1] == i:
            spans[-1] = (spans[-1][0], i + 1)
        else:
            spans.append((i, i + 1))
    return spans
