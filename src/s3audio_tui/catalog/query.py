"""What a person searches for: read from their words, and turned into a condition of SQL."""

import re
from dataclasses import dataclass

from s3audio_tui.catalog.folding import fold
from s3audio_tui.catalog.rows import end_of
from s3audio_tui.errors import UsageError

_MAX_WORDS = 50

_PIECE = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


@dataclass(frozen=True, slots=True)
class Query:
    """All of `words` and none of `excluded` occur in the key, in any order, case or accent."""

    words: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def parse(text: str) -> Query:
    """Return what `text` asks for: words, `"two words"` as one, `-word` for what must not occur.

    Raises `UsageError` for more than 50 words.
    """
    words: dict[str, None] = {}
    excluded: dict[str, None] = {}
    for minus, quoted, plain in _PIECE.findall(text):
        word = quoted or plain
        if word:
            (excluded if minus else words)[word] = None
    if len(words) + len(excluded) > _MAX_WORDS:
        raise UsageError(f"a search has at most {_MAX_WORDS} words", "leave some out")
    return Query(tuple(words), tuple(excluded))


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on the columns `key`, `folded` and `folder` of `objects`, and its values."""

    sql: str
    values: tuple[str | int, ...]

    def also(self, sql: str, *values: str | int) -> "Condition":
        """Return this condition and another one."""
        return Condition(f"{self.sql} AND {sql}", (*self.values, *values))


def condition(prefix: str, folder: int | None, query: Query | None) -> Condition:
    """Return the condition for the rows below `prefix`, only those in `folder` if one is given.

    Words are looked for behind the prefix alone.
    """
    found = Condition("true", ())
    if prefix:
        found = found.also("key >= ? AND key < ?", prefix, end_of(prefix))
    if folder is not None:
        found = found.also("folder = ?", folder)
    head = _pattern(prefix)
    for words, operator in (
        ((query.words, "LIKE"), (query.excluded, "NOT LIKE")) if query is not None else ()
    ):
        for word in words:
            sql = rf"coalesce(folded, key) {operator} ? ESCAPE '\'"
            found = found.also(sql, f"{head}%{_pattern(word)}%")
    return found


def _pattern(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", fold(text))
