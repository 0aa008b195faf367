"""Copies in parts: stopped at some moment, gone on with, and leaving nothing behind."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError, NotAllowedError
from s3audio_tui.store import objects
from s3audio_tui.store.client import Store
from s3audio_tui.store.copy import change, copy, move
from s3audio_tui.store.copy_job import New, Sizes
from s3audio_tui.store.copy_session import CopySession
from s3audio_tui.store.listing import unfinished_uploads
from s3audio_tui.store.objects import ObjectHead
from tests.store.before import before
from tests.store.test_copy import ALL, assert_same, content, keys, put
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

MIB = 1024 * 1024
SIZES = Sizes(single_limit_bytes=1, part_bytes=5 * MIB, workers=1)
DATA = bytes(range(256)) * (16 * MIB // 256)
PARTS = 4


@dataclass
class Remembered:
    """Sessions kept in memory; none is at work any more."""

    kept: dict[str, CopySession] = field(default_factory=dict)

    def find(self, wanted: CopySession) -> CopySession | None:
        return next((session for session in self.kept.values() if session.fits(wanted)), None)

    def keep(self, session: CopySession) -> None:
        self.kept[session.upload_id] = session

    def release(self, session: CopySession) -> None:
        assert session.upload_id in self.kept

    def drop(self, session: CopySession) -> None:
        del self.kept[session.upload_id]


@pytest.fixture
def source(store: Store) -> ObjectHead:
    return put(store, "a", DATA)


def interrupted(store: Store, source: ObjectHead, sessions: Remembered, **named: Any) -> None:
    """Copy two parts of the object, and stop in such a way that they stay."""
    cancel = CancelToken()

    def stop(done: int) -> None:
        if done > 5 * MIB:
            cancel.cancel(keep=True)

    with pytest.raises(CancelledError):
        copy(
            *(store, source, "b"),
            can=ALL,
            sessions=sessions,
            sizes=SIZES,
            progress=stop,
            cancel=cancel,
            **named,
        )
    assert len(sessions.kept) == 1
    assert len(list(unfinished_uploads(store, ""))) == 1


def copied_parts(server: StrictS3, store: Store) -> list[int]:
    asked = [call.query for call in server.asked(store.bucket) if call.method == "PUT"]
    return sorted(int(query["partNumber"]) for query in asked if "partNumber" in query)


def test_a_copy_goes_on_where_it_was_interrupted(
    store: Store, source: ObjectHead, s3_server: StrictS3
) -> None:
    sessions, done = Remembered(), list[int]()
    interrupted(store, source, sessions)
    s3_server.forget(store.bucket)
    made = copy(
        *(store, source, "b"), can=ALL, sessions=sessions, sizes=SIZES, progress=done.append
    )
    assert copied_parts(s3_server, store) == [3, 4]
    assert done[0] == 10 * MIB
    assert content(store, "b") == DATA
    assert_same(store, made, source)
    assert made.parts == PARTS
    assert (sessions.kept, list(unfinished_uploads(store, ""))) == ({}, [])


def test_a_session_is_kept_before_the_first_part(
    store: Store, source: ObjectHead, s3_server: StrictS3
) -> None:
    class Watched(Remembered):
        def keep(self, session: CopySession) -> None:
            assert copied_parts(s3_server, store) == []
            super().keep(session)

    s3_server.forget(store.bucket)
    copy(store, source, "b", can=ALL, sessions=Watched(), sizes=SIZES)
    assert copied_parts(s3_server, store) == [1, 2, 3, 4]


def test_another_copy_of_the_same_object_begins_anew(store: Store, source: ObjectHead) -> None:
    sessions = Remembered()
    interrupted(store, source, sessions)
    made = copy(
        *(store, source, "b"),
        can=ALL,
        sessions=sessions,
        sizes=SIZES,
        new=New(metadata={"other": "1"}),
    )
    assert made.metadata == {"other": "1"}
    assert len(sessions.kept) == 1  # the first one may still be gone on with


def test_parts_of_another_size_are_copied_again(
    store: Store, source: ObjectHead, s3_server: StrictS3
) -> None:
    sessions = Remembered()
    interrupted(store, source, sessions)
    [session] = sessions.kept.values()
    named: dict[str, Any] = {"Bucket": store.bucket, "Key": "b", "UploadId": session.upload_id}
    store.client.upload_part(**named, PartNumber=2, Body=bytes(6 * MIB))
    store.client.upload_part(**named, PartNumber=9, Body=b"of somebody else")
    s3_server.forget(store.bucket)
    copy(store, source, "b", can=ALL, sessions=sessions, sizes=SIZES)
    assert copied_parts(s3_server, store) == [2, 3, 4]
    assert content(store, "b") == DATA


def test_an_upload_that_is_gone_is_begun_anew(store: Store, source: ObjectHead) -> None:
    sessions = Remembered()
    interrupted(store, source, sessions)
    [session] = sessions.kept.values()
    store.client.abort_multipart_upload(Bucket=store.bucket, Key="b", UploadId=session.upload_id)
    copy(store, source, "b", can=ALL, sessions=sessions, sizes=SIZES)
    assert content(store, "b") == DATA
    assert (sessions.kept, list(unfinished_uploads(store, ""))) == ({}, [])


def test_a_part_that_fails_is_tried_again(
    store: Store, source: ObjectHead, s3_server: StrictS3
) -> None:
    s3_server.set_faults(
        store.bucket,
        Fault(query="partNumber", code="InternalError", times=2),
        Fault(query="partNumber", body="late", code="InternalError", skip=3, times=1),
    )
    move(store, source, "b", can=ALL, sizes=Sizes(1, 5 * MIB, 4))
    assert keys(store) == ["b"]
    assert content(store, "b") == DATA


def test_a_copy_that_is_refused_leaves_nothing(
    store: Store, source: ObjectHead, s3_server: StrictS3
) -> None:
    sessions = Remembered()
    s3_server.set_faults(store.bucket, Fault(query="partNumber", code="AccessDenied", skip=2))
    with pytest.raises(NotAllowedError):
        copy(store, source, "b", can=ALL, sessions=sessions, sizes=SIZES)
    assert (sessions.kept, list(unfinished_uploads(store, ""))) == ({}, [])


def test_parts_that_could_not_be_removed_are_remembered(
    store: Store, source: ObjectHead, s3_server: StrictS3
) -> None:
    sessions = Remembered()
    s3_server.set_faults(
        store.bucket,
        Fault(query="partNumber", code="AccessDenied", skip=2),
        Fault(method="DELETE", query="uploadId", code="AccessDenied"),
    )
    with pytest.raises(NotAllowedError):
        copy(store, source, "b", can=ALL, sessions=sessions, sizes=SIZES)
    s3_server.set_faults(store.bucket)
    [session] = sessions.kept.values()
    assert [upload.upload_id for upload in unfinished_uploads(store, "")] == [session.upload_id]


def test_a_change_of_a_large_object_goes_on_too(
    store: Store, source: ObjectHead, s3_server: StrictS3
) -> None:
    sessions, cancel = Remembered(), CancelToken()
    new = New(metadata={"k": "v"})
    how: dict[str, Any] = {"can": ALL, "sessions": sessions, "sizes": SIZES}
    with pytest.raises(CancelledError):
        change(
            *(store, source, new), progress=lambda _: cancel.cancel(keep=True), cancel=cancel, **how
        )
    s3_server.forget(store.bucket)
    made = change(store, source, new, **how)
    assert len(copied_parts(s3_server, store)) < PARTS
    assert made.metadata == {"k": "v"}
    assert objects.tags(store, "a") == {"song": "bridge", "take": "7"}
    assert content(store, "a") == DATA


def test_what_a_session_fits() -> None:
    one = CopySession("u", "b", "a", None, "e", 7, 5, "g")
    assert one.fits(msgspec.structs.replace(one, upload_id="", part_bytes=6))
    others = {
        "key": "c",
        "source": "c",
        "version_id": "v",
        "etag": "f",
        "size_bytes": 8,
        "given": "",
    }
    for name, value in others.items():
        assert not one.fits(msgspec.structs.replace(one, **{name: value}))


def test_tags_that_a_store_forgets_are_given_again(store: Store, source: ObjectHead) -> None:
    before(store, "CreateMultipartUpload", lambda headers: headers.pop("x-amz-tagging"))
    copy(store, source, "b", can=ALL, sizes=SIZES)
    assert objects.tags(store, "b") == {"song": "bridge", "take": "7"}
    copy(store, source, "c", can=ALL, sizes=SIZES, new=New({"other": "1"}))
    assert objects.tags(store, "c") == {"other": "1"}
