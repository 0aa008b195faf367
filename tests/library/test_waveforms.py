"""Waveforms of objects: kept, shared, grown, cancelled; on the real server."""

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s3audio_tui.audio import growing, sparse
from s3audio_tui.audio.kept_peaks import bounded, from_kept, kept
from s3audio_tui.audio.waveform_file import from_dat, to_dat, to_json
from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError, ConflictError, NotAudioError, UnsupportedError
from s3audio_tui.library import rename, trash, waveforms
from s3audio_tui.library.exact_waveforms import Wanted, exact
from s3audio_tui.library.opening import Library
from s3audio_tui.library.sidecars import PEAKS, peaks_key
from s3audio_tui.library.sources import FileSource, ObjectSource, looked_up
from tests.library.conftest import MakeLibrary
from tests.library.helpers import done, refreshed, stored_keys
from tests.library.waves import last, peaks_of, put, same, wav
from tests.strict.faults import Fault
from tests.strict.identities import READER
from tests.strict_s3 import StrictS3


def test_it_is_made_once_and_asked_for_no_more(
    library: Library, plain_s3: Any, s3_server: StrictS3
) -> None:
    put(plain_s3, library, "a.wav", wav())
    row = looked_up(library, "a.wav")
    first = list(waveforms.shown(library, row))[-1]
    assert first.made == "local" and first.exact and first.frames == 20_000
    assert same(first.peaks, peaks_of(wav()))
    s3_server.forget(library.bucket)
    (again,) = waveforms.shown(library, row)
    assert again.made == "catalog" and again.done and same(again.peaks, first.peaks)
    assert again.peaks.rms is not None and first.peaks.rms is not None
    assert np.abs(again.peaks.rms - first.peaks.rms).max() <= 0.5
    assert s3_server.asked(library.bucket) == []


def test_a_small_one_comes_with_one_request(
    library: Library, plain_s3: Any, s3_server: StrictS3
) -> None:
    put(plain_s3, library, "a.wav", wav())
    row = looked_up(library, "a.wav")
    s3_server.forget(library.bucket)
    list(waveforms.shown(library, row))
    assert [a.method for a in s3_server.asked(library.bucket) if a.key == "a.wav"] == ["GET"]


def test_another_machine_takes_the_sidecar(
    library: Library, make_library: MakeLibrary, plain_s3: Any, s3_server: StrictS3
) -> None:
    put(plain_s3, library, "a.wav", wav())
    first = last(library, "a.wav")
    row = looked_up(library, "a.wav")
    body = plain_s3.get_object(Bucket=library.bucket, Key=peaks_key("a.wav", row.etag))["Body"]
    assert same(from_kept(body.read()), first.peaks)
    other = make_library(library.bucket, state="other")
    s3_server.forget(library.bucket)
    found = last(other, "a.wav")
    assert found.made == "sidecar" and same(found.peaks, first.peaks)
    assert [a.method for a in s3_server.asked(library.bucket) if a.key == "a.wav"] == ["HEAD"]


def test_a_file_that_changed_never_shows_old_peaks(library: Library, plain_s3: Any) -> None:
    put(plain_s3, library, "a.wav", wav())
    old = looked_up(library, "a.wav")
    last(library, "a.wav")
    put(plain_s3, library, "a.wav", wav(seed=2))
    assert same(last(library, "a.wav").peaks, peaks_of(wav(seed=2)))
    library.peaks.drop(["a.wav"])
    plain_s3.delete_object(Bucket=library.bucket, Key=peaks_key("a.wav", old.etag))
    with pytest.raises(ConflictError):
        list(waveforms.shown(library, old))


