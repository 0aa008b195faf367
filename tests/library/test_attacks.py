"""What others do between a look and an act, odd stores, odd names, missing rights."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.errors import (
    CredentialsError,
    NotAllowedError,
    NotFoundError,
    S3AudioError,
    UnreachableError,
)
from s3audio_tui.library import browse, details, download, quota, rename, sharing, trash, undo
from s3audio_tui.library.opening import Library
from s3audio_tui.store import objects
from tests import hostile
from tests.library.conftest import MakeLibrary
from tests.library.helpers import done, failures, put, refreshed, stored_keys
from tests.strict.faults import Fault
from tests.strict.identities import BLIND, DENIED, EXPIRED, READER, Identity
from tests.strict_s3 import StrictS3

KINDS = ["versioned", "plain", "suspended", "unversioned-", "unconditional-"]


@pytest.fixture(params=KINDS)
def any_kind(request: pytest.FixtureRequest, make_library: MakeLibrary, plain_s3: Any) -> Library:
    if request.param.endswith("-"):
        return make_library(versioned=False, kind=request.param)
    library = make_library(versioned=request.param != "plain")
    if request.param == "suspended":
        plain_s3.put_object(Bucket=library.bucket, Key="old.wav", Body=b"version 1")
        plain_s3.put_bucket_versioning(
            Bucket=library.bucket, VersioningConfiguration={"Status": "Suspended"}
        )
        plain_s3.put_object(Bucket=library.bucket, Key="old.wav", Body=b"version 2")
    return library


def become(monkeypatch: pytest.MonkeyPatch, identity: Identity) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", identity.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", identity.secret_access_key)
    if identity.token:
        monkeypatch.setenv("AWS_SESSION_TOKEN", identity.token)


@pytest.mark.parametrize("any_kind", ["versioned", "plain"], indirect=True)
def test_every_hostile_key_can_be_moved_deleted_and_restored(
    any_kind: Library, plain_s3: Any
) -> None:
    keys = [*hostile.KEYS.values(), "ends with space ", "empty.wav", "folder/"]
    if any_kind.versioning() != "off":  # moto cannot list versions of these
        keys = [key for key in keys if not re.search(r"[\x00-\x1f\x7f-\x9f]", key)]
    sent = []
    for key in keys:
        try:
            plain_s3.put_object(Bucket=any_kind.bucket, Key=f"in/{key}", Body=b"")
        except plain_s3.exceptions.ClientError:
            continue
        sent.append(key)
    listed = [
        k.removeprefix("in/") for k in stored_keys(plain_s3, any_kind.bucket) if k[:3] == "in/"
    ]
    events = list(rename.move(any_kind, "in/", "out/"))
    assert failures(events) == {}
    assert sorted(done(events)) == sorted(f"in/{key}" for key in listed)
    keys = browse.expand(any_kind, ["out/"])
    assert failures(trash.delete(any_kind, keys)) == {}
    assert browse.keys_below(any_kind, "out/") == []
    assert failures(undo.undo(any_kind).events) == {}
    assert failures(undo.undo(any_kind).events) == {}
    back = [k.removeprefix("in/") for k in stored_keys(plain_s3, any_kind.bucket) if k[:3] == "in/"]
    assert back == listed


def test_the_longest_key_is_refused_by_the_trash_with_a_remedy(
    make_library: MakeLibrary, plain_s3: Any
) -> None:
    longest = "n" * 1020 + ".wav"
    kept, plain = make_library(), make_library(versioned=False)
    for library in (kept, plain):
        plain_s3.put_object(Bucket=library.bucket, Key=longest, Body=b"x")
    assert done(trash.delete(kept, [longest])) == [longest]
    assert done(undo.undo(kept).events) == [longest]
    assert failures(trash.delete(plain, [longest])) == {longest: "limit"}
    assert stored_keys(plain_s3, plain.bucket)[-1] == longest
    assert done(trash.delete(plain, [longest], permanent=True)) == [longest]


def test_what_was_removed_for_good_leaves_no_version(any_kind: Library, plain_s3: Any) -> None:
    plain_s3.put_object(Bucket=any_kind.bucket, Key="old.wav", Body=b"x")
    plain_s3.put_object(Bucket=any_kind.bucket, Key="trashed.wav", Body=b"x")
    list(trash.delete(any_kind, ["trashed.wav"]))
    assert failures(trash.empty(any_kind)) == {}
    assert failures(trash.delete(any_kind, ["old.wav"], permanent=True)) == {}
    if any_kind.bucket.startswith("unversioned-"):
        assert stored_keys(plain_s3, any_kind.bucket) in ([], [".s3audio/quota/anna.json"])
        return
    found = plain_s3.list_object_versions(Bucket=any_kind.bucket)
    sizes = [v["Size"] for v in found.get("Versions", []) if "quota" not in v["Key"]]
    assert sizes == []


def test_a_trash_from_before_versions_were_kept_can_be_emptied(
    plain_library: Library, plain_s3: Any, make_library: MakeLibrary
) -> None:
    plain_s3.put_object(Bucket=plain_library.bucket, Key="a.wav", Body=b"x" * 1000)
    list(trash.delete(plain_library, ["a.wav"]))
    plain_s3.put_bucket_versioning(
        Bucket=plain_library.bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    library = make_library(plain_library.bucket)
    assert done(trash.empty(library)) == ["a.wav"]
    found = plain_s3.list_object_versions(Bucket=library.bucket).get("Versions", [])
    assert [v["Key"] for v in found if "trash" in v["Key"]] == []


def test_emptying_the_trash_spares_what_was_put_there_again(
    library: Library, plain_s3: Any
) -> None:
    plain_s3.put_object(Bucket=library.bucket, Key="a.wav", Body=b"old")
    list(trash.delete(library, ["a.wav"]))
    found = trash.entries(library)
    plain_s3.put_object(Bucket=library.bucket, Key="a.wav", Body=b"new")
    assert failures(trash.empty(library, found)) == {"a.wav": "conflict"}
    assert objects.read_small(library.store, "a.wav")[0] == b"new"


def test_its_own_folder_is_left_alone(any_kind: Library, plain_s3: Any) -> None:
    for key in (".s3audio/quota/anna.json", "f/a.wav", "f/.s3audio/x"):
        plain_s3.put_object(Bucket=any_kind.bucket, Key=key, Body=b"{}")
    for source in (".s3audio/quota/anna.json", ".s3audio/", ".s3audio"):
        with pytest.raises(S3AudioError):
            rename.pairs(any_kind, source, "x/")
        with pytest.raises(NotFoundError):
            browse.expand(any_kind, [source])
    for target in (".s3audio/x", ".s3audio"):
        with pytest.raises(S3AudioError):
            rename.pairs(any_kind, "f/", target)


def test_a_folder_can_be_moved_up_to_the_library_itself(any_kind: Library, plain_s3: Any) -> None:
    for key in ("f/a.wav", "f/", "f//odd.wav"):
        plain_s3.put_object(Bucket=any_kind.bucket, Key=key, Body=b"x")
    assert failures(rename.move(any_kind, "f/", "")) == {}
    keys = stored_keys(plain_s3, any_kind.bucket)
    assert {"/odd.wav", "a.wav"} <= set(keys)


def test_a_busy_store_loses_nothing(
    make_library: MakeLibrary, plain_s3: Any, s3_server: StrictS3
) -> None:
    library = make_library(versioned=False)
    keys = [f"a/{number:03}.wav" for number in range(30)]
    for key in keys:
        plain_s3.put_object(Bucket=library.bucket, Key=key, Body=b"x")
    busy = [Fault(method="PUT", code="SlowDown", skip=5 * n, times=1) for n in range(4)]
    lost = [
        Fault(method="DELETE", code="InternalError", after=True, skip=9 * n, times=1)
        for n in range(4)
    ]
    lost += [
        Fault(method="PUT", code="InternalError", after=True, skip=7 * n, times=1) for n in range(4)
    ]
    s3_server.set_faults(library.bucket, *busy, *lost)
    events = list(rename.move(library, "a/", "b/"))
    s3_server.forget(library.bucket)
    assert failures(events) == {}
    there = [k for k in stored_keys(plain_s3, library.bucket) if not k.startswith(".s3audio")]
    assert there == [key.replace("a/", "b/") for key in keys]
    assert failures(undo.undo(library).events) == {}


def test_an_answer_that_is_lost_for_good_leaves_both_or_one(
    make_library: MakeLibrary, plain_s3: Any, s3_server: StrictS3
) -> None:
    library = make_library(versioned=False)
    plain_s3.put_object(Bucket=library.bucket, Key="a.wav", Body=b"x")
    library.capabilities()
    s3_server.set_faults(library.bucket, Fault(method="DELETE", code="InternalError", after=True))
    events = list(rename.move(library, "a.wav", "b.wav"))
    s3_server.forget(library.bucket)
    assert stored_keys(plain_s3, library.bucket) == ["b.wav"]
    assert done(events) == ["a.wav"]
    assert done(undo.undo(library).events) == ["b.wav"]


READS: dict[str, Callable[[Library], object]] = {
    "ls": lambda library: refreshed(library),
    "info": lambda library: details.info(library, "a.wav"),
    "share": lambda library: sharing.share(library, "a.wav"),
    "quota": lambda library: quota.status(library),
    "trash": lambda library: trash.entries(library),
    "plan": lambda library: download.plan(library, ["a.wav"], Path("out")),
}


@pytest.mark.parametrize("versioned", [True, False])
def test_a_reader_can_do_all_that_writes_nothing(
    versioned: bool,
    make_library: MakeLibrary,
    plain_s3: Any,
    sounds: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner = make_library(versioned=versioned)
    plain_s3.upload_file(str(sounds["wav16"]), owner.bucket, "a.wav")
    become(monkeypatch, READER)
    library = make_library(owner.bucket, state="reader")
    for read in READS.values():
        read(library)
    assert not quota.status(library).advisory
    for events in (
        rename.move(library, "a.wav", "b.wav"),
        trash.delete(library, ["a.wav"]),
        trash.delete(library, ["a.wav"], permanent=True),
    ):
        assert failures(events) == {"a.wav": "not_allowed"}
    with pytest.raises(NotAllowedError):
        put(library, [sounds["flac"]])
    with pytest.raises(NotAllowedError):
        quota.set_limit(library, 5)
    with pytest.raises(NotAllowedError):
        list(rename.copy(library, "a.wav", "b.wav"))


@pytest.mark.parametrize(
    ("identity", "error"), [(DENIED, NotAllowedError), (EXPIRED, CredentialsError)], ids=str
)
def test_without_rights_each_act_says_so(
    identity: Identity,
    error: type[S3AudioError],
    make_library: MakeLibrary,
    plain_s3: Any,
    sounds: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner = make_library()
    plain_s3.put_object(Bucket=owner.bucket, Key="a.wav", Body=b"x")
    become(monkeypatch, identity)
    library = make_library(owner.bucket, state="nobody")
    acts: list[Callable[[Library], object]] = [
        *READS.values(),
        lambda library: put(library, [sounds["wav16"]]),
        lambda library: list(rename.move(library, "a.wav", "b.wav")),
        lambda library: list(rename.copy(library, "a/", "b/")),
    ]
    for act in acts:
        with pytest.raises(error) as caught:
            act(library)
        assert caught.value.remedy


def test_one_who_may_not_list_can_put_rename_and_delete_what_he_names(
    make_library: MakeLibrary,
    plain_s3: Any,
    sounds: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner = make_library(versioned=False)
    plain_s3.put_object(Bucket=owner.bucket, Key="a.wav", Body=b"x")
    become(monkeypatch, BLIND)
    library = make_library(owner.bucket, state="blind")
    with pytest.raises(NotAllowedError):
        refreshed(library)
    assert done(rename.move(library, "a.wav", "b.wav")) == ["a.wav"]
    assert done(trash.delete(library, ["b.wav"])) == ["b.wav"]


def test_a_wrong_region_and_a_missing_bucket_are_named(make_library: MakeLibrary) -> None:
    library = make_library()
    wrong = make_library(library.bucket, region="us-west-2", state="wrong")
    missing = make_library("no-such-bucket-here", state="missing")
    for read in READS.values():
        with pytest.raises(UnreachableError, match="eu-central-1"):
            read(wrong)
        with pytest.raises(NotFoundError, match="no bucket"):
            read(missing)


def test_reservations_end_however_the_uploads_do(
    make_library: MakeLibrary, s3_server: StrictS3, sounds: dict[str, Path]
) -> None:
    library = make_library(quota="1MB")
    s3_server.set_faults(
        library.bucket, Fault(method="PUT", key=sounds["wav16"].name, code="AccessDenied")
    )
    assert failures(put(library, [sounds["wav16"]])) == {sounds["wav16"].name: "not_allowed"}
    assert quota.status(library).pending_bytes == 0
    s3_server.set_faults(
        library.bucket,
        Fault(method="PUT", key=".s3audio/quota/anna.json", code="AccessDenied", skip=1),
    )
    assert done(put(library, [sounds["flac"]])) == [sounds["flac"].name]
    s3_server.forget(library.bucket)
    assert done(put(library, [sounds["mp3"]])) == [sounds["mp3"].name]
    held = quota.status(library).pending_bytes
    assert held == sounds["flac"].stat().st_size  # kept until this program ends: never too little


@pytest.mark.parametrize("user", ["../x", "..", "ü 漢", "\x1b[31m", "a\nb"])
def test_strange_users_have_a_quota_of_their_own(
    user: str, make_library: MakeLibrary, plain_s3: Any, sounds: dict[str, Path]
) -> None:
    library = make_library(
        user=user, user_prefix="uploads/{user}/", layout="uploads", versioned=False, state="u"
    )
    assert len(done(put(library, [sounds["wav16"]]))) == 1
    status = quota.status(library)
    assert status.used_bytes == sounds["wav16"].stat().st_size
    assert status.file_count == 1
    quota.set_limit(library, 0)
    assert failures(put(library, [sounds["wav16"]])) != {}
