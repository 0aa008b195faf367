from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.errors import NotFoundError
from s3audio_tui.library import browse, quota, trash, undo
from s3audio_tui.library.opening import Library
from s3audio_tui.store import objects
from tests.library.conftest import MakeLibrary
from tests.library.helpers import catalog_keys, done, failures, put, refreshed, stored_keys


@pytest.fixture(params=["versioned", "plain", "unversioned-"])
def each_kind(request: pytest.FixtureRequest, make_library: MakeLibrary) -> Library:
    if request.param == "unversioned-":
        return make_library(versioned=False, kind="unversioned-")
    return make_library(versioned=request.param == "versioned")


def test_what_is_deleted_comes_back_as_it_was(each_kind: Library, plain_s3: Any) -> None:
    for key in ("a.wav", "folder/b [x].wav"):
        plain_s3.put_object(
            Bucket=each_kind.bucket, Key=key, Body=key.encode(), Metadata={"n": "1"}
        )
    refreshed(each_kind)
    assert done(trash.delete(each_kind, ["a.wav", "folder/b [x].wav"])) == [
        "a.wav",
        "folder/b [x].wav",
    ]
    assert catalog_keys(each_kind) == []
    entries = trash.entries(each_kind)
    assert sorted(entry.key for entry in entries) == ["a.wav", "folder/b [x].wav"]
    assert {entry.kind for entry in entries} == {trash.kind(each_kind)}
    assert {entry.size_bytes for entry in entries} == {5, 16}
    list(trash.restore(each_kind, entries))
    assert trash.entries(each_kind) == []
    assert catalog_keys(each_kind) == ["a.wav", "folder/b [x].wav"]
    assert objects.read_small(each_kind.store, "a.wav")[0] == b"a.wav"
    assert objects.head(each_kind.store, "a.wav").metadata == {"n": "1"}


def test_a_folder_goes_with_its_marker_and_comes_back(each_kind: Library, plain_s3: Any) -> None:
    for key in ("f/", "f/a.wav", "g/"):
        plain_s3.put_object(Bucket=each_kind.bucket, Key=key, Body=b"")
    refreshed(each_kind)
    gone = browse.expand(each_kind, ["f/", "g/"], markers=True)
    assert done(trash.delete(each_kind, gone)) == ["f/", "f/a.wav", "g/"]
    assert each_kind.catalog.folders("") == []
    undo.undo(each_kind)
    assert [k for k in stored_keys(plain_s3, each_kind.bucket) if ".s3audio" not in k] == [
        "f/",
        "f/a.wav",
        "g/",
    ]


def test_undo_and_redo_of_delete_and_restore(each_kind: Library, plain_s3: Any) -> None:
    plain_s3.put_object(Bucket=each_kind.bucket, Key="a.wav", Body=b"a")
    list(trash.delete(each_kind, ["a.wav"]))
    assert "restored" in undo.undo(each_kind).sentence
    assert objects.find(each_kind.store, "a.wav") is not None
    undo.redo(each_kind)
    assert objects.find(each_kind.store, "a.wav") is None
    list(trash.restore(each_kind, trash.entries(each_kind)))
    undo.undo(each_kind)
    assert objects.find(each_kind.store, "a.wav") is None
    undo.undo(each_kind)
    assert objects.find(each_kind.store, "a.wav") is not None
    with pytest.raises(NotFoundError, match="nothing to undo"):
        undo.undo(each_kind)


def test_a_name_taken_meanwhile_is_not_overwritten_by_a_restore(
    each_kind: Library, plain_s3: Any
) -> None:
    plain_s3.put_object(Bucket=each_kind.bucket, Key="a.wav", Body=b"old")
    list(trash.delete(each_kind, ["a.wav"]))
    (entry,) = trash.entries(each_kind)
    plain_s3.put_object(Bucket=each_kind.bucket, Key="a.wav", Body=b"new")
    assert failures(trash.restore(each_kind, [entry])) == {"a.wav": "conflict"}
    assert objects.read_small(each_kind.store, "a.wav")[0] == b"new"


def test_deleting_what_is_not_there_is_said(each_kind: Library) -> None:
    assert failures(trash.delete(each_kind, ["none.wav"])) == {"none.wav": "not_found"}
    assert trash.entries(each_kind) == []
    with pytest.raises(NotFoundError):
        trash.find(each_kind, ["none.wav"])


def test_for_good_means_no_byte_is_left(
    each_kind: Library, plain_s3: Any, sounds: dict[str, Path]
) -> None:
    put(each_kind, [sounds["wav16"], sounds["flac"]])
    used = quota.status(each_kind).used_bytes
    names = [sounds["wav16"].name, sounds["flac"].name]
    list(trash.delete(each_kind, names[:1], permanent=True))
    assert quota.status(each_kind, measure_now=False).used_bytes == (
        used - sounds["wav16"].stat().st_size
    )
    list(trash.delete(each_kind, names[1:]))
    list(trash.empty(each_kind))
    assert [k for k in stored_keys(plain_s3, each_kind.bucket) if "quota" not in k] == []
    if each_kind.bucket.startswith("unversioned-"):
        return
    versions = plain_s3.list_object_versions(Bucket=each_kind.bucket)
    left = [*versions.get("Versions", []), *versions.get("DeleteMarkers", [])]
    assert [item["Key"] for item in left if ".s3audio" not in item["Key"]] == []


def test_the_newest_of_several_deletes_is_restored(plain_library: Library, plain_s3: Any) -> None:
    for body in (b"one", b"two"):
        plain_s3.put_object(Bucket=plain_library.bucket, Key="a.wav", Body=body)
        list(trash.delete(plain_library, ["a.wav"]))
    list(trash.restore(plain_library, trash.find(plain_library, ["a.wav"])))
    assert objects.read_small(plain_library.store, "a.wav")[0] == b"two"
