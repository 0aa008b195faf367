"""Text made safe for a terminal, in one place. What it returns shows, and does nothing else."""

import re
import unicodedata

_MAX_MARKS = 4
"""Combining marks kept on one letter; more would paint over the neighbouring lines."""

_JOINERS = "\u200c\u200d"
"""Zero-width non-joiner and joiner: needed inside words of Persian, Hindi and others."""

_FILLERS = "\u115f\u1160\u3164\uffa0"
"""Hangul fillers: letters by their category, and nothing to the eye."""

_DRAWN = "\U0001cd00\U0001ceaf\U0001fb00\U0001fbef"
"""From and to: parts of blocks, which Python's tables know only since Unicode 16."""

_SUSPECT = re.compile(r"[^\x20-\x7e\xa1-\xac\xae-\u02ff\u0400-\u0482\u048a-\u052f]")


def safe(text: str) -> str:
    """Return `text` as one line that no terminal acts on.

    Control characters become their Unicode pictures (ESC is ␛) or their code point in ⟨⟩, as do
    characters that reorder, hide or join text; lone surrogates become U+FFFD; at most four
    combining marks stay on a letter. Safe text comes back as it is, so the function may be
    applied twice.
    """
    if not _SUSPECT.search(text):
        return text
    out: list[str] = []
    marks = 0
    for i, char in enumerate(text):
        category = unicodedata.category(char)
        if category in ("Mn", "Me"):
            marks += 1
            if marks > _MAX_MARKS:
                continue
        elif char not in _JOINERS:
            marks = 0
        out.append(_shown(char, category, text, i))
    return "".join(out)


def _shown(char: str, category: str, text: str, i: int) -> str:
    point = ord(char)
    if point < 0x20:
        return chr(0x2400 + point)
    if point == 0x7F:
        return "␡"
    if (
        char in _JOINERS
        and 0 < i < len(text) - 1
        and _is_word(text[i - 1])
        and _is_word(text[i + 1])
    ):
        return char
    if category == "Cs":
        return "\ufffd"
    if _DRAWN[0] <= char <= _DRAWN[1] or _DRAWN[2] <= char <= _DRAWN[3]:
        return char
    if category in ("Cc", "Cf", "Zl", "Zp", "Cn") or char in _FILLERS:
        return f"⟨{point:x}⟩"
    if category == "Zs" and char != " ":
        return " "
    return char


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"
