"""A sound from any of its frames on, as players need it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from s3audio_tui.audio import pcm
from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.decode import open_sound


@dataclass(frozen=True, slots=True, eq=False)
class Seekable:
    """A sound that is open. `frames` is None where it is only known at the end."""

    sample_rate_hz: int
    channels: int
    frames: int | None
    blocks: Callable[[int], Iterator[Samples]]
    """Decodes it from a frame on, of shape (frames, channels); one at a time, as often as wanted.
    What one yields is overwritten by the next. Raises `NotAudioError`."""
    layout: pcm.Layout | None = None
    """Where its samples lie, if it is not packed: then it can be had again by `of_layout`."""


def open_seekable(file: BinaryIO, name: str, size_bytes: int) -> Seekable:
    """Return the sound in `file`, which can seek. Raises `NotAudioError`, with `name` in it."""
    sound = open_sound(file, name, size_bytes)
    layout = pcm.layout_of(file, size_bytes)
    if layout is not None:
        return of_layout(file, layout)
    blocks = partial(_from, file, name, size_bytes)
    return Seekable(sound.sample_rate_hz, sound.channels, sound.frames, blocks)


def of_layout(file: BinaryIO, layout: pcm.Layout) -> Seekable:
    """Return the sound of a file in which is known where it lies."""
    blocks = partial(pcm.blocks, file, layout)
    return Seekable(layout.sample_rate_hz, layout.channels, layout.frames, blocks, layout)


def _from(file: BinaryIO, name: str, size_bytes: int, first: int) -> Iterator[Samples]:
    yield from open_sound(file, name, size_bytes, first).blocks()
