"""The samples of a chunk that was packed as FLAC, as they were recorded."""

from collections.abc import Iterator
from typing import BinaryIO

from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.errors import BadBytesError

_FRAMES = 65_536


def unpacked(file: BinaryIO, form: SampleFormat, name: str) -> Iterator[bytes]:
    """Yield the samples as `form` has them. Raises `BadBytesError` where they are others."""
    import numpy as np
    import soundfile

    try:
        with soundfile.SoundFile(file) as sound:
            is_so = (sound.samplerate, sound.channels) == (form.rate_hz, form.channels)
            if not is_so or sound.subtype != f"PCM_{form.bits}":
                raise BadBytesError(f"{name} is not of its take", "look at it", key=name)
            kind = "int16" if form.bits == 16 else "int32"
            while len(block := sound.read(_FRAMES, dtype=kind, always_2d=True)):
                if form.bits == 16:
                    yield block.astype("<i2").tobytes()
                else:  # the 24 bits are the upper ones of 32
                    four = block.astype("<i4").reshape(-1, 1).view(np.uint8)
                    yield four[:, 1:].tobytes()
    except soundfile.LibsndfileError as error:
        raise BadBytesError(f"{name} cannot be decoded: {error}", "look at it", key=name) from None
