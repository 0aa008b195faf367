"""Takes whose program was killed: what is there made whole, and written down."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import msgspec

from s3audio_tui import logs
from s3audio_tui.audio.wav_file import HEADER_BYTES, repaired
from s3audio_tui.errors import ConflictError, NotAudioError, NotFoundError
from s3audio_tui.library.chunk_packing import sha256, tidy
from s3audio_tui.library.spool import Spool, TakeFolder
from s3audio_tui.library.takes import Chunk, Closed, Ended, Gone, Opened, PartEnded

_LOG = logging.getLogger(logs.NAME)


class Recovered(msgspec.Struct, frozen=True):
    """What was done for a take. `missing_frames` were recorded, and are in no file."""

    repaired: tuple[int, ...] = ()
    unreadable: tuple[int, ...] = ()
    missing_frames: int = 0


def left_behind(spool: Spool) -> Iterator[TakeFolder]:
    """Yield the takes that no program holds any more, the oldest first; each is held from then."""
    for take in spool.takes():
        try:
            yield spool.hold(take.id)
        except (ConflictError, NotFoundError):
            continue


def recover(folder: TakeFolder) -> Recovered:
    """Make the files of a take whole, and end it. Done twice it does nothing more."""
    take = folder.take
    whole: list[int] = []
    unreadable: list[int] = []
    known = {chunk.index for chunk in take.chunks}
    for index in sorted(known | _on_disk(folder, known)):
        if index not in known:
            _take_up(folder, index)
        chunk = take.chunk(index)
        if chunk.state == "recording":
            (whole if _close(folder, chunk) else unreadable).append(index)
    tidy(folder)
    if take.parts and take.parts[-1].ended_by is None:
        folder.say(PartEnded(take.frames, "killed"))
    if take.ended_at is None:
        folder.say(Ended(take.recorded_until))
    return Recovered(tuple(whole), tuple(unreadable), _missing(take.chunks))


def _on_disk(folder: TakeFolder, known: set[int]) -> set[int]:
    """Return the chunks that have files; of those not known, only such with something in them."""
    found = set()
    for path in folder.path.glob("*.wav"):
        if not path.stem.isdecimal():
            continue
        if int(path.stem) not in known and path.stat().st_size <= HEADER_BYTES:
            path.unlink()  # the next chunk's, made ready
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


def _close(folder: TakeFolder, chunk: Chunk) -> bool:
    """Write down what is in a chunk's file; return whether it could be read."""
    path = folder.path / chunk.file
    try:
        _, frames = repaired(path)
    except FileNotFoundError:
        folder.say(Gone(chunk.index, "its file is not there"))
        return False
    except NotAudioError as error:
        folder.say(Gone(chunk.index, f"its file cannot be read: {error}"))
        return False
    except OSError as error:
        _LOG.warning("%s cannot be read now: %s", path, error)
        return False
    if not frames:
        path.unlink()
        folder.say(Gone(chunk.index, "nothing was recorded into it yet"))
        return True
    size_bytes, digest = path.stat().st_size, sha256(path)
    folder.say(Closed(chunk.index, frames, size_bytes, digest, chunk.file))
    return True


def _missing(chunks: list[Chunk]) -> int:
    """Return how many frames lie between chunks: a machine that went off may have lost them."""
    return sum(
        max(0, after.first_frame - before.first_frame - before.frames)
        for before, after in pairwise(chunks)
    )
