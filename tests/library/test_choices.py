"""What is decided before an upload or a download: where it goes, what of taken names, the room."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError, ConflictError, LimitError, UsageError
from s3audio_tui.library import download, getting, upload, zipping
from s3audio_tui.library.events import Done, Failed, Skipped
from s3audio_tui.library.names import IfTaken
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from tests.library.helpers import done, ends, failures, refreshed, stored_keys


@pytest.fixture
def takes(tmp_path: Path, sounds: dict[str, Path]) -> Path:
    folder = tmp_path / "takes"
    folder.mkdir()
    for name in ("a.wav", "b.wav", "c.wav", "d.wav"):
        (folder / name).write_bytes(sounds["wav16"].read_bytes())
    return folder


def test_each_taken_name_has_its_own_answer(library: Library, takes: Path, plain_s3: Any) -> None:
    for name in ("a", "b", "c"):
        plain_s3.put_object(Bucket=library.bucket, Key=f"takes/{name}.wav", Body=b"was here")
    refreshed(library)
    plan = upload.plan(library, [takes])
    there = [item.there for item in plan.items]
    assert [row.size_bytes if row else None for row in there] == [8, 8, 8, None]
    choices: dict[str, IfTaken] = {
        "takes/a.wav": "skip",
        "takes/b.wav": "rename",
        "takes/c.wav": "overwrite",
    }
    queue = TransferQueue(2)
    assert upload.submit(library, queue, plan.items, choices=choices) == []
    events = ends(queue.events())
    assert [event.key for event in events if isinstance(event, Skipped)] == ["takes/a.wav"]
    assert done(events) == ["takes/b (2).wav", "takes/c.wav", "takes/d.wav"]
    bodies = {
        name: plain_s3.get_object(Bucket=library.bucket, Key=f"takes/{name}.wav")["Body"].read()
        for name in ("a", "b", "c")
    }
    assert {name: body == b"was here" for name, body in bodies.items()} == {
        "a": True,
        "b": True,
        "c": False,
    }


def test_files_looked_at_once_may_go_elsewhere(library: Library, takes: Path) -> None:
    looks = list(upload.look(library, [takes]))
    assert [item.key for item in upload.aim(library, looks).items][:1] == ["takes/a.wav"]
    moved = upload.aim(library, looks, to="set/2026/")
    assert [item.key for item in moved.items][:1] == ["set/2026/takes/a.wav"]
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        list(upload.look(library, [takes], token))


def test_an_item_of_a_plan_gets_another_name(library: Library, takes: Path, plain_s3: Any) -> None:
    plain_s3.put_object(Bucket=library.bucket, Key="takes/a.wav", Body=b"was here")
    refreshed(library)
    plan = upload.plan(library, [takes])
    first = plan.items[0]
    changed = upload.renamed(library, plan, first, "a, mine.wav")
    assert (changed.key, changed.conflict, changed.path) == ("takes/a, mine.wav", False, first.path)
    for name, error in (("b.wav", ConflictError), ("", UsageError), ("../x.wav", UsageError)):
        with pytest.raises(error):
            upload.renamed(library, plan, first, name)
    plain_s3.put_object(Bucket=library.bucket, Key="takes/z.wav", Body=b"was here")
    refreshed(library)
    with pytest.raises(ConflictError, match="is there already"):
        upload.renamed(library, plan, first, "z.wav")


@pytest.fixture
def filled(library: Library, plain_s3: Any) -> Library:
    for key in ("demos/a.wav", "demos/deep/b.wav", "demos/deep/c.mp3"):
        plain_s3.put_object(Bucket=library.bucket, Key=key, Body=key.encode() * 10)
    refreshed(library)
    return library


def test_a_download_knows_its_sum_and_what_is_there(filled: Library, tmp_path: Path) -> None:
    plan = download.plan(filled, ["demos/deep/"], tmp_path / "one")
    assert plan.total_bytes == 320
    elsewhere = plan.into(tmp_path / "two")
    assert [item.path for item in elsewhere.items] == [
        tmp_path / "two" / "deep" / name for name in ("b.wav", "c.mp3")
    ]
    (tmp_path / "two" / "deep").mkdir(parents=True)
    (tmp_path / "two" / "deep" / "b.wav").symlink_to("nowhere")
    assert [item.key for item in elsewhere.taken()] == ["demos/deep/b.wav"]
    assert download.needed_bytes(elsewhere.items, "skip") == 160
    assert download.needed_bytes(elsewhere.items, "overwrite") == 320


def test_known_keys_are_not_asked_for(filled: Library, tmp_path: Path) -> None:
    plan = download.plan(filled, ["gone [1].wav", "demos/deep/"], tmp_path, known=True)
    assert [item.relative for item in plan.items] == ["gone [1].wav", "deep/b.wav", "deep/c.mp3"]


def test_room_is_asked_for_where_the_folder_would_be(tmp_path: Path) -> None:
    free = download.free_bytes(tmp_path / "not" / "there")
    assert free is not None and free > 0
    download.check_room(tmp_path / "not" / "there", 1)
    with pytest.raises(LimitError, match="free"):
        download.check_room(tmp_path, 1 << 62)


@pytest.mark.parametrize("if_exists", ["fail", "skip", "rename", "overwrite"])
def test_a_zip_is_one_transfer(filled: Library, tmp_path: Path, if_exists: Any) -> None:
    target = tmp_path / "all.zip"
    target.write_text("mine")
    plan = download.plan(filled, ["demos/"], tmp_path)
    queue = TransferQueue(2)
    zipping.submit_zip(filled, queue, plan.items, target, if_exists=if_exists)
    (event,) = ends(queue.events())
    assert (target.read_text("latin-1") == "mine") == (if_exists != "overwrite")
    assert bool(failures([event])) == (if_exists == "fail")
    assert isinstance(event, Skipped) == (if_exists == "skip")
    if isinstance(event, Done):
        assert event.path == str(target if if_exists == "overwrite" else tmp_path / "all (2).zip")
        with zipfile.ZipFile(event.path) as archive:
            assert archive.namelist() == ["demos/a.wav", "demos/deep/b.wav", "demos/deep/c.mp3"]
        (state,) = queue.snapshot()
        assert (state.bytes_done, state.bytes_total) == (430, 430)


def test_a_zip_that_is_cancelled_or_fails_leaves_nothing(filled: Library, tmp_path: Path) -> None:
    plan = download.plan(filled, ["demos/"], tmp_path)
    gone = [*plan.items, getting.DownloadItem("gone.wav", tmp_path, "gone.wav")]
    queue = TransferQueue(1)
    zipping.submit_zip(filled, queue, gone, tmp_path / "a.zip")
    queue.cancel(zipping.submit_zip(filled, queue, plan.items, tmp_path / "b.zip"))
    codes = [event.error.code for event in ends(queue.events()) if isinstance(event, Failed)]
    assert sorted(codes) == ["cancelled", "not_found"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("keys", "prefix", "name"),
    [
        (["a/b.wav"], "a/", "b.zip"),
        (["a/deep/"], "a/", "deep.zip"),
        (["a/b.wav", "a/c.wav"], "a/", "a.zip"),
        (["noending"], "", "noending.zip"),
        (["con/"], "", "%63on.zip"),
    ],
)
def test_the_name_of_a_zip(library: Library, keys: list[str], prefix: str, name: str) -> None:
    assert zipping.name_for(library, keys, prefix) == name
    assert zipping.name_for(library, ["a", "b"]) == f"{library.label}.zip"


def test_an_answer_for_another_name_changes_nothing(
    library: Library, takes: Path, plain_s3: Any
) -> None:
    plan = upload.plan(library, [takes / "a.wav"], to="x")
    queue = TransferQueue(1)
    upload.submit(library, queue, plan.items, choices={"x/other.wav": "overwrite"})
    assert done(queue.events()) == ["x/a.wav"]
    assert [key for key in stored_keys(plain_s3, library.bucket) if "s3audio" not in key] == [
        "x/a.wav"
    ]
