"""Older versions of a file: listed, restored on top, fetched, removed; and links to files."""

from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.catalog.journal import Item
from s3audio_tui.errors import ConflictError, NotFoundError, UnsupportedError
from s3audio_tui.library import sharing, trash, undo, versions
from s3audio_tui.library.details import sums
from s3audio_tui.library.events import Done, Failed
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.store import objects
from tests.library.helpers import done, ends, failures


def put(client: Any, library: Library, *bodies: bytes, key: str = "a.wav") -> None:
    for body in bodies:
        client.put_object(Bucket=library.bucket, Key=key, Body=body, Tagging=f"n={len(body)}")


def now(library: Library, key: str = "a.wav") -> bytes:
    return objects.read_small(library.store, key)[0]


def test_a_restored_version_lies_on_top_and_nothing_is_lost(
    library: Library, plain_s3: Any
) -> None:
    put(plain_s3, library, b"1", b"22", b"333")
    put(plain_s3, library, b"another", key="a.wav.bak")
    listed = versions.listed(library, "a.wav")
    assert [(one.size_bytes, one.state) for one in listed] == [
        (3, "current"),
        (2, "older"),
        (1, "older"),
    ]
    assert versions.restore(library, "a.wav", listed[2].id) == Done("a.wav", "", 1)
    assert now(library) == b"1"
    assert objects.tags(library.store, "a.wav") == {"n": "1"}
    assert [one.size_bytes for one in versions.listed(library, "a.wav")] == [1, 3, 2, 1]
    row = library.catalog.get("a.wav")
    assert row and row.size_bytes == 1
    turned = undo.undo(library)
    assert now(library) == b"333" and turned.sentence == "a.wav is as before the restore again"
    assert done(undo.redo(library).events) == ["a.wav"]
    assert now(library) == b"1"
    assert done(undo.undo(library).events) == ["a.wav"]
    assert now(library) == b"333"
    with pytest.raises(ConflictError, match="already"):
        versions.restore(library, "a.wav", versions.listed(library, "a.wav")[0].id)


def test_a_version_of_a_deleted_file(library: Library, plain_s3: Any) -> None:
    put(plain_s3, library, b"1", b"22")
    list(trash.delete(library, ["a.wav"]))
    listed = versions.listed(library, "a.wav")
    assert [one.state for one in listed] == ["deleted", "older", "older"]
    with pytest.raises(ConflictError, match="nothing to restore"):
        versions.restore(library, "a.wav", listed[0].id)
    versions.restore(library, "a.wav", listed[2].id)
    assert now(library) == b"1"
    undo.undo(library)
    assert objects.find(library.store, "a.wav") is None
    undo.redo(library)
    assert now(library) == b"1"


def test_what_was_written_since_a_restore_is_left(library: Library, plain_s3: Any) -> None:
    put(plain_s3, library, b"1", b"22")
    versions.restore(library, "a.wav", versions.listed(library, "a.wav")[1].id)
    put(plain_s3, library, b"somebody's")
    assert failures(undo.undo(library).events) == {"a.wav": "conflict"}
    assert now(library) == b"somebody's"


@pytest.mark.parametrize("happened", [False, True])
def test_a_restore_that_a_crash_cut_short(library: Library, plain_s3: Any, happened: bool) -> None:
    put(plain_s3, library, b"1", b"22")
    newest, oldest = versions.listed(library, "a.wav")
    action = library.journal.begin("version")
    item: Item = {"key": "a.wav", "id": oldest.id, "before": newest.id, "begun": "yes"}
    library.journal.add_item(action, item)
    library.journal.set_state(action, "done")
    if happened:
        versions.restore(library, "a.wav", oldest.id, into=[])
    undo.undo(library)
    assert now(library) == b"22"


def test_one_version_removed_for_good(library: Library, plain_s3: Any) -> None:
    put(plain_s3, library, b"1", b"22", b"333")
    listed = versions.listed(library, "a.wav")
    versions.remove(library, listed[1])
    assert [one.size_bytes for one in versions.listed(library, "a.wav")] == [3, 1]
    versions.remove(library, listed[0])
    row = library.catalog.get("a.wav")
    assert now(library) == b"1" and row and row.size_bytes == 1
    versions.remove(library, versions.listed(library, "a.wav")[0])
    assert library.catalog.get("a.wav") is None
    with pytest.raises(NotFoundError):
        versions.listed(library, "a.wav")


def test_one_version_fetched(library: Library, plain_s3: Any, tmp_path: Path) -> None:
    put(plain_s3, library, b"1", b"22")
    queue = TransferQueue(1)
    for version in versions.listed(library, "a.wav"):
        versions.download(library, queue, version, tmp_path)
        ended = ends(queue.events())
        assert [type(event) for event in ended] == [Done]
    assert (tmp_path / "a.wav").read_bytes() == b"22"
    assert (tmp_path / "a (2).wav").read_bytes() == b"1"


def test_a_bucket_without_versions_says_so(plain_library: Library, plain_s3: Any) -> None:
    put(plain_s3, plain_library, b"1")
    with pytest.raises(UnsupportedError, match="keeps no versions"):
        versions.listed(plain_library, "a.wav")
    assert "keeps no versions" in versions.why_none(plain_library)


def test_where_versions_are_suspended_the_trash_has_what_was_there(
    plain_library: Library, plain_s3: Any
) -> None:
    put(plain_s3, plain_library, b"1")
    item: Item = {"key": "a.wav", "id": "an older one", "before": "null", "made": "null"}
    action = plain_library.journal.begin("version")
    plain_library.journal.add_item(action, item)
    plain_library.journal.finish(action)
    (event,) = undo.undo(plain_library).events
    assert isinstance(event, Failed) and "lies in the trash" in event.error.message
    assert now(plain_library) == b"1"


def test_links_to_many(library: Library, plain_s3: Any) -> None:
    put(plain_s3, library, b"1")
    first, second = sharing.share_all(library, ["a.wav", "none.wav"], download=True)
    assert not isinstance(first, Failed) and "attachment" in first.url and not first.temporary
    assert isinstance(second, Failed) and second.error.code == "not_found"


def test_a_link_makes_a_browser_play_what_was_stored_without_a_type(
    library: Library, plain_s3: Any
) -> None:
    put(plain_s3, library, b"1")
    assert "response-content-type=audio%2F" in sharing.share(library, "a.wav").url
    plain_s3.put_object(Bucket=library.bucket, Key="b.wav", Body=b"1", ContentType="audio/wav")
    assert "response-content-type" not in sharing.share(library, "b.wav").url


def test_sums(library: Library, plain_s3: Any) -> None:
    for key in ("a.wav", "demos/b.wav", "demos/c.mp3", "demos/notes.txt"):
        put(plain_s3, library, b"12345", key=key)
    made = sums(library, ["a.wav", "demos/b.wav", "demos/c.mp3"])
    assert (made.files, made.bytes, made.measured) == (3, 15, 0)
    assert {name: group.files for name, group in made.formats.items()} == {"wav": 2, "mp3": 1}
    from s3audio_tui.catalog.sums import sums as of

    assert of(library.catalog.database, ["demos/"]).files == 3
    assert of(library.catalog.database, [""]).bytes == 20
