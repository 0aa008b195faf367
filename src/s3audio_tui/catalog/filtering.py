"""What is asked of rows, turned into conditions of SQL."""

import re
from dataclasses import dataclass

from s3audio_tui.catalog.fields import Compared, Ending, Inside, Named, OfFormat, Test
from s3audio_tui.catalog.folding import fold
from s3audio_tui.catalog.query import Query
from s3audio_tui.catalog.rows import end_of

Value = str | float

_TEXT = "coalesce(folded, key)"
"""What LIKE looks at."""

_NAME = f"substr({_TEXT}, name_at)"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on the columns of `objects`, and its values."""

    sql: str
    values: tuple[Value, ...]

    def also(self, sql: str, *values: Value) -> "Condition":
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
    if query is None:
        return Filter(prefix, found)
    head = _pattern(prefix)
    likes = [(_like(head, f"%{_pattern(word)}%"), "") for word in query.words]
    likes += [(_like(head, f"%{_pattern(word)}%"), "NOT ") for word in query.excluded]
    terms = [(_test(head, test), "") for test in query.tests]
    terms += [(_test(head, test), "NOT ") for test in query.refused]
    terms.sort(key=lambda term: " LIKE " in term[0].sql)  # a number is compared sooner than a text
    for condition, negation in (*terms, *likes):
        found = found.also(f"{negation}({condition.sql})", *condition.values)
    return Filter(prefix, found)


def _test(head: str, test: Test) -> Condition:
    """Return the condition that is true or false, also for what is not known."""
    match test:
        case Compared(column, bounds):
            terms = " AND ".join(f"+{column} {operator} ?" for operator, _ in bounds)
            return Condition(f"({terms}) IS TRUE", tuple(value for _, value in bounds))
        case OfFormat(formats):
            marks = ", ".join("?" * len(formats))
            return Condition(f"(+format IN ({marks})) IS TRUE", formats)
        case Ending(endings):
            return _any([_like(head, f"%.{_pattern(ending)}") for ending in endings])
        case Inside(path):
            return _inside(head, path)
        case Named(text):
            return _named(head, text)


def _inside(head: str, path: str) -> Condition:
    """Look for the folder anywhere first, as for a name: one LIKE is quicker than two."""
    folder = _pattern(path.lstrip("/")) + ("%" if path.endswith("/") else "%/%")
    top = _like(head, folder)
    if path.startswith("/"):
        return top
    exact = _any([top, _like(head, f"%/{folder}")])
    return _like(head, f"%{folder}").also(f"({exact.sql})", *exact.values)


def _named(head: str, text: str) -> Condition:
    """Look for the text anywhere first: to cut the name out takes as long again."""
    pattern = f"%{_pattern(text)}%"
    name = _like("", pattern, _NAME)
    return _like(head, pattern).also(name.sql, *name.values)


def _any(conditions: list[Condition]) -> Condition:
    values = [value for condition in conditions for value in condition.values]
    return Condition(" OR ".join(condition.sql for condition in conditions), tuple(values))


def _like(head: str, pattern: str, of: str = _TEXT) -> Condition:
    escape = r" ESCAPE '\'" if "\\" in head + pattern else ""  # asked for, it costs 7 %
    return Condition(f"{of} LIKE ?{escape}", (head + pattern,))


def _pattern(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", fold(text))
