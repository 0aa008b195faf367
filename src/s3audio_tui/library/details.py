"""What is known of one file: its row, its object, and what its header says."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import BinaryIO, cast
from urllib.parse import unquote

from s3audio_tui.audio.header import SoundInfo, read_header
from s3audio_tui.catalog.rows import Entry, Row, Sound
from s3audio_tui.catalog.sums import Sums
from s3audio_tui.catalog.sums import sums as catalog_sums
from s3audio_tui.errors import (
    BadBytesError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    UnsupportedError,
)
from s3audio_tui.library import browse
from s3audio_tui.library.each import ask_each
from s3audio_tui.library.opening import Library
from s3audio_tui.store import objects
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.store.proof import Verified, kept
from s3audio_tui.store.ranges import RangeFile, read_range

_MOST = 1000
"""So many files are looked at for a sum; a header is a request or two."""


_ENCODED = ("original-name", "take-name", "user")
"""Metadata that is percent-encoded on the way up."""


def decoded(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return metadata as it reads."""
    return {name: unquote(value) if name in _ENCODED else value for name, value in metadata.items()}


@dataclass(frozen=True, slots=True)
class Details:
    """All that is known of one file. `versions` counts those kept, None where none are."""

    row: Row
    head: ObjectHead
    tags: dict[str, str]
    versions: int | None
    duration_exact: bool
    sound_tags: dict[str, str]
    unreadable: str
    """Why its header cannot be read; empty when it can."""

    @property
    def verified_by(self) -> Verified:
        """By what its bytes are compared when they are downloaded."""
        return kept(self.head)


def learn(library: Library, row: Row) -> Sound | None:
    """Read the header of the object by ranges and remember it; None where it cannot be read.

    Raises `ConflictError` and `NotFoundError` when the object is no longer the one in `row`.
    """
    try:
        found = _read(library, row.key, row.size_bytes, row.etag)
    except BadBytesError:
        library.catalog.set_unreadable(row.key, row.etag)
        return None
    sound = _sound(found)
    library.catalog.set_sound(row.key, row.etag, sound)
    return sound


def _read(library: Library, key: str, size_bytes: int, etag: str) -> SoundInfo:
    full = library.full(key)
    window = partial(read_range, library.store, full, etag=etag)
    with RangeFile(library.store, full, size_bytes, etag=etag) as file:
        return read_header(cast(BinaryIO, file), key, size_bytes, window)


def _sound(info: SoundInfo) -> Sound:
    return Sound(
        duration_s=info.duration_s,
        sample_rate_hz=info.sample_rate_hz,
        channels=info.channels,
        codec=info.codec,
        bit_depth=info.bit_depth,
        format=info.format,
        exact=info.exact,
    )


def remember(library: Library, head: ObjectHead, sound: SoundInfo | None) -> None:
    """Note an object that was just written, and what is known of its sound, in the catalog."""
    key = library.relative(head.key)
    library.catalog.put(
        Entry(key, head.size_bytes, head.modified, head.etag, head.storage_class),
        _sound(sound) if sound else None,
    )


def landed(library: Library, head: ObjectHead, sound: SoundInfo | None) -> None:
    """Note an object that a transfer has brought, as `remember`, soon and with others."""
    key = library.relative(head.key)
    entry = Entry(key, head.size_bytes, head.modified, head.etag, head.storage_class)
    library.batched.put(entry, _sound(sound) if sound else None)


def info(library: Library, key: str) -> Details:
    """Return all that is known of `key`, asked of S3 now, its header read by ranges."""
    head = objects.head(library.store, library.full(key))
    remember(library, head, None)
    sound, unreadable = None, ""
    try:
        sound = _read(library, key, head.size_bytes, head.etag)
        library.catalog.set_sound(key, head.etag, _sound(sound))
    except BadBytesError as error:
        library.catalog.set_unreadable(key, head.etag)
        unreadable = error.message
    row = library.catalog.get(key)
    if row is None:
        raise NotFoundError(f"{key} was deleted meanwhile", "choose another file", key=key)
    return Details(
        row=row,
        head=head,
        tags=_tags(library, key),
        versions=_versions(library, key),
        duration_exact=row.duration_s is not None and not row.estimated,
        sound_tags=sound.tags if sound else {},
        unreadable=unreadable,
    )


def _tags(library: Library, key: str) -> dict[str, str]:
    try:
        return objects.tags(library.store, library.full(key))
    except (NotAllowedError, UnsupportedError):
        return {}


def _versions(library: Library, key: str) -> int | None:
    try:
        if not library.versioned():
            return None
        found = objects.versions(library.store, library.full(key))
    except (NotAllowedError, UnsupportedError):
        return None
    return sum(not version.is_delete_marker for version in found)


def learn_many(library: Library, keys: Iterable[str], most: int) -> None:
    """Read the headers of files that were not read yet, `most` of them, eight at once.

    One that has changed or gone meanwhile, or cannot be read, is passed over.
    """
    rows = library.catalog.without_sound(list(keys))[:most]

    def one(row: Row) -> None:
        with suppress(ConflictError, NotFoundError, NotAllowedError):
            learn(library, row)

    ask_each(rows, one)


def sums(library: Library, keys: Sequence[str]) -> Sums:
    """Return what files come to; lengths of those whose headers are read, the first 1,000 now."""
    missing = [key for key in keys if library.catalog.get(key) is None]
    if missing:
        list(browse.refresh(library))
    return measured(library, keys, _MOST)


def measured(library: Library, keys: Sequence[str], most: int) -> Sums:
    """Return what files and folders come to, the headers of `most` more files read before that.

    Keys of folders end in `/`. Only among the first 1,000 files is looked for such.
    """
    below = (library.catalog.all_keys(key) if key.endswith("/") else [key] for key in keys)
    learn_many(library, islice(chain.from_iterable(below), _MOST), most)
    return catalog_sums(library.catalog.database, keys)
