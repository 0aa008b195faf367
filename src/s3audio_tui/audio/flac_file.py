"""A WAV file packed as FLAC: nothing is lost of it, and that is looked at before it is believed."""

import os
from pathlib import Path
from typing import Any

from s3audio_tui.errors import BadBytesError, S3AudioError

_BLOCK_FRAMES = 1 << 16
_PART = ".part"


def pack(wav: Path, flac: Path) -> None:
    """Write `flac`, only its owner may read it. A kill leaves it whole, or not at all.

    Raises `OSError`; `BadBytesError` where unpacking does not give the same frames again, and
    `S3AudioError` where nothing can be packed.
    """
    try:
        import numpy  # noqa: F401 - soundfile needs it once it reads
        import soundfile
    except ImportError as error:
        raise S3AudioError(f"{wav} cannot be packed: {error}", "it stays a WAV") from None
    part = flac.with_suffix(_PART)
    flags = os.O_CREAT | os.O_TRUNC | os.O_RDWR | os.O_CLOEXEC
    try:
        with open(os.open(part, flags, 0o600), "w+b") as file:
            try:
                _write(soundfile, wav, file)
            except soundfile.SoundFileError as error:
                raise S3AudioError(f"{wav} cannot be packed: {error}", "it stays a WAV") from None
            file.flush()
            os.fsync(file.fileno())
        if not _same(soundfile, wav, part):
            raise BadBytesError(f"{wav} is not the same when it is packed", "it stays a WAV")
        part.replace(flac)
    finally:
        part.unlink(missing_ok=True)


def left_over(wav: Path) -> list[Path]:
    """Return what a packing of a file that was killed may have left."""
    return [wav.with_suffix(_PART), wav.with_suffix(".flac")]


def _write(soundfile: Any, wav: Path, file: Any) -> None:
    with (
        soundfile.SoundFile(wav) as source,
        soundfile.SoundFile(
            file, "w", source.samplerate, source.channels, source.subtype, format="FLAC"
        ) as target,
    ):
        while len(block := source.read(_BLOCK_FRAMES, dtype="int32", always_2d=True)):
            target.write(block)


def _same(soundfile: Any, wav: Path, flac: Path) -> bool:
    import numpy as np

    try:
        with soundfile.SoundFile(wav) as one, soundfile.SoundFile(flac) as other:
            if (one.samplerate, one.subtype) != (other.samplerate, other.subtype):
                return False
            while True:
                block = one.read(_BLOCK_FRAMES, dtype="int32", always_2d=True)
                if not np.array_equal(
                    block, other.read(_BLOCK_FRAMES, dtype="int32", always_2d=True)
                ):
                    return False
                if not len(block):
                    return True
    except soundfile.SoundFileError:
        return False
