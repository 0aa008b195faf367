"""What a long job says while it runs: frozen values that both faces read."""

from dataclasses import dataclass

from s3audio_tui.errors import S3AudioError


@dataclass(frozen=True, slots=True)
class Started:
    """Work on `key` begins. `path` is the local file, or the other key of a move."""

    key: str
    path: str
    bytes_total: int | None
    """None for a stream, whose length nobody knows before its end."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`bytes_done` of `bytes_total` are over; may go back when a part is tried again."""

    key: str
    path: str
    bytes_done: int
    bytes_total: int | None


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that a person should know happened to `key`; it goes on."""

    key: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """`key` is finished and verified."""

    key: str
    path: str
    bytes_total: int
    verified_by: str = ""
    """`checksum`, `etag` or `size`: by what bytes that were transferred were compared."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """`key` was left as it is, for `reason`."""

    key: str
    path: str
    reason: str
    bytes_total: int | None = None
    """What it has, where that matters."""


@dataclass(frozen=True, slots=True)
class Failed:
    """`key` could not be done; what was there before is there still."""

    key: str
    path: str
    error: S3AudioError


ItemEvent = Started | Progress | Noted | Done | Skipped | Failed
