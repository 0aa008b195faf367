"""Pages of objects, versions and unfinished uploads."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError, UnreachableError, UnsupportedError
from s3audio_tui.store import fast_lists, listing
from s3audio_tui.store.client import Store
from s3audio_tui.store.exchange import Answer

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


_CONTROL = re.compile("[\x00-\x1f]")


def put(store: Store, key: str, data: bytes = b"x") -> str:
    return store.client.put_object(Bucket=store.bucket, Key=key, Body=data)["ETag"].strip('"')


def keys(store: Store, prefix: str = "") -> list[str]:
    return [entry.key for page in listing.pages(store, prefix) for entry in page]


def ask_otherwise(store: Store, change: Callable[[dict[str, str]], None]) -> None:
    """Change the query of each page that is asked for by the thin path."""
    ask = store.wire.ask

    def other(
        method: str, key: str, *, query: dict[str, str] | None = None, **named: Any
    ) -> AbstractContextManager[Answer]:
        asked = dict(query or {})
        if "list-type" in asked or "versions" in asked:
            change(asked)
        return ask(method, key, query=asked, **named)

    store.wire.ask = other  # type: ignore[method-assign, assignment]


def in_pages_of(store: Store, size: int) -> None:
    ask_otherwise(store, lambda query: query.update({"max-keys": str(size)}))


def test_empty_bucket_gives_one_empty_page(store: Store) -> None:
    assert list(listing.pages(store, "")) == [[]]
    assert list(listing.version_pages(store, "")) == [[]]
    assert list(listing.unfinished_uploads(store, "")) == []


def test_an_entry_says_what_the_object_is(store: Store) -> None:
    before = store.client.put_object(
        Bucket=store.bucket, Key="a/b.wav", Body=b"12345", StorageClass="STANDARD_IA"
    )
    [[entry]] = listing.pages(store, "a/")
    head = store.client.head_object(Bucket=store.bucket, Key="a/b.wav")
    assert entry.key == "a/b.wav"
    assert entry.size_bytes == 5
    assert entry.etag == before["ETag"].strip('"')
    assert entry.storage_class == "STANDARD_IA"
    assert abs(entry.modified - head["LastModified"].timestamp()) < 1


def test_many_pages_in_the_order_of_bytes(store: Store, plain_s3: "S3Client") -> None:
    names = [
        "é.wav",
        "z.wav",
        "Z.wav",
        "ラ.wav",
        "\U0001f3b5.wav",
        "a+b c.wav",
        "a/b.wav",
        "a%20.wav",
    ]
    for name in names:
        put(store, name)
    in_pages_of(store, 3)
    found = list(listing.pages(store, ""))
    assert [len(page) for page in found] == [3, 3, 2]
    assert [entry.key for page in found for entry in page] == sorted(names, key=str.encode)


def test_hostile_keys_come_whole(store: Store, hostile_keys: dict[str, str]) -> None:
    wanted = sorted(hostile_keys.values(), key=str.encode)
    for key in wanted:
        put(store, key)
    assert keys(store) == wanted


def test_versions_of_hostile_keys_come_whole(
    versioned_store: Store, hostile_keys: dict[str, str]
) -> None:
    """Without those that XML cannot hold: moto answers 500 when it lists versions of them."""
    wanted = sorted(
        (key for key in hostile_keys.values() if not _CONTROL.search(key)), key=str.encode
    )
    for key in wanted:
        put(versioned_store, key)
    [page] = listing.version_pages(versioned_store, "")
    assert [version.key for version in page] == wanted


def test_a_list_stops_when_asked(store: Store) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        next(listing.pages(store, "", cancel=cancel))


def test_versions_newest_first(versioned_store: Store) -> None:
    store = versioned_store
    first, second = put(store, "k", b"1"), put(store, "k", b"22")
    store.client.delete_object(Bucket=store.bucket, Key="k")
    third = put(store, "k2", b"333")
    [page] = listing.version_pages(store, "")
    seen = [(one.key, one.etag, one.is_latest, one.is_delete_marker) for one in page]
    assert seen == [
        ("k", "", True, True),
        ("k", second, False, False),
        ("k", first, False, False),
        ("k2", third, True, False),
    ]
    assert [one.size_bytes for one in page] == [0, 2, 1, 3]
    assert len({one.version_id for one in page}) == 4


def test_versions_over_pages(versioned_store: Store) -> None:
    store = versioned_store
    for number in range(3):
        put(store, "k", b"x" * number)
        put(store, "l", b"x" * number)
    in_pages_of(store, 2)
    found = [one for page in listing.version_pages(store, "") for one in page]
    assert [(one.key, one.size_bytes) for one in found] == [
        ("k", 2), ("k", 1), ("k", 0), ("l", 2), ("l", 1), ("l", 0)
    ]  # fmt: skip


def test_a_store_without_versions_says_so(unversioned_store: Store) -> None:
    with pytest.raises(UnsupportedError):
        next(listing.version_pages(unversioned_store, ""))


def test_unfinished_uploads_and_their_bytes(store: Store) -> None:
    for key in ("a/\u202e+ é.wav", "b/2.wav"):
        begun = store.client.create_multipart_upload(Bucket=store.bucket, Key=key)
        store.client.upload_part(
            Bucket=store.bucket, Key=key, UploadId=begun["UploadId"], PartNumber=1, Body=b"12345"
        )
    [upload] = listing.unfinished_uploads(store, "a/")
    assert upload.key == "a/\u202e+ é.wav"
    assert listing.uploaded_bytes(store, upload) == 5
    store.client.abort_multipart_upload(
        Bucket=store.bucket, Key=upload.key, UploadId=upload.upload_id
    )
    assert listing.uploaded_bytes(store, upload) == 0


def test_a_page_that_says_more_and_not_where(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_lists, "read", lambda _: fast_lists.Listed([], [], True, ""))
    with pytest.raises(UnreachableError, match="not an S3 store"):
        list(listing.pages(store, ""))
    monkeypatch.setattr(fast_lists, "read_versions", lambda _: ([], {"IsTruncated": "true"}))
    with pytest.raises(UnreachableError, match="not an S3 store"):
        list(listing.version_pages(store, ""))


def test_versions_of_keys_that_xml_cannot_hold(versioned_store: Store) -> None:
    hostile = ["a\x1b[35;7m.wav", "a\x00b.wav", "a\nb.wav", "good\x08evil.wav", "ラフ + %20.wav"]
    for key in hostile:
        put(versioned_store, key)
    pages = listing.version_pages(versioned_store, "")
    assert {entry.key for page in pages for entry in page} == set(hostile)
