import os
from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.library import details, trash, upload
from s3audio_tui.library.events import Skipped
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.store import objects
from tests.library.conftest import MakeLibrary
from tests.library.helpers import catalog_keys, done, ends, failures, put, stored_keys

TYPES = {
    "wav16": "audio/wav",
    "wav24": "audio/wav",
    "wavfloat": "audio/wav",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg; codecs=opus",
    "aiff": "audio/aiff",
}


def test_every_format_goes_up_with_type_and_metadata(
    library: Library, sounds: dict[str, Path]
) -> None:
    paths = [sounds[name] for name in TYPES if name in sounds]
    assert done(put(library, paths, to="in")) == sorted(f"in/{path.name}" for path in paths)
    for name, content_type in TYPES.items():
        if name not in sounds:
            continue
        key = f"in/{sounds[name].name}"
        head = objects.head(library.store, key)
        assert head.content_type == content_type
        assert head.size_bytes == sounds[name].stat().st_size
        assert head.encryption == "AES256"
        assert head.metadata["user"] == "anna"
        assert head.metadata["original-name"] == sounds[name].name
        assert int(head.metadata["sample-rate"]) > 0
        row = library.catalog.get(key)
        assert row is not None
        assert row.duration_s is not None
        assert (row.etag, row.size_bytes) == (head.etag, head.size_bytes)


def test_what_is_not_audio_is_refused_with_the_reason(
    library: Library, tmp_path: Path, sounds: dict[str, Path], plain_s3: Any
) -> None:
    text = tmp_path / "lyrics.wav"
    text.write_text("la la la\n" * 100)
    renamed = tmp_path / "flac in.wav"
    renamed.write_bytes(sounds["flac"].read_bytes())
    empty = tmp_path / "empty.wav"
    empty.touch()
    document = tmp_path / "notes.txt"
    document.write_text("words")
    events = put(library, [text, renamed, empty, document, tmp_path / "missing.wav"])
    assert failures(events) == {
        str(text): "not_audio",
        str(renamed): "not_audio",
        str(empty): "not_audio",
        str(document): "not_audio",
        str(tmp_path / "missing.wav"): "not_found",
    }
    reasons = " ".join(str(event.error) for event in upload.plan(library, [renamed]).refused)
    assert "FLAC" in reasons
    assert stored_keys(plain_s3, library.bucket) == []


def test_a_file_over_the_limit_is_refused(
    make_library: MakeLibrary, sounds: dict[str, Path]
) -> None:
    library = make_library(max_size="1kB")
    assert failures(put(library, [sounds["wav16"]])) == {str(sounds["wav16"]): "limit"}


def test_folders_go_whole_and_leave_out_what_is_no_audio(
    library: Library, tmp_path: Path, sounds: dict[str, Path]
) -> None:
    folder = tmp_path / "session"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.wav").write_bytes(sounds["wav16"].read_bytes())
    (folder / "deep" / "b.flac").write_bytes(sounds["flac"].read_bytes())
    (folder / "cover.jpg").write_bytes(b"\xff\xd8\xff")
    plan = upload.plan(library, [folder])
    assert [item.key for item in plan.items] == ["session/a.wav", "session/deep/b.flac"]
    assert [Path(event.path).name for event in plan.skipped] == ["cover.jpg"]
    assert plan.refused == []


@pytest.mark.parametrize(
    ("if_exists", "keys"),
    [
        ("fail", ["a.wav"]),
        ("skip", ["a.wav"]),
        ("rename", ["a (2).wav", "a.wav"]),
        ("overwrite", ["a.wav"]),
    ],
)
def test_a_name_that_is_taken(
    library: Library,
    plain_s3: Any,
    tmp_path: Path,
    sounds: dict[str, Path],
    if_exists: Any,
    keys: list[str],
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(sounds["wav16"].read_bytes())
    plain_s3.put_object(Bucket=library.bucket, Key="a.wav", Body=b"was here")
    events = put(library, [path], if_exists=if_exists)
    assert [k for k in stored_keys(plain_s3, library.bucket) if ".s3audio" not in k] == keys
    body = objects.read_small(library.store, "a.wav")[0]
    assert (body == b"was here") == (if_exists != "overwrite")
    assert bool(failures(events)) == (if_exists == "fail")
    assert any(isinstance(event, Skipped) for event in events) == (if_exists == "skip")


def test_what_an_upload_overwrites_is_kept(
    plain_library: Library, plain_s3: Any, tmp_path: Path, sounds: dict[str, Path]
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(sounds["wav16"].read_bytes())
    plain_s3.put_object(Bucket=plain_library.bucket, Key="a.wav", Body=b"was here")
    put(plain_library, [path], if_exists="overwrite")
    (kept,) = trash.entries(plain_library)
    assert (kept.key, kept.size_bytes) == ("a.wav", 8)


def test_large_files_go_in_parts_and_a_cancelled_one_leaves_none(
    library: Library, tmp_path: Path, plain_s3: Any
) -> None:
    import numpy as np
    import soundfile

    path = tmp_path / "long.wav"
    soundfile.write(path, np.zeros(12 * 2**20 // 2, "int16"), 48000)
    queue = TransferQueue(1)
    upload.submit(library, queue, upload.plan(library, [path]).items)
    assert done(queue.events()) == ["long.wav"]
    assert "-" in objects.head(library.store, "long.wav").etag
    path = path.rename(tmp_path / "other.wav")
    queue = TransferQueue(1)
    upload.submit(library, queue, upload.plan(library, [path]).items)
    for event in queue.events():
        if event.key == "other.wav":
            queue.cancel_all()
    assert queue.snapshot()[0].state == "cancelled"
    assert stored_keys(plain_s3, library.bucket)[-1] == "long.wav"
    assert not plain_s3.list_multipart_uploads(Bucket=library.bucket).get("Uploads")


def test_the_catalog_knows_at_once_what_went_up(library: Library, sounds: dict[str, Path]) -> None:
    put(library, [sounds["mp3"]])
    assert catalog_keys(library) == [sounds["mp3"].name]
    found = details.info(library, sounds["mp3"].name)
    assert found.row.sample_rate_hz
    assert found.versions == 1
    assert found.tags == {}


def test_uploads_end_with_a_word_for_each(library: Library, sounds: dict[str, Path]) -> None:
    assert len(ends(put(library, list(sounds.values())))) == len(sounds)


def test_a_pipe_is_no_file_and_is_not_waited_for(library: Library, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    (refused,) = upload.plan(library, [pipe]).refused
    assert refused.error.message == f"{pipe} is not a file"
    assert "--name" in refused.error.remedy
