"""The values that go into the catalog and come out of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from sqlite3 import Connection

_ENDINGS = {
    "wav": "wav",
    "wave": "wav",
    "mp3": "mp3",
    "aiff": "aiff",
    "aif": "aiff",
    "aifc": "aiff",
    "flac": "flac",
    "ogg": "ogg",
    "oga": "ogg",
    "opus": "opus",
    "m4a": "m4a",
    "m4b": "m4a",
    "aac": "aac",
    "webm": "webm",
    "weba": "webm",
}
"""What a file's ending makes it, until its header is read."""

FORMATS = tuple(sorted(set(_ENDINGS.values())))
"""The formats that a row may have."""

_AS_JSON = (
    "json_array(key, size, json(printf('%!.17g', modified)), etag, storage_class, format,"
    " CASE WHEN duration IS NOT NULL THEN json(printf('%!.17g', duration)) END,"
    " rate, channels, codec, bits, json(CASE header WHEN 3 THEN 'true' ELSE 'false' END))"
)
"""A row as one value. Seventeen digits bring a float back as it was; `json_array` has fifteen."""

_CHUNK = 500
"""Keys given to one statement; every SQLite takes 999 values."""


class Row(msgspec.Struct, frozen=True):
    """One file. `format` is `""` for what is not audio; None is what is not known.

    `key` is relative to the library; `modified` in seconds since 1970, UTC.
    """

    key: str
    size_bytes: int
    modified: float
    etag: str
    storage_class: str
    format: str
    duration_s: float | None = None
    sample_rate_hz: int | None = None
    channels: int | None = None
    codec: str | None = None
    bit_depth: int | None = None
    estimated: bool = False
    """Whether the length is a guess from some of the file."""

    @property
    def name(self) -> str:
        """The last segment of the key."""
        return self.key[self.key.rfind("/", 0, -1) + 1 :]


class Folder(msgspec.Struct, frozen=True):
    """One folder. `path` ends in `/`; `files` and `bytes` count all below it."""

    path: str
    files: int
    bytes: int

    @property
    def name(self) -> str:
        """The last segment of the path, without its `/`; a segment without a name is `/`."""
        return self.path[self.path.rfind("/", 0, -1) + 1 : -1] or "/"


class Listed(Protocol):
    """What a list of the store says of an object. The properties are those of `Entry`."""

    @property
    def key(self) -> str:
        """Relative to the library."""

    @property
    def size_bytes(self) -> int:
        """Bytes."""

    @property
    def modified(self) -> float:
        """Seconds since 1970, UTC."""

    @property
    def etag(self) -> str:
        """Without quotes."""

    @property
    def storage_class(self) -> str:
        """As the store calls it."""


class Entry(msgspec.Struct, frozen=True):
    """An object as a list of the store gives it."""

    key: str
    size_bytes: int
    modified: float
    etag: str
    storage_class: str


class Sound(msgspec.Struct, frozen=True):
    """What a file's header says; None is what it does not say."""

    duration_s: float | None
    sample_rate_hz: int | None
    channels: int | None
    codec: str | None
    bit_depth: int | None
    format: str
    exact: bool = True
    """Whether the length is counted, and no guess from some of the file."""


class Totals(msgspec.Struct, frozen=True):
    """Files below a prefix, and their bytes."""

    files: int
    bytes: int


class Changes(msgspec.Struct, frozen=True):
    """How many rows a page of the list added, changed and removed."""

    added: int
    changed: int
    removed: int


def rows_of(connection: "Connection", keys: Sequence[str], condition: str = "true") -> list[Row]:
    """Return the rows of those `keys` that are there and meet `condition`, in the order of keys.

    They come as one value: each row by itself would give up the interpreter's lock, and wait for
    it again behind every busy thread.
    """
    found: dict[str, Row] = {}
    for at in range(0, len(keys), _CHUNK):
        chunk = keys[at : at + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        sql = (
            f"SELECT json_group_array({_AS_JSON}) FROM objects"
            f" WHERE key IN ({marks}) AND {condition}"
        )
        (text,) = connection.execute(sql, chunk).fetchone()
        for key, size, modified, etag, storage_class, kind, *sound in msgspec.json.decode(text):
            found[key] = Row(key, size, modified, etag, storage_class, kind or "", *sound)
    return [found[key] for key in keys if key in found]


def format_of(key: str) -> str | None:
    """Return the format that the ending of `key` stands for, None for what is not audio."""
    return _ENDINGS.get(key.rpartition(".")[2].lower())


def folder_of(key: str) -> str:
    """Return the path of the folder that holds `key`: empty, or ending in `/`."""
    return key[: key.rfind("/") + 1]


def parent_of(path: str) -> str:
    """Return the path of the folder that holds the folder `path`."""
    return path[: path.rfind("/", 0, -1) + 1]


def end_of(prefix: str) -> str:
    """Return the least text that is greater than all that begin with `prefix`."""
    for i in range(len(prefix) - 1, -1, -1):
        if prefix[i] < "\U0010ffff":
            above = 0xE000 if prefix[i] == "\ud7ff" else ord(prefix[i]) + 1
            return prefix[:i] + chr(above)
    return "\U0010ffff" * 1025  # longer than any key
