"""Peaks made of the bytes of a transfer, without a second request for them; on the real server."""

import os
import queue as queues
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from s3audio_tui.audio.apart import Decoders
from s3audio_tui.library import (
    browse,
    download,
    getting,
    incoming,
    passing_waveforms,
    stream_copy,
    upload,
)
from s3audio_tui.library.beside import Beside
from s3audio_tui.library.events import Done, ItemEvent
from s3audio_tui.library.opening import Library
from s3audio_tui.library.sidecars import PEAKS, peaks_key
from s3audio_tui.library.sources import looked_up
from s3audio_tui.library.transfers import Transfer, TransferQueue
from s3audio_tui.store import download as fetching
from s3audio_tui.store import objects
from s3audio_tui.store.pieces import cut
from tests.library.conftest import MakeLibrary
from tests.library.helpers import done, ends, stored_keys
from tests.library.waves import last
from tests.strict.faults import Fault
from tests.strict.identities import READER
from tests.strict_s3 import StrictS3

RATE_HZ = 44_100


@pytest.fixture(scope="module")
def long_sounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Noise of 40 s: 6.7 MiB as WAV, about as much as FLAC, 1.5 as MP3."""
    noise = np.random.default_rng(1).integers(-20_000, 20_000, (40 * RATE_HZ, 2), np.int16)
    folder, made = tmp_path_factory.mktemp("long"), {}
    for kind in ("wav", "flac", "mp3"):
        made[kind] = folder / f"long.{kind}"
        soundfile.write(made[kind], noise, RATE_HZ)
    return made


@pytest.fixture
def showing(make_library: MakeLibrary) -> Library:
    """A library of somebody who wants waveforms."""
    return make_library(waveforms=True)


@pytest.fixture
def queue() -> Iterator[TransferQueue]:
    """A queue; nothing of it is left after the test."""
    made = TransferQueue(4)
    yield made
    assert made.close(60) and made.finish(60)


def put(library: Library, queue: TransferQueue, *paths: Path, **how: Any) -> list[ItemEvent]:
    upload.submit(library, queue, upload.plan(library, list(paths)).items, **how)
    events = ends(queue.events())
    assert queue.finish(60)
    return events


def get(library: Library, queue: TransferQueue, folder: Path, *keys: str) -> list[ItemEvent]:
    download.submit(library, queue, download.plan(library, list(keys), folder).items)
    events = ends(queue.events())
    assert queue.finish(60)
    return events


def reads(server: StrictS3, library: Library, key: str) -> int:
    """Return how many requests asked for the bytes of an object."""
    return sum(a.method == "GET" and a.key == key for a in server.asked(library.bucket))


def kept(library: Library, key: str) -> bytes | None:
    return library.peaks.get(key, looked_up(library, key).etag)


def made_by_looking(library: Library, make_library: MakeLibrary, key: str) -> bytes | None:
    """Return what another machine keeps that decodes the object itself."""
    other = make_library(library.bucket, state="other")
    last(other, key, engine="local", share=False)
    return kept(other, key)


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3"])
def test_an_upload_leaves_its_peaks(
    showing: Library,
    queue: TransferQueue,
    long_sounds: dict[str, Path],
    make_library: MakeLibrary,
    plain_s3: Any,
    s3_server: StrictS3,
    kind: str,
) -> None:
    key = long_sounds[kind].name
    assert done(put(showing, queue, long_sounds[kind])) == [key]
    shown = last(showing, key)
    assert shown.made == "catalog" and shown.frames is not None
    assert reads(s3_server, showing, key) == 0
    row = looked_up(showing, key)
    sidecar = plain_s3.get_object(Bucket=showing.bucket, Key=peaks_key(key, row.etag))["Body"]
    data = sidecar.read()
    assert data == kept(showing, key) == made_by_looking(showing, make_library, key)


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3"])
def test_a_download_leaves_its_peaks(
    showing: Library,
    queue: TransferQueue,
    long_sounds: dict[str, Path],
    make_library: MakeLibrary,
    plain_s3: Any,
    s3_server: StrictS3,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    monkeypatch.setattr(fetching, "SMALL_BYTES", 1 << 20)
    path = long_sounds[kind]
    plain_s3.upload_file(str(path), showing.bucket, path.name)
    list(browse.refresh(showing))
    assert done(get(showing, queue, tmp_path, path.name)) == [path.name]
    asked = reads(s3_server, showing, path.name)
    assert last(showing, path.name).made == "catalog"
    assert reads(s3_server, showing, path.name) == asked
    assert (tmp_path / path.name).read_bytes() == path.read_bytes()
    assert kept(showing, path.name) == made_by_looking(showing, make_library, path.name)
    assert any(key.startswith(PEAKS) for key in stored_keys(plain_s3, showing.bucket))


def stream(library: Library, queue: TransferQueue, path: Path) -> list[ItemEvent]:
    with path.open("rb") as file:
        came = incoming.opened(library, file, path.name, "")
        refused = list(incoming.submit(library, queue, came))
        events = ends(queue.events())
    assert not refused and queue.finish(60)
    return events


@pytest.mark.parametrize("most_bytes", [stream_copy.MOST_BYTES, 2 << 20])
def test_a_stream_leaves_its_peaks_unless_it_is_very_long(
    showing: Library,
    queue: TransferQueue,
    long_sounds: dict[str, Path],
    make_library: MakeLibrary,
    monkeypatch: pytest.MonkeyPatch,
    most_bytes: int,
) -> None:
    monkeypatch.setattr(stream_copy, "MOST_BYTES", most_bytes)
    assert done(stream(showing, queue, long_sounds["flac"])) == ["long.flac"]
    is_short = long_sounds["flac"].stat().st_size <= most_bytes
    made = made_by_looking(showing, make_library, "long.flac") if is_short else None
    assert kept(showing, "long.flac") == made


class Gate:
    """A task that holds the line up until it is opened."""

    ready = True

    def __init__(self) -> None:
        self.opened = threading.Event()

    def run(self, others_wait: Callable[[], bool]) -> bool:
        assert self.opened.wait(60)
        return True

    def drop(self) -> None:
        self.opened.set()


def test_none_are_kept_of_a_file_that_changed_meanwhile(
    showing: Library, queue: TransferQueue, long_sounds: dict[str, Path], tmp_path: Path
) -> None:
    path, gate = tmp_path / "a.wav", Gate()
    path.write_bytes(long_sounds["wav"].read_bytes())
    queue.beside.add(gate)
    upload.submit(showing, queue, upload.plan(showing, [path]).items)
    assert done(ends(queue.events())) == ["a.wav"]
    with path.open("r+b") as file:
        file.seek(1000)
        file.write(b"other bytes")
    os.utime(path, ns=(1, 1))
    gate.opened.set()
    assert queue.finish(60)
    assert kept(showing, "a.wav") is None


def test_small_ones_and_those_that_nobody_wants_are_left_out(
    showing: Library,
    library: Library,
    queue: TransferQueue,
    sounds: dict[str, Path],
    long_sounds: dict[str, Path],
    plain_s3: Any,
) -> None:
    assert done(put(showing, queue, sounds["wav16"])) == [sounds["wav16"].name]
    assert kept(showing, sounds["wav16"].name) is None
    assert done(put(library, queue, long_sounds["mp3"])) == ["long.mp3"]
    assert kept(library, "long.mp3") is None
    for each in (showing, library):
        assert not [key for key in stored_keys(plain_s3, each.bucket) if key.startswith(PEAKS)]


def test_what_came_wrong_is_read_again(
    showing: Library,
    queue: TransferQueue,
    long_sounds: dict[str, Path],
    make_library: MakeLibrary,
    plain_s3: Any,
    s3_server: StrictS3,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fetching, "SMALL_BYTES", 1 << 20)
    plain_s3.upload_file(str(long_sounds["wav"]), showing.bucket, "a.wav")
    list(browse.refresh(showing))
    s3_server.set_faults(showing.bucket, Fault(method="GET", key="a.wav", body="flip", times=1))
    assert done(get(showing, queue, tmp_path, "a.wav")) == ["a.wav"]
    s3_server.set_faults(showing.bucket)
    assert kept(showing, "a.wav") == made_by_looking(showing, make_library, "a.wav")


def test_a_cancelled_upload_ends_it(
    showing: Library, queue: TransferQueue, long_sounds: dict[str, Path], s3_server: StrictS3
) -> None:
    late = Fault(method="PUT", key="long.wav", query="partNumber", delay_s=60)
    s3_server.set_faults(showing.bucket, late)
    upload.submit(showing, queue, upload.plan(showing, [long_sounds["wav"]]).items)
    queue.cancel(queue.snapshot()[0].id)
    assert done(ends(queue.events())) == []
    assert queue.finish(60)
    s3_server.set_faults(showing.bucket)


def test_one_that_stands_still_lets_others_pass(
    showing: Library,
    queue: TransferQueue,
    long_sounds: dict[str, Path],
    s3_server: StrictS3,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passing_waveforms, "_PATIENCE_S", 0.0)
    stuck = Fault(method="POST", key="long.wav", query="uploadId", delay_s=60)
    s3_server.set_faults(showing.bucket, stuck)
    paths = [long_sounds["wav"], long_sounds["mp3"]]
    upload.submit(showing, queue, upload.plan(showing, paths).items)
    events = queue.events()
    assert next(event.key for event in events if isinstance(event, Done)) == "long.mp3"
    deadline = time.monotonic() + 60
    while kept(showing, "long.mp3") is None and time.monotonic() < deadline:
        time.sleep(0.02)
    s3_server.set_faults(showing.bucket)
    assert done(events) == ["long.wav"]
    assert queue.finish(60)
    assert kept(showing, "long.wav") is not None


def test_it_is_read_as_far_as_it_goes(
    showing: Library,
    queue: TransferQueue,
    long_sounds: dict[str, Path],
    make_library: MakeLibrary,
    plain_s3: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = long_sounds["wav"].read_bytes()
    plain_s3.put_object(Bucket=showing.bucket, Key="a.wav", Body=data)
    head = objects.head(showing.store, "a.wav")
    read: queues.Queue[int] = queues.Queue()
    before = os.pread

    def pread(fd: int, length: int, start: int) -> bytes:
        read.put(start + length)
        return before(fd, length, start)

    def work(transfer: Transfer) -> None:
        pieces = cut(len(data), "crc32", 1 << 20)
        with (
            passing_waveforms.passing(showing, transfer) as peaks,
            getting.part_file(tmp_path, "a.wav") as part,
        ):
            os.pwrite(part.fd, bytes(len(data)), 0)
            peaks.filled(part, head)
            peaks.arriving().show(pieces)
            for number in (1, 0, 5, 4, 3, 2, 6):
                piece = pieces[number]
                os.pwrite(part.fd, data[piece.start : piece.end], piece.start)
                piece.take(memoryview(data)[piece.start : piece.end])
                if number == 0:
                    while read.get(timeout=60) < 1 << 20:
                        pass
            part.publish(head.modified, overwrite=False)
            peaks.arrived(head)

    monkeypatch.setattr(os, "pread", pread)
    queue.submit("down", "a.wav", "", len(data), work)
    assert done(queue.events()) == ["a.wav"]
    assert queue.finish(60)
    assert kept(showing, "a.wav") == made_by_looking(showing, make_library, "a.wav")


def test_a_reader_sees_them_without_an_error(
    showing: Library,
    make_library: MakeLibrary,
    queue: TransferQueue,
    long_sounds: dict[str, Path],
    plain_s3: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain_s3.upload_file(str(long_sounds["wav"]), showing.bucket, "a.wav")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", READER.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", READER.secret_access_key)
    reader = make_library(showing.bucket, state="reader", waveforms=True)
    list(browse.refresh(reader))
    assert done(get(reader, queue, tmp_path, "a.wav")) == ["a.wav"]
    assert last(reader, "a.wav").made == "catalog"
    assert stored_keys(plain_s3, showing.bucket) == ["a.wav"]


def test_no_sound_and_no_child_fail_no_transfer(
    showing: Library, queue: TransferQueue, plain_s3: Any, tmp_path: Path
) -> None:
    plain_s3.put_object(Bucket=showing.bucket, Key="a.flac", Body=b"fLaC" + bytes(2 << 20))
    list(browse.refresh(showing))
    assert done(get(showing, queue, tmp_path, "a.flac")) == ["a.flac"]
    assert kept(showing, "a.flac") is None


def test_no_error_of_a_decoder_fails_a_transfer_or_holds_up_the_next(
    showing: Library,
    queue: TransferQueue,
    long_sounds: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened, failed = Decoders.opened, list[str]()

    def once(self: Decoders, read: object, size_bytes: int, name: str, **how: Any) -> Any:
        if not failed:
            failed.append(name)
            raise struct.error("cut off")
        return opened(self, read, size_bytes, name, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Decoders, "opened", once)
    paths = [long_sounds["mp3"], long_sounds["flac"]]
    assert sorted(done(put(showing, queue, *paths))) == ["long.flac", "long.mp3"]
    (lost,) = failed
    assert kept(showing, lost) is None
    assert kept(showing, ({"long.flac", "long.mp3"} - {lost}).pop()) is not None


def test_where_there_are_too_many_threads_a_transfer_goes_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    line = Beside()
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refused)
        assert not line.add(Gate())
    gate = Gate()
    assert line.add(gate)
    gate.opened.set()
    assert line.wait(60)


def test_the_line_puts_off_what_is_not_ready_and_takes_no_more_than_it_can_hold() -> None:
    line, said = Beside(), list[str]()

    class Said:
        ready, rounds = True, 2

        def run(self, others_wait: Callable[[], bool]) -> bool:
            self.rounds -= 1
            said.append("others" if others_wait() else "alone")
            return self.rounds == 0

        def drop(self) -> None:
            self.rounds = 1

    gate = Gate()
    assert line.add(gate)
    while line.add(Said()):
        pass
    gate.opened.set()
    assert line.wait(60)
    assert len(said) in (128, 126)
    assert line.add(Said()) and line.wait(60)
    assert said[-1] == "alone"
