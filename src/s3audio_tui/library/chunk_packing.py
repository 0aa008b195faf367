"""Chunks as FLAC, where a take wants it: after they are whole, and before they go up.

The WAV is there until the FLAC is on the disk, was unpacked again and compared, and a line says so.
"""

import hashlib
import logging
import threading
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from s3audio_tui import logs
from s3audio_tui.audio import flac_file
from s3audio_tui.audio.attempt import attempt
from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.spool import TakeFolder
from s3audio_tui.library.take_lines import Closed
from s3audio_tui.library.takes import Chunk

_LOG = logging.getLogger(logs.NAME)


def pack(folder: TakeFolder, index: int) -> None:
    """Pack a chunk, if its take wants that and it is not yet; what cannot be packed stays WAV."""
    chunk = folder.take.chunk(index)
    wav = folder.path / chunk.file
    if not folder.take.packs or wav.suffix != ".wav":
        return
    try:
        if sha256(wav) != chunk.sha256:
            return  # who sends it says so
        flac = folder.chunk_path(index, "flac")
        flac_file.pack(wav, flac)
        size_bytes = flac.stat().st_size
        folder.say(Closed(index, chunk.frames, size_bytes, sha256(flac), flac.name))
        wav.unlink()
    except (S3AudioError, OSError, ImportError, MemoryError) as error:
        _LOG.warning("%s stays as it is: %s", wav, error)


def tidy(folder: TakeFolder) -> None:
    """Let each chunk have one file, after a kill: the one that its line names, if that is right.

    One that S3 has needs none any more.
    """
    for chunk in folder.take.chunks:
        if not chunk.frames:
            continue
        if chunk.state == "in_s3":
            folder.remove_sent(chunk.index)
            continue
        path = folder.path / chunk.file
        wav = path.with_suffix(".wav")
        if path != wav and wav.exists():
            _choose(folder, chunk, wav, path)
        elif path == wav and wav.exists():
            for each in flac_file.left_over(wav):
                each.unlink(missing_ok=True)


def _choose(folder: TakeFolder, chunk: Chunk, wav: Path, packed: Path) -> None:
    if packed.exists() and sha256(packed) == chunk.sha256:
        wav.unlink()
        return
    size_bytes = wav.stat().st_size
    folder.say(Closed(chunk.index, chunk.frames, size_bytes, sha256(wav), wav.name))


def sha256(path: Path) -> str:
    """Return the digest of a file. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Packer:
    """A `Sender` for takes that stay on this machine: it only packs."""

    def __init__(self) -> None:
        self._wanted: SimpleQueue[tuple[TakeFolder, int] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="s3audio-packer", daemon=True)
        self._thread.start()

    def send(self, folder: TakeFolder, index: int) -> None:
        """Pack it soon."""
        self._wanted.put((folder, index))

    def close(self, timeout_s: float) -> bool:
        """Return whether all was packed by then."""
        self._wanted.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (wanted := self._wanted.get()) is not None:
            attempt(partial(pack, *wanted), "a chunk stays as it is")
