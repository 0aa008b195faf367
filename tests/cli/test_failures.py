"""How it ends when the store, the network or the person says no."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.strict.faults import Fault
from tests.strict.identities import DENIED, EXPIRED
from tests.strict_s3 import StrictS3

Fill = Callable[..., None]


@pytest.mark.parametrize(
    ("environ", "code", "error"),
    [
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, 4, "credentials"),
        (
            {
                "AWS_ACCESS_KEY_ID": EXPIRED.access_key_id,
                "AWS_SECRET_ACCESS_KEY": EXPIRED.secret_access_key,
                "AWS_SESSION_TOKEN": EXPIRED.token,
            },
            4,
            "credentials",
        ),
        (
            {
                "AWS_ACCESS_KEY_ID": DENIED.access_key_id,
                "AWS_SECRET_ACCESS_KEY": DENIED.secret_access_key,
            },
            4,
            "not_allowed",
        ),
        ({"AWS_SECRET_ACCESS_KEY": "not-the-secret-that-it-should-be"}, 4, "credentials"),
        ({"S3AUDIO_LIBRARY": "s3://no-such-bucket-here"}, 3, "not_found"),
        ({"S3AUDIO_ENDPOINT_URL": "http://127.0.0.1:9"}, 7, "unreachable"),
        ({"S3AUDIO_PROFILE": "nobody"}, 4, "credentials"),
    ],
)
def test_each_is_one_sentence_and_its_code(
    s3audio: Run, environ: dict[str, str], code: int, error: str
) -> None:
    ended = s3audio("ls", "--json", environ=environ)
    assert (ended.code, ended.error["code"]) == (code, error)
    assert ended.err.startswith("s3audio: ") and ended.err.count("\n") == 1
    assert ended.error["remedy"] and "Traceback" not in ended.err


def test_bytes_that_are_cut_leave_no_file(
    s3audio: Run, fill: Fill, s3_server: StrictS3, bucket: str, home: Path
) -> None:
    fill("a.wav", body=b"x" * 100_000)
    s3_server.set_faults(bucket, Fault(method="GET", key="a.wav", body="cut"))
    ended = s3audio("get", "a.wav", "--json")
    assert ended.code == 7 and ended.lines[-2]["error"]["code"] == "unreachable"
    assert not list(home.glob("a.wav*"))


def test_ctrl_c_is_130_and_what_it_stopped_can_be_gone_on_with_or_given_up(
    s3audio: Run, home: Path, s3_server: StrictS3, bucket: str
) -> None:
    import numpy as np
    import soundfile

    soundfile.write(home / "long.wav", np.zeros((3_000_000, 2)), 48_000)
    s3_server.set_faults(bucket, Fault(method="PUT", query="partNumber", skip=1, delay_s=60))
    command = [sys.executable, "-m", "s3audio_tui", "put", "long.wav", "--json"]
    process = subprocess.Popen(
        command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert '"started"' in process.stdout.readline()
    _wait_for(lambda: any("partNumber" in call.query for call in s3_server.asked(bucket)))
    out, err = _stopped(process, lambda: s3_server.set_faults(bucket))
    assert process.returncode == 130, err
    assert '"cancelled"' in out and '"summary"' in out
    assert "Traceback" not in err
    (left,) = s3audio("uploads", "ls", "--json").lines
    assert (left["key"], left["resumable"]) == ("long.wav", True)
    assert s3_server.client().list_multipart_uploads(Bucket=bucket).get("Uploads")
    assert s3audio("uploads", "abort", "--all").code == 0
    assert not s3_server.client().list_multipart_uploads(Bucket=bucket).get("Uploads")


def test_ctrl_c_in_a_rename_says_what_was_moved_and_what_was_not(
    s3audio: Run, fill: Fill, stored: Callable[[], list[str]], s3_server: StrictS3, bucket: str
) -> None:
    keys = [f"demos/{number:02}.wav" for number in range(30)]
    fill(*keys)
    s3_server.set_faults(bucket, Fault(method="PUT", prefix="takes/1", delay_s=60))
    command = [sys.executable, "-m", "s3audio_tui", "mv", "demos/", "takes/", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    _wait_for(lambda: any(call.key.startswith("takes/") for call in s3_server.asked(bucket)))
    out, err = _stopped(process, lambda: s3_server.set_faults(bucket))
    assert process.returncode == 130, err
    events = [json.loads(line) for line in out.splitlines()]
    moved = {event["key"] for event in events if event["event"] == "done"}
    left = {event["key"] for event in events if event["event"] == "failed"}
    assert moved | left == set(keys) and left and not moved & left
    assert set(stored()) == {key.replace("demos/", "takes/") for key in moved} | left
    assert events[-1]["failed"] == len(left)


def _stopped(process: "subprocess.Popen[str]", go_on: Callable[[], None]) -> tuple[str, str]:
    """Press Ctrl-C, let the store `go_on` once that is heard, and return what is said then."""
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    assert any("stopping" in line for line in process.stderr)
    go_on()
    return process.communicate(timeout=60)


def _wait_for(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_secret_is_never_said(s3audio: Run, s3_server: StrictS3, home: Path) -> None:
    ended = s3audio("ls", "--verbose", environ={"S3AUDIO_STATE": str(home / "kept")})
    assert ended.code == 0
    log = (home / "kept" / "log" / "s3audio.log").read_text()
    assert "ListObjectsV2 s3://" in log
    assert s3_server.secret_access_key not in log and s3_server.access_key_id not in log