def test_who_may_not_write_keeps_them_here(
    library: Library, make_library: MakeLibrary, plain_s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(plain_s3, library, "a.wav", wav())
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", READER.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", READER.secret_access_key)
    reader = make_library(library.bucket, state="reader")
    told: list[str] = []
    assert last(reader, "a.wav", tell=told.append).made == "local"
    assert told == ["the peaks stay on this machine: you may not write to the bucket"]
    assert last(reader, "a.wav").made == "catalog"
    assert stored_keys(plain_s3, library.bucket) == ["a.wav"]


def test_without_room_in_the_quota_they_stay_here(make_library: MakeLibrary, plain_s3: Any) -> None:
    library = make_library(quota="1KB")
    put(plain_s3, library, "a.wav", wav())
    refreshed(library)
    told: list[str] = []
    assert last(library, "a.wav", tell=told.append).made == "local"
    assert told == ["the peaks stay on this machine: the quota has no room for them"]
    assert not [key for key in stored_keys(plain_s3, library.bucket) if key.startswith(PEAKS)]


@pytest.mark.parametrize("name", ["a.wav.dat", "a.peaks.json"])
def test_newer_peaks_beside_it_are_taken(library: Library, plain_s3: Any, name: str) -> None:
    put(plain_s3, library, "x/a.wav", wav())
    made = peaks_of(wav(seed=3)).coarser(2)
    body = to_dat(made, 8) if name.endswith("dat") else to_json(made, 8)
    put(plain_s3, library, f"x/{name}", body)
    refreshed(library)
    found = last(library, "x/a.wav")
    assert found.made == "beside" and found.peaks.samples_per_pixel == 512
    put(plain_s3, library, f"x/{name}", body[:-3])
    refreshed(library)
    assert last(library, "x/a.wav").made == "local"


def test_a_damaged_sidecar_is_made_anew(library: Library, plain_s3: Any) -> None:
    put(plain_s3, library, "a.wav", wav())
    row = looked_up(library, "a.wav")
    put(plain_s3, library, peaks_key("a.wav", row.etag), b"\2\0\0\0 nothing of the kind")
    assert last(library, "a.wav").made == "local"
    assert last(library, "a.wav").made == "catalog"


def test_it_grows_from_the_left(
    library: Library, plain_s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growing, "EVERY_S", 0)
    data = wav(150_000)
    put(plain_s3, library, "a.wav", data)
    values = list(waveforms.shown(library, looked_up(library, "a.wav")))
    whole = peaks_of(data)
    assert len(values) > 3 and [value.done for value in values].count(True) == 1
    for before, value in pairwise(values):
        assert len(before.peaks) <= len(value.peaks) and value.frames == 150_000
        closed = len(value.peaks) - 1
        assert (value.peaks.high[:closed] == whole.high[:closed]).all()


def test_a_long_one_is_looked_at_first(
    library: Library, plain_s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sparse, "LONG_BYTES", 100_000)
    monkeypatch.setattr(sparse, "_WINDOW_BYTES", 64)
    put(plain_s3, library, "a.wav", wav(150_000))
    row = looked_up(library, "a.wav")
    (*_, look) = waveforms.shown(library, row, engine="sparse", columns=50)
    assert look.done and not look.exact and look.made == "sparse" and len(look.peaks) == 50
    assert not library.peaks.has("a.wav", row.etag)
    values = list(waveforms.shown(library, row, columns=50))
    assert [value.made for value in values[:5]] == ["sparse"] * 4 + ["local"]
    assert not any(value.done for value in values[:-1]) and values[-1].exact
    assert same(values[-1].peaks, peaks_of(wav(150_000)))
    still_growing = [value for value in values[4:-1] if value.rough is not None]
    assert len(still_growing) == len(values) - 5


def test_a_cancel_ends_it_while_the_store_is_silent(
    library: Library, plain_s3: Any, s3_server: StrictS3
) -> None:
    put(plain_s3, library, "a.wav", wav())
    row, token = looked_up(library, "a.wav"), CancelToken()
    s3_server.set_faults(library.bucket, Fault(method="GET", key="a.wav", delay_s=30))
    values = waveforms.shown(library, row, cancel=token)
    token.cancel()
    with pytest.raises(CancelledError):
        next(values)
    s3_server.set_faults(library.bucket)
    assert not library.peaks.has("a.wav", row.etag)


