"""One object at a time."""

from collections.abc import Callable

import pytest

from s3audio_tui.errors import ConflictError, NotAllowedError, NotFoundError
from s3audio_tui.store import deletes, listing, objects
from s3audio_tui.store.client import Store
from s3audio_tui.store.objects import ObjectHead
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3


def test_head_tells_all(store: Store) -> None:
    written = store.client.put_object(
        Bucket=store.bucket,
        Key="k",
        Body=b"12345",
        ContentType="audio/wav",
        Metadata={"user": "me"},
        CacheControl="max-age=60",
        ContentDisposition="inline",
        ServerSideEncryption="AES256",
        StorageClass="STANDARD_IA",
        ChecksumAlgorithm="CRC32",
    )
    head = objects.head(store, "k")
    assert (head.key, head.size_bytes, head.content_type) == ("k", 5, "audio/wav")
    assert head.etag == written["ETag"].strip('"')
    assert head.metadata == {"user": "me"}
    assert head.headers == {"CacheControl": "max-age=60", "ContentDisposition": "inline"}
    assert (head.encryption, head.storage_class, head.parts) == ("AES256", "STANDARD_IA", None)
    assert head.checksums == {"CRC32": written["ChecksumCRC32"]}


def test_what_is_not_there(store: Store) -> None:
    assert objects.find(store, "no\x1b[31mne") is None
    with pytest.raises(NotFoundError) as caught:
        objects.head(store, "no\x1b[31mne")
    assert caught.value.key == "no\x1b[31mne"
    with pytest.raises(NotFoundError):
        objects.read_small(store, "none")


def test_a_look_that_is_denied_once_finds_nothing_where_there_is_nothing(
    store: Store, s3_server: StrictS3
) -> None:
    """The GET that explains a denied HEAD says what is true by then."""
    s3_server.set_faults(store.bucket, Fault(method="HEAD", code="AccessDenied"))
    assert objects.find(store, "none") is None
    with pytest.raises(NotFoundError):
        objects.head(store, "none")


