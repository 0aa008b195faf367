"""The program killed by signal 9 at any moment of a transfer: `uploads resume` ends it.

The moment is a number of bytes on the line, drawn from a fixed seed: there the line holds all
that passes, and the program is killed. So it is also hit between two requests, and while an
answer is on its way. It may be killed again in the midst of the resumed run.
"""

import os
import re
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from s3audio_tui.store.transfer import MIB
from tests.cli.conftest import Ran
from tests.cli.ready import Ready
from tests.harm.forms import LONG
from tests.harm.harms import Asked, Plan
from tests.harm.judging import parts_left, sha256, stored_sha256, wait_until
from tests.harm.line import HarmfulLine

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

PIECE_BYTES = 2 * MIB
"""What a download notes at once (`store.assembly`)."""

KILLS, SIZE_BYTES = (50, 256 * MIB) if LONG else (5, 24 * MIB)

Start = Callable[..., Ran]


@pytest.fixture
def start(
    forked: Ready,
    line: HarmfulLine,
    bucket: str,
    home: Path,
    credentials: object,
    monkeypatch: pytest.MonkeyPatch,
) -> Start:
    """Run the program over the line; with `kill` kill it once that plan holds.

    It has read all of them then: what lies unread in the system's buffers is as good as lost.
    """
    monkeypatch.setenv("S3AUDIO_LIBRARY", f"s3://{bucket}")
    monkeypatch.setenv("S3AUDIO_ENDPOINT_URL", line.endpoint_url)
    monkeypatch.setenv("S3AUDIO_MAX_SIZE", "1GB")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")

    def run(*arguments: str, kill: Plan | None = None) -> Ran:
        line.do(kill or Plan())
        ended: list[Ran] = []

        def wait() -> None:
            code, out, err = forked.run(arguments, b"", home)
            ended.append(Ran(code, out, err.decode()))

        waiting = threading.Thread(target=wait)
        waiting.start()
        wait_until(lambda: bool(ended) or line.holds, "it neither ends nor comes so far")
        if not ended:
            wait_until(lambda: line.unread_bytes() == 0, "it does not read what has come")
            os.kill(forked.running, signal.SIGKILL)
        waiting.join()
        return ended[0]

    return run


@pytest.fixture
def take(tmp_path: Path, sounds: dict[str, Path]) -> Path:
    """A large WAV file, by its header and its name."""
    head = sounds["wav16"].read_bytes()
    path = tmp_path / "take.wav"
    path.write_bytes(head + Random(9).randbytes(SIZE_BYTES - len(head)))
    return path


def by_bytes(chances: Random) -> Plan:
    """Return a plan that holds after so many bytes."""
    return Plan(hold_at=chances.randrange(SIZE_BYTES * 21 // 20))


def moment(chances: Random, number: int) -> Plan:
    """Return a plan that holds after so many bytes, or parts: one after the other."""
    return by_bytes(chances) if number % 2 else Plan(hold_after=chances.randrange(1, 5))


def test_uploads_that_are_killed_are_finished(
    start: Start, line: HarmfulLine, bucket: str, plain_s3: "S3Client", take: Path
) -> None:
    chances, right = Random("up"), sha256(take)
    kills = spared = 0
    while kills < KILLS:
        key = f"take {kills}.wav"
        named = take.rename(take.with_name(key))
        runs: list[list[Asked]] = []
        command: tuple[str, ...] = ("put", str(named))
        while True:
            ran = start(*command, kill=moment(chances, kills) if kills < KILLS else None)
            runs.append([asked for asked in line.asked() if asked.key == key])
            if ran.code != -signal.SIGKILL:
                assert ran.code == 0, ran.err
                break
            kills += 1
            begun = any(asked.method in ("PUT", "POST") for run in runs for asked in run)
            command = ("uploads", "resume") if begun else command
        take = named
        assert stored_sha256(plain_s3, bucket)[key] == right
        again, saved = sent_twice(runs)
        assert again == [], "only what was on its way may be sent again"
        spared += saved
        plain_s3.delete_object(Bucket=bucket, Key=key)
    assert spared > 0, "some parts had arrived before a kill"
    assert parts_left(plain_s3, bucket) == []
    assert start("uploads", "ls", "--json").out == b""


def sent_twice(runs: list[list[Asked]]) -> tuple[list[str], int]:
    """Return the parts that were sent after they had arrived, and how many need not be sent."""
    there: set[str] = set()
    again, spared = [], 0
    for run in runs:
        spared += len(there)
        sent = [asked for asked in run if "partNumber" in asked.query]
        again += [asked.query["partNumber"] for asked in sent if asked.query["partNumber"] in there]
        there |= {asked.query["partNumber"] for asked in sent if asked.status == 200}
    return again, spared


def test_downloads_that_are_killed_are_finished(
    start: Start,
    line: HarmfulLine,
    bucket: str,
    plain_s3: "S3Client",
    take: Path,
    tmp_path: Path,
) -> None:
    chances, right = Random("down"), sha256(take)
    kills = spared = 0
    plain_s3.upload_file(str(take), bucket, "take.wav")
    round_ = 0
    while kills < KILLS:
        folder = tmp_path / f"got {round_}"
        round_ += 1
        runs: list[list[Asked]] = []
        command: tuple[str, ...] = ("get", "take.wav", "--to", str(folder))
        while True:
            ran = start(*command, kill=by_bytes(chances) if kills < KILLS else None)
            runs.append([asked for asked in line.asked() if asked.is_get_of_bytes])
            if ran.code != -signal.SIGKILL:
                assert ran.code == 0, ran.err
                break
            kills += 1
            assert not (folder / "take.wav").exists()
            command = ("uploads", "resume") if any(runs) else command
        assert sha256(folder / "take.wav") == right
        assert [path.name for path in folder.iterdir()] == ["take.wav"]
        fetched, saved = fetched_twice(runs)
        assert fetched == 0, "only what was on its way may be fetched again"
        spared += saved
        (folder / "take.wav").unlink()
    assert spared > 0, "some ranges had come before a kill"
    assert start("uploads", "ls", "--json").out == b""


def fetched_twice(runs: list[list[Asked]]) -> tuple[int, int]:
    """Return how many bytes were fetched after they had come, and how many need not be fetched.

    Of each request a killed run may have lost the piece that it was about to note.
    """
    there: list[tuple[int, int]] = []
    again = spared = 0
    for run in runs:
        spared += sum(end - start for start, end in there)
        came = []
        for asked in run:
            start, end = (int(text) for text in re.findall(r"\d+", asked.range))
            again += sum(
                max(0, min(end + 1, old_end) - max(start, old_start))
                for old_start, old_end in there
            )
            kept = max(0, asked.down_bytes - PIECE_BYTES)
            came.append((start, start + kept - kept % PIECE_BYTES))
        there += came
    return again, spared
