"""An hour, heard at many times its pace from a real sound server: no frame lost, memory flat."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from s3audio_tui.library.takes import Take
from tests.audio.microphone import Pipe, counter
from tests.audio.microphone import pipe as pipe
from tests.audio.speaker import PACKAGES
from tests.audio.speaker import sound_server as sound_server
from tests.audio.speaker import speaker as speaker
from tests.harm.forms import LONG
from tests.harm.judging import wait_until
from tests.strict_s3 import StrictS3

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RATE_HZ = 48_000
CHUNK_S = 5
SECONDS = 3600
MOST_GROWN_MB = 20.0


RUNS = pytest.mark.system(PACKAGES) if LONG else pytest.mark.skip("it takes minutes: make torture")


@RUNS
def test_an_hour_loses_no_frame_and_takes_no_more_memory(
    pipe: Pipe, home: Path, bucket: str, credentials: StrictS3, plain_s3: "S3Client"
) -> None:
    spool = home / "state" / "s3audio" / "recordings"
    program = subprocess.Popen(
        [sys.executable, "-m", "s3audio_tui", "rec", "--chunk", f"{CHUNK_S}s", "--quiet"],
        env={
            **os.environ,
            "S3AUDIO_LIBRARY": f"s3://{bucket}",
            "S3AUDIO_ENDPOINT_URL": credentials.endpoint_url,
            "AWS_REGION": credentials.region,
        },
    )
    memory_mb: list[float] = []

    def chunks() -> int:
        lines = b"".join(path.read_bytes() for path in spool.glob("*/take.jsonl"))
        return lines.count(b'"opened"')

    def heard() -> int:
        return max(0, chunks() - 1) * CHUNK_S * RATE_HZ

    def reached(frame: int) -> bool:
        return heard() >= frame

    try:
        wait_until(lambda: chunks() > 0, "it does not begin")
        minutes = range(0, (SECONDS + 60) * RATE_HZ, 60 * RATE_HZ)
        pipe.recite((counter(begun, 60 * RATE_HZ) for begun in minutes), heard)
        for begun in minutes:
            wait_until(partial(reached, begun), "it does not go on")
            memory_mb.append(resident_mb(program.pid))
        program.send_signal(signal.SIGINT)
        assert program.wait(600) == 0
    finally:
        program.kill()
        program.wait()
    assert max(memory_mb[5:]) - memory_mb[5] < MOST_GROWN_MB, memory_mb
    judge(plain_s3, bucket)


def resident_mb(pid: int) -> float:
    """Return how much memory a process has now."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    row = next(row for row in status.splitlines() if row.startswith("VmRSS"))
    return int(row.split()[1]) / 1000


def judge(client: "S3Client", bucket: str) -> None:
    """Check that the counter is in S3 as it was said."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="recordings/")
    keys = [each["Key"] for page in pages for each in page["Contents"]]
    data = client.get_object(Bucket=bucket, Key=keys[-1])["Body"].read()
    take = msgspec.json.decode(data, type=Take)
    assert keys[:-1] == [chunk.key for chunk in take.chunks]
    said: int | None = None
    for chunk in take.chunks:
        body = client.get_object(Bucket=bucket, Key=chunk.key)["Body"].read()
        heard = np.frombuffer(body[44:], "<i2")
        assert len(heard) == chunk.frames
        if said is None:
            silent = int(np.flatnonzero(heard)[0])
            heard, said = heard[silent:], 0
        left = min(len(heard), SECONDS * RATE_HZ - said)
        np.testing.assert_array_equal(heard[:left], counter(said, left)[:, 0])
        said += left
    assert said == SECONDS * RATE_HZ