@pytest.mark.parametrize("look", [objects.head, objects.find])
def test_a_store_that_is_busy_for_a_moment_is_asked_again(
    look: Callable[..., ObjectHead | None],
    store: Store,
    s3_server: StrictS3,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More often than boto3 does by itself, which is over within 0.3 s."""
    monkeypatch.setattr("s3audio_tui.store.attempts._FIRST_S", 0.0)
    objects.write_small(store, "k", b"1")
    s3_server.set_faults(store.bucket, Fault(method="HEAD", code="SlowDown", times=5))
    found = look(store, "k")
    assert found is not None and found.size_bytes == 1


def test_a_deleted_object_is_not_there(versioned_store: Store) -> None:
    store = versioned_store
    first = store.client.put_object(Bucket=store.bucket, Key="k", Body=b"1")["VersionId"]
    objects.delete(store, "k")
    assert objects.find(store, "k") is None
    assert objects.head(store, "k", version_id=first).version_id == first
    marker, kept = objects.versions(store, "k")
    assert marker.is_delete_marker and marker.is_latest and kept.version_id == first
    with pytest.raises(NotFoundError):
        objects.head(store, "k", version_id=marker.version_id)
    objects.delete(store, "k", version_id=marker.version_id)
    assert objects.find(store, "k") is not None


def test_small_objects(store: Store) -> None:
    etag = objects.write_small(store, "q", b"{}", if_none_match=True)
    assert objects.read_small(store, "q") == (b"{}", etag)
    with pytest.raises(ConflictError):
        objects.write_small(store, "q", b"[]", if_none_match=True)
    second = objects.write_small(store, "q", b"[]", if_match=etag)
    with pytest.raises(ConflictError):
        objects.write_small(store, "q", b"3", if_match=etag)
    assert objects.read_small(store, "q") == (b"[]", second)
    objects.delete(store, "q")
    with pytest.raises(ConflictError):
        objects.write_small(store, "q", b"3", if_match=second)


def test_a_write_whose_answer_was_lost_is_no_conflict(store: Store, s3_server: StrictS3) -> None:
    s3_server.set_faults(
        store.bucket, Fault(method="PUT", key="q", code="ServiceUnavailable", after=True, times=1)
    )
    etag = objects.write_small(store, "q", b"{}", if_none_match=True)
    assert objects.read_small(store, "q") == (b"{}", etag)


def test_tags(store: Store) -> None:
    objects.write_small(store, "k", b"")
    objects.set_tags(store, "k", {"song": "bridge + river", "a": ""})
    assert objects.tags(store, "k") == {"song": "bridge + river", "a": ""}


def test_delete_only_what_was_seen(store: Store) -> None:
    etag = objects.write_small(store, "k", b"1")
    objects.write_small(store, "k", b"2")
    with pytest.raises(ConflictError):
        objects.delete(store, "k", if_match=etag)
    objects.delete(store, "k", if_match=objects.head(store, "k").etag)
    assert objects.find(store, "k") is None
    objects.delete(store, "k")
    with pytest.raises(ConflictError):
        objects.delete(store, "k", if_match=etag)


def test_versions_are_of_this_key_alone(versioned_store: Store) -> None:
    for key in ("k", "k", "k2", "k/3"):
        objects.write_small(versioned_store, key, b"1")
    assert [version.key for version in objects.versions(versioned_store, "k")] == ["k", "k"]


def test_delete_many(store: Store, hostile_keys: dict[str, str], s3_server: StrictS3) -> None:
    for key in hostile_keys.values():
        objects.write_small(store, key, b"1")
    missing = ("never there", None)
    assert (
        deletes.delete_many(store, [missing, *((key, None) for key in hostile_keys.values())]) == []
    )
    assert list(listing.pages(store, "")) == [[]]


def test_delete_many_takes_a_thousand_at_once(store: Store, s3_server: StrictS3) -> None:
    assert deletes.delete_many(store, [(f"{number:04}", None) for number in range(1001)]) == []
    batches = [call for call in s3_server.asked(store.bucket) if "delete" in call.query]
    assert len(batches) == 2


def test_delete_many_of_versions(versioned_store: Store) -> None:
    store = versioned_store
    objects.write_small(store, "k", b"1")
    objects.write_small(store, "k", b"2")
    found = objects.versions(store, "k")
    assert deletes.delete_many(store, [(one.key, one.version_id) for one in found]) == []
    assert objects.versions(store, "k") == []


def test_delete_many_without_batches(store: Store, s3_server: StrictS3) -> None:
    for key in ("a", "b"):
        objects.write_small(store, key, b"1")
    s3_server.set_faults(store.bucket, Fault(method="POST", query="delete", code="NotImplemented"))
    assert deletes.delete_many(store, [("a", None), ("b", None)]) == []
    assert list(listing.pages(store, "")) == [[]]


def test_delete_many_names_each_failure(store: Store, s3_server: StrictS3) -> None:
    s3_server.set_faults(
        store.bucket,
        Fault(method="POST", query="delete", code="NotImplemented"),
        Fault(method="DELETE", key="b", code="AccessDenied"),
    )
    [failure] = deletes.delete_many(store, [("a", None), ("b", "null")])
    assert (failure.key, failure.version_id) == ("b", "null")
    assert isinstance(failure.error, NotAllowedError)


def test_delete_many_without_the_right(store: Store, s3_server: StrictS3) -> None:
    s3_server.set_faults(store.bucket, Fault(method="POST", query="delete", code="AccessDenied"))
    failures = deletes.delete_many(store, [("a", None), ("b", None)])
    assert [failure.key for failure in failures] == ["a", "b"]
    assert all(isinstance(failure.error, NotAllowedError) for failure in failures)
