"""`rec`: the real program, a real sound server, a pipe as the microphone, and the strict S3."""

import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest
import soundfile

from s3audio_tui.library.takes import Take
from tests.audio.microphone import Pipe, counter
from tests.audio.microphone import pipe as pipe
from tests.audio.speaker import PACKAGES, Speaker
from tests.audio.speaker import sound_server as sound_server
from tests.audio.speaker import speaker as speaker
from tests.cli.conftest import Ran, Run
from tests.cli.ready import Ready
from tests.harm.judging import wait_until
from tests.terminal import Start, forbidden

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NO_SERVER = {"PULSE_SERVER": "unix:/nowhere"}
RATE_HZ = 48_000


class Running:
    """A run of the program that a test looks at, and sends signals to."""

    def __init__(self, forked: Ready, home: Path, arguments: tuple[str, ...]) -> None:
        self._forked, self._home = forked, home
        self._ended: list[Ran] = []
        self._thread = threading.Thread(target=self._run, args=(arguments,))
        self._thread.start()

    def _run(self, arguments: tuple[str, ...]) -> None:
        code, out, err = self._forked.run(arguments, b"", self._home)
        self._ended.append(Ran(code, out, err.decode()))

    @property
    def spool(self) -> Path:
        """Where its takes are."""
        return self._home / "state" / "s3audio" / "recordings"

    def files(self) -> list[Path]:
        """Return the chunks that are there."""
        return [*self.spool.glob("*/*.wav")]

    def heard(self) -> int:
        """Return how many frames were heard at least, in chunks of a second."""
        lines = b"".join(path.read_bytes() for path in self.spool.glob("*/take.jsonl"))
        return max(0, lines.count(b'"opened"') - 1) * RATE_HZ

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for a state, while it runs."""
        wait_until(lambda: bool(self._ended) or condition(), what)
        assert not self._ended, self._ended[0].err

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self._forked.running, number)

    def end(self) -> Ran:
        """Wait for its end."""
        self._thread.join(60)
        return self._ended[0]


Begin = Callable[..., Running]


@pytest.fixture
def begin(forked: Ready, home: Path, s3audio: Run) -> Iterator[Begin]:
    """Begin runs of the program on the fresh bucket."""
    begun: list[Running] = []

    def run(*arguments: str) -> Running:
        begun.append(Running(forked, home, arguments))
        return begun[-1]

    yield run
    for each in begun:
        each.end()


def taken(client: "S3Client", bucket: str, folder: Path) -> tuple[Take, np.ndarray]:
    """Return the one take of the bucket, and its frames, put together by what S3 says of them."""
    listed = client.list_objects_v2(Bucket=bucket, Prefix="recordings/")["Contents"]
    keys = [each["Key"] for each in listed]
    (document,) = (key for key in keys if key.endswith("/take.json"))
    data = client.get_object(Bucket=bucket, Key=document)["Body"].read()
    parts: dict[int, np.ndarray] = {}
    for key in set(keys) - {document}:
        answer = client.get_object(Bucket=bucket, Key=key)
        path = folder / "chunk"
        path.write_bytes(answer["Body"].read())
        index = int(answer["Metadata"]["index"])
        assert index not in parts
        parts[index], _ = soundfile.read(path, dtype="int32", always_2d=True)
        assert len(parts[index]) == int(answer["Metadata"]["frames"])
    assert sorted(parts) == list(range(len(parts)))
    take = msgspec.json.decode(data, type=Take)
    frames = np.concatenate([parts[index] for index in sorted(parts)])
    assert take.frames == len(frames)
    return take, frames


def states(ran: Ran) -> dict[int, list[str]]:
    """Return what was said of each chunk."""
    found: dict[int, list[str]] = {}
    for line in ran.lines:
        if line["event"] == "chunk":
            assert list(line) == ["event", "index", "frames", "path", "key", "state"]
            found.setdefault(line["index"], []).append(line["state"])
    return found


@pytest.mark.system(PACKAGES)
def test_what_is_said_over_sixty_chunks_is_in_s3_frame_for_frame(
    pipe: Pipe, begin: Begin, bucket: str, plain_s3: "S3Client", tmp_path: Path
) -> None:
    running = begin("rec", "--json", "--chunk", "1s", "--name", "Größe")
    running.wait(lambda: bool(running.files()), "it does not begin")
    pipe.recite(iter([counter(0, 65 * RATE_HZ)]), running.heard)
    running.wait(lambda: running.heard() > 61 * RATE_HZ, "it does not go on")
    running.signal(signal.SIGINT)
    ran = running.end()
    assert ran.code == 0, ran.err
    take, frames = taken(plain_s3, bucket, tmp_path)
    heard = (frames[:, 0] >> 16).astype(np.int16)
    first = int(np.flatnonzero(heard)[0])
    said = heard[first : first + 60 * RATE_HZ]
    np.testing.assert_array_equal(said, counter(0, 60 * RATE_HZ)[:, 0])
    assert all(each == ["on_disk", "sending", "in_s3"] for each in states(ran).values())
    last: dict[str, Any] = ran.lines[-1]
    assert (last["event"], last["state"], last["name"]) == ("take", "complete", "Größe")
    assert (last["frames"], last["chunks"], last["error"]) == (len(frames), len(take.chunks), None)
    assert not list(running.spool.iterdir())


@pytest.mark.system(PACKAGES)
def test_in_24_bits_stereo_packed_and_no_longer_than_it_may_be(
    pipe: Pipe, begin: Begin, bucket: str, plain_s3: "S3Client", tmp_path: Path
) -> None:
    options = ("--chunk", "1s", "--duration", "3.5s", "--bits", "24", "--channels", "2")
    running = begin("rec", "--flac", "--device", "PULSE", *options)
    running.wait(lambda: bool(running.files()), "it does not begin")
    pipe.say(counter(0, 4 * RATE_HZ))
    ran = running.end()
    assert ran.code == 0, ran.err
    take, frames = taken(plain_s3, bucket, tmp_path)
    assert ran.text == f"recordings/{take.id}\n"
    assert frames.shape == (RATE_HZ * 7 // 2, 2) and (frames[:, 0] == frames[:, 1]).all()
    said = frames[int(np.flatnonzero(frames[:, 0])[0]) :, 0] >> 16
    np.testing.assert_array_equal(said, counter(0, len(said))[:, 0])
    assert (take.form.bits, take.packs, take.parts[0].ended_by) == (24, True, "length")
    assert {Path(each.key).suffix for each in take.chunks} == {".flac"}


@pytest.mark.system(PACKAGES)
def test_without_a_network_it_waits_and_recover_sends_it(
    pipe: Pipe,
    begin: Begin,
    s3audio: Run,
    bucket: str,
    plain_s3: "S3Client",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pipe.say(counter(0, 2 * RATE_HZ))
    right = os.environ["S3AUDIO_ENDPOINT_URL"]
    monkeypatch.setenv("S3AUDIO_ENDPOINT_URL", "http://127.0.0.1:9")
    running = begin("rec", "--json", "--chunk", "1s")
    running.wait(lambda: len(running.files()) > 1, "it does not record")
    running.signal(signal.SIGINT)
    running.wait(lambda: b'"ended"' in b"".join(_lines(running.spool)), "it does not end")
    running.signal(signal.SIGINT)
    ran = running.end()
    assert ran.code == 130 and "not in S3 yet" in ran.err, ran.err
    assert ran.lines[-1]["state"] == "on_disk" and ran.lines[-1]["in_s3"] == 0
    listed = s3audio("rec", "recover", "--dry-run")
    assert listed.code == 0 and "to send" in listed.err
    monkeypatch.setenv("S3AUDIO_ENDPOINT_URL", right)
    elsewhere = s3audio("rec", "recover", "--json")
    assert (elsewhere.code, elsewhere.document["state"]) == (0, "elsewhere"), elsewhere.err
    take = str(elsewhere.document["take"])
    again = s3audio("rec", "recover", take, "--here", "--json")
    assert (again.code, again.document["state"]) == (0, "complete"), again.err
    taken(plain_s3, bucket, tmp_path)
    assert "no recording to finish" in s3audio("rec", "recover").err


def _lines(spool: Path) -> list[bytes]:
    return [path.read_bytes() for path in spool.glob("*/take.jsonl")]


@pytest.mark.system(PACKAGES)
def test_a_take_that_is_to_stay_goes_up_when_it_is_named(
    pipe: Pipe, s3audio: Run, bucket: str, plain_s3: "S3Client", tmp_path: Path
) -> None:
    pipe.say(counter(0, 2 * RATE_HZ))
    ran = s3audio("rec", "--no-upload", "--quiet", "--duration", "1s", "--name", "mine")
    assert (ran.code, ran.err) == (0, "")
    folder = Path(ran.text.strip())
    assert (folder / "00000.wav").exists()
    ran = s3audio("rec", "recover")
    assert ran.code == 0 and "was to stay on this machine" in ran.err
    assert s3audio("rec", "recover", "yours").code == 3
    assert s3audio("rec", "recover", "mine").code == 0
    assert taken(plain_s3, bucket, tmp_path)[0].name == "mine"
    assert not folder.exists()


@pytest.mark.system(PACKAGES)
def test_a_quota_that_is_full_keeps_chunks_here(
    pipe: Pipe, s3audio: Run, bucket: str, plain_s3: "S3Client", tmp_path: Path
) -> None:
    pipe.say(counter(0, 3 * RATE_HZ))
    assert s3audio("quota", "--set", "100KB").code == 0
    ran = s3audio("rec", "--json", "--chunk", "1s", "--duration", "2s")
    assert (ran.code, ran.lines[-1]["error"]["code"]) == (5, "quota"), ran.err
    assert "1 chunk not in S3 yet, as" in ran.err
    assert s3audio("rec", "recover").code == 5
    assert s3audio("quota", "--set", "1GB").code == 0
    assert s3audio("rec", "recover").code == 0
    assert len(taken(plain_s3, bucket, tmp_path)[1]) == 2 * RATE_HZ


@pytest.mark.system(PACKAGES)
def test_on_a_terminal_the_level_and_what_is_in_s3(
    pipe: Pipe, program: Start, s3audio: Run, bucket: str
) -> None:
    terminal = program("rec", "--chunk", "1s", columns=60, lines=8)
    terminal.wait_for("dB")
    pipe.say(counter(0, 2 * RATE_HZ))
    terminal.wait_for(lambda screen: re.search("[1-9] in S3", screen))
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.wait_exit() == 0
    assert "recordings/" in terminal.screen and not forbidden(terminal.raw)
    assert "ALSA" not in terminal.raw.decode()


@pytest.mark.system(PACKAGES)
def test_a_microphone_that_vanishes_ends_the_take_and_all_of_it_goes_up(
    begin: Begin,
    bucket: str,
    plain_s3: "S3Client",
    tmp_path_factory: pytest.TempPathFactory,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = Speaker(tmp_path_factory.mktemp("own"))
    for name in ("ALSA_CONFIG_PATH", "PULSE_SERVER"):
        monkeypatch.setenv(name, own.variables[name])
    own.start()
    try:
        running = begin("rec", "--json", "--chunk", "1s")
        running.wait(lambda: any(path.stat().st_size > 100 for path in running.files()), "slow")
        own.stop()
        ran = running.end()
    finally:
        own.stop()
    assert (ran.code, ran.lines[-1]["error"]["code"]) == (1, "no_device")
    assert "\ns3audio: the microphone has gone; what was recorded is safe: connect" in ran.err
    take, frames = taken(plain_s3, bucket, tmp_path)
    assert (take.parts[0].ended_by, len(frames) > 0) == ("device", True)


def test_where_there_is_no_microphone(outside: Run, s3audio: Run, home: Path) -> None:
    if any(Path("/dev").glob("snd/pcm*")):
        pytest.skip("this machine has a sound card of its own")
    ran = outside("rec", environ=NO_SERVER)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, b"", 1)
    assert "there is no microphone: connect one" in ran.err
    assert not list(home.rglob("take.jsonl"))


@pytest.mark.system(PACKAGES)
def test_a_microphone_that_is_not_there_is_told_with_those_that_are(
    pipe: Pipe, s3audio: Run, program: Start
) -> None:
    ran = s3audio("rec", "--device", "Kazoo")
    assert ran.code == 1 and "there is no microphone 'Kazoo': choose one of 0 pulse" in ran.err
    there = s3audio("rec", "devices", "--json").lines
    assert {each["name"]: each["default"] for each in there} == {"pulse": False, "default": True}
    assert all(48_000 in each["rates_hz"] and each["bits"] == [16, 24] for each in there)
    terminal = program("rec", "devices", columns=80, lines=8)
    assert terminal.wait_exit() == 0
    assert re.search(r"kHz to \d+ kHz +16 24 +pulse$", terminal.screen, re.M), terminal.screen


def test_what_would_be_recorded(s3audio: Run, bucket: str, home: Path) -> None:
    ran = s3audio("rec", "--dry-run", "--chunk", "10s", "--flac", "--channels", "2")
    assert (ran.code, ran.out) == (0, b"")
    assert ran.err == (
        "would record 48000 Hz, 2 channels, 16 bits from the usual microphone"
        f" in chunks of 0:10 as FLAC to s3://{bucket}/\n"
    )
    assert not list(home.rglob("take.jsonl"))
    assert s3audio("rec", "--chunk", "100ms").code == 2
    assert s3audio("rec", "--bits", "20").code == 2
