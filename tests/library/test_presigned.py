"""Chunks that go to addresses which somebody else signs: compared, secret, asked for anew."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import Message
from pathlib import Path

import msgspec
import numpy as np
import pytest

from s3audio_tui.config import Settings
from s3audio_tui.errors import (
    BadBytesError,
    NotAllowedError,
    QuotaError,
    S3AudioError,
    SettingsError,
    UnreachableError,
)
from s3audio_tui.library.chunk_sending import ChunkSending
from s3audio_tui.library.presigned import PresignedDoor
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan
from s3audio_tui.library.signed_headers import headers_for
from s3audio_tui.library.signers import Checksum, Command, Given, Service, Wanted, signer_for
from s3audio_tui.library.spool import Spool, TakeFolder
from s3audio_tui.library.takes import Take
from s3audio_tui.library.transfers import TransferQueue
from tests.audio.microphone import MadeUp, counter
from tests.library.address_giver import TOKEN, Answer, Asked, Giver, between, flips, giving
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

Sign = Callable[[Asked], Answer]

NOT_SIGNED = (
    b"<Error><Code>AccessDenied</Code>"
    b"<Message>There were headers present in the request which were not signed</Message>"
    b"<HeadersNotSigned>content-md5</HeadersNotSigned></Error>"
)


@pytest.fixture
def queue() -> Iterator[TransferQueue]:
    """A queue of transfers."""
    made = TransferQueue(4)
    yield made
    made.close(10)


def signing(server: StrictS3, bucket: str, *, life_s: int = 60, **extra: str) -> Sign:
    """Return what signs an address for all that is asked, with boto3."""
    client = server.client()

    def sign(asked: Asked) -> Answer:
        params = {"Bucket": bucket, "Key": asked["key"], "Metadata": asked["metadata"], **extra}
        url = client.generate_presigned_url("put_object", Params=params, ExpiresIn=life_s)
        return 200, json.dumps({"url": url}).encode()

    return sign


@pytest.fixture
def giver(s3_server: StrictS3, bucket: str) -> Iterator[Giver]:
    """A service that gives good addresses."""
    with giving(signing(s3_server, bucket)) as made:
        yield made


def door_for(giver: Giver) -> PresignedDoor:
    """Return a door that asks the service."""
    return PresignedDoor(Settings(user="anna"), Service(giver.url, TOKEN))


def taken(tmp_path: Path, sending: ChunkSending, frames: int = 1300) -> TakeFolder:
    """Record a take, in chunks of 480 frames, and hand them on."""
    heard = MadeUp()
    plan = Plan(chunk_s=0.01, name="Größe")
    recording = Recording(Spool(tmp_path / "spool"), heard, plan, lambda *_: None, sending)
    recording.start()
    heard.take(counter(0, frames).tobytes(), False)
    assert recording.close()
    assert recording.folder is not None
    return recording.folder


def arrived(server: StrictS3, bucket: str, take: Take) -> np.ndarray:
    """Return the frames of all chunks as they lie in S3."""
    parts, client = [], server.client()
    for chunk in take.chunks:
        found = client.get_object(Bucket=bucket, Key=chunk.key)
        assert found["Metadata"]["index"] == str(chunk.index)
        assert found["ContentType"] == "audio/wav"
        parts.append(np.frombuffer(found["Body"].read()[44:], "<i2"))
    return np.concatenate(parts)


def test_a_take_goes_up_without_keys(
    giver: Giver, s3_server: StrictS3, bucket: str, queue: TransferQueue, tmp_path: Path
) -> None:
    sending = ChunkSending(door_for(giver), queue, lambda *_: None)
    folder = taken(tmp_path, sending)
    assert sending.wait(folder, 30)
    np.testing.assert_array_equal(arrived(s3_server, bucket, folder.take), counter(0, 1300)[:, 0])
    assert [path.name for path in folder.path.iterdir()] == ["take.jsonl"]
    assert sending.finish(folder)
    key = f"recordings/{folder.take.id}/take.json"
    data = s3_server.client().get_object(Bucket=bucket, Key=key)["Body"].read()
    assert msgspec.json.decode(data, type=Take).frames == 1300
    assert set(giver.tokens) == {f"Bearer {TOKEN}"}
    first = min(giver.asked, key=lambda asked: asked["key"])
    assert first["name"] == "Größe" and first["checksum"]["algorithm"] == "SHA256"


def test_the_command_of_the_manual_gives_addresses(
    s3_server: StrictS3,
    bucket: str,
    queue: TransferQueue,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "takes.md").read_text(encoding="utf-8")
    first, second = (each.partition("```")[0] for each in page.split("```python\n")[1:3])
    script = tmp_path / "give address.py"
    script.write_text("import base64\n" + first.replace("s3 =", f"{second}s3 =", 1))
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server.endpoint_url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", s3_server.region)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_server.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_server.secret_access_key)
    command = Command(f"'{sys.executable}' '{script}' {bucket}")
    sending = ChunkSending(PresignedDoor(Settings(user="anna"), command), queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480)
    assert sending.wait(folder, 60)
    np.testing.assert_array_equal(arrived(s3_server, bucket, folder.take), counter(0, 480)[:, 0])


def test_an_address_that_has_expired_is_replaced(
    s3_server: StrictS3, bucket: str, queue: TransferQueue, tmp_path: Path
) -> None:
    good = signing(s3_server, bucket)
    with giving(good) as giver:
        old = signing(s3_server, bucket, life_s=-5)
        giver.answer = lambda asked: (old if len(giver.asked) < 3 else good)(asked)
        states = list[str]()
        sending = ChunkSending(
            door_for(giver), queue, lambda folder, at: states.append(folder.take.chunk(at).state)
        )
        folder = taken(tmp_path, sending, 480)
        assert sending.wait(folder, 30)
    assert states == ["sending", "in_s3"]
    assert (sending.refusal, sending.trouble) == (None, None)
    assert len(giver.asked) == 3


EXPIRED = [
    (403, b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"),
    (400, b"<Error><Code>ExpiredToken</Code><Message>The token has expired</Message></Error>"),
]


@pytest.mark.parametrize("answer", EXPIRED)
def test_addresses_that_expire_on_the_way_are_no_failure_of_any_chunk(
    answer: Answer, s3_server: StrictS3, bucket: str, queue: TransferQueue, tmp_path: Path
) -> None:
    """As where a service signs with a role of its own that ends: each chunk meets it once."""
    met, states = set[str](), list[str]()

    def once(headers: Message, _: bytearray) -> Answer | None:
        which = headers["x-amz-meta-index"]
        if which is None or which in met:
            return None
        met.add(which)
        return answer

    with between(s3_server.endpoint_url, once) as line:
        behind = replace(s3_server, endpoint_url=line)
        with giving(signing(behind, bucket)) as giver:
            sending = ChunkSending(
                door_for(giver),
                queue,
                lambda folder, at: states.append(folder.take.chunk(at).state),
            )
            folder = taken(tmp_path, sending)
            assert sending.wait(folder, 30)
    np.testing.assert_array_equal(arrived(s3_server, bucket, folder.take), counter(0, 1300)[:, 0])
    assert set(states) == {"sending", "in_s3"}
    assert (len(met), len(giver.asked)) == (3, 6)
    assert sending.refusal is None
    assert "not_sent" not in (folder.path / "take.jsonl").read_text()


def test_what_is_said_to_have_expired_is_asked_for_once_more(giver: Giver) -> None:
    past = {"url": "http://127.0.0.1:1/", "expires_at": "2001-01-01T00:00:00Z"}
    giver.odd = [(200, json.dumps(past).encode())]
    given = door_for(giver)._asked(wanted(), lambda: None)
    assert "127.0.0.1:1/" not in given.url
    assert len(giver.asked) == 2


def test_damaged_bytes_are_refused_by_s3_and_sent_again(
    s3_server: StrictS3, bucket: str, queue: TransferQueue, tmp_path: Path
) -> None:
    with between(s3_server.endpoint_url, flips(2)) as line:
        behind = replace(s3_server, endpoint_url=line)
        with giving(signing(behind, bucket)) as giver:
            sending = ChunkSending(door_for(giver), queue, lambda *_: None)
            folder = taken(tmp_path, sending, 480)
            assert sending.wait(folder, 30)
    np.testing.assert_array_equal(arrived(s3_server, bucket, folder.take), counter(0, 480)[:, 0])
    assert len(giver.asked) == 3


def test_a_store_that_wants_every_checksum_signed_shows_its_own(
    s3_server: StrictS3, bucket: str, queue: TransferQueue, tmp_path: Path
) -> None:
    """As AWS does; and the bytes are damaged once more, so that only the ETag tells it."""
    flip, refused = flips(1), []

    def harm(headers: Message, body: bytearray) -> Answer | None:
        if headers["Content-MD5"]:
            refused.append(headers["Content-MD5"])
            return 403, NOT_SIGNED
        return flip(headers, body)

    with between(s3_server.endpoint_url, harm) as line:
        behind = replace(s3_server, endpoint_url=line)
        with giving(signing(behind, bucket)) as giver:
            sending = ChunkSending(door_for(giver), queue, lambda *_: None)
            folder = taken(tmp_path, sending, 480)
            assert sending.wait(folder, 30)
            assert sending.finish(folder)
    np.testing.assert_array_equal(arrived(s3_server, bucket, folder.take), counter(0, 480)[:, 0])
    assert len(refused) == 1


def test_what_was_signed_is_sent_and_a_name_that_is_taken_is_not_replaced(
    giver: Giver, s3_server: StrictS3, bucket: str, queue: TransferQueue, tmp_path: Path
) -> None:
    def sign(asked: Asked) -> Answer:
        value = asked["checksum"]["value"]
        strict = signing(s3_server, bucket, ChecksumSHA256=value, IfNoneMatch="*")
        return strict(asked)

    giver.answer = sign
    client = s3_server.client()
    sending = ChunkSending(door_for(giver), queue, lambda *_: None)
    heard = MadeUp()
    recording = Recording(
        Spool(tmp_path / "spool"), heard, Plan(chunk_s=0.01), lambda *_: None, None
    )
    recording.start()
    assert recording.folder is not None
    folder = recording.folder
    taken_key = f"recordings/{folder.take.id}/00000.wav"
    client.put_object(Bucket=bucket, Key=taken_key, Body=b"mine")
    heard.take(counter(0, 480).tobytes(), False)
    assert recording.close()
    sending.send_all(folder)
    assert sending.wait(folder, 30)
    key = f"recordings/{folder.take.id}/00000 (2).wav"
    assert (folder.take.chunks[0].key, folder.take.chunks[0].state) == (key, "in_s3")
    assert client.get_object(Bucket=bucket, Key=taken_key)["Body"].read() == b"mine"
    assert client.head_object(Bucket=bucket, Key=key)["Metadata"]["index"] == "0"


def test_what_the_store_refuses_stays_with_its_reason(
    giver: Giver, s3_server: StrictS3, bucket: str, queue: TransferQueue, tmp_path: Path
) -> None:
    giver.answer = signing(s3_server, bucket, ChecksumSHA256="A" * 43 + "=")
    sending = ChunkSending(door_for(giver), queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480)
    assert sending.wait(folder, 30)
    chunk = folder.take.chunk(0)
    assert "refuses the address" in chunk.error
    assert (folder.path / chunk.file).exists()
    giver.answer = signing(s3_server, bucket)
    sending.send_all(folder)
    assert sending.wait(folder, 30)
    assert folder.take.chunk(0).state == "in_s3"


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            (403, b'{"error": "unknown device"}'),
            NotAllowedError,
            "refuses an address: unknown device",
        ),
        ((507, b'{"error": "1 GB is full"}'), QuotaError, "has no room for it: 1 GB is full"),
    ],
)
def test_what_the_service_refuses_stays_with_its_reason_and_goes_when_it_gives_way(
    answer: Answer,
    kind: type[S3AudioError],
    words: str,
    giver: Giver,
    s3_server: StrictS3,
    bucket: str,
    queue: TransferQueue,
    tmp_path: Path,
) -> None:
    giver.odd = [answer] * 3
    sending = ChunkSending(door_for(giver), queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480 * 3)
    assert sending.wait(folder, 30)
    assert all(chunk.state == "failed" and words in chunk.error for chunk in folder.take.chunks)
    assert isinstance(sending.refusal, kind) and sending.trouble is None
    assert len(list(folder.path.glob("*.wav"))) == 3
    sending.send_all(folder)
    assert sending.wait(folder, 30)
    np.testing.assert_array_equal(arrived(s3_server, bucket, folder.take), counter(0, 1440)[:, 0])


def test_while_the_service_is_down_chunks_wait(
    giver: Giver, s3_server: StrictS3, bucket: str, queue: TransferQueue, tmp_path: Path
) -> None:
    giver.odd = [(503, b""), None, (500, b"<html>")]
    sending = ChunkSending(door_for(giver), queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480 * 3)
    assert sending.wait(folder, 60)
    np.testing.assert_array_equal(arrived(s3_server, bucket, folder.take), counter(0, 1440)[:, 0])


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ((401, b'{"error": "unknown token very-secret-token"}'), NotAllowedError, "unknown token"),
        ((403, b""), NotAllowedError, "upload_token"),
        ((507, b'{"message": "1 GB is full"}'), QuotaError, "1 GB is full"),
        ((500, b""), UnreachableError, "just now"),
        ((302, b""), SettingsError, "elsewhere"),
        ((200, b"<html>very-secret-token"), S3AudioError, "something else"),
        ((200, b'{"url": "http://example.com/?X=very-secret-token"}'), S3AudioError, "TLS"),
        ((200, b'{"url": "https://e/", "headers": {"a\\nb": "c"}}'), S3AudioError, "headers"),
        (None, UnreachableError, "cannot be reached"),
    ],
)
def test_each_odd_answer_has_its_sentence(
    giver: Giver, answer: Answer | None, kind: type[S3AudioError], words: str
) -> None:
    giver.odd = [answer]
    with pytest.raises(kind, match=words) as caught:
        Service(giver.url, TOKEN).ask(wanted(), lambda: None)
    assert TOKEN not in str(caught.value)


def test_a_service_that_says_nothing_is_given_up() -> None:
    import threading

    late = threading.Event()
    with giving(lambda _: (200, str(late.wait(30)).encode())) as giver:
        with pytest.raises(UnreachableError, match="cannot be reached"):
            Service(giver.url, TOKEN, patience_s=0.3).ask(wanted(), lambda: None)
        late.set()


@pytest.mark.parametrize(
    ("line", "kind", "words"),
    [
        ("sh -c 'echo no badge >&2; exit 77'", NotAllowedError, "no badge"),
        ("sh -c 'echo no line >&2; exit 75'", UnreachableError, "no line"),
        ("sh -c 'exit 3'", S3AudioError, "exit code 3"),
        ("echo nonsense", S3AudioError, "something else"),
        ("/nowhere/at-all", SettingsError, "cannot be run"),
    ],
)
def test_a_command_that_fails_has_its_sentence(
    line: str, kind: type[S3AudioError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        Command(line).ask(wanted(), lambda: None)


def test_a_command_that_never_ends_is_ended() -> None:
    with pytest.raises(UnreachableError, match="no address within"):
        Command("sleep 60", 0.2).ask(wanted(), lambda: None)


def test_secrets_reach_neither_log_nor_error(
    giver: Giver,
    s3_server: StrictS3,
    bucket: str,
    queue: TransferQueue,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    s3_server.set_faults(bucket, Fault(method="PUT", code="InternalError", times=1))
    sending = ChunkSending(door_for(giver), queue, lambda *_: None)
    folder = taken(tmp_path, sending, 480)
    assert sending.wait(folder, 60)
    seen = caplog.text + (folder.path / "take.jsonl").read_text()
    assert "PutUnsigned" in seen
    assert TOKEN not in seen and "X-Amz" not in seen


@pytest.mark.parametrize(
    "settings",
    [
        Settings(upload_url="http://example.com/", upload_token=TOKEN),
        Settings(upload_url="https://me:pass@example.com/"),
        Settings(upload_url="https://example.com/", upload_token="a\nb"),
        Settings(upload_url="https://example.com/", upload_command="x"),
        Settings(upload_command="'x"),
    ],
)
def test_settings_that_would_leak_or_mean_nothing_are_refused(settings: Settings) -> None:
    with pytest.raises(SettingsError) as caught:
        signer_for(settings)
    assert TOKEN not in str(caught.value)
    assert "pass@" not in str(caught.value)


def test_what_is_sent_along_is_what_was_signed() -> None:
    signed = "https://e/k?X-Amz-SignedHeaders=host%3Bif-none-match%3Bx-amz-checksum-sha256"
    made = headers_for(Given(signed), wanted())
    assert (made["if-none-match"], made["x-amz-checksum-sha256"]) == ("*", "c2hh")
    assert "content-md5" not in made
    plain = headers_for(Given("https://e/k?X-Amz-SignedHeaders=host"), wanted())
    assert plain == {"content-md5": "bWQ1", "content-type": "audio/wav"}
    with pytest.raises(NotAllowedError, match="no checksum"):
        headers_for(Given("https://e/k?Signature=x&Expires=1"), wanted())
    with pytest.raises(BadBytesError, match="other bytes"):
        headers_for(Given("https://e/k", {"Content-MD5": "b3RoZXI="}), wanted())


def wanted() -> Wanted:
    """Return what a recorder asks for."""
    return Wanted(
        take="t",
        name="n",
        index=0,
        key="recordings/t/00000.wav",
        size_bytes=3,
        sha256="00",
        content_type="audio/wav",
        metadata={},
        checksum=Checksum("SHA256", "c2hh"),
        content_md5="bWQ1",
    )
