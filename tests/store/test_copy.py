"""Copies that keep everything, and moves that lose nothing."""

import time
from dataclasses import replace
from typing import Any

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import (
    BadBytesError,
    CancelledError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    UnreachableError,
)
from s3audio_tui.store import objects
from s3audio_tui.store.client import Connection, Store, connect
from s3audio_tui.store.copy import copy, move
from s3audio_tui.store.copy_job import New, Sizes
from s3audio_tui.store.listing import pages, unfinished_uploads
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.store.probe import NONE, Capabilities
from tests.store.before import before
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

MIB = 1024 * 1024
ALL = Capabilities(
    conditional_create=True,
    conditional_replace=True,
    conditional_delete=True,
    conditional_copy=True,
    versioning="off",
)
VERSIONED = Capabilities(
    conditional_create=True,
    conditional_replace=True,
    conditional_delete=True,
    conditional_copy=True,
    versioning="enabled",
)
IN_PARTS: dict[str, Any] = {"sizes": Sizes(1, 5 * MIB)}
ONE_BY_ONE: dict[str, Any] = {"sizes": Sizes(1, 5 * MIB, 1)}


def put(store: Store, key: str, data: bytes = b"12345") -> ObjectHead:
    """Put an object that has everything an object can have."""
    store.client.put_object(
        Bucket=store.bucket,
        Key=key,
        Body=data,
        ContentType="audio/x-wav",
        Metadata={"user": "me", "original-name": "a%20b.wav"},
        CacheControl="max-age=60",
        ContentDisposition='attachment; filename="x.wav"',
        ContentLanguage="de",
        Expires="Fri, 20 Nov 2026 09:30:00 GMT",
        Tagging="song=bridge&take=7",
        StorageClass="STANDARD_IA",
        ServerSideEncryption="AES256",
        ChecksumAlgorithm="CRC32",
    )
    return objects.head(store, key)


def content(store: Store, key: str) -> bytes:
    return store.client.get_object(Bucket=store.bucket, Key=key)["Body"].read()


def keys(store: Store) -> list[str]:
    return [entry.key for page in pages(store, "") for entry in page]


def assert_same(store: Store, made: ObjectHead, source: ObjectHead) -> None:
    """All of it but what belongs to the time and place of its making."""
    own: dict[str, Any] = {
        "key": "",
        "modified": 0.0,
        "version_id": None,
        "etag": "",
        "parts": None,
        "checksum_type": None,
    }
    assert replace(made, **own) == replace(source, **own)
    assert objects.tags(store, made.key) == {"song": "bridge", "take": "7"}


