"""Peaks made of the bytes of a transfer, without a second request for them; on the real server."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from s3audio_tui.library import browse, download, upload
from s3audio_tui.library.events import ItemEvent
from s3audio_tui.library.opening import Library
from s3audio_tui.library.sidecars import PEAKS, peaks_key
from s3audio_tui.library.sources import looked_up
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.store import download as fetching
from tests.library.conftest import MakeLibrary
from tests.library.helpers import done, ends, stored_keys
from tests.library.waves import last
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


Bring = Callable[..., list[ItemEvent]]


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
