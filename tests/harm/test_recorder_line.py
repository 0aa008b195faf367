"""A recording over a line that does harm: all chunks arrive, once, compared; none is lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from s3audio_tui.errors import UnreachableError
from s3audio_tui.library.chunk_doors import LibraryDoor
from s3audio_tui.library.chunk_sending import ChunkSending
from s3audio_tui.library.opening import Library
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan
from s3audio_tui.library.spool import Spool, TakeFolder
from s3audio_tui.library.takes import Take
from s3audio_tui.library.transfers import TransferQueue
from tests.audio.microphone import MadeUp, counter
from tests.harm.conftest import Reach
from tests.harm.forms import LONG
from tests.harm.harms import Kind
from tests.harm.harms import Plan as Harm
from tests.harm.judging import wait_until
from tests.harm.line import HarmfulLine

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KINDS = ["refuse", "trickle", "error-500", "slow-down"]
KINDS += ["lost", "reset-up", "flip-up", "hang"] if LONG else []
CHUNK = 4800
CHUNKS = 12
JOBS = 4


@pytest.fixture
def library(reach: Reach) -> Library:
    """A library over the line."""
    return reach(impatient=True)


class Session:
    """A recording that a test leads, chunk by chunk."""

    def __init__(self, library: Library, folder: Path) -> None:
        self.library, self.spool, self.heard = library, Spool(folder / "spool"), MadeUp()
        self.queue = TransferQueue(JOBS)
        self.sending = ChunkSending(LibraryDoor(library), self.queue, lambda *_: None)
        plan = Plan(chunk_s=CHUNK / 48_000)
        self.recording = Recording(self.spool, self.heard, plan, lambda *_: None, self.sending)
        self.recording.start()
        self._said = 0

    def say(self, chunks: int) -> None:
        """Let so many more chunks come, and wait until they are on the disk."""
        self.heard.take(counter(self._said * CHUNK, chunks * CHUNK).tobytes(), False)
        self._said += chunks
        wait_until(lambda: sum(each.frames > 0 for each in self.take.chunks) == self._said, "slow")

    @property
    def take(self) -> Take:
        """The take as it is now."""
        assert self.recording.folder is not None
        return self.recording.folder.take

    def in_s3(self) -> int:
        """Return how many chunks S3 has."""
        return sum(each.state == "in_s3" for each in self.take.chunks)

    def wait_in_s3(self, count: int) -> None:
        """Wait until S3 has so many."""
        wait_until(lambda: self.in_s3() >= count, f"of {count} chunks {self.in_s3()} came")

    def finish(self, client: "S3Client") -> Take:
        """End the take, and check what is in S3."""
        assert self.recording.close()
        folder = self.recording.folder
        assert folder is not None
        self.sending.send_all(folder)
        assert self.sending.wait(folder, 60)
        wait_until(lambda: self._finishes(folder), "the document did not come")
        folder.close(remove=True)
        assert not list(self.spool.folder.iterdir())
        return judged(client, self.library.bucket, self._said * CHUNK)

    def _finishes(self, folder: TakeFolder) -> bool:
        """Put the document there; the line may do its harm to that too, as often as it likes."""
        try:
            return self.sending.finish(folder)
        except UnreachableError:
            return False


@pytest.fixture
def session(library: Library, tmp_path: Path) -> Iterator[Session]:
    """A recording into that library."""
    made = Session(library, tmp_path)
    yield made
    made.recording.close()
    made.queue.close(30)


def judged(client: "S3Client", bucket: str, frames: int) -> Take:
    """Check that the chunks are there, each once, with what was said; return the take."""
    listed = client.list_objects_v2(Bucket=bucket, Prefix="recordings/")["Contents"]
    keys = [each["Key"] for each in listed]
    (document,) = (key for key in keys if key.endswith("/take.json"))
    data = client.get_object(Bucket=bucket, Key=document)["Body"].read()
    take = msgspec.json.decode(data, type=Take)
    assert keys == [*(chunk.key for chunk in take.chunks), document]
    bodies = [client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys[:-1]]
    heard = np.concatenate([np.frombuffer(body[44:], "<i2") for body in bodies])
    np.testing.assert_array_equal(heard, counter(0, frames)[:, 0])
    return take


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_that_does_harm_now_and_then(
    kind: Kind, session: Session, line: HarmfulLine, plain_s3: "S3Client"
) -> None:
    line.do(Harm(kind=kind, rate=0.25, seed=5, prefix="recordings/"))
    session.say(CHUNKS // 2)
    session.say(CHUNKS // 2)
    session.wait_in_s3(CHUNKS)
    assert line.harmed()[kind] > 0
    take = session.finish(plain_s3)
    assert len(take.chunks) == CHUNKS


@pytest.mark.parametrize("kind", ["refuse", *(["error-500", "slow-down"] if LONG else [])])
def test_while_nothing_gets_through_the_recording_goes_on_and_then_all_go(
    kind: Kind, session: Session, line: HarmfulLine, plain_s3: "S3Client"
) -> None:
    session.say(2)
    session.wait_in_s3(2)
    line.do(Harm(kind=kind, rate=1.0, prefix="recordings/"))
    session.say(8)
    wait_until(lambda: session.sending.trouble is not None, "nobody says that it is gone")
    assert session.in_s3() == 2
    session.say(2)
    line.rest()
    session.wait_in_s3(12)
    put = [asked for asked in line.asked() if asked.is_put_of_bytes and asked.status == 200]
    assert int(put[0].key[-9:-4]) < 2 + JOBS, "the oldest come first"
    assert session.sending.trouble is None
    session.finish(plain_s3)


@pytest.mark.parametrize("kind", ["denied", "expired"])
def test_what_s3_refuses_is_tried_again_when_it_takes_something(
    kind: Kind, session: Session, line: HarmfulLine, plain_s3: "S3Client"
) -> None:
    line.do(Harm(kind=kind, rate=1.0, prefix="recordings/"))
    session.say(6)
    wait_until(lambda: all(each.state == "failed" for each in session.take.chunks), "not refused")
    assert session.sending.refusal is not None
    assert all(each.error for each in session.take.chunks)
    assert len(list(session.spool.folder.glob("*/*.wav"))) >= 6, "nothing is removed"
    line.rest()
    session.say(1)
    session.wait_in_s3(7)
    session.finish(plain_s3)
