import errno
import io
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.errors import BadBytesError, ConflictError, LimitError, NotFoundError
from s3audio_tui.library import download, getting, zipping
from s3audio_tui.library.events import Done, ItemEvent
from s3audio_tui.library.names import IfTaken
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from tests.library.helpers import done, failures
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3


def get(
    library: Library, patterns: list[str], folder: Path, if_exists: IfTaken = "fail"
) -> list[ItemEvent]:
    queue = TransferQueue(2)
    plan = download.plan(library, patterns, folder)
    download.submit(library, queue, plan.items, if_exists=if_exists)
    return [*plan.refused, *queue.events()]


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def filled(library: Library, plain_s3: Any) -> Library:
    for key in ("demos/a.wav", "demos/deep/b.wav", "demos/deep/c.mp3", "x [1].wav"):
        plain_s3.put_object(Bucket=library.bucket, Key=key, Body=key.encode())
    return library


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("demos/deep/b.wav", ["b.wav"]),
        ("demos/", ["demos/a.wav", "demos/deep/b.wav", "demos/deep/c.mp3"]),
        ("demos/*.wav", ["a.wav"]),
        ("demos/**/*.wav", ["a.wav", "deep/b.wav"]),
        ("**.mp3", ["demos/deep/c.mp3"]),
        ("x [1].wav", ["x [1].wav"]),
    ],
)
def test_keys_globs_and_prefixes(
    filled: Library, tmp_path: Path, pattern: str, expected: list[str]
) -> None:
    assert len(done(get(filled, [pattern], tmp_path / "out"))) == len(expected)
    assert files(tmp_path / "out") == expected


def test_the_bytes_and_the_date_are_those_of_the_object(
    filled: Library, tmp_path: Path, plain_s3: Any
) -> None:
    get(filled, ["demos/a.wav"], tmp_path)
    assert (tmp_path / "a.wav").read_bytes() == b"demos/a.wav"
    modified = plain_s3.head_object(Bucket=filled.bucket, Key="demos/a.wav")["LastModified"]
    assert (tmp_path / "a.wav").stat().st_mtime == modified.timestamp()


@pytest.mark.parametrize("if_exists", ["fail", "skip", "rename", "overwrite"])
def test_a_file_that_is_there(filled: Library, tmp_path: Path, if_exists: Any) -> None:
    (tmp_path / "a.wav").write_text("mine")
    events = get(filled, ["demos/a.wav"], tmp_path, if_exists)
    assert ((tmp_path / "a.wav").read_text() == "mine") == (if_exists != "overwrite")
    assert (tmp_path / "a (2).wav").exists() == (if_exists == "rename")
    assert bool(failures(events)) == (if_exists == "fail")


def test_no_key_leaves_the_folder(
    library: Library, tmp_path: Path, plain_s3: Any, hostile_keys: dict[str, str]
) -> None:
    there = []
    for key in hostile_keys.values():
        try:
            plain_s3.put_object(Bucket=library.bucket, Key=key, Body=b"x")
            there.append(key)
        except (plain_s3.exceptions.ClientError, ValueError):
            continue
    assert len(there) > 30
    folder = tmp_path / "deep" / "target"
    folder.mkdir(parents=True)
    events = get(library, ["**"], folder)
    finished = [event for event in events if isinstance(event, Done)]
    assert len(finished) == len(files(folder))
    assert files(tmp_path) == [f"deep/target/{name}" for name in files(folder)]
    assert all(".." in event.key for event in events if event.key in failures(events))
    assert not any(char in name for name in files(folder) for char in "\x1b\n\r\x00\\:")


def test_a_planted_link_is_not_followed(filled: Library, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    target = tmp_path / "target"
    target.mkdir()
    (target / "demos").symlink_to(elsewhere)
    assert set(failures(get(filled, ["demos/"], target)).values()) == {"conflict"}
    assert files(elsewhere) == []


def test_a_zip_holds_all_or_is_not_there(filled: Library, tmp_path: Path) -> None:
    plan = download.plan(filled, ["demos/"], tmp_path)
    target = tmp_path / "all.zip"
    assert len(done(zipping.to_zip(filled, plan.items, target))) == 3
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert archive.read("demos/deep/b.wav") == b"demos/deep/b.wav"
    with pytest.raises(ConflictError):
        list(zipping.to_zip(filled, plan.items, target))
    gone = [getting.DownloadItem("not there.wav", tmp_path, "x.wav")]
    with pytest.raises(NotFoundError):
        list(zipping.to_zip(filled, gone, tmp_path / "none.zip"))
    assert files(tmp_path) == ["all.zip"]


def test_a_zip_of_large_and_small(library: Library, tmp_path: Path, plain_s3: Any) -> None:
    data = {f"{n:02}.wav": random.Random(n).randbytes(n * 300_000) for n in range(18)}
    for key, body in data.items():
        plain_s3.put_object(Bucket=library.bucket, Key=key, Body=body)
    plan = download.plan(library, ["**"], tmp_path)
    done_bytes: list[int] = []
    list(zipping.to_zip(library, plan.items, tmp_path / "all.zip", progress=done_bytes.append))
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == data
    assert done_bytes[-1] == sum(map(len, data.values()))


@pytest.mark.parametrize("size_bytes", [1000, 5_000_000])
def test_a_wrong_entry_fails_the_zip_by_name(
    filled: Library, tmp_path: Path, plain_s3: Any, s3_server: StrictS3, size_bytes: int
) -> None:
    plain_s3.put_object(Bucket=filled.bucket, Key="demos/b.wav", Body=bytes(size_bytes))
    s3_server.set_faults(filled.bucket, Fault(method="GET", key="demos/b.wav", body="flip"))
    plan = download.plan(filled, ["demos/"], tmp_path)
    with pytest.raises(BadBytesError, match=r"demos/b\.wav") as failure:
        list(zipping.to_zip(filled, plan.items, tmp_path / "all.zip"))
    assert failure.value.key == "demos/b.wav"
    assert files(tmp_path) == []


def test_a_disk_that_gets_full_fails_the_zip_by_its_name(
    filled: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("zipfile.ZipFile.open", no_room)
    plan = download.plan(filled, ["demos/"], tmp_path)
    with pytest.raises(LimitError, match="no room for the file") as failure:
        list(zipping.to_zip(filled, plan.items, tmp_path / "all.zip"))
    assert failure.value.key == str(tmp_path / "all.zip")
    assert files(tmp_path) == []


def test_one_object_as_a_stream(filled: Library) -> None:
    out = io.BytesIO()
    assert getting.stream_to(filled, "demos/a.wav", out) == "checksum"
    assert out.getvalue() == b"demos/a.wav"


def test_what_matches_nothing_is_named(filled: Library, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="nothing here is named"):
        download.plan(filled, ["demos/*.flac"], tmp_path)
