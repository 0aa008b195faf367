"""`put`: what goes up, how it is told, and what is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

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
    assert [list(line) for line in (started, done)] == [EVENT, [*EVENT, "verified_by"]]
    assert started == dict(zip(EVENT, ["started", str(wav), key, 0, size, None], strict=True))
    assert done.pop("verified_by") == "checksum"
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
    sizes = {line["event"]: line["bytes_total"] for line in put.lines[:-1]}
    assert (sizes["started"], sizes["done"]) == (None, len(data))
    assert sizes.get("progress") is None
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
    terminal.wait_for("[q]uit")  # the question may go on in the next line
    assert "there already (6 B, now; yours: 96.0 kB, " in terminal.screen
    terminal.press("r", "enter")
    assert terminal.wait_exit() == 0
    assert "uploaded" in terminal.screen and "tone-16 (2).wav" in terminal.screen
    assert "2 uploaded: " in terminal.screen
    assert stored() == ["tone-16 (2).wav", "tone-16.wav", "tone.flac"]
    terminal = program("put", str(wav))
    terminal.wait_for("[q]uit")  # the question may go on in the next line
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
    assert words.rows == [[wav.name, str(wav), str(wav.stat().st_size)]]
    assert words.err == "would upload 1: 96.0 kB; nothing was done\n"
    assert s3audio("get", "a.wav", "-n").code == 0
    assert s3audio("get", "a.wav", "-n", "--zip", "all.zip").code == 0
    assert stored(hidden=True) == ["a.wav"]
    assert not (home / "a.wav").exists() and not (home / "all.zip").exists()


def test_the_same_put_again_sends_nothing(
    s3audio: Run, sounds: Sounds, fill: Fill, home: Path
) -> None:
    folder = home / "take"
    folder.mkdir()
    for number in range(10):
        data = sounds["wav16"].read_bytes() + bytes([number]) * 10
        (folder / f"{number}.wav").write_bytes(data)
    fill("take/3.wav", body=b"another")
    first = s3audio("put", "take", "--if-exists", "rename", "--json")
    assert (first.code, first.lines[-1]["done"]) == (0, 10)
    again = s3audio("put", "take", "--if-exists", "rename", "--json")
    assert (again.code, again.lines[-1]["skipped"]) == (0, 10)
    assert {line["reason"] for line in again.lines[:-1] if line["event"] == "skipped"} == {
        "it has arrived already"
    }
    planned = s3audio("put", "take", "--dry-run", "--if-exists", "overwrite", "--json").lines
    assert [line["key"] for line in planned[:-1] if line["reason"] == "dry run"] == ["take/3.wav"]
    assert planned[-1]["bytes"] == (folder / "3.wav").stat().st_size
    (folder / "3.wav").unlink()
    last = s3audio("put", "take", "--if-exists", "fail")
    assert (last.code, last.out) == (0, b""), "what is the same is no conflict"


def test_of_a_folder_only_what_is_wanted_goes(
    s3audio: Run, sounds: Sounds, home: Path, stored: Stored
) -> None:
    (home / "set" / "old").mkdir(parents=True)
    for name in ("a.wav", "b.wav", "old/c.wav"):
        (home / "set" / name).write_bytes(sounds["wav16"].read_bytes())
    (home / "set" / "d.mp3").write_bytes(sounds["mp3"].read_bytes())
    put = s3audio(
        "put",
        "set",
        "--include",
        "*.wav",
        "--exclude",
        "old",
        "--exclude",
        "b.*",
        "--limit-rate",
        "50MB/s",
    )
    assert put.code == 0
    assert stored() == ["set/a.wav"]
    wrong = s3audio("put", "set", "--limit-rate", "fast")
    assert wrong.code == 2 and "'fast' is not a rate" in wrong.err
