"""How `rec` ends when nobody reads any more, when its terminal is closed, or nothing came."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from s3audio_tui.cli.interrupt import stops
from s3audio_tui.cli.output import Output
from s3audio_tui.library.takes import Take
from tests.audio.microphone import Pipe, counter
from tests.audio.microphone import pipe as pipe
from tests.audio.speaker import PACKAGES
from tests.audio.speaker import sound_server as sound_server
from tests.audio.speaker import speaker as speaker
from tests.cli.conftest import Run
from tests.terminal import Start

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RATE_HZ = 48_000


def taken(client: "S3Client", bucket: str) -> Take:
    """Return the one take that is complete in the bucket."""
    listed = client.list_objects_v2(Bucket=bucket, Prefix="recordings/")["Contents"]
    (key,) = (each["Key"] for each in listed if each["Key"].endswith("/take.json"))
    return msgspec.json.decode(client.get_object(Bucket=bucket, Key=key)["Body"].read(), type=Take)


@pytest.mark.system(PACKAGES)
def test_who_stops_reading_costs_no_sound(
    pipe: Pipe, s3audio: Run, bucket: str, plain_s3: "S3Client", home: Path
) -> None:
    pipe.say(counter(0, 3 * RATE_HZ))
    command = ("rec", "--json", "--chunk", "1s", "--duration", "2s", "--name", "pipe")
    with subprocess.Popen(
        [sys.executable, "-m", "s3audio_tui", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=home,
    ) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        said = running.stderr.read().decode()
    assert running.returncode == 141, said
    assert said.count("nobody reads the output any more; the recording goes on\n") == 1
    assert "Error" not in said and "pipe: 2.0 s in 2 chunks" in said
    assert taken(plain_s3, bucket).frames == 2 * RATE_HZ


@pytest.mark.system(PACKAGES)
def test_a_terminal_that_is_closed_ends_the_take_and_all_of_it_goes_up(
    pipe: Pipe, program: Start, s3audio: Run, bucket: str, plain_s3: "S3Client", home: Path
) -> None:
    pipe.say(counter(0, 2 * RATE_HZ))
    terminal = program("rec", "--chunk", "1s", "--name", "gone", columns=60, lines=8)
    terminal.wait_for("1 in S3")
    terminal.hang_up()
    assert terminal.process.wait(60) == 0
    take = taken(plain_s3, bucket)
    assert (take.name, take.parts[0].ended_by) == ("gone", "stop")
    assert not [*home.glob("state/s3audio/recordings/*")]


def test_each_time_it_is_said_what_is_done(tmp_path: Path) -> None:
    path = tmp_path / "said"
    with path.open("w") as stderr:
        output = Output(sys.stdout, stderr, sys.stdin)
        with stops(output, "stopping", "at once") as asked:
            seen = []
            for number in (signal.SIGHUP, signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
                signal.raise_signal(number)
                output.has_line = True
                seen.append((asked.end.cancelled, asked.leave.cancelled))
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
    assert seen == [(True, False)] * 3 + [(True, True)]
    assert path.read_bytes() == b"\r\x1b[Jstopping\n\r\x1b[Jat once\n"


def test_an_option_that_cannot_be_is_named_before_anything_is_opened(
    s3audio: Run, home: Path
) -> None:
    wrong = {"--duration": "0", "--chunk": "500ms", "--rate": "5", "--channels": "9"}
    for option, value in wrong.items():
        ran = s3audio("rec", option, value)
        assert (ran.code, ran.err.count("\n")) == (2, 1)
        assert f"'{option}'" in ran.err and "see s3audio rec --help" in ran.err
    assert "1s to 10m" in s3audio("rec", "--chunk", "11m").err
    assert not [*home.rglob("take.jsonl")]


@pytest.mark.system(PACKAGES)
def test_a_take_without_a_frame_leaves_no_folder(
    pipe: Pipe, s3audio: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3AUDIO_RECORD_MAX", "0.000001s")
    ran = s3audio("rec", "--no-upload")
    assert ran.code != 0, ran.err
    assert not [*home.glob("state/s3audio/recordings/*")]
