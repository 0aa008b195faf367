"""What is there: the catalog brought up to date from S3, and keys found by pattern."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from s3audio_tui.cancel import CancelToken
from s3audio_tui.courtesy import in_steps
from s3audio_tui.errors import NotAllowedError, NotFoundError
from s3audio_tui.library.globs import glob_expression as glob_expression
from s3audio_tui.library.keys import from_argument
from s3audio_tui.library.opening import Library, is_own
from s3audio_tui.store import listing, objects
from s3audio_tui.store.in_turn import Span
from s3audio_tui.store.listing import ObjectEntry
from s3audio_tui.store.spans import GOOD_SPAN, pages, spans

_QUICK_S = 2.0
"""A library whose last refresh took less is asked again each time: the answer is then exact."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a refresh has found so far. `total` counts the objects seen; times in seconds."""

    added: int
    changed: int
    removed: int
    total: int
    seconds: float
    done: bool


def refresh(
    library: Library, prefix: str = "", *, cancel: CancelToken | None = None
) -> Iterator[Refresh]:
    """Bring the catalog's rows below `prefix` up to date from S3's list.

    Its pages come by several requests at once, in any order; each is one transaction, so that a
    stop at any moment leaves rows that were true. The last that is yielded, and no other, is
    `done`. Raises `CancelledError` soon after a cancel.
    """
    catalog, started = library.catalog, library.clock()
    added = changed = removed = total = 0
    for span in _spans(library, prefix, cancel):
        entries = [_relative(library, entry) for entry in in_steps(span.entries)]
        entries = [entry for entry in entries if entry.key and not is_own(entry.key)]
        found = catalog.apply_page(
            prefix,
            library.relative(span.after),
            entries,
            last=span.through is None,
            through=library.relative(span.through or ""),
            more=True,
            asked_at=started,
        )
        added += found.added
        changed += found.changed
        removed += found.removed
        total += len(entries)
        if span.after or span.through is not None:  # else this was all
            yield Refresh(added, changed, removed, total, library.clock() - started, done=False)
        if cancel:
            cancel.check()
    catalog.make_indexes()
    seconds = library.clock() - started
    catalog.set_meta(_meta(prefix), {"at": started, "seconds": seconds})
    yield Refresh(added, changed, removed, total, seconds, done=True)


def _spans(library: Library, prefix: str, cancel: CancelToken | None) -> Iterator[Span]:
    """List below `prefix`; the keys of last time tell where its pages may begin."""
    known = library.catalog.spaced_keys(prefix, GOOD_SPAN)
    points = [library.full(key) for key in known]
    return spans(library.store, library.full(prefix), points=points, cancel=cancel)


def _relative(library: Library, entry: ObjectEntry) -> ObjectEntry:
    return ObjectEntry(
        library.relative(entry.key),
        entry.size_bytes,
        entry.modified,
        entry.etag,
        entry.storage_class,
    )


def _meta(prefix: str) -> str:
    return f"refreshed:{prefix}"


def last_refreshed(library: Library, prefix: str = "") -> float | None:
    """Return when S3 was last asked for all below `prefix`, in seconds since 1970, or None."""
    found = [
        float(record["at"])
        for above in _prefixes(prefix)
        if isinstance(record := library.catalog.meta(_meta(above)), dict)
    ]
    return max(found, default=None)


def is_stale(library: Library, prefix: str = "") -> bool:
    """Return whether S3 should be asked before `prefix` is shown: never asked, or asked quickly."""
    records = [library.catalog.meta(_meta(above)) for above in _prefixes(prefix)]
    known = [record for record in records if isinstance(record, dict)]
    return not known or min(float(record["seconds"]) for record in known) < _QUICK_S


def _prefixes(prefix: str) -> list[str]:
    parts = prefix.split("/")[:-1]
    return ["", *("/".join(parts[: i + 1]) + "/" for i in range(len(parts)))]


def expand(library: Library, patterns: Sequence[str], *, markers: bool = False) -> list[str]:
    """Return the keys that the patterns name, each once, as they are in S3 now.

    With `markers` also the empty objects that stand for folders: their keys end in `/`.

    A pattern is a key, a prefix that ends in `/`, a glob (`*` and `?` stay within a folder, `**`
    does not, `[ab]` is one of them), or any of these as `s3://bucket/…`. A key that exists is
    taken literally, whatever characters it has. Raises `NotFoundError` for the first pattern
    that matches nothing.
    """
    return list(expand_sized(library, patterns, markers=markers))


def expand_sized(
    library: Library, patterns: Sequence[str], *, markers: bool = False
) -> dict[str, int]:
    """Return the keys that the patterns name, as `expand`, each with its bytes."""
    found: dict[str, int] = {}
    for pattern in patterns:
        sizes = _matches(library, from_argument(library, pattern), markers)
        if not sizes:
            _check_bucket(library)
            raise NotFoundError(
                f"nothing here is named {pattern}", "s3audio ls shows what there is", key=pattern
            )
        found |= {key: size_bytes for key, size_bytes in sizes.items() if key not in found}
    return found


def files_in(library: Library, keys: Sequence[str], *, markers: bool = False) -> list[str]:
    """Return the keys of files as they are, and of folders, which end in `/`, all below them now.

    Each once; `markers` as in `expand`. Raises `NotFoundError` where that is nothing.
    """
    found: dict[str, None] = {}
    for key in keys:
        below = keys_below(library, key, markers=markers) if key.endswith("/") else [key]
        found.update(dict.fromkeys(below))
    if not found:
        _check_bucket(library)
        raise NotFoundError("there is no file in it", "choose a file")
    return list(found)


def is_glob(text: str) -> bool:
    """Return whether a text has what a glob is made of; a key may have it too."""
    return re.search(r"[*?\[]", text) is not None


def may_be_many(text: str) -> bool:
    """Return whether a text may name several files: a prefix that ends in `/`, or a glob."""
    return text.endswith("/") or is_glob(text)


def _check_bucket(library: Library) -> None:
    """Raise the error that says why nothing is found, where it is the bucket that is missing."""
    with suppress(NotAllowedError):
        next(listing.pages(library.store, library.full("")))


def _matches(library: Library, pattern: str, markers: bool) -> dict[str, int]:
    if is_own(pattern):
        return {}
    if pattern and not pattern.endswith("/"):
        head = objects.find(library.store, library.full(pattern))
        if head is not None:
            return {pattern: head.size_bytes}
        if not is_glob(pattern):
            return {}
    if pattern.endswith("/") and (sizes := _sizes_below(library, pattern, markers)):
        return sizes
    fixed = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    wanted = re.compile(glob_expression(pattern), re.DOTALL)
    below = _sizes_below(library, fixed, markers)
    return {key: size_bytes for key, size_bytes in below.items() if wanted.fullmatch(key)}


def keys_below(library: Library, prefix: str, *, markers: bool = False) -> list[str]:
    """Return the keys of all files below `prefix`, asked of S3 now, without s3audio's own.

    With `markers` those of folders too, which end in `/`.
    """
    return list(_sizes_below(library, prefix, markers))


def _sizes_below(library: Library, prefix: str, markers: bool) -> dict[str, int]:
    sizes = {
        library.relative(entry.key): entry.size_bytes
        for page in pages(library.store, library.full(prefix))
        for entry in page
    }
    return {
        key: size_bytes
        for key, size_bytes in sizes.items()
        if key and not is_own(key) and (markers or not key.endswith("/"))
    }
