"""Takes whose program was killed: what is there made whole, and written down."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec

from s3audio_tui.audio.wav_file import repaired
from s3audio_tui.errors import ConflictError, NotAudioError, NotFoundError
from s3audio_tui.library.spool import Spool, TakeFolder
from s3audio_tui.library.takes import Chunk, Closed, Ended, Gone, Opened, PartEnded


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
    _find_files(folder)
    open_chunks = [chunk for chunk in take.chunks if chunk.state == "recording"]
    unreadable = [chunk.index for chunk in open_chunks if not _close(folder, chunk)]
    if take.parts and take.parts[-1].ended_by is None:
        folder.say(PartEnded(take.frames, "killed"))
    if take.ended_at is None:
        folder.say(Ended(_end_of(folder)))
    whole = [chunk.index for chunk in open_chunks if chunk.index not in unreadable]
    return Recovered(tuple(whole), tuple(unreadable), _missing(take.chunks))


def _find_files(folder: TakeFolder) -> None:
    """Write down chunks of which no line tells: the program was killed just before."""
    while (path := folder.chunk_path(folder.take.next_index)).exists():
        take = folder.take
        index, first, started_at = take.next_index, 0, take.started_at
        if take.chunks:
            last = take.chunks[-1]
            if last.state == "recording":
                _close(folder, last)
            first = last.first_frame + last.frames
            started_at = last.started_at + timedelta(seconds=last.frames / take.form.rate_hz)
        folder.say(Opened(index, first, started_at, path.name))


def _close(folder: TakeFolder, chunk: Chunk) -> bool:
    """Write down what is in a chunk's file; return whether it could be read."""
    path = folder.path / chunk.file
    try:
        _, frames = repaired(path)
    except FileNotFoundError:
        folder.say(Gone(chunk.index, "its file is not there"))
        return False
    except (NotAudioError, OSError) as error:
        folder.say(Gone(chunk.index, f"its file cannot be read: {error}"))
        return False
    if not frames:
        path.unlink()
        folder.say(Gone(chunk.index, "nothing was recorded into it yet"))
        return True
    size_bytes, sha256 = path.stat().st_size, _sum(path)
    folder.say(Closed(chunk.index, frames, size_bytes, sha256, chunk.file))
    return True


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _end_of(folder: TakeFolder) -> datetime:
    take = folder.take
    if not take.chunks:
        return take.started_at
    last = take.chunks[-1]
    end = last.started_at + timedelta(seconds=last.frames / take.form.rate_hz)
    return end.astimezone(UTC)


def _missing(chunks: list[Chunk]) -> int:
    """Return how many frames lie between chunks: a machine that went off may have lost them."""
    return sum(
        max(0, after.first_frame - before.first_frame - before.frames)
        for before, after in pairwise(chunks)
    )
