"""A long list one page after the other, where the store keeps to no order of keys."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from s3audio_tui.cancel import CancelToken
from s3audio_tui.store import listing
from s3audio_tui.store.client import Store
from s3audio_tui.store.listing import ObjectEntry

Range = tuple[str, str | None]
"""Keys behind the first, up to the second; None: to the end."""


@dataclass(frozen=True, slots=True)
class Span:
    """All objects whose keys lie behind `after`, up to and with `through`; None: to the end."""

    after: str
    through: str | None
    entries: list[ObjectEntry]


def one_by_one(
    store: Store, prefix: str, unlisted: Sequence[Range], cancel: CancelToken | None
) -> Iterator[Span]:
    """List what is left without guesses; what does not come in order is given at the end."""
    done, odd = "", list[ObjectEntry]()
    for page in listing.pages(store, prefix, cancel=cancel):
        if odd or not is_ordered(page):
            odd += page
        elif page:
            yield from _within(unlisted, (done, page[-1].key), page)
            done = page[-1].key
    yield from _within(unlisted, (done, None), sorted(odd, key=lambda entry: entry.key))


def _within(
    unlisted: Sequence[Range], covered: Range, entries: list[ObjectEntry]
) -> Iterator[Span]:
    """Yield those of `entries`, which are all in the range `covered`, that are not listed yet."""
    keys = [entry.key for entry in entries]
    for after, until in unlisted:
        low = max(after, covered[0])
        high = min((end for end in (until, covered[1]) if end is not None), default=None)
        if high is None or low < high:
            last = len(keys) if high is None else bisect_right(keys, high)
            yield Span(low, high, entries[bisect_right(keys, low) : last])


def is_ordered(entries: Sequence[ObjectEntry]) -> bool:
    """Return whether each key is greater than the one before."""
    return all(one.key < other.key for one, other in pairwise(entries))
