"""Facts under headings, names and values aligned, in one or two columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content

from s3audio_tui.text import safe
from s3audio_tui.tui.cells import left

_GAP = 4
"""Cells between two columns."""

_WIDEST = 16
"""Cells of a name, of which longer ones are cut."""

_LEAST = 11

Fact = tuple[str, str]
"""A name and its value, as they come; an empty name goes on with the value above."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    title: str
    facts: Sequence[Fact]


def drawn(sections: Sequence[Section], width: int, columns: int = 1) -> Content:
    """Return the sections in `width` cells; in two columns they are shared out evenly."""
    if columns == 1:
        return Content("\n").join(_column(sections, width))
    each = (width - _GAP) // 2
    first, second = _halves(sections, each)
    lines = [_column(part, each) for part in (first, second)]
    height = max(map(len, lines))
    for part in lines:
        part += [Content("")] * (height - len(part))
    return Content("\n").join(
        Content.assemble(_padded(one, each + _GAP), other)
        for one, other in zip(*lines, strict=True)
    )


def _halves(sections: Sequence[Section], width: int) -> tuple[Sequence[Section], Sequence[Section]]:
    heights = [len(_column([section], width)) + 1 for section in sections]
    cut = min(
        range(1, len(sections) + 1),
        key=lambda at: max(sum(heights[:at]), sum(heights[at:])),
    )
    return sections[:cut], sections[cut:]


def _column(sections: Sequence[Section], width: int) -> list[Content]:
    lines: list[Content] = []
    names = [cell_len(safe(name)) for section in sections for name, _ in section.facts]
    wide = min(max([_LEAST, *names]), _WIDEST)
    for section in sections:
        if lines:
            lines.append(Content(""))
        lines.append(Content.styled(section.title, "$accent"))
        for name, value in section.facts:
            lines += _fact(name, value, wide, width)
    return lines


def _fact(name: str, value: str, wide: int, width: int) -> list[Content]:
    """Return a fact, its value folded below itself where it is too long."""
    parts = _folded(safe(value), max(8, width - wide - 1))
    heads = [left(safe(name), wide), *[" " * wide] * (len(parts) - 1)]
    return [
        Content.assemble((head + " ", "$dim"), (part, "$foreground"))
        for head, part in zip(heads, parts, strict=True)
    ]


def _folded(text: str, width: int) -> list[str]:
    """Return a text in pieces of at most `width` cells, cut at a space where there is one."""
    parts: list[str] = []
    while cell_len(text) > width:
        end = width
        while cell_len(text[:end]) > width:
            end -= 1
        space = text.rfind(" ", end // 2, end + 1)
        end = max(1, space if space > 0 else end)
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*parts, text]


def _padded(line: Content, width: int) -> Content:
    return line + Content(" " * max(0, width - line.cell_length))
