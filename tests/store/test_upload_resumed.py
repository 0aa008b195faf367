"""Uploads that were cut short, or met somebody else, and are gone on with."""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import (
    CancelledError,
    ConflictError,
    CredentialsError,
    NotAllowedError,
    S3AudioError,
    UnreachableError,
)
from s3audio_tui.store import objects
from s3audio_tui.store.checksums import Guard
from s3audio_tui.store.client import Store
from s3audio_tui.store.exchange import Exchange
from s3audio_tui.store.listing import unfinished_uploads
from s3audio_tui.store.session import Session
from s3audio_tui.store.upload import PutOptions, Uploaded, upload
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

MIB = 1024 * 1024
DATA = random.Random(5).randbytes(16 * MIB)  # 4 parts
GONE = "S3 has its parts no more: it is sent from its beginning"
CHANGED = "the file has changed since: it is sent from its beginning"
RACED = "somebody wrote it at the same time: it is sent again"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again without a pause."""
    monkeypatch.setattr("s3audio_tui.store.attempts._MOST_S", 0.0)


@dataclass
class Sender:
    """Uploads one file again and again, and keeps what it is told to."""

    store: Store
    path: Path
    guard: Guard = "crc64nvme"
    session: Session | None = None
    told: list[str] = field(default_factory=list)
    done: list[int] = field(default_factory=list)

    def send(self, cancel: CancelToken | None = None, at_bytes: int | None = None) -> Uploaded:
        """Upload it; with `at_bytes` interrupt it when so much has left."""
        self.done = []
        token = cancel or CancelToken()

        def progress(done_bytes: int) -> None:
            self.done.append(done_bytes)
            if at_bytes is not None and done_bytes > at_bytes:
                token.cancel(keep=True)

        return upload(
            self.store,
            self.path,
            "k",
            PutOptions(content_type="audio/wav", conditional=True, guard=self.guard),
            progress=progress,
            cancel=token,
            workers=1,
            session=self.session,
            keep=self.keep,
            tell=self.told.append,
        )

    def keep(self, session: Session | None) -> None:
        self.session = session

    def interrupt(self) -> None:
        """Stop it in its third part."""
        with pytest.raises(CancelledError):
            self.send(at_bytes=11 * MIB)

    @property
    def whole(self) -> bool:
        body = self.store.client.get_object(Bucket=self.store.bucket, Key="k")["Body"].read()
        return body == self.path.read_bytes()


@pytest.fixture
def sender(store: Store, tmp_path: Path) -> Sender:
    path = tmp_path / "a.wav"
    path.write_bytes(DATA)
    return Sender(store, path)


def sent_parts(s3_server: StrictS3, store: Store) -> list[str]:
    return sorted(
        call.query["partNumber"]
        for call in s3_server.asked(store.bucket)
        if "partNumber" in call.query
    )


def left(store: Store) -> int:
    return len(list(unfinished_uploads(store, "")))


@pytest.mark.parametrize("kind", ["", "unsummed-"])
def test_only_what_is_missing_is_sent(
    sender: Sender,
    make_store: Callable[[str], Store],
    make_bucket: Callable[..., str],
    s3_server: StrictS3,
    kind: str,
) -> None:
    sender.store, sender.guard = make_store(make_bucket(kind=kind)), "md5" if kind else "crc64nvme"
    sender.interrupt()
    assert sender.session is not None
    assert sender.session.arrived_bytes == 10 * MIB
    s3_server.forget(sender.store.bucket)
    sender.send()
    assert sent_parts(s3_server, sender.store) == ["3", "4"]
    assert sender.done[0] == 10 * MIB
    assert sender.done[-1] == len(DATA)
    assert sender.whole
    assert sender.told == []
    assert left(sender.store) == 0


def test_a_part_that_is_not_as_it_is_here_is_sent_again(
    sender: Sender, s3_server: StrictS3
) -> None:
    sender.guard = "md5"
    sender.interrupt()
    assert sender.session is not None
    sender.store.client.upload_part(
        Bucket=sender.store.bucket,
        Key="k",
        UploadId=sender.session.upload_id,
        PartNumber=1,
        Body=bytes(5 * MIB),
    )
    s3_server.forget(sender.store.bucket)
    sender.send()
    assert sent_parts(s3_server, sender.store) == ["1", "3", "4"]
    assert sender.whole


def test_a_file_that_has_changed_begins_again(sender: Sender) -> None:
    sender.interrupt()
    sender.path.write_bytes(DATA[::-1])
    sender.send()
    assert sender.whole
    assert sender.told == [CHANGED]
    assert left(sender.store) == 0


def test_a_file_that_was_changed_in_secret_is_sent_as_it_is(sender: Sender) -> None:
    sender.interrupt()
    before = sender.path.stat()
    with sender.path.open("r+b") as file:
        file.write(b"other")
    os.utime(sender.path, ns=(before.st_atime_ns, before.st_mtime_ns))
    sender.send()
    assert sender.whole


def test_parts_that_somebody_removed_are_sent_again(sender: Sender) -> None:
    sender.interrupt()
    assert sender.session is not None
    sender.store.client.abort_multipart_upload(
        Bucket=sender.store.bucket, Key="k", UploadId=sender.session.upload_id
    )
    sender.send()
    assert sender.whole
    assert sender.told == [GONE]
    assert sender.done[-1] == len(DATA)


def test_a_network_that_is_gone_leaves_the_parts(sender: Sender, s3_server: StrictS3) -> None:
    bucket = sender.store.bucket
    s3_server.set_faults(
        bucket, Fault(method="PUT", query="partNumber", code="InternalError", skip=2)
    )
    with pytest.raises(UnreachableError):
        sender.send()
    assert sender.session is not None
    assert left(sender.store) == 1
    s3_server.forget(bucket)
    sender.send()
    assert sent_parts(s3_server, sender.store) == ["3", "4"]
    assert sender.whole


def test_what_cannot_be_gone_on_with_leaves_none(sender: Sender, s3_server: StrictS3) -> None:
    bucket = sender.store.bucket
    s3_server.set_faults(bucket, Fault(method="PUT", query="partNumber", code="AccessDenied"))
    with pytest.raises(NotAllowedError):
        sender.send()
    assert (sender.session, left(sender.store)) == (None, 0)
    s3_server.forget(bucket)
    sender.interrupt()
    objects.write_small(sender.store, "k", b"faster")
    with pytest.raises(ConflictError):
        sender.send()
    assert (sender.session, left(sender.store)) == (None, 0)
    assert objects.read_small(sender.store, "k")[0] == b"faster"


def test_what_cannot_be_written_down_is_not_begun(sender: Sender) -> None:
    def full(_: Any) -> None:
        raise S3AudioError("the disk is full")

    with pytest.raises(S3AudioError, match="full"):
        upload(sender.store, sender.path, "k", PutOptions(content_type="audio/wav"), keep=full)
    assert left(sender.store) == 0


def test_a_race_begins_again(sender: Sender, s3_server: StrictS3) -> None:
    race = Fault(method="POST", query="uploadId", code="ConditionalRequestConflict", times=1)
    s3_server.set_faults(sender.store.bucket, race)
    sender.send()
    assert sender.whole
    assert sender.told == [RACED]
    assert left(sender.store) == 0
    assert sender.done[-1] == len(DATA)


@pytest.mark.parametrize("guard", ["crc64nvme", "md5"])
@pytest.mark.parametrize("size_bytes", [100_000, len(DATA)])
def test_a_bit_that_flips_on_the_way_is_mended(
    sender: Sender,
    s3_server: StrictS3,
    monkeypatch: pytest.MonkeyPatch,
    guard: Guard,
    size_bytes: int,
) -> None:
    os.truncate(sender.path, size_bytes)
    sender.guard = guard
    plain, flipped = Exchange.send, list[int]()

    def send(self: Exchange, block: memoryview) -> None:
        if len(block) > 50_000 and not flipped:
            flipped.append(1)
            block[40_000] ^= 1
        plain(self, block)

    monkeypatch.setattr(Exchange, "send", send)
    sender.send()
    assert flipped
    assert sender.whole
    assert sender.done[-1] == size_bytes
    if size_bytes == len(DATA):
        assert sent_parts(s3_server, sender.store) == ["1", "1", "2", "3", "4"]


def test_credentials_that_expire_in_the_middle(sender: Sender, s3_server: StrictS3) -> None:
    bucket = sender.store.bucket
    expired = Fault(method="PUT", query="partNumber", code="ExpiredToken", skip=2, times=1)
    s3_server.set_faults(bucket, expired)
    sender.send()
    assert sender.whole
    objects.delete(sender.store, "k")
    s3_server.set_faults(bucket, Fault(method="PUT", query="partNumber", code="ExpiredToken"))
    with pytest.raises(CredentialsError, match="expired"):
        sender.send()
    assert left(sender.store) == 1, "it can be gone on with after a new log-in"
