"""Sound of every format of the library, as blocks of 16 bits; always blocks, never the whole.

One decoder a format, the same everywhere, since decoders disagree on where a sound ends: what is
not packed is read as it lies (`pcm`), packed WAV and AIFF by libsndfile, FLAC by miniaudio, all
else by FFmpeg (PyAV). The content decides which, not the name; FFmpeg is told the format, and so
never looks for lists of other files or addresses in it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO, TypeVar

from s3audio_tui.audio import pcm
from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.entering import Wanted
from s3audio_tui.audio.formats import sniff
from s3audio_tui.audio.planes import Planes
from s3audio_tui.errors import NotAudioError

_HEAD_BYTES = 64 * 1024
MOST_CHANNELS = 64
MOST_RATE_HZ = 1_000_000
_BLOCK_FRAMES = 1 << 15

_DEMUXERS = {"mp3": "mp3", "ogg": "ogg", "opus": "ogg", "m4a": "mov", "aac": "aac"}
_DEMUXERS |= {"webm": "matroska"}

_Block = TypeVar("_Block", Samples, Samples | Planes)


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """A sound that is open. `frames` is None where it is only known at the end."""

    sample_rate_hz: int
    channels: int
    frames: int | None
    blocks: Callable[[], Iterator[Samples]]
    """Decodes it from its start, once: yields arrays of shape (frames, channels). What one yields
    is overwritten by the next. Raises `NotAudioError` where it cannot go on."""
    bulk: Callable[[], Iterator[Samples | Planes]] | None = None
    """The same for who only measures it, as it is measured fastest; None: there is no such way."""

    def measured(self) -> Iterator[Samples | Planes]:
        """Decode it for its columns; instead of `blocks`, and likewise."""
        return (self.bulk or self.blocks)()


def open_sound(
    file: BinaryIO, name: str, size_bytes: int, first: int = 0, length_s: float | None = None
) -> Sound:
    """Return the sound in `file`, which can seek, and stays open as long as it is decoded; its
    blocks begin with frame `first`. Who knows how long it is should say it: some formats do not
    tell where a place is.

    Raises `NotAudioError`, with `name` in it, for what holds no sound of a known format.
    """
    file.seek(0)
    kind = sniff(file.read(_HEAD_BYTES), size_bytes)
    layout = pcm.layout_of(file, size_bytes)
    wanted = Wanted(size_bytes, first, length_s)
    if layout is not None:
        blocks = partial(pcm.blocks, file, layout, first)
        sound = Sound(layout.sample_rate_hz, layout.channels, layout.frames, blocks)
    elif kind is None:
        raise NotAudioError(
            f"{name} holds no sound of a known format", "look at the original", key=name
        )
    elif kind.name in ("wav", "aiff"):
        from s3audio_tui.audio.by_sndfile import by_sndfile

        sound = by_sndfile(file, name, size_bytes, first)
    elif kind.name == "flac":
        from s3audio_tui.audio.by_miniaudio import by_miniaudio

        sound = by_miniaudio(file, name, wanted)
    else:
        from s3audio_tui.audio.by_ffmpeg import by_ffmpeg

        sound = by_ffmpeg(file, name, _DEMUXERS[kind.name], wanted)
    if not 1 <= sound.channels <= MOST_CHANNELS or not 1 <= sound.sample_rate_hz <= MOST_RATE_HZ:
        raise NotAudioError(
            f"{name} claims {sound.channels:,} channels at {sound.sample_rate_hz:,} Hz",
            "it may be damaged; look at the original",
            key=name,
        )
    if layout is not None or first:
        return sound
    bulk = partial(_some, sound.bulk, name) if sound.bulk else None
    return replace(sound, blocks=partial(_some, sound.blocks, name), bulk=bulk)


def _some(blocks: Callable[[], Iterator[_Block]], name: str) -> Iterator[_Block]:
    """Yield the blocks of what is packed; nobody packs nothing, so that is a fault too."""
    found = False
    for block in blocks():
        found = found or len(block) > 0
        yield block
    if not found:
        raise NotAudioError(f"{name} holds no sound", "look at the original", key=name)