def test_what_is_no_sound_is_said(library: Library, plain_s3: Any) -> None:
    put(plain_s3, library, "a.wav", b"no sound at all")
    with pytest.raises(NotAudioError):
        last(library, "a.wav")
    with pytest.raises(UnsupportedError):
        last(library, "a.wav", engine="lambda")


def test_they_follow_a_rename_and_go_with_the_file(library: Library, plain_s3: Any) -> None:
    put(plain_s3, library, "a.wav", wav())
    last(library, "a.wav")
    assert done(rename.move(library, "a.wav", "b.wav")) == ["a.wav"]
    assert last(library, "b.wav").made == "catalog"
    library.peaks.drop(["b.wav"])
    assert last(library, "b.wav").made == "sidecar"
    assert done(trash.delete(library, ["b.wav"])) == ["b.wav"]
    assert done(trash.restore(library, trash.find(library, ["b.wav"]))) == ["b.wav"]
    assert last(library, "b.wav").made == "catalog"
    assert done(trash.delete(library, ["b.wav"])) == ["b.wav"]
    assert done(trash.empty(library)) == ["b.wav"]
    assert not [key for key in stored_keys(plain_s3, library.bucket) if key.startswith(PEAKS)]


@pytest.mark.parametrize("kind", ["wav16", "flac", "mp3", "ogg"])
def test_so_many_peaks_exactly(
    library: Library, plain_s3: Any, sounds: dict[str, Path], kind: str
) -> None:
    path = sounds[kind]
    put(plain_s3, library, path.name, path.read_bytes())
    source = ObjectSource(library, looked_up(library, path.name))
    found = exact(source, Wanted(count=77))
    local = exact(FileSource(path), Wanted(count=77))
    assert len(found.peaks) == 77 and same(found.peaks, local.peaks)
    whole = peaks_of(path.read_bytes())
    assert found.peaks.frames == whole.frames and found.channels == 2
    kept_ones = exact(source, Wanted(samples_per_pixel=512, split=True))
    assert kept_ones.made == "catalog" and same(kept_ones.peaks, whole.coarser(2))


def test_what_is_packed_is_decoded_apart(
    library: Library, plain_s3: Any, sounds: dict[str, Path]
) -> None:
    data = sounds["mp3"].read_bytes()
    put(plain_s3, library, "a.mp3", data)
    assert same(last(library, "a.mp3").peaks, peaks_of(data))
    (*_, local) = waveforms.shown_file(sounds["mp3"])
    assert same(local.peaks, peaks_of(data))


def test_peaks_beside_a_local_file(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav())
    assert list(waveforms.shown_file(path))[-1].made == "local"
    beside = tmp_path / "a.wav.dat"
    beside.write_bytes(to_dat(peaks_of(wav(seed=5)), 8))
    assert list(waveforms.shown_file(path))[-1].made == "beside"
    os.utime(beside, (1, 1))
    assert list(waveforms.shown_file(path))[-1].made == "local"


@pytest.mark.parametrize("channels", [1, 2, 5])
def test_kept_peaks_are_a_file_of_audiowaveform_and_more(channels: int) -> None:
    peaks = peaks_of(wav(1001, channels=channels))
    data = kept(peaks)
    assert data[:4] == b"\2\0\0\0"
    again = from_kept(data)
    assert same(again, peaks) and again.rms is not None
    plain = data[: 24 + len(peaks) * channels * 4]
    assert to_dat(from_dat(plain), 16) == to_dat(peaks, 16)
    assert from_kept(plain).rms is None
    for cut in (0, 10, 24, len(data) // 2):
        with pytest.raises(NotAudioError):
            from_kept(data[:cut])
    assert bounded(peaks) is peaks
