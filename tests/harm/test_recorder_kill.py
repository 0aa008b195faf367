"""The recorder killed by signal 9 at any moment, and the recovery too: S3 gets all but the end.

The moments are drawn from fixed seeds, as numbers of frames. What may be missing is counted in
time: what came in the last half second, and no more.
"""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
import soundfile

from s3audio_tui.library.opening import Library
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.takes import Take
from tests.audio.microphone import counter
from tests.harm.forms import LONG
from tests.harm.judging import wait_until
from tests.harm.taking import FASTER, RATE_HZ, Notes, Order, sent_all
from tests.library.conftest import MakeLibrary

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KILLS = 50 if LONG else 5
MOST_LOST_S = 0.5
_ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is one: how fast a disk is, is not the matter."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else tmp_path) as at:
        yield Path(at)


class Taking:
    """A process that records, or recovers."""

    def __init__(self, order: Order) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.harm.taking"],
            stdin=subprocess.PIPE,
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        assert self.process.stdin is not None
        self.process.stdin.write(msgspec.json.encode(order) + b"\n")
        self.process.stdin.flush()

    @property
    def ended(self) -> bool:
        """Whether it has ended by itself."""
        return self.process.poll() is not None

    def kill(self) -> None:
        """Kill it, and wait until it is gone."""
        self.process.kill()
        self.process.communicate()


def surely_kept(notes: Notes) -> int:
    """Return how many frames must be there: what came long enough before the kill.

    A machine that is busy with other things stops all of the process; so much more may be lost.
    """
    read = notes.read()
    last = read[-1][1]
    near = [at for _, at in read if at > last - 2]
    stopped = max((after - before for before, after in pairwise(near)), default=0)
    return max((frames for frames, at in read if at <= last - MOST_LOST_S - stopped), default=0)


def chunks_in(folder: Path) -> int:
    """Return how many files are there that S3 may not have; none once the folder has gone too."""
    try:
        return sum(path.suffix in (".wav", ".flac") for path in folder.iterdir())
    except FileNotFoundError:
        return 0


def judge(client: "S3Client", library: Library, spool: Spool) -> int:
    """Check that all of the take is in S3, once, and nothing else; return its frames."""
    listed = client.list_objects_v2(Bucket=library.bucket, Prefix="recordings/")["Contents"]
    keys = {each["Key"] for each in listed}
    (document,) = (key for key in keys if key.endswith("/take.json"))
    take = msgspec.json.decode(
        client.get_object(Bucket=library.bucket, Key=document)["Body"].read(), type=Take
    )
    chunks = [chunk for chunk in take.chunks if chunk.frames]
    assert keys == {document, *(chunk.key for chunk in chunks)}
    assert len({chunk.key for chunk in chunks}) == len(chunks)
    at = 0
    for number, chunk in enumerate(chunks):
        answer = client.get_object(Bucket=library.bucket, Key=chunk.key)
        data, _ = soundfile.read(io.BytesIO(answer["Body"].read()), dtype="int16")
        assert (chunk.index, chunk.first_frame, chunk.frames) == (number, at, len(data))
        assert answer["Metadata"]["index"] == str(number)
        np.testing.assert_array_equal(data, counter(at, len(data))[:, 0])
        at += len(data)
    assert (take.frames, take.parts[-1].ended_by) == (at, "killed")
    assert not spool.folder.exists() or not list(spool.folder.iterdir())
    return at


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_recorder_that_is_killed_loses_no_more_than_the_end(
    seed: int, folder: Path, make_library: MakeLibrary, plain_s3: "S3Client"
) -> None:
    chances = Random(f"rec {seed}")
    library, spool = make_library(), Spool(folder / "spool")
    order = Order(library.settings, str(spool.folder), str(folder / "notes"), packs=seed % 3 == 2)
    notes = Notes(Path(order.notes))
    wanted = round(chances.uniform(0.05, 1.2) * FASTER * RATE_HZ)
    taking = Taking(order)
    wait_until(lambda: taking.ended or any(frames >= wanted for frames, _ in notes.read()), "slow")
    taking.kill()
    kept = surely_kept(notes)
    if seed % 2:  # and its recovery too
        (there,) = spool.folder.iterdir()
        left = chunks_in(there)
        taking = Taking(msgspec.structs.replace(order, records=False))
        goal = chances.randrange(left)
        wait_until(lambda: taking.ended or chunks_in(there) <= goal, "slow too")
        taking.kill()
    sent_all(library, spool)
    assert kept <= judge(plain_s3, library, spool) <= notes.read()[-1][0] + RATE_HZ // 20
