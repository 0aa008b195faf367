"""A disk that gets full in the midst of a recording: what was written stays, and is found again.

The disk is a small one in memory, where it may be mounted; else no file may grow beyond a size.
"""

import resource
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile

from s3audio_tui.errors import LimitError, S3AudioError
from s3audio_tui.library import disk_room
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.take_recovery import recover
from tests.audio.microphone import MadeUp, counter

_BYTES = 256 * 1024


class SmallDisk:
    """A folder with room for little."""

    def __init__(self, folder: Path, grow: Callable[[], object]) -> None:
        self.folder, self.grow = folder, grow


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """One that can be made larger."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", f"size={_BYTES}", "tmpfs", str(folder)]
    if subprocess.run(options, capture_output=True).returncode == 0:
        try:
            grow = ["mount", "-o", f"remount,size={_BYTES * 100}", str(folder)]
            yield SmallDisk(folder, partial(subprocess.run, grow, check=True))
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield SmallDisk(folder, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_fitted_is_there_and_it_goes_on_when_there_is_room(
    small_disk: SmallDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk_room, "FLOOR_S", 0.0)
    monkeypatch.setattr(disk_room, "_FLOOR_BYTES", 0)
    heard, told = MadeUp(), list[object]()
    spool = Spool(small_disk.folder / "spool")
    recording = Recording(spool, heard, Plan(chunk_s=10), lambda _, what: told.append(what))
    recording.start()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    if not small_disk.folder.is_mount():
        resource.setrlimit(resource.RLIMIT_FSIZE, (_BYTES, limit[1]))
    for at in range(0, 200_000, 2400):
        heard.take(counter(at, 2400).tobytes(), False)
    assert recording.wait_quiet(30)
    assert recording.state == "broken" and isinstance(recording.trouble, LimitError)
    assert "was written is safe" in recording.trouble.message
    assert any(isinstance(each, S3AudioError) for each in told)
    folder = recording.folder
    assert folder is not None
    kept = folder.take.frames
    assert 0.8 * _BYTES < kept * 2 <= _BYTES
    small_disk.grow()
    recording.start()
    heard.take(counter(kept, 5000).tobytes(), False)
    assert recording.close()
    folder.close()
    again = spool.hold(folder.take.id)
    recover(again)
    parts = [soundfile.read(again.path / each.file, dtype="int16")[0] for each in again.take.chunks]
    np.testing.assert_array_equal(np.concatenate(parts), counter(0, kept + 5000)[:, 0])
    again.close()
