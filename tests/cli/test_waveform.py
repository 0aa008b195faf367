"""`waveform`: its forms, byte for byte where there is a reference, and a whole library."""

import json
import os
import runpy
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.cli.conftest import Ran, Run

REFERENCES = Path(__file__).parents[1] / "audio" / "audiowaveform"

Fill = Callable[..., None]


@pytest.fixture(scope="module")
def stereo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("inputs") / "stereo16.wav"
    write = runpy.run_path(str(REFERENCES / "make_inputs.py"))["write"]
    write(path, 132_301, 2, 16, 44_100)
    return path


def test_files_are_what_audiowaveform_writes(outside: Run, stereo: Path, home: Path) -> None:
    run = ("waveform", str(stereo), "--samples-per-pixel")
    for bits, split in (("8", ""), ("16", "-split")):
        more = ["--split-channels"] if split else []
        made = outside(*run, "256", "--bits", bits, "--format", "dat", *more)
        assert made.out == (REFERENCES / f"stereo16-z256-b{bits}{split}.dat").read_bytes()
    out = str(home / "it.json")
    options = ("--format", "audiowaveform-json", "--output", out)
    assert outside(*run, "1000", "--bits", "8", *options).code == 0
    assert Path(out).read_bytes() == (REFERENCES / "stereo16-z1000-b8.json").read_bytes()
    assert outside(*run, "1000", *options).code == 2


def test_json_of_an_object_and_of_the_file(
    s3audio: Run, fill: Fill, stereo: Path, stored: Callable[..., list[str]]
) -> None:
    fill("a.wav", body=stereo.read_bytes())
    found = s3audio("waveform", "a.wav", "--peaks", "50", "--json").document
    names = ["duration", "peaks", "sample_rate_hz", "channels", "engine", "exact"]
    assert list(found) == names and found["engine"] == "local" and found["exact"] is True
    samples, rate_hz = soundfile.read(stereo, dtype="int16")
    edges = np.arange(50) * len(samples) // 50
    high = np.maximum.reduceat(samples.max(1), edges) / 32768
    low = np.minimum.reduceat(samples.min(1), edges) / 32768
    assert np.abs(np.array(found["peaks"]) - np.stack([high, low], 1)).max() < 1e-5
    assert (found["sample_rate_hz"], found["channels"]) == (rate_hz, 2)
    assert found["duration"] == pytest.approx(len(samples) / rate_hz)
    assert len(stored(hidden=True)) - len(stored()) >= 1
    assert s3audio("waveform", str(stereo), "--peaks", "50", "--json").document == found
    look = s3audio("waveform", "a.wav", "--engine", "sparse", "--split-channels", "--json")
    assert look.document["exact"] is False and look.document["engine"] == "sparse"
    assert [len(channel) for channel in look.document["peaks"]] == [200, 200]
    dat = ("waveform", "a.wav", "--split-channels", "--format", "dat")
    kept = s3audio(*dat)
    assert kept.out == (REFERENCES / "stereo16-z256-b16-split.dat").read_bytes()


def test_a_picture(s3audio: Run, fill: Fill, stereo: Path, home: Path) -> None:
    fill("a.wav", body=stereo.read_bytes())
    lines = s3audio("waveform", "a.wav").text.splitlines()
    assert max(map(len, lines)) == 80 and lines[-2].startswith("0:00") and "█" in lines[4]
    length, *facts = lines[-1].split("  ")
    assert lines[-2].endswith(length) and len(lines[-2]) == 80
    assert facts[0] == "2 channels" and facts[1].endswith(" Hz")
    assert facts[2] == "peak 0.0 dBFS"
    png = s3audio("waveform", "a.wav", "--format", "png", "--peaks", "300").out
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", png[16:24]) == (300, 200)
    at = png.index(b"IDAT")
    (length,) = struct.unpack(">I", png[at - 4 : at])
    assert len(zlib.decompress(png[at + 4 : at + 4 + length])) == 200 * 301
    more = ("--split-channels", "--output", "-")
    apart = s3audio("waveform", "a.wav", "--format", "png", *more).out
    assert struct.unpack(">II", apart[16:24]) == (1000, 400)
    assert len(s3audio("waveform", "a.wav", "--split-channels").text.splitlines()) == 20


