"""Files and folders that only their owner may read: made so, not changed after."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from s3audio_tui.errors import NotAllowedError, S3AudioError


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say of `path` what the disk has against writing it."""
    try:
        yield
    except OSError as error:
        kind = NotAllowedError if isinstance(error, PermissionError) else S3AudioError
        text = f"{path} cannot be written: {error.strerror}"
        raise kind(text, "see to its disk and folder") from None


def private_folder(path: Path) -> Path:
    """Make `path` and what is missing above it, 0700, and return it."""
    missing = []
    folder = path
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    return path


def private_file(path: Path) -> Path:
    """Make the empty file `path`, 0600, where there is none yet, and return it."""
    private_folder(path.parent)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    return path


def replace_private(path: Path, data: bytes) -> None:
    """Put `data` into `path` at once, 0600: a kill leaves the old file or the new, never half."""
    private_folder(path.parent)
    fd, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
