"""`ls` and `sync`: every field, every order, in JSON, between tabs, and on a terminal."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests import hostile
from tests.cli.conftest import Run
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3
from tests.terminal import Start, forbidden

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Fill = Callable[..., None]

FIELDS = [
    *("key", "name", "size_bytes", "modified", "etag", "storage_class", "format"),
    *("duration_s", "sample_rate_hz", "channels"),
]


def test_folders_then_files_with_every_field(
    s3audio: Run, fill: Fill, bucket: str, plain_s3: "S3Client"
) -> None:
    fill("b.wav", "a.flac", "notes.txt", "demos/x.wav", "demos/deep/y.wav", ".s3audio/peaks/z")
    listed = s3audio("ls", "--json")
    assert listed.code == 0 and listed.err == ""
    assert [list(line) for line in listed.lines] == [FIELDS] * 4
    assert [line["key"] for line in listed.lines] == ["demos/", "a.flac", "b.wav", "notes.txt"]
    folder, flac, *_, notes = listed.lines
    assert folder == dict.fromkeys(FIELDS) | {
        "key": "demos/",
        "name": "demos/",
        "size_bytes": 10,
        "format": "folder",
    }
    head = plain_s3.head_object(Bucket=bucket, Key="a.flac")
    assert flac["name"] == "a.flac" and flac["size_bytes"] == 5 and flac["format"] == "flac"
    assert flac["etag"] == head["ETag"].strip('"') and flac["storage_class"] == "STANDARD"
    assert flac["modified"][:19] == head["LastModified"].strftime("%Y-%m-%dT%H:%M:%S")
    assert flac["modified"].endswith("Z") and flac["duration_s"] is None
    assert notes["format"] is None


def test_piped_lines_are_the_exact_values_between_tabs(s3audio: Run, fill: Fill) -> None:
    fill("demos/deep/y.wav", "demos/x.wav", "demos/x2.wav")
    rows = s3audio("ls", "demos").rows
    assert [len(row) for row in rows] == [len(FIELDS)] * 3
    assert [row[:3] for row in rows] == [
        ["demos/deep/", "deep/", "5"],
        ["demos/x.wav", "x.wav", "5"],
        ["demos/x2.wav", "x2.wav", "5"],
    ]
    assert rows[0][6] == "folder" and rows[0][3] == ""
    begins = s3audio("ls", "demos/x2").rows
    assert [row[0] for row in begins] == ["demos/x2.wav"]


def test_recursive_search_sort_reverse_and_limit(s3audio: Run, fill: Fill, bucket: str) -> None:
    fill("b.wav", body=b"1")
    fill("a/kick.wav", body=b"123")
    fill("a/deep/Kick two.flac", body=b"12")

    def keys(*options: str) -> list[str]:
        return [line["key"] for line in s3audio("--json", "ls", *options).lines]

    assert keys("--recursive") == ["a/deep/Kick two.flac", "a/kick.wav", "b.wav"]
    largest = ["a/kick.wav", "a/deep/Kick two.flac", "b.wav"]
    assert keys("--recursive", "--sort", "size", "--reverse") == largest
    assert keys("--sort", "size", "--reverse", "--recursive", "--limit", "1") == ["a/kick.wav"]
    assert keys("--search", "KICK -two") == ["a/kick.wav"]
    assert keys("a/deep/", "--search", "kick") == ["a/deep/Kick two.flac"]
    assert keys("--search", "nothing") == []
    assert keys(f"s3://{bucket}/a/") == ["a/deep/", "a/kick.wav"]


def test_what_is_not_there_is_3(s3audio: Run) -> None:
    assert (s3audio("ls").code, s3audio("ls").text) == (0, "")
    missing = s3audio("ls", "nowhere", "--json")
    assert missing.code == 3
    assert missing.error["code"] == "not_found" and missing.error["key"] == "nowhere"


def test_sync_counts_what_changed(
    s3audio: Run, fill: Fill, plain_s3: "S3Client", bucket: str
) -> None:
    fill("a.wav", "b.wav", "c.wav")
    assert s3audio("sync", "--json").document.keys() == {
        *("added", "changed", "removed", "total", "seconds")
    }
    plain_s3.delete_object(Bucket=bucket, Key="a.wav")
    fill("b.wav", body=b"other")
    fill("d.wav")
    second = s3audio("sync", "--json").document
    assert isinstance(second.pop("seconds"), float)
    assert second == {"added": 1, "changed": 1, "removed": 1, "total": 3}


@pytest.fixture
def hostile_library(s3audio: Run, plain_s3: "S3Client", bucket: str) -> list[str]:
    keys = []
    for key in hostile.TERMINAL.values():
        plain_s3.put_object(Bucket=bucket, Key=key, Body=b"x")
        keys.append(key)
    return keys


def test_hostile_names_when_piped(s3audio: Run, hostile_library: list[str]) -> None:
    as_json = s3audio("ls", "--recursive", "--json")
    assert sorted(line["key"] for line in as_json.lines) == sorted(hostile_library)
    piped = s3audio("ls", "--recursive")
    assert len(piped.rows) == len(hostile_library)
    assert {len(row) for row in piped.rows} == {len(FIELDS)}
    for raw in (piped.out, as_json.out):
        text = raw.decode()
        assert not [char for char in text if char not in "\n\t" and _acts(char)]


def _acts(char: str) -> bool:
    point = ord(char)
    return point < 32 or 0x7F <= point < 0xA0 or 0x200B <= point < 0x2070 or point >= 0xE0000


def test_hostile_names_on_a_terminal(program: Start, hostile_library: list[str]) -> None:
    terminal = program("ls", "--recursive", columns=200, lines=60)
    assert terminal.wait_exit() == 0
    assert forbidden(terminal.raw) == []
    assert "Size" in terminal.screen and "songexe" not in terminal.screen
    assert "[@click=app.quit]x[/]" in terminal.screen


def test_a_reader_that_leaves_is_no_error(s3audio: Run, fill: Fill) -> None:
    fill("a.wav", "b.wav")
    command = f"{sys.executable} -m s3audio_tui ls --json | head -c 1"
    ended = subprocess.run(["sh", "-c", command], capture_output=True, check=True, text=True)
    assert (ended.stdout, ended.stderr) == ("{", "")


def test_a_slow_library_is_read_from_the_catalog_which_says_how_old_it_is(
    s3audio: Run, fill: Fill, s3_server: StrictS3, bucket: str
) -> None:
    fill("a.wav")
    s3_server.set_faults(bucket, Fault(method="GET", query="list-type", delay_s=2.1, times=1))
    assert s3audio("sync").code == 0
    fill("b.wav")
    cached = s3audio("ls", "--json")
    assert [json.loads(line)["key"] for line in cached.text.splitlines()] == ["a.wav"]
    assert cached.err == "as S3 was a moment ago; --refresh asks it again\n"
    assert s3audio("ls", "--quiet", "--json").err == ""
    assert len(s3audio("ls", "--refresh").rows) == 2
