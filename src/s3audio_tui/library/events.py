"""What a long job says while it runs: frozen values that both faces read."""

import msgspec

from s3audio_tui.errors import S3AudioError


class Started(msgspec.Struct, frozen=True):
    """Work on `key` begins. `path` is the local file, or the other key of a move."""

    key: str
    path: str
    bytes_total: int | None
    """None for a stream, whose length nobody knows before its end."""


class Progress(msgspec.Struct, frozen=True):
    """`bytes_done` of `bytes_total` are over; may go back when a part is tried again."""

    key: str
    path: str
    bytes_done: int
    bytes_total: int | None


class Noted(msgspec.Struct, frozen=True):
    """Something that a person should know happened to `key`; it goes on."""

    key: str
    path: str
    text: str


class Done(msgspec.Struct, frozen=True):
    """`key` is finished and verified."""

    key: str
    path: str
    bytes_total: int
    verified_by: str = ""
    """`checksum`, `etag` or `size`: by what bytes that were transferred were compared."""


class Skipped(msgspec.Struct, frozen=True):
    """`key` was left as it is, for `reason`."""

    key: str
    path: str
    reason: str
    bytes_total: int | None = None
    """What it has, where that matters."""


class Failed(msgspec.Struct, frozen=True):
    """`key` could not be done; what was there before is there still."""

    key: str
    path: str
    error: S3AudioError


ItemEvent = Started | Progress | Noted | Done | Skipped | Failed
