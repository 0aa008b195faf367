"""Where in the library one looks, and how: folder, search, order. Values, no reading."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import msgspec
from msgspec.structs import replace

from s3audio_tui.tui.widgets.columns import ALL_SORTS, SortName

if TYPE_CHECKING:
    from s3audio_tui.catalog.objects import Catalog
    from s3audio_tui.catalog.search import Query, View


class Place(msgspec.Struct, frozen=True):
    """A folder, `""` or ending in `/`; what is searched for, and where; the order."""

    prefix: str = ""
    search: str = ""
    everywhere: bool = True
    column: SortName = "name"
    reverse: bool = False

    @property
    def searching(self) -> bool:
        """Whether names are searched, so that files of all folders show."""
        return bool(self.search.strip())

    def query(self, now: float) -> "Query | None":
        """Return the search, read; `now` is for ages. What is wrong is in its mistakes."""
        from s3audio_tui.catalog.search import parse

        return parse(self.search, now) if self.searching else None

    def view(self, catalog: "Catalog", query: "Query | None") -> "View":
        """Return the rows of this place, with its search read. Reads nothing yet."""
        from s3audio_tui.catalog.search import Sort, View

        prefix = "" if self.searching and self.everywhere else self.prefix
        sort = Sort(self.column, self.reverse)
        return View(catalog, prefix, self.searching, query, sort)

    def above(self) -> Self:
        """Return the folder above, unsearched."""
        above, slash, _ = self.prefix[:-1].rpartition("/")
        return replace(self, prefix=above + slash, search="")

    def into(self, path: str) -> Self:
        """Return another folder, unsearched."""
        return replace(self, prefix=path, search="")

    def sorted_by(self, column: SortName) -> Self:
        """Return this place sorted by a column; by the same one again, the other way round."""
        reverse = not self.reverse if column == self.column else column in _NEWEST_FIRST
        return replace(self, column=column, reverse=reverse)

    def next_sort(self, names: Sequence[SortName] = ALL_SORTS) -> Self:
        """Return this place sorted by the next of the columns that are shown."""
        at = names.index(self.column) + 1 if self.column in names else 0
        column = names[at % len(names)]
        return replace(self, column=column, reverse=column in _NEWEST_FIRST)

    def folders(self) -> list[str]:
        """Return all folders above and the folder itself, but for those without a name."""
        parts = self.prefix.split("/")
        named = [i + 1 for i, part in enumerate(parts) if part]
        return ["", *("/".join(parts[:end]) + "/" for end in named)]

    def names(self, label: str) -> tuple[str, ...]:
        """Return the folders from the library down, as the top line shows them."""
        return (label, *(part for part in self.prefix.split("/") if part))


_NEWEST_FIRST = ("size", "modified", "duration")
"""Columns of which one wants to see the largest or newest first."""
