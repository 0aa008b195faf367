"""`put` and `get`: what goes up and comes down, how it is told, and what is refused."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import hostile
from tests.cli.conftest import Run
from tests.terminal import Start

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Fill = Callable[..., None]
Stored = Callable[..., list[str]]
Sounds = dict[str, Path]

EVENT = ["event", "path", "key", "bytes_done", "bytes_total", "error"]


def test_put_tells_events_and_stores_what_was_sent(
    s3audio: Run, sounds: Sounds, plain_s3: "S3Client", bucket: str
) -> None:
    wav = sounds["wav16"]
    put = s3audio("put", str(wav), "--to", "demos", "--tag", "song=a b", "--json")
    assert (put.code, put.err) == (0, "")
    started, *_, done, summary = put.lines
    size = wav.stat().st_size
    key = f"demos/{wav.name}"
    assert [list(line) for line in (started, done)] == [EVENT, EVENT]
    assert started == dict(zip(EVENT, ["started", str(wav), key, 0, size, None], strict=True))
    assert done == dict(zip(EVENT, ["done", str(wav), key, size, size, None], strict=True))
    assert isinstance(summary.pop("seconds"), float)
    assert summary == {"event": "summary", "done": 1, "skipped": 0, "failed": 0, "bytes": size}
    body = plain_s3.get_object(Bucket=bucket, Key=key)
    assert body["Body"].read() == wav.read_bytes()
    assert body["ContentType"] == "audio/wav"
    assert body["Metadata"]["original-name"] == wav.name
    tags = plain_s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    assert tags == [{"Key": "song", "Value": "a b"}]


def test_a_folder_goes_whole_and_what_is_refused_is_named(
    s3audio: Run, sounds: Sounds, home: Path, stored: Stored
) -> None:
    folder = home / "take"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.wav").write_bytes(sounds["wav16"].read_bytes())
    (folder / "deep" / "b.flac").write_bytes(sounds["flac"].read_bytes())
    (folder / "notes.txt").write_text("not audio")
    (folder / "lie.wav").write_text("text that is no audio at all")
    put = s3audio("put", "take")
    assert put.code == 1
    assert sorted(row[0] for row in put.rows) == ["take/a.wav", "take/deep/b.flac"]
    assert "skipped" in put.err and "notes.txt: it is not audio" in put.err
    assert "s3audio: " in put.err and "lie.wav" in put.err
    assert "2 uploaded, 1 skipped, 1 failed: " in put.err
    assert stored() == ["take/a.wav", "take/deep/b.flac"]


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["lie.wav"], 8, "not_audio"),
        (["gone.wav"], 3, "not_found"),
        (["lie.wav", "gone.wav"], 1, "not_audio"),
        (["lie.wav", "lie.wav"], 8, "not_audio"),
    ],
)
def test_the_exit_code_is_that_of_all_failures(
    s3audio: Run, home: Path, arguments: list[str], code: int, error: str
) -> None:
    (home / "lie.wav").write_text("text that is no audio at all")
    put = s3audio("put", "--json", *arguments)
    assert put.code == code
    assert put.lines[0]["event"] == "failed" and put.lines[0]["error"]["code"] == error
    assert put.lines[0]["error"].keys() == {"code", "message", "remedy", "key"}
    assert put.lines[-1]["failed"] == len(arguments)


def test_over_a_limit_is_5(s3audio: Run, sounds: Sounds, stored: Stored) -> None:
    wav = str(sounds["wav16"])
    large = s3audio("put", wav, "--json", environ={"S3AUDIO_MAX_SIZE": "1kB"})
    assert large.code == 5 and large.lines[0]["error"]["code"] == "limit"
    full = s3audio("put", wav, "--json", environ={"S3AUDIO_QUOTA": "1kB"})
    assert full.code == 5 and full.lines[0]["error"]["code"] == "quota"
    assert stored() == []


def test_stdin_goes_up_under_a_name(s3audio: Run, sounds: Sounds, stored: Stored) -> None:
    data = sounds["flac"].read_bytes()
    put = s3audio("put", "-", "--name", "take.flac", "--to", "in/", "--json", stdin=data)
    assert put.code == 0
    assert {line["path"] for line in put.lines[:-1]} == {"-"}
    assert s3audio("get", "in/take.flac", "--to", "-").out == data
    assert s3audio("put", "-", stdin=data).code == 2
    assert s3audio("put", "x.wav", "--name", "y.wav").code == 2
    assert stored() == ["in/take.flac"]


def test_a_name_that_is_taken(s3audio: Run, sounds: Sounds, fill: Fill, stored: Stored) -> None:
    wav = sounds["wav16"]
    fill(wav.name, body=b"before")
    failed = s3audio("put", str(wav), "--json")
    assert failed.code == 6 and failed.lines[-2]["error"]["code"] == "conflict"
    skipped = s3audio("put", str(wav), "--if-exists", "skip", "--json")
    assert skipped.code == 0 and skipped.lines[-2]["reason"] == "it is there already"
    renamed = s3audio("put", str(wav), "--if-exists", "rename")
    assert renamed.code == 0 and renamed.rows[0][0] == "tone-16 (2).wav"
    refused = s3audio("put", str(wav), "--if-exists", "overwrite", "--json")
    assert refused.code == 2 and "add --yes" in refused.err
    assert s3audio("put", str(wav), "--if-exists", "ask").code == 2
    assert s3audio("get", wav.name, "--to", "-").out == b"before"
    assert s3audio("put", str(wav), "--if-exists", "overwrite", "--yes").code == 0
    assert s3audio("get", wav.name, "--to", "-").out == wav.read_bytes()
    assert stored() == ["tone-16 (2).wav", "tone-16.wav"]


def test_a_terminal_is_asked_and_shows_bars_and_words(
    s3audio: Run, program: Start, sounds: Sounds, fill: Fill, stored: Stored
) -> None:
    wav = sounds["wav16"]
    fill(wav.name, body=b"before")
    terminal = program("put", str(wav), str(sounds["flac"]))
    terminal.wait_for("[q]uit?")
    terminal.press("r", "enter")
    assert terminal.wait_exit() == 0
    assert "uploaded" in terminal.screen and "tone-16 (2).wav" in terminal.screen
    assert "2 uploaded: " in terminal.screen
    assert stored() == ["tone-16 (2).wav", "tone-16.wav", "tone.flac"]
    terminal = program("put", str(wav))
    terminal.wait_for("[q]uit?")
    terminal.press("q", "enter")
    assert terminal.wait_exit() == 130


def test_a_dry_run_sends_nothing(
    s3audio: Run, sounds: Sounds, fill: Fill, stored: Stored, home: Path
) -> None:
    wav = sounds["wav16"]
    fill("a.wav")
    put = s3audio("put", str(wav), str(sounds["mp3"]), "--dry-run", "--json")
    assert put.code == 0
    assert {(line["event"], line["reason"]) for line in put.lines[:-1]} == {("skipped", "dry run")}
    assert [line["key"] for line in put.lines[:-1]] == [wav.name, "tone.mp3"]
    words = s3audio("put", str(wav), "--dry-run")
    assert words.rows == [[wav.name, str(wav), ""]]
    assert words.err == "would upload 1; nothing was done\n"
    assert s3audio("get", "a.wav", "-n").code == 0
    assert s3audio("get", "a.wav", "-n", "--zip", "all.zip").code == 0
    assert stored(hidden=True) == ["a.wav"]
    assert not (home / "a.wav").exists() and not (home / "all.zip").exists()


def test_get_takes_keys_globs_and_prefixes(
    s3audio: Run, fill: Fill, home: Path, bucket: str
) -> None:
    fill("demos/a.wav", "demos/b.wav", "demos/deep/c.wav", "d.flac", "[x].wav")
    got = s3audio("get", "demos/*.wav", f"s3://{bucket}/d.flac", "--to", "one", "--json")
    assert got.code == 0
    assert sorted(line["key"] for line in got.lines if line["event"] == "done") == [
        *("d.flac", "demos/a.wav", "demos/b.wav")
    ]
    assert _files(home / "one") == ["a.wav", "b.wav", "d.flac"]
    assert s3audio("get", "demos/", "[x].wav", "--to", "two").code == 0
    assert _files(home / "two") == ["[x].wav", "demos/a.wav", "demos/b.wav", "demos/deep/c.wav"]
    assert s3audio("get", "**.wav", "--to", "three").code == 0
    assert "demos/deep/c.wav" in _files(home / "three")
    missing = s3audio("get", "no*.wav", "--json")
    assert missing.code == 3 and missing.error["key"] == "no*.wav"


def test_a_file_that_is_there_is_kept(s3audio: Run, fill: Fill, home: Path) -> None:
    fill("a.wav", body=b"new")
    (home / "a.wav").write_bytes(b"old")
    kept = s3audio("get", "a.wav", "--json")
    assert kept.code == 6 and kept.lines[-2]["error"]["code"] == "conflict"
    assert s3audio("get", "a.wav", "--if-exists", "overwrite").code == 2
    assert s3audio("get", "a.wav", "--if-exists", "rename").code == 0
    assert (home / "a.wav").read_bytes() == b"old"
    assert (home / "a (2).wav").read_bytes() == b"new"
    assert s3audio("get", "a.wav", "--if-exists", "overwrite", "-y").code == 0
    assert (home / "a.wav").read_bytes() == b"new"


def test_one_to_stdout_and_many_to_a_zip(s3audio: Run, fill: Fill, home: Path) -> None:
    data = hashlib.sha512(b"x").digest() * 4096
    fill("raw\x1b.wav", body=data)
    fill("demos/b.wav", body=b"b")
    assert s3audio("get", "raw\x1b.wav", "--to", "-").out == data
    assert s3audio("get", "**.wav", "--to", "-").code == 2
    zipped = s3audio("get", "demos/", "raw\x1b.wav", "--zip", "all.zip", "--json")
    assert zipped.code == 0 and zipped.lines[-1]["done"] == 2
    with zipfile.ZipFile(io.BytesIO((home / "all.zip").read_bytes())) as archive:
        assert sorted(archive.namelist()) == ["demos/b.wav", "raw%1B.wav"]
        assert archive.read("raw%1B.wav") == data
    assert s3audio("get", "demos/", "--zip", "all.zip").code == 6


def test_downloads_never_leave_their_folder(
    s3audio: Run, plain_s3: "S3Client", bucket: str, home: Path
) -> None:
    for key in hostile.DISK.values():
        if len(key.encode()) <= 1024 and "\x00" not in key:
            plain_s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    (home / "in").mkdir()
    got = s3audio("get", "**", "--to", "in", "--json")
    assert got.code == 1
    refused = {line["key"] for line in got.lines if line["event"] == "failed"}
    assert refused == {"../../etc/passwd", "a/../../b", "..\\x"}
    outside = {"settings.toml", "state", "config", "cache", "in"}
    assert {path.name for path in home.iterdir()} <= outside
    assert len(_files(home / "in")) == sum(line["event"] == "done" for line in got.lines)


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
