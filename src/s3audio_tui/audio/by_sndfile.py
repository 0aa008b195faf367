"""Sound by libsndfile: packed WAV and AIFF (µ-law, A-law, ADPCM)."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.guarded import GuardedFile
from s3audio_tui.errors import NotAudioError

if TYPE_CHECKING:
    from soundfile import SoundFile

    from s3audio_tui.audio.decode import Sound

_BLOCK_FRAMES = 1 << 14


def by_sndfile(file: BinaryIO, name: str, size_bytes: int, first: int = 0) -> "Sound":
    """Open it. Raises `NotAudioError` for what libsndfile cannot read."""
    import soundfile

    from s3audio_tui.audio.decode import Sound

    guarded = GuardedFile(file, size_bytes, whole=True)
    try:
        opened = soundfile.SoundFile(guarded)
    except (soundfile.SoundFileError, OverflowError) as error:
        guarded.raise_failure()
        raise NotAudioError(
            f"{name} cannot be decoded: {_why(error)}", "look at the original", key=name
        ) from None
    blocks = partial(_blocks, opened, guarded, name, first)
    return Sound(opened.samplerate, opened.channels, opened.frames, blocks)


def _blocks(opened: "SoundFile", guarded: GuardedFile, name: str, first: int) -> Iterator[Samples]:
    import soundfile

    try:
        if first:
            opened.seek(min(first, opened.frames))
        while len(block := opened.read(_BLOCK_FRAMES, dtype="int16", always_2d=True)):
            yield block
        guarded.raise_failure()
    except soundfile.SoundFileError as error:
        raise NotAudioError(
            f"{name} is damaged: {_why(error)}", "look at the original", key=name
        ) from None


def _why(error: Exception) -> str:
    """Return libsndfile's reason, without what the file is called in this program."""
    reason = str(getattr(error, "error_string", "") or "it cannot be read")
    return reason.strip().rstrip(".")
