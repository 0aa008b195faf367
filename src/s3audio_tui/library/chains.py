"""Renames that stand in each other's way: brought into an order, and traced back to one each.

`a` to `b` and `b` to `c` go the other way round; where `a` and `b` swap, one steps aside first.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from s3audio_tui.catalog.journal import Item

_LONGEST = 80
"""Characters of a name that the name beside it keeps; the key must stay below S3's limit."""

_WHOLE = "whole"
"""A field of an item that tells of a file's whole way, and continues no other item."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One object, and the key that it shall have. `size_bytes` as listed."""

    source: str
    target: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Chain:
    """Pairs, each of which frees the name that the next one takes.

    In a ring the first pair's source stands aside as `aside`, and takes its name at the end.
    """

    pairs: tuple[Pair, ...]
    aside: str = ""


def chains(wanted: Sequence[Pair]) -> list[Chain]:
    """Return all pairs in chains that can be carried out side by side."""
    by_source = {pair.source: pair for pair in wanted}
    by_target = {pair.target: pair for pair in reversed(wanted)}
    found: list[Chain] = []
    used: set[str] = set()

    def add(first: Pair, *, ring: bool) -> None:
        pairs = [first]
        while (before := by_target.get(pairs[-1].source)) and before.source not in used:
            if before is first:
                break
            pairs.append(before)
            used.add(before.source)
        used.add(first.source)
        found.append(Chain(tuple(pairs), _beside(first.source) if ring else ""))

    for pair in wanted:
        if pair.target not in by_source:
            add(pair, ring=False)
    for pair in wanted:
        if pair.source not in used:
            add(pair, ring=_is_ring(pair, by_source))
    return found


def _is_ring(pair: Pair, by_source: dict[str, Pair]) -> bool:
    at, seen = pair, set[str]()
    while at.source not in seen:
        seen.add(at.source)
        after = by_source.get(at.target)
        if after is None:
            return False
        at = after
    return at is pair


def _beside(key: str) -> str:
    """Return a name in the same folder, which a person would understand if it stayed."""
    folder, slash, name = key.removesuffix("/").rpartition("/")
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 8:
        stem, dot, ending = name, "", ""
    end = "/" if key.endswith("/") else ""
    token = secrets.token_hex(3)
    return f"{folder}{slash}{stem[:_LONGEST]} (renaming {token}){dot}{ending}{end}"


def net(items: Sequence[Item]) -> list[Item]:
    """Return moves that were made one after the other as one from where each file was first.

    What is back where it was is left out. The result may stand before further moves.
    """
    now: dict[str, Item] = {}
    for item in items:
        source, target = str(item["from"]), str(item["to"])
        before = None if _WHOLE in item else now.pop(source, None)
        now[target] = item if before is None else {**item, "from": before["from"]}
    return [{**item, _WHOLE: "yes"} for item in now.values() if item["from"] != item["to"]]


def legs(chain: Chain) -> Iterator[Pair]:
    """Yield the moves of a ring: the first aside, each after it, then the first to its name."""
    first, *rest = chain.pairs
    yield Pair(first.source, chain.aside, first.size_bytes)
    yield from rest
    yield Pair(chain.aside, first.target, first.size_bytes)
