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
        if word and (minus or word != "-"):
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


@dataclass(frozen=True, slots=True)
class Filter:
    """The rows of a list: those below `prefix` that meet the rest."""

    prefix: str
    rest: Condition

    def by_key(self, *, after: str | None = None, until: str | None = None) -> Condition:
        """Return the condition for rows found in key order, behind `after`, before `until`.

        It bounds the key once at either end, for of two bounds SQLite may take the wider.
        """
        found = self.rest
        if after is not None:
            found = found.also("key > ?", after)
        elif self.prefix:
            found = found.also("key >= ?", self.prefix)
        if until is not None or self.prefix:
            found = found.also("key < ?", until or end_of(self.prefix))
        return found

    def by_other(self) -> Condition:
        """Return the condition for rows found in another order, by which the key is looked at."""
        if not self.prefix:
            return self.rest
        return self.rest.also("+key >= ? AND +key < ?", self.prefix, end_of(self.prefix))


def rows_filter(prefix: str, folder: int | None, query: Query | None) -> Filter:
    """Return the filter for the rows below `prefix`, only those in `folder` if one is given.

    Words are looked for behind the prefix alone.
    """
    found = Condition("true", ()) if folder is None else Condition("folder = ?", (folder,))
    head = _pattern(prefix)
    terms = ((query.words, "LIKE"), (query.excluded, "NOT LIKE")) if query is not None else ()
    for words, operator in terms:
        for word in words:
            pattern = f"{head}%{_pattern(word)}%"
            escape = r"ESCAPE '\'" if "\\" in pattern else ""  # asked for, it costs 7 %
            found = found.also(f"coalesce(folded, key) {operator} ? {escape}", pattern)
    return Filter(prefix, found)


def _pattern(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", fold(text))
