"""The rows of a place that fit a pattern: a glob over names, or a search. Reads the disk."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from s3audio_tui.catalog.folding import fold
from s3audio_tui.catalog.search import Query, View, parse
from s3audio_tui.library.browse import glob_expression, is_glob
from s3audio_tui.tui.place import Place
from s3audio_tui.tui.targets import Target

if TYPE_CHECKING:
    from s3audio_tui.catalog.objects import Catalog


@dataclass(frozen=True, slots=True)
class Fitting:
    """What fits, by what names its row; or what is wrong with the pattern."""

    targets: Mapping[str, Target]
    mistake: str = ""


def fitting(catalog: "Catalog", place: Place, pattern: str, now: float) -> Fitting:
    """Return the rows of `place` that fit: a glob where it has `*`, `?` or `[`, else a search."""
    if is_glob(pattern):
        wanted = _named_like(pattern)
        rows = _targets(place.view(catalog, place.query(now)))
        return Fitting({key: each for key, each in rows.items() if wanted(key)})
    query = parse(pattern, now)
    if place.searching:
        both = parse(f"{place.search} {pattern}", now)
        return _found(query, place.view(catalog, both))
    return _found(query, View(catalog, place.prefix, recursive=False, query=query))


def fitting_among(
    catalog: "Catalog", marked: Mapping[str, Target], pattern: str, now: float
) -> Fitting:
    """Return those of what is marked that fit, wherever they are. A search finds files alone."""
    if is_glob(pattern):
        wanted = _named_like(pattern)
        return Fitting({key: each for key, each in marked.items() if wanted(key)})
    query = parse(pattern, now)
    found = _found(query, View(catalog, "", recursive=True, query=query))
    both = {key: each for key, each in found.targets.items() if key in marked}
    return replace(found, targets=both)


def _found(query: Query, view: View) -> Fitting:
    """Return what a search finds; one that asks nothing finds nothing."""
    mistake = query.mistakes[0].sentence if query.mistakes else ""
    asks = query.words or query.excluded or query.tests or query.refused
    return Fitting(_targets(view) if asks else {}, mistake)


def _named_like(pattern: str) -> Callable[[str], bool]:
    """Return whether a name is like a glob; one with a `/` in it is for the whole path."""
    glob = fold(pattern.strip().rstrip("/"))
    expression = re.compile(glob_expression(glob), re.DOTALL)

    def fits(key: str) -> bool:
        path = key.rstrip("/")
        name = path if "/" in glob else path.rpartition("/")[2]
        return expression.fullmatch(fold(name)) is not None

    return fits


def _targets(view: View) -> dict[str, Target]:
    return {key: Target(key, files, size_bytes) for key, files, size_bytes in view.sizes()}
