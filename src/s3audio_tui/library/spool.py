"""A stream of unknown length, put into a private file first, so that it can be checked."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from s3audio_tui.errors import LimitError, UsageError
from s3audio_tui.units import size_text

_BLOCK_BYTES = 1 << 20


@contextmanager
def spooled(stream: BinaryIO, name: str, max_bytes: int) -> Iterator[Path]:
    """Yield a file called `name` that holds all of `stream`; it is removed afterwards.

    Raises `LimitError` as soon as the stream has more than `max_bytes`.
    """
    if not name or "/" in name or name in (".", ".."):
        raise UsageError(f"{name!r} is not a name for a file", "give one, as --name take.wav")
    folder = Path(tempfile.mkdtemp(prefix="s3audio-"))
    try:
        path = folder / name
        size_bytes = 0
        with path.open("xb") as file:
            while block := stream.read(_BLOCK_BYTES):
                size_bytes += len(block)
                if size_bytes > max_bytes:
                    raise LimitError(
                        f"the stream has more than {size_text(max_bytes)}",
                        "raise max_size in the settings, or set S3AUDIO_MAX_SIZE",
                        key=name,
                    )
                file.write(block)
        yield path
    finally:
        shutil.rmtree(folder)
