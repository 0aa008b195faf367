"""`info`, `share`, `quota`: what the program knows of a file, and of the room that is left."""

import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.audio import samples
from tests.cli.conftest import Run
from tests.cli.test_listing import FIELDS
from tests.terminal import Start

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Fill = Callable[..., None]


def test_info_reads_the_header_by_range(
    s3audio: Run, sounds: dict[str, Path], plain_s3: "S3Client", bucket: str
) -> None:
    plain_s3.put_object(
        Bucket=bucket,
        Key="demos/a.wav",
        Body=sounds["wav24"].read_bytes(),
        ContentType="audio/wav",
        Metadata={"user": "me"},
        Tagging="song=bridge",
    )
    found = s3audio("info", "demos/a.wav", "--json").document
    assert list(found)[: len(FIELDS)] == FIELDS
    known = {
        "key": "demos/a.wav",
        "name": "a.wav",
        "format": "wav",
        "duration_s": 0.5,
        "sample_rate_hz": 48_000,
        "channels": 2,
        "content_type": "audio/wav",
        "metadata": {"user": "me"},
        "tags": {"song": "bridge"},
        "version_id": None,
        "bit_depth": 24,
        "duration_exact": True,
    }
    assert {name: found[name] for name in known} == known
    assert found["codec"] and "checksum" in found
    assert found["verified_by"] in ("checksum", "etag")
    cells = dict(s3audio("info", f"s3://{bucket}/demos/a.wav").rows)
    assert cells["tags.song"] == "bridge" and cells["duration_exact"] == "true"
    listed = s3audio("ls", "demos", "--json").document
    assert listed["duration_s"] == 0.5
    missing = s3audio("info", "gone.wav", "--json")
    assert missing.code == 3 and missing.error["key"] == "gone.wav"


def test_info_of_what_is_no_audio(s3audio: Run, fill: Fill) -> None:
    fill("lie.wav", body=b"text that is no audio at all")
    found = s3audio("info", "lie.wav", "--json")
    assert found.code == 0 and found.document["duration_s"] is None
    assert "its header cannot be read" in found.err


def test_share_makes_a_link_that_works(s3audio: Run, fill: Fill) -> None:
    fill("demos/a b.wav", body=b"sound")
    before = datetime.now(UTC)
    shared = s3audio("share", "demos/a b.wav", "--download", "--json").document
    assert list(shared) == ["url", "expires_at", "key"] and shared["key"] == "demos/a b.wav"
    life = datetime.fromisoformat(shared["expires_at"]) - before
    assert timedelta(minutes=59) < life < timedelta(minutes=61)
    with urllib.request.urlopen(shared["url"]) as answer:
        assert answer.read() == b"sound"
        assert "a b.wav" in answer.headers["Content-Disposition"].replace("%20", " ")
    link = s3audio("share", "demos/a b.wav", "--for", "90s")
    assert link.text.startswith("http://") and link.text.count("\n") == 1
    assert "X-Amz-Expires=90&" in f"{link.text.strip()}&"
    assert s3audio("share", "demos/a b.wav", "--for", "8d").code == 5
    assert s3audio("share", "demos/a b.wav", "--for", "soon").code == 2
    assert s3audio("share", "gone.wav").code == 3


def test_quota(s3audio: Run, fill: Fill, stored: Callable[..., list[str]]) -> None:
    fill("a.wav", body=b"x" * 500)
    status = s3audio("quota", "--json", "--user", "me").document
    assert list(status) == [
        *("user", "limit_bytes", "used_bytes", "available_bytes", "file_count"),
        *("percent", "exceeded", "pending_bytes"),
    ]
    assert status["user"] == "me" and status["limit_bytes"] == 1_000_000_000
    assert status["used_bytes"] >= 500 and status["pending_bytes"] == 0
    assert status["available_bytes"] == 1_000_000_000 - status["used_bytes"]
    assert status["exceeded"] is False
    assert s3audio("quota", "--set", "much").code == 2
    small = s3audio("quota", "--set", "1kB", "--json", "--user", "me").document
    assert small["limit_bytes"] == 1000
    assert s3audio("quota", "--set", "5GB", "--dry-run", "--user", "me").code == 0
    assert s3audio("quota", "--json", "--user", "me").document["limit_bytes"] == 1000


def test_a_length_that_is_a_guess_is_marked_for_people(
    s3audio: Run, program: Start, fill: Fill
) -> None:
    fill("a.mp3", body=samples.bare_mp3(64, 60))
    found = s3audio("info", "a.mp3", "--json").document
    assert round(found["duration_s"]) == 60 and found["duration_exact"] is False
    assert s3audio("ls", "--json").lines[0]["duration_s"] == found["duration_s"]
    assert "~" not in s3audio("ls").text
    for words in (["info", "a.mp3"], ["ls"]):
        terminal = program(*words)
        assert terminal.wait_exit() == 0
        assert "~1:00" in terminal.screen
