"""`play`: the real program on a real sound server, heard at its monitor."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from s3audio_tui.cli.play_ahead import Ahead, begin_decoder
from s3audio_tui.cli.values import exact
from tests.audio.speaker import PACKAGES, RATE_HZ, Speaker, frequency_hz, tone, trimmed
from tests.audio.speaker import sound_server as sound_server
from tests.audio.speaker import speaker as speaker
from tests.cli.conftest import Run
from tests.terminal import Start, forbidden

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NO_SERVER = {"PULSE_SERVER": "unix:/nowhere"}
Use = Callable[[str], None]


def wav(path: Path, frames: int, hz: float = 997) -> bytes:
    soundfile.write(path, tone(hz, frames), RATE_HZ, subtype="PCM_16")
    return path.read_bytes()


@pytest.mark.system(PACKAGES)
def test_each_frame_of_an_object_comes_out_in_its_order(
    speaker: Speaker, program: Start, use: Use, bucket: str, plain_s3: "S3Client", tmp_path: Path
) -> None:
    use(bucket)
    plain_s3.put_object(Bucket=bucket, Key="a/tone.wav", Body=wav(tmp_path / "a.wav", 24_000))
    with speaker.listening() as ear:
        terminal = program("play", "a/tone.wav", columns=60, lines=6)
        terminal.wait_for("0:00")
        assert terminal.wait_exit() == 0
        ear.wait_for(lambda heard: heard.any(axis=1).sum() >= 24_000)
        heard = ear.wait_silence()
    # A busy machine may make it wait in between: that it makes no gap by itself, the tests of the
    # player show, with a card that they hold (tests/audio/test_player.py).
    said = heard[heard.any(axis=1)]
    assert np.array_equal(said, tone(997, 24_000)), "each frame, once, in its order"
    assert "━" in terminal.raw.decode() and not forbidden(terminal.raw)
    assert terminal.screen.strip() == ""


@pytest.mark.system(PACKAGES)
def test_a_file_from_a_time_on_until_ctrl_c(
    speaker: Speaker, program: Start, tmp_path: Path
) -> None:
    sound = np.concatenate([tone(440, RATE_HZ), tone(1760, 60 * RATE_HZ)])
    soundfile.write(tmp_path / "a.flac", sound, RATE_HZ, subtype="PCM_16")
    with speaker.listening() as ear:
        terminal = program("play", str(tmp_path / "a.flac"), "--from", "1s")
        terminal.wait_for("0:01")
        ear.wait_for(lambda heard: len(trimmed(heard)) > RATE_HZ // 2)
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.wait_exit() == 130
        assert re.search(r"^stopped at 0:0(\d); --from 0:0\1 goes on there", terminal.screen, re.M)
        heard = ear.sound
    assert abs(frequency_hz(heard) - 1760) < 0.5
    assert np.array_equal(heard[: RATE_HZ // 4], sound[RATE_HZ:][: RATE_HZ // 4])
    assert "ALSA" not in terminal.raw.decode()


@pytest.mark.system(PACKAGES)
def test_its_waveform_above_the_time(
    speaker: Speaker, program: Start, use: Use, bucket: str, plain_s3: "S3Client", tmp_path: Path
) -> None:
    loud = np.full(8000 * 300, 20_000, "<i2")
    soundfile.write(tmp_path / "a.wav", np.concatenate([loud, loud * 0, loud]), 8000)
    plain_s3.upload_file(str(tmp_path / "a.wav"), bucket, "a.wav")
    use(bucket)
    on = {"S3AUDIO_WAVEFORMS": "true"}
    terminal = program("play", "a.wav", "--from", "150s", columns=61, lines=10, environ=on)
    terminal.wait_for(lambda screen: "15:00" in screen and screen.count("█") == 80)
    rows = terminal.cells
    at = next(y for y, row in enumerate(rows) if row[0].data == "█")
    assert [rows[at][x].data for x in (0, 18, 30, 42, 59)] == ["█", "█", " ", "█", "█"]
    assert [rows[at][x].fg for x in (0, 8, 18, 42)] == ["cyan", "cyan", "default", "default"]
    assert any(row[30].data == "─" for row in rows)
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.wait_exit() == 130
    assert "█" not in terminal.screen and "15:00" not in terminal.screen


@pytest.mark.system(PACKAGES)
def test_a_time_behind_the_end(speaker: Speaker, outside: Run, tmp_path: Path) -> None:
    wav(tmp_path / "a.wav", 4800)
    soundfile.write(tmp_path / "a.mp3", np.zeros((4800, 1)), 48_000)  # tells no length
    for name in ("a.wav", "a.mp3"):
        ran = outside("play", str(tmp_path / name), "--from", "1:00")
        assert ran.code == 2 and f"{name} ends at 0.1 s: begin earlier" in ran.err


def test_without_a_device(outside: Run, tmp_path: Path) -> None:
    if any(Path("/dev").glob("snd/pcm*")):
        pytest.skip("this machine has a sound card of its own")
    wav(tmp_path / "a.wav", 4800)
    ran = outside("play", str(tmp_path / "a.wav"), environ=NO_SERVER)
    assert (ran.code, ran.out) == (1, b"")
    assert ran.err.startswith("s3audio: ") and ran.err.count("\n") == 1
    assert "sound device" in ran.err


WITHOUT = "import ctypes.util\nctypes.util.find_library = lambda name: None\n"


def test_without_the_library_all_else_works(outside: Run, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITHOUT)
    bare = {"PYTHONPATH": _before(tmp_path)}
    wav(tmp_path / "a.wav", 4800)
    for asked in (str(tmp_path / "a.wav"), "--devices"):
        ran = outside("play", asked, environ=bare)
        assert (ran.code, ran.out) == (1, b"")
        assert ran.err.startswith("s3audio: there is no sound: the library PortAudio is missing: ")
        assert "apt-get install libportaudio2" in ran.err and ran.err.count("\n") == 1
    drawn = outside("waveform", str(tmp_path / "a.wav"), environ=bare)
    assert drawn.code == 0 and "█" in drawn.text


def _before(folder: Path) -> str:
    return os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH", "")]))


@pytest.mark.system(PACKAGES)
def test_devices_are_listed(speaker: Speaker, outside: Run) -> None:
    there = outside("play", "--devices", "--json", environ={}).lines
    assert {each["name"]: each["default"] for each in there} == {"pulse": False, "default": True}
    rows = outside("play", "--devices", environ={}).rows
    assert rows == [[str(each["number"]), each["name"], exact(each["default"])] for each in there]


@pytest.mark.system(PACKAGES)
def test_the_device_and_the_volume_that_are_asked_for(
    speaker: Speaker, outside: Run, tmp_path: Path
) -> None:
    wav(tmp_path / "a.wav", 4800)
    with speaker.listening() as ear:
        ran = outside("play", str(tmp_path / "a.wav"), "--device", "PUL", "--volume=50", environ={})
        assert (ran.code, ran.out, ran.err) == (0, b"", "")
        heard = ear.wait_silence()
    assert abs(int(np.abs(heard.astype(int)).max()) - 8000) <= 1
    named = {"S3AUDIO_OUTPUT_DEVICE": "Kazoo"}
    ran = outside("play", str(tmp_path / "a.wav"), "--json", environ=named)
    assert (ran.code, ran.error["code"]) == (1, "no_device")
    assert "no sound device 'Kazoo'" in ran.err and "pulse" in ran.error["remedy"]


@pytest.mark.system(PACKAGES)
def test_a_device_that_vanishes_ends_it_with_a_sentence(
    program: Start, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    wav(tmp_path / "a.wav", 60 * RATE_HZ)
    own = Speaker(tmp_path_factory.mktemp("own"))
    leads = {name: own.variables[name] for name in ("ALSA_CONFIG_PATH", "PULSE_SERVER")}
    own.start()
    try:
        terminal = program("play", str(tmp_path / "a.wav"), environ=leads)
        terminal.wait_for("0:01")
        own.stop()
        assert terminal.wait_exit() == 1
    finally:
        own.stop()
    line = terminal.screen.split("\n", 1)[0]
    assert line.startswith("s3audio: the sound device has gone, at 0:0")
    assert "--from" in line and not terminal.screen.replace(line, "").strip()
    assert "ALSA" not in terminal.raw.decode()


def test_a_key_is_looked_up_before_numpy_is_loaded() -> None:
    early = "s3audio_tui.cli.play, s3audio_tui.cli.play_ahead, s3audio_tui.library.sources"
    code = f"import sys, {early}; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("name", "needed"), [("a.wav", False), ("b/c.AIF", False), ("a", True)])
def test_a_decoder_is_begun_for_what_may_need_one(name: str, needed: bool) -> None:
    with ExitStack() as stack:
        child = begin_decoder(stack, name)
        assert (child is not None) == needed
    assert child is None or child.returncode is not None


def test_what_is_begun_ahead_may_fail() -> None:
    with ExitStack() as stack:
        Ahead(stack).begin(lambda: pytest.fail("a device that is not there"))


def test_what_is_begun_ahead_holds_the_end_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    over, waits = threading.Event(), list[float]()

    def stuck() -> None:
        over.wait(60)

    monkeypatch.setattr(threading.Thread, "join", lambda thread, wait_s: waits.append(wait_s))
    with ExitStack() as stack:
        ahead = Ahead(stack, clock=lambda: sum(waits))
        for _ in range(3):
            ahead.begin(stuck)
    over.set()
    assert waits == [2, 0, 0]


def test_what_cannot_be_played(outside: Run, s3audio: Run, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"no sound at all")
    assert outside("play", str(tmp_path / "a.wav")).code == 8
    assert s3audio("play", "nothing.wav").code == 3
    assert outside("play", str(tmp_path / "a.wav"), "--from", "later").code == 2
    assert outside("play", str(tmp_path / "a.wav"), "--devices").code == 2
    assert outside("play").code == 2
