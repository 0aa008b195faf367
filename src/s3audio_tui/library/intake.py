"""What is checked before a file may go up: is it there, is it audio, is it small enough?"""

from dataclasses import dataclass
from pathlib import Path

from s3audio_tui.audio.header import SoundInfo, check_file
from s3audio_tui.errors import LimitError, NotAllowedError, NotFoundError
from s3audio_tui.units import size_text


@dataclass(frozen=True, slots=True)
class Candidate:
    """A local file that may go up, and what its header says. `modified` in seconds since 1970."""

    path: Path
    size_bytes: int
    modified: float
    sound: SoundInfo


def check(path: Path, max_bytes: int) -> Candidate:
    """Return the file as a candidate.

    Raises `NotFoundError`, `NotAllowedError`, `LimitError` above `max_bytes`, and `NotAudioError`
    where its ending and its content are not of one audio format.
    """
    try:
        if not path.is_file():
            raise _no_file(path)
        status = path.stat()
        size_bytes = status.st_size
        if size_bytes > max_bytes:
            raise LimitError(
                f"{path} has {size_text(size_bytes)}, over the limit of {size_text(max_bytes)}",
                "raise max_size in the settings, or set S3AUDIO_MAX_SIZE",
                key=str(path),
            )
        return Candidate(path, size_bytes, status.st_mtime, check_file(path))
    except PermissionError:
        raise NotAllowedError(
            f"{path} cannot be read", "change its permissions", key=str(path)
        ) from None
    except OSError as error:
        raise NotFoundError(
            f"{path} cannot be read ({error.strerror})", "check the path", key=str(path)
        ) from None


def _no_file(path: Path) -> NotFoundError:
    if path.exists():
        what, remedy = f"{path} is not a file", "give - for what comes through a pipe, with --name"
    else:
        what, remedy = f"there is no file {path}", "check the path"
    return NotFoundError(what, remedy, key=str(path))
