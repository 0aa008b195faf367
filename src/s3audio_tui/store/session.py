"""What must be known of an upload in parts to go on with it after the program was killed."""

import os

import msgspec

from s3audio_tui.store.checksums import Guard


class Fingerprint(msgspec.Struct, frozen=True):
    """What tells whether a file is the one that it was. The date in nanoseconds since 1970."""

    size_bytes: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, found: os.stat_result) -> "Fingerprint":
        """Return that of a file that was looked at."""
        return cls(found.st_size, found.st_mtime_ns, found.st_ino)


class Session(msgspec.Struct, frozen=True):
    """An upload in parts that was begun. Which parts have arrived, S3 alone knows.

    `key` is the bucket's own.
    """

    upload_id: str
    key: str
    file: Fingerprint
    part_bytes: int
    guard: Guard
    arrived_bytes: int = 0
    """What had arrived when it was last written down: for people to see, no more."""

    def fits(self, key: str, file: Fingerprint, guard: Guard) -> bool:
        """Return whether the same file shall go to the same place in the same way."""
        return (self.key, self.file, self.guard) == (key, file, guard)