@pytest.fixture(params=[{}, IN_PARTS], ids=["whole", "in parts"])
def how(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(request.param)


def test_a_copy_keeps_everything(store: Store, how: dict[str, Any]) -> None:
    data = bytes(range(256)) * 4096 * 11  # 11 MiB
    source = put(store, "a", data)
    made = copy(store, source, "b", can=ALL, **how)
    assert_same(store, made, source)
    assert content(store, "b") == data
    assert (made.parts == 3) == bool(how)
    assert content(store, "a") == data


def test_a_copy_with_other_tags_and_metadata(store: Store, how: dict[str, Any]) -> None:
    source = put(store, "a")
    made = copy(store, source, "b", can=ALL, new=New({"a": "b c"}, {"k": "v"}), **how)
    assert made.metadata == {"k": "v"}
    assert objects.tags(store, "b") == {"a": "b c"}
    assert replace(source, metadata={}).headers == made.headers
    assert (made.content_type, made.storage_class) == ("audio/x-wav", "STANDARD_IA")


def test_a_copy_of_hostile_keys(store: Store, hostile_keys: dict[str, str]) -> None:
    for name, key in list(hostile_keys.items())[:12]:
        source = put(store, key, name.encode())
        copy(store, source, f"copy/{key}", can=ALL)
        assert content(store, f"copy/{key}") == name.encode()


def test_a_copy_never_overwrites_unasked(store: Store, how: dict[str, Any]) -> None:
    source = put(store, "a")
    old = objects.write_small(store, "b", b"old")
    with pytest.raises(ConflictError):
        copy(store, source, "b", can=ALL, **how)
    with pytest.raises(ConflictError):
        copy(store, source, "b", can=ALL, replace_etag="0" * 32, **how)
    with pytest.raises(ConflictError):
        copy(store, source, "none", can=ALL, replace_etag=old, **how)
    assert content(store, "b") == b"old"
    copy(store, source, "b", can=ALL, replace_etag=old, **how)
    assert content(store, "b") == b"12345"
    copy(store, put(store, "a", b"67"), "b", can=ALL, only_if_free=False, **how)
    assert content(store, "b") == b"67"


def test_a_name_taken_between_the_look_and_the_copy(store: Store, how: dict[str, Any]) -> None:
    """The look says that the name is free; only the guard of the store itself can know better."""
    source = put(store, "a")
    taken: list[str] = []

    def take(*_: object, **__: object) -> None:
        if not taken:
            taken.append(objects.write_small(store, "b", b"faster"))

    store.client.meta.events.register_first("before-call.s3.CopyObject", take)
    before(store, "CompleteMultipartUpload", take)
    with pytest.raises(ConflictError):
        copy(store, source, "b", can=ALL, **how)
    assert content(store, "b") == b"faster"
    assert list(unfinished_uploads(store, "")) == []


def test_a_source_that_changed(store: Store, how: dict[str, Any]) -> None:
    source = put(store, "a")
    objects.write_small(store, "a", b"other")
    with pytest.raises(ConflictError):
        copy(store, source, "b", can=ALL, **how)
    objects.delete(store, "a")
    with pytest.raises(ConflictError):
        copy(store, source, "b", can=ALL, **how)
    assert keys(store) == []
    assert list(unfinished_uploads(store, "")) == []


def test_a_source_that_changed_where_conditions_are_ignored(unconditional_store: Store) -> None:
    store = unconditional_store
    source = put(store, "a")
    objects.write_small(store, "a", b"other")
    with pytest.raises(ConflictError):
        copy(store, source, "b", can=NONE)
    assert keys(store) == ["a"]


def test_a_copy_that_is_not_like_its_source_goes_again(store: Store) -> None:
    source = put(store, "a")
    wrong = replace(source, checksums={"CRC32": "AAAAAA=="}, checksum_type=None)
    with pytest.raises(BadBytesError):
        copy(store, wrong, "b", can=ALL)
    assert keys(store) == ["a"]


def test_a_copy_whose_answer_was_lost(
    store: Store, s3_server: StrictS3, how: dict[str, Any]
) -> None:
    source = put(store, "a")
    method = "POST" if how else "PUT"
    query = "uploadId" if how else None
    s3_server.set_faults(
        store.bucket,
        Fault(method=method, key="b", query=query, code="InternalError", after=True, times=1),
    )
    made = copy(store, source, "b", can=ALL, **how)
    assert_same(store, made, source)


def test_an_error_in_the_body_of_a_good_answer(store: Store, s3_server: StrictS3) -> None:
    source = put(store, "a")
    s3_server.set_faults(store.bucket, Fault(method="PUT", key="b", code="AccessDenied"))
    with pytest.raises(NotAllowedError):
        move(store, source, "b", can=ALL)
    s3_server.set_faults(
        store.bucket, Fault(method="PUT", key="b", body="late", code="InternalError", times=1)
    )
    move(store, source, "b", can=ALL)
    assert keys(store) == ["b"]


def test_progress_and_cancel_of_a_copy_in_parts(store: Store) -> None:
    source = put(store, "a", bytes(20 * MIB))
    done: list[int] = []
    copy(store, source, "b", can=ALL, progress=done.append, **ONE_BY_ONE)
    assert done == [5 * MIB, 10 * MIB, 15 * MIB, 20 * MIB, 20 * MIB]
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        copy(
            store,
            source,
            "c",
            can=ALL,
            progress=lambda _: cancel.cancel(),
            cancel=cancel,
            **ONE_BY_ONE,
        )
    assert keys(store) == ["a", "b"]
    for _ in range(100):
        if not list(unfinished_uploads(store, "")):
            break
        time.sleep(0.05)
    assert list(unfinished_uploads(store, "")) == []


def test_a_move(store: Store, how: dict[str, Any]) -> None:
    source = put(store, "a")
    made = move(store, source, "b", can=ALL, **how)
    assert_same(store, made, source)
    assert keys(store) == ["b"]


def test_a_move_deletes_only_after_all_else(store: Store, s3_server: StrictS3) -> None:
    source = put(store, "a")
    s3_server.forget(store.bucket)
    move(store, source, "b", can=ALL)
    assert [(call.method, call.key) for call in s3_server.asked(store.bucket)] == [
        ("HEAD", "b"),
        ("PUT", "b"),
        ("HEAD", "b"),
        ("DELETE", "a"),
    ]


def test_a_crash_after_the_copy_leaves_both(store: Store, s3_server: StrictS3) -> None:
    source = put(store, "a")
    s3_server.set_faults(store.bucket, Fault(method="DELETE", code="InternalError"))
    with pytest.raises(UnreachableError, match="both are there"):
        move(store, source, "b", can=ALL)
    s3_server.forget(store.bucket)
    assert keys(store) == ["a", "b"]
    assert content(store, "b") == b"12345"


def test_a_delete_whose_answer_was_lost_ends_the_move(store: Store, s3_server: StrictS3) -> None:
    source = put(store, "a")
    s3_server.set_faults(store.bucket, Fault(method="DELETE", body="drop"))
    move(store, source, "b", can=ALL)
    s3_server.forget(store.bucket)
    assert keys(store) == ["b"]


def test_a_source_that_changes_after_the_copy_stays(
    store: Store, unconditional_store: Store
) -> None:
    for one, can in ((store, ALL), (store, NONE), (unconditional_store, NONE)):
        for entry in keys(one):
            objects.delete(one, entry)
        source = put(one, "a")

        def change(_: int, one: Store = one) -> None:
            objects.write_small(one, "a", b"newer")

        with pytest.raises(ConflictError, match="both are there"):
            move(one, source, "b", can=can, progress=change)
        assert content(one, "a") == b"newer"
        assert content(one, "b") == b"12345"


def test_a_deletion_whose_answer_was_lost(store: Store, s3_server: StrictS3) -> None:
    source = put(store, "a")
    s3_server.set_faults(
        store.bucket, Fault(method="DELETE", key="a", code="InternalError", after=True, times=1)
    )
    move(store, source, "b", can=ALL)
    assert keys(store) == ["b"]


def test_a_move_where_versions_are_kept(versioned_store: Store) -> None:
    store = versioned_store
    source = put(store, "a")
    made = move(store, source, "b", can=VERSIONED)
    assert objects.versions(store, "a") == []
    assert [version.version_id for version in objects.versions(store, "b")] == [made.version_id]


def test_a_move_of_one_of_many_versions(versioned_store: Store) -> None:
    store = versioned_store
    objects.write_small(store, "a", b"older")
    source = put(store, "a")
    move(store, source, "b", can=VERSIONED)
    kept = objects.versions(store, "a")
    assert [version.is_delete_marker for version in kept] == [True, False, False]
    assert content(store, "b") == b"12345"


def put_newer(store: Store) -> None:
    objects.write_small(store, "a", b"newer")


def test_a_version_that_is_newer_than_the_copy_stays(versioned_store: Store) -> None:
    store = versioned_store
    source = put(store, "a")
    with pytest.raises(ConflictError, match="both are there"):
        move(
            store,
            source,
            "b",
            can=VERSIONED,
            progress=lambda _: put_newer(store),
        )
    assert content(store, "a") == b"newer"


def test_a_move_without_the_right_to_look_at_versions(
    versioned_store: Store, s3_server: StrictS3
) -> None:
    source = put(versioned_store, "a")
    s3_server.set_faults(versioned_store.bucket, Fault(query="versions", code="AccessDenied"))
    move(versioned_store, source, "b", can=VERSIONED)
    s3_server.forget(versioned_store.bucket)
    assert [version.is_delete_marker for version in objects.versions(versioned_store, "a")] == [
        True,
        False,
    ]


def test_a_move_to_a_store_without_such_a_bucket(connection: Connection, store: Store) -> None:
    source = put(store, "a")
    with pytest.raises(NotFoundError):
        move(connect(replace(connection, bucket="no-such-bucket-here")), source, "b", can=ALL)
    assert keys(store) == ["a"]


def test_an_old_version_can_be_copied(versioned_store: Store) -> None:
    store = versioned_store
    old = put(store, "a", b"old")
    objects.write_small(store, "a", b"new")
    copy(store, old, "b", can=VERSIONED)
    assert content(store, "b") == b"old"
