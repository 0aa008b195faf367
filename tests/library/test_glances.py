"""The small waveforms of a list: from where they come, and what is not asked for."""

from typing import Any

from msgspec.structs import replace

from s3audio_tui.audio.kept_peaks import kept as kept_peaks
from s3audio_tui.catalog.rows import Row
from s3audio_tui.drawing.glance import PARTS, glance
from s3audio_tui.library import glances
from s3audio_tui.library.opening import Library
from s3audio_tui.library.sidecars import peaks_key
from s3audio_tui.library.sources import looked_up
from tests.library.conftest import MakeLibrary
from tests.library.waves import RATE_HZ, peaks_of, put, wav


def row_of(key: str, etag: str = "e") -> Row:
    return Row(key, 9_000_000, 0.0, etag, "STANDARD", "wav")


def test_of_peaks_that_are_here_without_asking_the_store(make_library: MakeLibrary) -> None:
    library = make_library(endpoint_url="http://127.0.0.1:9")
    (row,) = rows = [row_of("a.wav")]
    assert glances.found(library, row, ask=False) == b""
    peaks = peaks_of(wav())
    library.peaks.put(row.key, row.etag, kept_peaks(peaks))
    assert glances.kept(library, rows) == {}
    assert glances.found(library, row, ask=False) == glance(peaks)
    assert glances.kept(library, rows) == {("a.wav", "e"): glance(peaks)}
    assert glances.kept(library, [row_of("a.wav", etag="other")]) == {}
    library.peaks.drop(["a.wav"])
    assert glances.kept(library, rows) == {}


def test_a_short_file_is_read_and_nothing_is_written_to_the_bucket(
    library: Library, plain_s3: Any
) -> None:
    put(plain_s3, library, "a.wav", wav())
    put(plain_s3, library, "words.wav", b"only words")
    row = looked_up(library, "a.wav")
    assert glances.found(library, row, ask=False) == b""
    assert len(glances.found(library, row, ask=True)) == PARTS
    assert glances.found(library, looked_up(library, "words.wav"), ask=True) == b""
    there = plain_s3.list_objects_v2(Bucket=library.bucket, Prefix=library.full(".s3audio/peaks/"))
    assert not there.get("Contents")
    assert library.peaks.has("a.wav", row.etag), "who reads it keeps it"


def test_of_a_long_file_only_what_somebody_made(library: Library, plain_s3: Any) -> None:
    data = wav(frames=glances.SHORT_BYTES // 4 + 1)
    put(plain_s3, library, "a.wav", data)
    row = looked_up(library, "a.wav")
    assert glances.found(library, row, ask=True) == b"" and not library.peaks.has(row.key, row.etag)
    peaks = peaks_of(data)
    put(plain_s3, library, peaks_key(row.key, row.etag), kept_peaks(peaks))
    known = replace(row, duration_s=32.8, sample_rate_hz=RATE_HZ, channels=2)
    assert glances.found(library, known, ask=True) == glance(peaks)
