"""What must be known of a copy in parts to go on with it after the program was killed."""

from typing import Protocol

import msgspec


class CopySession(msgspec.Struct, frozen=True):
    """A copy in parts that was begun. Which parts are there, S3 alone knows. Keys are full."""

    upload_id: str
    key: str
    source: str
    version_id: str | None
    etag: str
    size_bytes: int
    part_bytes: int
    given: str
    """A hash of all that the copy was begun with: headers, tags, encryption."""

    def fits(self, wanted: "CopySession") -> bool:
        """Return whether it makes the same copy of the same bytes, whatever its parts are."""
        same = msgspec.structs.replace(
            self, upload_id=wanted.upload_id, part_bytes=wanted.part_bytes
        )
        return same == wanted


class CopySessions(Protocol):
    """Where the copies under way are kept."""

    def find(self, wanted: CopySession) -> CopySession | None:
        """Return the session of a copy that fits and that nobody carries out; it is then ours."""

    def keep(self, session: CopySession) -> None:
        """Write down a copy that was begun. It is on the disk when this returns."""

    def release(self, session: CopySession) -> None:
        """Let the next one who wants the same copy go on with it."""

    def drop(self, session: CopySession) -> None:
        """Forget a copy that has ended."""


class Unkept:
    """Keeps nothing: the parts of a program that is killed are then never found again."""

    def find(self, wanted: CopySession) -> CopySession | None:
        """Return None."""

    def keep(self, session: CopySession) -> None:
        """Do nothing."""

    def release(self, session: CopySession) -> None:
        """Do nothing."""

    def drop(self, session: CopySession) -> None:
        """Do nothing."""


UNKEPT = Unkept()
