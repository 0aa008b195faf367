"""What an act is done on: files and folders by key, with their sums."""

from collections.abc import Iterable, Sequence

import msgspec

from s3audio_tui.catalog.rows import Folder, Row
from s3audio_tui.units import count_text


class Target(msgspec.Struct, frozen=True):
    """A file, or a folder, whose key ends in `/`. `files` and `bytes` count all below it."""

    key: str
    files: int
    bytes: int

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.key.endswith("/")

    @property
    def name(self) -> str:
        """The last segment of the key; that of a folder ends in `/`."""
        return self.key[self.key.rfind("/", 0, -1) + 1 :]


def target_of(item: Row | Folder) -> Target:
    """Return a row of the list as a target."""
    if isinstance(item, Folder):
        return Target(item.path, item.files, item.bytes)
    return Target(item.key, 1, item.size_bytes)


def named(keys: Sequence[str]) -> str:
    """Return the name of the only key, or how many files they are."""
    return keys[0].rpartition("/")[2] if len(keys) == 1 else count_text(len(keys), "file")


def sum_of(targets: Iterable[Target]) -> tuple[int, int]:
    """Return how many targets there are, and their bytes."""
    sizes = [target.bytes for target in targets]
    return len(sizes), sum(sizes)
