"""Tags, metadata, content type: what is changed, what stays, what is taken back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3audio_tui.errors import UsageError
from s3audio_tui.library import properties, property_rules, quota, undo
from s3audio_tui.library.details import info
from s3audio_tui.library.opening import Library
from s3audio_tui.library.properties import Change, Properties
from s3audio_tui.store import objects
from tests.library.conftest import MakeLibrary
from tests.library.helpers import done, failures, refreshed
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3


@pytest.fixture(params=["versioned", "plain", "unconditional-"])
def either(request: pytest.FixtureRequest, make_library: MakeLibrary) -> Library:
    if request.param == "unconditional-":
        return make_library(versioned=False, kind="unconditional-")
    return make_library(versioned=request.param == "versioned")


def fill(client: Any, library: Library, *keys: str) -> None:
    for key in keys:
        client.put_object(
            Bucket=library.bucket,
            Key=library.full(key),
            Body=key.encode(),
            ContentType="audio/x-wav",
            Metadata={"user": "me"},
            Tagging="song=bridge",
            CacheControl="max-age=60",
        )


def held(library: Library, key: str) -> Properties:
    (seen,) = properties.look(library, [key])
    return seen.properties


BEFORE = Properties("audio/x-wav", {"user": "me"}, {"song": "bridge"})


def test_only_what_is_named_is_changed_and_undo_gives_it_back(
    either: Library, plain_s3: Any
) -> None:
    fill(plain_s3, either, "a.wav", "b.wav")
    refreshed(either)
    change = Change({"take": "7", "song": None}, {"Artist": "X"}, "audio/wav")
    assert done(properties.apply(either, ["a.wav", "b.wav"], change)) == ["a.wav", "b.wav"]
    after = Properties("audio/wav", {"user": "me", "artist": "X"}, {"take": "7"})
    assert held(either, "a.wav") == held(either, "b.wav") == after
    assert objects.head(either.store, "a.wav").headers == {"CacheControl": "max-age=60"}
    turned = undo.undo(either)
    assert turned.sentence == "tags and metadata of 2 files are as before"
    assert held(either, "a.wav") == held(either, "b.wav") == BEFORE
    assert done(undo.redo(either).events) == ["a.wav", "b.wav"]
    assert held(either, "b.wav") == after
    assert done(undo.undo(either).events) == ["a.wav", "b.wav"]
    assert held(either, "b.wav") == BEFORE
    assert objects.read_small(either.store, "a.wav")[0] == b"a.wav"


def test_the_last_tag_is_taken_away(either: Library, plain_s3: Any) -> None:
    fill(plain_s3, either, "a.wav")
    assert done(properties.apply(either, ["a.wav"], Change({"song": None}))) == ["a.wav"]
    assert held(either, "a.wav").tags == {}
    assert done(undo.undo(either).events) == ["a.wav"]
    assert held(either, "a.wav").tags == {"song": "bridge"}
    assert done(undo.redo(either).events) == ["a.wav"]
    assert held(either, "a.wav").tags == {}


def test_tags_alone_leave_the_object_as_it_is(either: Library, plain_s3: Any) -> None:
    fill(plain_s3, either, "a.wav")
    before = objects.head(either.store, "a.wav")
    assert done(properties.apply(either, ["a.wav"], Change({"song": "outro"}))) == ["a.wav"]
    assert objects.head(either.store, "a.wav") == before
    assert held(either, "a.wav").tags == {"song": "outro"}
    assert done(undo.undo(either).events) == ["a.wav"]
    assert held(either, "a.wav") == BEFORE


def test_what_somebody_else_changed_meanwhile_is_a_conflict(either: Library, plain_s3: Any) -> None:
    fill(plain_s3, either, "a.wav", "b.wav")
    seen = {key: held(either, key) for key in ("a.wav", "b.wav")}
    theirs = {"TagSet": [{"Key": "song", "Value": "theirs"}]}
    plain_s3.put_object_tagging(Bucket=either.bucket, Key="a.wav", Tagging=theirs)
    events = list(properties.apply(either, ["a.wav", "b.wav"], Change({"song": "x"}), seen=seen))
    assert failures(events) == {"a.wav": "conflict"} and done(events) == ["b.wav"]
    assert held(either, "a.wav").tags == {"song": "theirs"}
    events = list(properties.apply(either, ["a.wav"], Change({"take": "1"}), seen=seen))
    assert done(events) == ["a.wav"]  # another tag is no matter of theirs
    assert held(either, "a.wav").tags == {"song": "theirs", "take": "1"}


def test_an_undo_leaves_what_was_changed_since(either: Library, plain_s3: Any) -> None:
    fill(plain_s3, either, "a.wav", "b.wav", "c.wav")
    keys = ["a.wav", "b.wav", "c.wav"]
    list(properties.apply(either, keys, Change({"song": "x"}, {"user": "you"})))
    list(properties.apply(either, ["a.wav"], Change({"song": "y"})))
    plain_s3.put_object(Bucket=either.bucket, Key="b.wav", Body=b"another", Tagging="song=x")
    assert done(undo.undo(either).events) == ["a.wav"]
    turned = undo.undo(either)
    assert done(turned.events) == ["a.wav", "c.wav"]
    assert failures(turned.events) == {"b.wav": "conflict"}
    assert held(either, "b.wav").tags == {"song": "x"}


def test_what_fails_for_now_can_be_taken_back_later(
    library: Library, plain_s3: Any, s3_server: StrictS3
) -> None:
    fill(plain_s3, library, "a.wav")
    list(properties.apply(library, ["a.wav"], Change({"song": "x"})))
    fault = Fault(method="PUT", key="a.wav", code="AccessDenied")
    s3_server.set_faults(library.bucket, fault)
    assert failures(undo.undo(library).events) == {"a.wav": "not_allowed"}
    s3_server.forget(library.bucket)
    assert done(undo.undo(library).events) == ["a.wav"]
    assert held(library, "a.wav") == BEFORE


def test_a_change_that_a_crash_cut_short_can_be_taken_back(either: Library, plain_s3: Any) -> None:
    fill(plain_s3, either, "a.wav", "b.wav")
    action = either.journal.begin("edit")
    for key in ("a.wav", "b.wav"):
        before, after = '{"tag:song": "bridge"}', '{"tag:song": "x"}'
        either.journal.add_item(
            action, {"key": key, "before": before, "after": after, "begun": "yes"}
        )
    either.journal.set_state(action, "done")
    objects.set_tags(either.store, "a.wav", {"song": "x"})  # b.wav was not come to
    assert done(undo.undo(either).events) == ["a.wav"]
    assert held(either, "a.wav") == held(either, "b.wav") == BEFORE


def test_what_is_known_of_the_sound_stays(library: Library, plain_s3: Any, wav: bytes) -> None:
    upload = plain_s3.create_multipart_upload(Bucket=library.bucket, Key="a.wav")["UploadId"]
    part = plain_s3.upload_part(
        Bucket=library.bucket, Key="a.wav", UploadId=upload, PartNumber=1, Body=wav
    )
    plain_s3.complete_multipart_upload(
        Bucket=library.bucket,
        Key="a.wav",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
    )
    duration_s = info(library, "a.wav").row.duration_s
    etag = objects.head(library.store, "a.wav").etag
    assert done(properties.apply(library, ["a.wav"], Change(metadata={"user": "x"})))
    row = library.catalog.get("a.wav")
    assert row and row.etag != etag and row.duration_s == duration_s
    assert done(undo.undo(library).events) == ["a.wav"]


def test_an_answer_that_was_lost_is_no_failure(
    either: Library, plain_s3: Any, s3_server: StrictS3
) -> None:
    fill(plain_s3, either, "a.wav")
    either.capabilities()
    lost = Fault(method="PUT", key="a.wav", code="InternalError", after=True, times=1)
    for change in (Change({"song": "x"}), Change(metadata={"user": "you"})):
        s3_server.set_faults(either.bucket, lost)
        assert done(properties.apply(either, ["a.wav"], change)) == ["a.wav"]
        s3_server.forget(either.bucket)
    after = Properties("audio/x-wav", {"user": "you"}, {"song": "x"})
    assert held(either, "a.wav") == after
    undo.undo(either)
    undo.undo(either)
    assert held(either, "a.wav") == BEFORE


def test_older_versions_that_a_change_leaves_are_counted(library: Library, plain_s3: Any) -> None:
    plain_s3.put_object(Bucket=library.bucket, Key="a.wav", Body=b"x" * 1000)
    refreshed(library)
    before = quota.status(library).used_bytes
    list(properties.apply(library, ["a.wav"], Change(metadata={"user": "x"})))
    assert quota.status(library, measure_now=False).used_bytes == before + 1000
    list(properties.apply(library, ["a.wav"], Change({"song": "x"})))
    assert quota.status(library, measure_now=False).used_bytes == before + 1000


def test_many_at_once_with_hostile_names(
    library: Library, plain_s3: Any, hostile_keys: dict[str, str]
) -> None:
    keys = [f"demos/{key}" for key in list(hostile_keys.values())[:12]]
    fill(plain_s3, library, *keys)
    assert done(properties.apply(library, keys, Change({"song": "x"}, {"user": "y"}))) == sorted(
        keys
    )
    assert done(undo.undo(library).events) == sorted(keys)
    assert all(held(library, key) == BEFORE for key in keys)


@pytest.fixture
def wav() -> bytes:
    import io

    import numpy as np
    import soundfile

    out = io.BytesIO()
    soundfile.write(out, np.zeros((4800, 2), dtype=np.float32), 48000, format="WAV")
    return out.getvalue()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change({"": "x"}), "needs a name"),
        (Change({"aws:x": "1"}), "Amazon's own"),
        (Change({"n" * 129: "x"}), "128"),
        (Change({"n": "x" * 257}), "256"),
        (Change({"n": "a|b"}), "takes no |"),
        (Change(metadata={"ort": "Köln"}), "make it a tag"),
        (Change(metadata={"o t": "x"}), "without accents"),
        (Change(metadata={"x": "a\nb"}), "control"),
        (Change(content_type="wav"), "audio/wav"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_s3_does_not_take_is_said_before(
    library: Library, plain_s3: Any, change: Change, said: str
) -> None:
    fill(plain_s3, library, "a.wav")
    with pytest.raises(UsageError) as caught:
        list(properties.apply(library, ["a.wav"], change))
    assert said in str(caught.value)
    assert held(library, "a.wav") == BEFORE


def test_limits_count_what_is_there_already(library: Library, plain_s3: Any) -> None:
    fill(plain_s3, library, "a.wav")
    ten: dict[str, str | None] = {f"t{number}": "x" for number in range(10)}
    events = list(properties.apply(library, ["a.wav"], Change(ten)))
    assert failures(events) == {"a.wav": "limit"}
    assert done(properties.apply(library, ["a.wav"], Change(ten | {"song": None}))) == ["a.wav"]
    events = list(properties.apply(library, ["a.wav"], Change(metadata={"x": "y" * 2045})))
    assert failures(events) == {"a.wav": "limit"}


def test_in_common() -> None:
    other = Properties("audio/x-wav", {"user": "you"}, {"song": "bridge", "take": "1"})
    common, differing = properties.in_common([BEFORE, other])
    assert common == Properties("audio/x-wav", {}, {"song": "bridge"})
    assert differing == {"meta:user", "tag:take"}


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_mistake_is_one_line_that_a_terminal_can_show(name: str, value: str) -> None:
    from s3audio_tui.text import safe

    for said in (
        property_rules.tag_mistake(name, value),
        property_rules.metadata_mistake(name, value),
    ):
        assert safe(said) == said and "\n" not in said
