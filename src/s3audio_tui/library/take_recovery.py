"""Takes whose program was killed: what is there made whole, and written down.

Each stands alone: one that cannot be made whole is named with the reason, and the others go on.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import msgspec

from s3audio_tui import logs
from s3audio_tui.audio.wav_file import HEADER_BYTES, repaired
from s3audio_tui.errors import (
    BadBytesError,
    ConflictError,
    NotAllowedError,
    NotAudioError,
    NotFoundError,
    S3AudioError,
    UsageError,
)
from s3audio_tui.library.chunk_packing import sha256, tidy
from s3audio_tui.library.left_takes import CHUNK_FILE
from s3audio_tui.library.spool import Spool, TakeFolder
from s3audio_tui.library.take_lines import NOTHING_YET
from s3audio_tui.library.takes import Chunk, Closed, Ended, Gone, Opened, PartEnded, Take

_LOG = logging.getLogger(logs.NAME)

Fail = Callable[[S3AudioError], None]
"""Hears why a take was left as it is; the error's `key` is its id."""


class Unread(msgspec.Struct, frozen=True):
    """A chunk whose file cannot be read; it stays where it is."""

    index: int
    reason: str


class Recovered(msgspec.Struct, frozen=True):
    """What was done for a take. `missing_frames` were recorded, and are in no file."""

    repaired: tuple[int, ...] = ()
    unreadable: tuple[Unread, ...] = ()
    missing_frames: int = 0


def log_it(error: S3AudioError) -> None:
    """Write into the log why a take was left as it is."""
    _LOG.warning("%s", error)


def left_behind(spool: Spool, fail: Fail = log_it) -> Iterator[TakeFolder]:
    """Yield the takes that no program holds any more, the oldest first; each is held from then.

    Raises `S3AudioError` where the folder of all of them cannot be read.
    """
    takes, spoilt = spool.look()
    for error in spoilt:
        fail(error)
    for take in takes:
        try:
            folder = spool.hold(take.id)
        except (ConflictError, NotFoundError):
            continue
        except S3AudioError as error:
            fail(error)
            continue
        yield folder


def all_recovered(
    spool: Spool, wanted: Callable[[Take], bool], fail: Fail = log_it
) -> Iterator[tuple[TakeFolder, Recovered]]:
    """Yield the takes that are wanted of those left behind, made whole; each is held from then.

    Raises as `left_behind`.
    """
    for folder in left_behind(spool, fail):
        found = None
        try:
            if wanted(folder.take):
                found = recover(folder)
        except S3AudioError as error:
            fail(error)
        finally:
            if found is None:
                folder.close()
        if found is not None:
            yield folder, found


def recover(folder: TakeFolder) -> Recovered:
    """Make the files of a take whole, and end it. Done twice it does nothing more.

    Raises `S3AudioError` where the disk does not let it; what was done until then stays done.
    """
    with _recovering(folder):
        return _recovered(folder)


@contextmanager
def _recovering(folder: TakeFolder) -> Iterator[None]:
    take = folder.take
    try:
        yield
    except S3AudioError as error:
        error.key = take.id
        raise
    except OSError as error:
        kind = NotAllowedError if isinstance(error, PermissionError) else S3AudioError
        text = f"{error.filename or folder.path}: {error.strerror or error}"
        raise kind(text, "see to its disk and folder", key=take.id) from None
    except OverflowError as error:
        text = f"what is written down in {folder.path} cannot be: {error}"
        raise BadBytesError(text, "its chunks are WAV files, and stay", key=take.id) from None


def _recovered(folder: TakeFolder) -> Recovered:
    take = folder.take
    whole: list[int] = []
    unreadable: list[Unread] = []
    known = {chunk.index for chunk in take.chunks}
    for index in sorted(known | _on_disk(folder, known)):
        if index not in known:
            _take_up(folder, index)
        chunk = take.chunk(index)
        if chunk.state == "recording":
            reason = _close(folder, chunk)
            if reason:
                unreadable.append(Unread(index, reason))
            else:
                whole.append(index)
    tidy(folder)
    if take.parts and take.parts[-1].ended_by is None:
        folder.say(PartEnded(take.frames, "killed"))
    if take.ended_at is None:
        folder.say(Ended(take.recorded_until))
    return Recovered(tuple(whole), tuple(unreadable), _missing(take.chunks))


def _on_disk(folder: TakeFolder, known: set[int]) -> set[int]:
    """Return the chunks that have files; of those not known, only such with something in them."""
    found = set()
    for path in folder.path.iterdir():
        if not CHUNK_FILE.fullmatch(path.name):
            continue
        if int(path.stem) not in known and path.stat().st_size <= HEADER_BYTES:
            path.unlink(missing_ok=True)  # the next chunk's, made ready
        else:
            found.add(int(path.stem))
    return found


def _take_up(folder: TakeFolder, index: int) -> None:
    """Write a chunk down of which no line tells: the program was killed, or the disk was full."""
    take = folder.take
    first, started_at = 0, take.started_at
    before = [chunk for chunk in take.chunks if chunk.index < index]
    if before:
        last = before[-1]
        first = last.first_frame + last.frames
        started_at = last.started_at + timedelta(seconds=last.frames / take.form.rate_hz)
    folder.say(Opened(index, first, started_at, folder.chunk_path(index).name))


def _close(folder: TakeFolder, chunk: Chunk) -> str:
    """Write down what is in a chunk's file; return why it could not be read, or nothing."""
    path = folder.path / chunk.file
    try:
        form, frames = repaired(path)
    except FileNotFoundError:
        return _gone(folder, chunk, "its file is not there")
    except (NotAudioError, UsageError):
        return _gone(folder, chunk, f"{chunk.file} is no recording")
    except OSError as error:
        _LOG.warning("%s cannot be read now: %s", path, error)
        return f"its file cannot be read now: {error.strerror or error}"
    if form != folder.take.form:
        return _gone(folder, chunk, f"its file is {form.words}, the take {folder.take.form.words}")
    if not frames:
        path.unlink()
        folder.say(Gone(chunk.index, NOTHING_YET))
        return ""
    size_bytes, digest = path.stat().st_size, sha256(path)
    folder.say(Closed(chunk.index, frames, size_bytes, digest, chunk.file))
    return ""


def _gone(folder: TakeFolder, chunk: Chunk, reason: str) -> str:
    folder.say(Gone(chunk.index, reason))
    return reason


def _missing(chunks: list[Chunk]) -> int:
    """Return how many frames lie between chunks: a machine that went off may have lost them."""
    return sum(
        max(0, after.first_frame - before.first_frame - before.frames)
        for before, after in pairwise(chunks)
    )
