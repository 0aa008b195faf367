from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import LimitError, NotFoundError, UsageError
from s3audio_tui.library import browse, rename, sidecars, undo
from s3audio_tui.library.events import Done, Failed, Skipped
from s3audio_tui.library.opening import Library
from s3audio_tui.store import objects
from tests.library.conftest import MakeLibrary
from tests.library.helpers import (
    catalog_keys,
    done,
    ends,
    failures,
    put,
    refreshed,
    stored_keys,
)


@pytest.fixture(params=["versioned", "plain"])
def both(request: pytest.FixtureRequest, make_library: MakeLibrary) -> Library:
    return make_library(versioned=request.param == "versioned")


def test_a_rename_keeps_everything(both: Library, plain_s3: Any) -> None:
    plain_s3.put_object(
        Bucket=both.bucket,
        Key="old.wav",
        Body=b"RIFF....",
        ContentType="audio/wav",
        Metadata={"take": "7"},
        Tagging="song=bridge",
        CacheControl="no-store",
        StorageClass="STANDARD_IA",
        ServerSideEncryption="AES256",
        ChecksumAlgorithm="SHA256",
    )
    before = objects.head(both.store, "old.wav")
    assert done(rename.move(both, "old.wav", "new name.wav")) == ["old.wav"]
    after = objects.head(both.store, "new name.wav")
    assert stored_keys(plain_s3, both.bucket) == ["new name.wav"]
    for name in ("content_type", "metadata", "storage_class", "encryption", "headers"):
        assert getattr(after, name) == getattr(before, name), name
    assert after.checksums["SHA256"] == before.checksums["SHA256"]
    assert objects.tags(both.store, "new name.wav") == {"song": "bridge"}
    assert catalog_keys(both) == ["new name.wav"]


def test_a_taken_name_is_never_overwritten_unasked(both: Library, plain_s3: Any) -> None:
    for key, body in (("a.wav", b"first"), ("b.wav", b"second")):
        plain_s3.put_object(Bucket=both.bucket, Key=key, Body=body)
    assert failures(rename.move(both, "a.wav", "b.wav")) == {"a.wav": "conflict"}
    (skipped,) = ends(rename.move(both, "a.wav", "b.wav", if_exists="skip"))
    assert isinstance(skipped, Skipped)
    assert objects.read_small(both.store, "a.wav")[0] == b"first"
    assert objects.read_small(both.store, "b.wav")[0] == b"second"


def test_what_is_overwritten_on_request_can_be_found_again(
    plain_library: Library, plain_s3: Any
) -> None:
    for key, body in (("a.wav", b"first"), ("b.wav", b"second")):
        plain_s3.put_object(Bucket=plain_library.bucket, Key=key, Body=body)
    assert done(rename.move(plain_library, "a.wav", "b.wav", if_exists="overwrite")) == ["a.wav"]
    assert objects.read_small(plain_library.store, "b.wav")[0] == b"first"
    (kept,) = [k for k in stored_keys(plain_s3, plain_library.bucket) if "trash" in k]
    assert objects.read_small(plain_library.store, kept)[0] == b"second"


def test_a_folder_moves_whole_and_comes_back(both: Library, plain_s3: Any) -> None:
    keys = [f"takes/{n}/x [{n}].wav" for n in range(12)]
    for key in [*keys, "takes2/other.wav"]:
        plain_s3.put_object(Bucket=both.bucket, Key=key, Body=b"x")
    refreshed(both)
    assert len(done(rename.move(both, "takes/", "archive/2026"))) == 12
    moved = [key.replace("takes/", "archive/2026/") for key in keys]
    assert catalog_keys(both) == sorted([*moved, "takes2/other.wav"])
    back = undo.undo(both)
    assert len(done(back.events)) == 12
    assert stored_keys(plain_s3, both.bucket) == sorted([*keys, "takes2/other.wav"])
    undo.redo(both)
    assert stored_keys(plain_s3, both.bucket) == sorted([*moved, "takes2/other.wav"])
    with pytest.raises(NotFoundError, match="nothing to redo"):
        undo.redo(both)


def test_a_folder_that_is_stopped_says_what_moved_and_what_did_not(
    both: Library, plain_s3: Any
) -> None:
    keys = [f"a/{n:03}.wav" for n in range(60)]
    for key in keys:
        plain_s3.put_object(Bucket=both.bucket, Key=key, Body=b"x")
    cancel = CancelToken()
    events = []
    for event in rename.move(both, "a/", "b/", cancel=cancel):
        events.append(event)
        if isinstance(event, Done):
            cancel.cancel()
    moved = {event.key for event in events if isinstance(event, Done)}
    left = {event.key for event in events if isinstance(event, Failed)}
    assert moved
    assert left
    assert moved | left == set(keys)
    assert not moved & left
    there = stored_keys(plain_s3, both.bucket)
    assert there == sorted([*left, *(key.replace("a/", "b/") for key in moved)])


def test_the_peaks_go_along(both: Library, plain_s3: Any) -> None:
    plain_s3.put_object(Bucket=both.bucket, Key="a.wav", Body=b"audio")
    head = objects.head(both.store, "a.wav")
    plain_s3.put_object(
        Bucket=both.bucket, Key=sidecars.peaks_key("a.wav", head.etag), Body=b"peaks"
    )
    list(rename.move(both, "a.wav", "b.wav"))
    moved = objects.head(both.store, "b.wav")
    assert stored_keys(plain_s3, both.bucket) == sorted(
        ["b.wav", sidecars.peaks_key("b.wav", moved.etag)]
    )


def test_copies_have_all_and_leave_the_source(both: Library, plain_s3: Any) -> None:
    plain_s3.put_object(Bucket=both.bucket, Key="a.wav", Body=b"x", Metadata={"take": "7"})
    assert done(rename.copy(both, "a.wav", "copies/")) == ["a.wav"]
    assert objects.head(both.store, "copies/a.wav").metadata == {"take": "7"}
    assert catalog_keys(both)[-1] == "copies/a.wav"
    assert objects.find(both.store, "a.wav") is not None


def test_requests_that_make_no_sense_are_refused(library: Library, plain_s3: Any) -> None:
    plain_s3.put_object(Bucket=library.bucket, Key="f/a.wav", Body=b"x")
    for source, target in (
        ("f/a.wav", "f/a.wav"),
        ("f/", "f/below/"),
        ("f/a.wav", ".s3audio/x.wav"),
        ("f/a.wav", "../x.wav"),
        ("f/a.wav", "s3://elsewhere/x.wav"),
        ("", "x/"),
    ):
        with pytest.raises(UsageError):
            list(rename.move(library, source, target))
    with pytest.raises(LimitError):
        list(rename.move(library, "f/a.wav", "n" * 1025))
    with pytest.raises(NotFoundError):
        list(rename.move(library, "nowhere.wav", "x.wav"))
    assert browse.keys_below(library, "") == ["f/a.wav"]


def test_an_object_that_changed_meanwhile_is_not_deleted(
    plain_library: Library, plain_s3: Any, sounds: dict[str, Path]
) -> None:
    put(plain_library, [sounds["wav16"]])
    name = sounds["wav16"].name
    from s3audio_tui.store import copy as copying

    head = objects.head(plain_library.store, name)
    plain_s3.put_object(Bucket=plain_library.bucket, Key=name, Body=b"newer")
    with pytest.raises(Exception, match="changed") as caught:
        copying.move(plain_library.store, head, "b.wav", can=plain_library.capabilities())
    assert getattr(caught.value, "code", "") == "conflict"
    assert objects.read_small(plain_library.store, name)[0] == b"newer"
