"""Chunks that may have arrived already, at addresses which somebody else signs: there once."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from s3audio_tui.library import chunk_sending
from s3audio_tui.library.chunk_sending import ChunkSending
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan
from s3audio_tui.library.spool import Spool, TakeFolder
from s3audio_tui.library.transfers import TransferQueue
from tests.audio.microphone import MadeUp, counter
from tests.library.address_giver import Answer, Asked, Giver, between, giving
from tests.library.helpers import stored_keys
from tests.library.test_presigned import Sign, door_for, signing
from tests.strict_s3 import StrictS3


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what waits for the network try it again soon."""
    monkeypatch.setattr(chunk_sending, "_PAUSES_S", (0.05,))


@pytest.fixture
def queue() -> Iterator[TransferQueue]:
    """A queue of transfers."""
    made = TransferQueue(4)
    yield made
    made.close(10)


def strict(server: StrictS3, bucket: str) -> Sign:
    """Return what signs for new objects, or for those that are the same already."""

    def sign(asked: Asked) -> Answer:
        same = base64.b64decode(asked["content_md5"]).hex()
        if asked.get("replace"):
            return signing(server, bucket, IfMatch=f'"{same}"')(asked)
        return signing(server, bucket, IfNoneMatch="*")(asked)

    return sign


def lenient(server: StrictS3, bucket: str) -> Sign:
    """Return what signs for new objects, or for any where that is asked for."""

    def sign(asked: Asked) -> Answer:
        if asked.get("replace"):
            return signing(server, bucket)(asked)
        return signing(server, bucket, IfNoneMatch="*")(asked)

    return sign


@pytest.fixture
def folder(tmp_path: Path) -> TakeFolder:
    """A take of one chunk that nobody has sent yet."""
    heard = MadeUp()
    recording = Recording(Spool(tmp_path / "spool"), heard, Plan(chunk_s=0.01), lambda *_: None)
    recording.start()
    heard.take(counter(0, 480).tobytes(), False)
    assert recording.close() and recording.folder is not None
    return recording.folder


def sent(giver: Giver, queue: TransferQueue, folder: TakeFolder) -> str:
    """Send the take; return the key of its chunk in the folder of the take."""
    sending = ChunkSending(door_for(giver), queue, lambda *_: None)
    sending.send_all(folder)
    assert sending.wait(folder, 60)
    chunk = folder.take.chunk(0)
    assert (chunk.state, chunk.error) == ("in_s3", "")
    assert sending.finish(folder)
    return chunk.key.removeprefix(f"recordings/{folder.take.id}/")


@contextmanager
def losing(server: StrictS3, lost: list[bool]) -> Iterator[StrictS3]:
    """Put a line before the server that loses answers."""
    with between(server.endpoint_url, lost=list(lost)) as line:
        yield replace(server, endpoint_url=line)


@pytest.mark.parametrize("sign", [strict, lenient])
@pytest.mark.parametrize("lost", [[True], [True, True], [False, True]])
def test_where_the_answer_is_lost_nothing_gets_a_second_name(
    sign: Callable[[StrictS3, str], Sign],
    lost: list[bool],
    folder: TakeFolder,
    s3_server: StrictS3,
    bucket: str,
    queue: TransferQueue,
) -> None:
    """That of the chunk, of that twice, or of the document."""
    with losing(s3_server, lost) as far, giving(sign(far, bucket)) as giver:
        assert sent(giver, queue, folder) == "00000.wav"
    keys = stored_keys(s3_server.client(), bucket)
    assert [key.rpartition("/")[2] for key in keys] == ["00000.wav", "take.json"]
    assert any(asked.get("replace") for asked in giver.asked)


@pytest.mark.parametrize(("sign", "name"), [(strict, "00000.wav"), (lenient, "00000 (2).wav")])
def test_what_arrived_before_a_kill_is_known_by_its_bytes_and_else_left_alone(
    sign: Callable[[StrictS3, str], Sign],
    name: str,
    folder: TakeFolder,
    s3_server: StrictS3,
    bucket: str,
    queue: TransferQueue,
) -> None:
    key, client = f"recordings/{folder.take.id}/00000.wav", s3_server.client()
    body = (folder.path / "00000.wav").read_bytes()
    before = client.put_object(Bucket=bucket, Key=key, Body=body, Metadata={"made": "before"})
    with giving(sign(s3_server, bucket)) as giver:
        assert sent(giver, queue, folder) == name
    there = client.head_object(Bucket=bucket, Key=key)
    assert there["ETag"] == before["ETag"]
    assert ("made" in there["Metadata"]) == (name != "00000.wav")


def test_what_somebody_else_has_put_there_stays(
    folder: TakeFolder, s3_server: StrictS3, bucket: str, queue: TransferQueue
) -> None:
    key, client = f"recordings/{folder.take.id}/00000.wav", s3_server.client()
    client.put_object(Bucket=bucket, Key=key, Body=b"mine")
    with giving(strict(s3_server, bucket)) as giver:
        assert sent(giver, queue, folder) == "00000 (2).wav"
    assert client.get_object(Bucket=bucket, Key=key)["Body"].read() == b"mine"


def test_a_service_that_says_itself_that_a_name_is_taken_is_asked_for_another(
    folder: TakeFolder, s3_server: StrictS3, bucket: str, queue: TransferQueue
) -> None:
    good = signing(s3_server, bucket)

    def sign(asked: Asked) -> Answer:
        return (409, b"") if asked["key"].endswith("/00000.wav") else good(asked)

    with giving(sign) as giver:
        assert sent(giver, queue, folder) == "00000 (2).wav"
