from typing import Any

import pytest

from s3audio_tui.errors import ConflictError, NotFoundError
from s3audio_tui.library import rename, trash, undo
from s3audio_tui.library.opening import Library
from s3audio_tui.store import objects
from tests.library.conftest import MakeLibrary
from tests.library.helpers import done, failures, stored_keys
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3


@pytest.fixture(params=["versioned", "plain", "unconditional-"])
def either(request: pytest.FixtureRequest, make_library: MakeLibrary) -> Library:
    if request.param == "unconditional-":
        return make_library(versioned=False, kind="unconditional-")
    return make_library(versioned=request.param == "versioned")


def audio(client: Any, bucket: str) -> list[str]:
    return [key for key in stored_keys(client, bucket) if not key.startswith(".s3audio/")]


def test_what_was_changed_since_is_not_renamed_back(either: Library, plain_s3: Any) -> None:
    for key in ("a/1.wav", "a/2.wav", "a/3.wav"):
        plain_s3.put_object(Bucket=either.bucket, Key=key, Body=key.encode())
    list(rename.move(either, "a/", "b/"))
    plain_s3.put_object(Bucket=either.bucket, Key="b/1.wav", Body=b"somebody's")
    plain_s3.delete_object(Bucket=either.bucket, Key="b/2.wav")
    turned = undo.undo(either)
    assert done(turned.events) == ["b/3.wav"]
    assert failures(turned.events) == {"b/1.wav": "conflict", "b/2.wav": "not_found"}
    assert "1 of 3" in turned.sentence
    assert audio(plain_s3, either.bucket) == ["a/3.wav", "b/1.wav"]
    undo.redo(either)
    assert audio(plain_s3, either.bucket) == ["b/1.wav", "b/3.wav"]


def test_a_taken_name_can_be_freed_and_the_undo_tried_again(either: Library, plain_s3: Any) -> None:
    plain_s3.put_object(Bucket=either.bucket, Key="a.wav", Body=b"old")
    list(rename.move(either, "a.wav", "b.wav"))
    plain_s3.put_object(Bucket=either.bucket, Key="a.wav", Body=b"new")
    turned = undo.undo(either)
    assert failures(turned.events) == {"b.wav": "conflict"}
    assert turned.sentence == "no file was renamed back"
    plain_s3.delete_object(Bucket=either.bucket, Key="a.wav")
    assert done(undo.undo(either).events) == ["b.wav"]
    assert objects.read_small(either.store, "a.wav")[0] == b"old"


def test_an_undo_that_has_become_impossible_does_not_block_the_ones_before(
    either: Library, plain_s3: Any
) -> None:
    for key in ("a.wav", "c.wav"):
        plain_s3.put_object(Bucket=either.bucket, Key=key, Body=b"x")
    list(rename.move(either, "a.wav", "b.wav"))
    list(trash.delete(either, ["c.wav"]))
    list(trash.restore(either, trash.entries(either), into=[]))  # as another machine would
    assert failures(undo.undo(either).events) == {"c.wav": "not_found"}
    assert done(undo.undo(either).events) == ["b.wav"]
    with pytest.raises(NotFoundError, match="nothing to undo"):
        undo.undo(either)
    assert audio(plain_s3, either.bucket) == ["a.wav", "c.wav"]


def test_what_fails_for_now_is_left_for_the_next_undo(
    either: Library, plain_s3: Any, s3_server: StrictS3
) -> None:
    keys = [f"a/{number}.wav" for number in range(4)]
    for key in keys:
        plain_s3.put_object(Bucket=either.bucket, Key=key, Body=b"x")
    list(trash.delete(either, keys))
    s3_server.set_faults(
        either.bucket,
        Fault(method="PUT", key=keys[0], code="AccessDenied"),
        Fault(method="DELETE", key=keys[0], code="AccessDenied"),
    )
    assert failures(undo.undo(either).events) == {keys[0]: "not_allowed"}
    s3_server.forget(either.bucket)
    assert done(undo.undo(either).events) == [keys[0]]
    assert audio(plain_s3, either.bucket) == keys


def test_redo_deletes_nothing_that_came_since(either: Library, plain_s3: Any) -> None:
    plain_s3.put_object(Bucket=either.bucket, Key="a.wav", Body=b"old")
    list(trash.delete(either, ["a.wav"]))
    undo.undo(either)
    plain_s3.put_object(Bucket=either.bucket, Key="a.wav", Body=b"somebody's")
    assert failures(undo.redo(either).events) == {"a.wav": "conflict"}
    assert objects.read_small(either.store, "a.wav")[0] == b"somebody's"


def test_trouble_with_the_peaks_is_no_trouble_of_the_rename(
    plain_library: Library, plain_s3: Any, s3_server: StrictS3
) -> None:
    for key in ("a.wav", ".s3audio/peaks/v1/x.dat"):
        plain_s3.put_object(Bucket=plain_library.bucket, Key=key, Body=b"x")
    s3_server.set_faults(
        plain_library.bucket,
        Fault(method="HEAD", prefix=".s3audio/peaks/", code="AccessDenied"),
        Fault(method="GET", prefix=".s3audio/peaks/", code="AccessDenied"),
    )
    assert done(rename.move(plain_library, "a.wav", "b.wav")) == ["a.wav"]
    assert done(undo.undo(plain_library).events) == ["b.wav"]


def test_one_undo_at_a_time(make_library: MakeLibrary, plain_s3: Any) -> None:
    first = make_library()
    second = make_library(first.bucket)
    plain_s3.put_object(Bucket=first.bucket, Key="a.wav", Body=b"x")
    for event in rename.move(first, "a.wav", "b.wav"):
        assert event
    with undo.alone(first), pytest.raises(ConflictError, match="another program"):
        undo.undo(second)
    assert done(undo.undo(second).events) == ["b.wav"]


def test_what_the_journal_does_not_say_in_full_is_passed_over(
    either: Library, plain_s3: Any
) -> None:
    plain_s3.put_object(Bucket=either.bucket, Key="a.wav", Body=b"x")
    list(rename.move(either, "a.wav", "b.wav"))
    action = either.journal.last_done()
    assert action is not None
    either.journal.add_item(action.id, {"to": "c.wav"})
    assert done(undo.undo(either).events) == ["b.wav"]
    assert audio(plain_s3, either.bucket) == ["a.wav"]
    broken = either.journal.begin("delete")
    either.journal.add_item(broken, {"path": "a.wav"})
    either.journal.finish(broken)
    assert undo.undo(either).events == []