def test_where_it_is_written(outside: Run, stereo: Path, home: Path) -> None:
    def write(path: Path, *more: str) -> Ran:
        return outside("waveform", str(stereo), "--format", "png", "--output", str(path), *more)

    path = home / "it.png"
    planned = write(path, "--dry-run")
    assert planned.code == 0 and "would write" in planned.err and not path.exists()
    assert write(path).code == 0 and path.stat().st_size > 100
    link, pipe = home / "link.png", home / "pipe"
    link.symlink_to(path)
    assert write(link).code == 2, "nobody can answer"
    assert write(link, "--yes").code == 0 and link.is_symlink()
    os.mkfifo(pipe)
    with open(os.open(pipe, os.O_RDWR), "rb") as reader:  # so that nobody waits for the other
        assert write(pipe).code == 0 and pipe.is_fifo()
        assert reader.read(4) == b"\x89PNG"
    nowhere = write(home / "none" / "it.png")
    assert nowhere.code == 3 and f"{home / 'none'}:" in nowhere.err
    assert write(home).code == 2


def test_the_whole_library_and_then_what_is_new(s3audio: Run, fill: Fill, stereo: Path) -> None:
    fill("a.wav", "b/c.wav", body=stereo.read_bytes())
    fill("notes.txt")
    dry = s3audio("waveform", "--all", "--dry-run", "--json")
    assert [line.get("reason") for line in dry.lines[:-1]] == ["dry run", "dry run"]
    made = s3audio("waveform", "--all", "--json")
    assert made.code == 0 and made.lines[-1]["done"] == 2
    assert {line["event"] for line in made.lines} >= {"started", "done", "summary"}
    fill("new.wav", body=stereo.read_bytes())
    again = s3audio("waveform", "--all", "--json")
    assert [line["key"] for line in again.lines if line["event"] == "done"] == ["new.wav"]
    fill("broken.wav")
    some = s3audio("waveform", "--all", "--force")
    assert some.code == 1 and "broken.wav" in some.err and len(some.rows) == 3
    size = str(len(stereo.read_bytes()))
    assert sorted(some.rows) == [["a.wav", size], ["b/c.wav", size], ["new.wav", size]]


def test_what_it_refuses(s3audio: Run, fill: Fill, home: Path) -> None:
    fill("text.wav", body=b"only words")
    assert s3audio("waveform", "none.wav").code == 3
    assert s3audio("waveform", "text.wav", "--json").error["code"] == "not_audio"
    assert s3audio("waveform").code == 2
    assert s3audio("waveform", "--all", "text.wav").code == 2
    assert s3audio("waveform", "text.wav", "--peaks", "1", "--samples-per-pixel", "1").code == 2
    assert s3audio("waveform", "text.wav", "--engine", "lambda").code == 7
    assert s3audio("waveform", "").code == 2
    for form in ("text", "png", "json"):
        refused = s3audio("waveform", "text.wav", "--bits", "8", "--format", form)
        assert refused.code == 2 and "--bits" in refused.err
    assert s3audio("waveform", "--all", "--engine", "local").code == 2


def test_what_is_packed_has_no_first_look(outside: Run, home: Path) -> None:
    path = home / "noise.flac"
    soundfile.write(path, np.zeros((8000, 1)), 8000)
    looked = outside("waveform", str(path), "--engine", "sparse")
    assert looked.code == 2 and "--engine local" in looked.err


def begun(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "s3audio_tui", "waveform", *arguments, "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def keys_done(lines: Iterable[str]) -> Iterator[str]:
    events = (json.loads(line) for line in lines if line.endswith("}\n"))
    return (event["key"] for event in events if event["event"] == "done")


def test_killed_it_goes_on_with_the_rest(s3audio: Run, fill: Fill, stereo: Path) -> None:
    names = [f"{number}.wav" for number in range(8)]
    fill(*names, body=stereo.read_bytes())
    with begun("--all") as killed:
        assert killed.stdout is not None
        done = [next(keys_done(killed.stdout))]
        killed.kill()
        done += keys_done(killed.stdout)
    rest = [
        line["key"]
        for line in s3audio("waveform", "--all", "--json").lines[:-1]
        if line["event"] == "done"
    ]
    assert not set(done) & set(rest), "what was done is not done again"
    assert set(rest) <= set(names)
    assert s3audio("waveform", "--all", "--json").lines[-1]["done"] == 0


def test_two_at_once_do_each_other_no_harm(s3audio: Run, fill: Fill, stereo: Path) -> None:
    names = [f"{number}.wav" for number in range(4)]
    fill(*names, body=stereo.read_bytes())
    with begun("--all") as other:
        assert s3audio("waveform", "--all").code == 0
        out, _ = other.communicate()
    assert other.returncode == 0, out
    assert s3audio("waveform", "--all", "--json").lines[-1]["done"] == 0


def test_json_of_a_quiet_file(outside: Run, home: Path) -> None:
    path = home / "silence.wav"
    soundfile.write(path, np.zeros((100, 1)), 8000)
    found = json.loads(outside("waveform", str(path), "--peaks", "3", "--json").text)
    assert found["peaks"] == [[0, 0]] * 3
