"""Sound by libsndfile: packed WAV and AIFF (µ-law, A-law, ADPCM)."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from s3audio_tui.audio.columns import Samples
from s3audio_tui.errors import NotAudioError

if TYPE_CHECKING:
    from soundfile import SoundFile

    from s3audio_tui.audio.decode import Sound

_BLOCK_FRAMES = 1 << 14


def by_sndfile(file: BinaryIO, name: str) -> "Sound":
    """Open it. Raises `NotAudioError` for what libsndfile cannot read."""
    import soundfile

    from s3audio_tui.audio.decode import Sound

    file.seek(0)
    try:
        opened = soundfile.SoundFile(file)
    except (soundfile.SoundFileError, OverflowError) as error:
        raise NotAudioError(
            f"{name} cannot be decoded: {error}", "look at the original", key=name
        ) from None
    blocks = partial(_blocks, opened, name)
    return Sound(opened.samplerate, opened.channels, opened.frames, blocks)


def _blocks(opened: "SoundFile", name: str) -> Iterator[Samples]:
    import soundfile

    try:
        while len(block := opened.read(_BLOCK_FRAMES, dtype="int16", always_2d=True)):
            yield block
    except soundfile.SoundFileError as error:
        raise NotAudioError(
            f"{name} is damaged: {error}", "look at the original", key=name
        ) from None
