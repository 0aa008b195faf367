"""Other S3 clients see what the program says is there, and the other way round."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.strict_s3 import StrictS3

SCRIPTS = Path(sysconfig.get_path("scripts"))


def peer(name: str, *arguments: str, environ: dict[str, str] | None = None) -> str:
    program = SCRIPTS / name
    command = [str(program if program.exists() else shutil.which(name)), *arguments]
    ended = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, **(environ or {})}
    )
    return ended.stdout


def test_s5cmd_and_aws_agree(
    s3audio: Run, sounds: dict[str, Path], bucket: str, s3_server: StrictS3, home: Path
) -> None:
    endpoint = ["--endpoint-url", s3_server.endpoint_url]
    flac = sounds["flac"]
    peer("s5cmd", *endpoint, "cp", str(sounds["mp3"]), f"s3://{bucket}/from peer/ü.mp3")
    assert s3audio("put", str(flac), "--to", "own").code == 0
    ours = {
        (line["key"], line["size_bytes"]) for line in s3audio("ls", "--recursive", "--json").lines
    }
    theirs = set()
    listing = peer("aws", *endpoint, "s3", "ls", "--recursive", f"s3://{bucket}")
    for line in listing.splitlines():
        _, _, size, key = line.split(maxsplit=3)
        if not key.startswith(".s3audio/"):
            theirs.add((key, int(size)))
    assert (
        ours
        == theirs
        == {
            ("from peer/ü.mp3", sounds["mp3"].stat().st_size),
            (f"own/{flac.name}", flac.stat().st_size),
        }
    )
    peer("s5cmd", *endpoint, "cp", f"s3://{bucket}/own/{flac.name}", str(home / "back.flac"))
    assert (home / "back.flac").read_bytes() == flac.read_bytes()


@pytest.fixture
def demo(home: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "s3audio_tui", "demo", "--serve", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_another_client_sees_in_the_demo_what_the_program_says(
    outside: Run, demo: "subprocess.Popen[str]"
) -> None:
    import json

    try:
        assert demo.stdout is not None
        told = json.loads(demo.stdout.readline())
        assert list(told) == [
            *("endpoint_url", "bucket", "region", "access_key_id", "secret_access_key")
        ]
        environ = {
            "AWS_ACCESS_KEY_ID": told["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": told["secret_access_key"],
            "AWS_REGION": told["region"],
        }
        endpoint = ["--endpoint-url", told["endpoint_url"]]
        library = ["--library", f"s3://{told['bucket']}", *endpoint]
        listed = outside("ls", "--recursive", "--json", *library, environ=environ).lines
        seen = peer("s5cmd", *endpoint, "ls", f"s3://{told['bucket']}/*", environ=environ)
        sizes = {
            (parts[3], int(parts[2]))
            for line in seen.splitlines()
            for parts in [line.split(maxsplit=3)]
        }
        assert {(line["key"], line["size_bytes"]) for line in listed} == sizes
        assert len(sizes) >= 35
    finally:
        demo.send_signal(signal.SIGINT)
        _, err = demo.communicate(timeout=60)
    assert demo.returncode == 130 and "Traceback" not in err


def test_the_headless_app_draws_what_is_there(
    s3audio: Run, home: Path, sounds: dict[str, Path]
) -> None:
    assert s3audio("put", str(sounds["wav16"])).code == 0
    drawn = s3audio("tui", "--headless", "--size", "110x30", "--screenshot", "screen.svg")
    assert (drawn.code, drawn.err) == (0, "")
    assert "tone-16.wav" in (home / "screen.svg").read_text()
    assert s3audio("tui", "--headless", "--size", "big").code == 2
    assert s3audio("tui", "--press", "q").code == 2
