"""Headers read by ranges from the real server: what they say, and how many requests it takes."""

import io

import pytest

from s3audio_tui.audio.header import read_header
from s3audio_tui.catalog.rows import Row
from s3audio_tui.library import details, waveforms
from s3audio_tui.library.opening import Library
from s3audio_tui.store.objects import write_small
from tests.audio import samples
from tests.library.helpers import refreshed
from tests.strict_s3 import StrictS3

FILES = samples.real_files()


def there(library: Library, files: dict[str, bytes]) -> dict[str, Row]:
    for key, data in files.items():
        write_small(library.store, library.full(key), data)
    refreshed(library)
    return {key: row for key in files if (row := library.catalog.get(key)) is not None}


def learnt(library: Library, row: Row) -> Row:
    details.learn(library, row)
    found = library.catalog.get(row.key)
    assert found is not None
    return found


def reads(server: StrictS3, library: Library, key: str) -> tuple[int, int]:
    """Return how many requests asked for an object's bytes, and for how many."""
    asked = [a for a in server.asked(library.bucket) if (a.method, a.key) == ("GET", key)]
    spans = [a.range.removeprefix("bytes=").split("-") for a in asked]
    return len(asked), sum(int(last) - int(first) + 1 for first, last in spans)


def test_every_format_is_learnt_from_the_store(library: Library) -> None:
    for key, row in there(library, FILES).items():
        found = learnt(library, row)
        said = read_header(io.BytesIO(FILES[key]), key, len(FILES[key]))
        assert found.duration_s == said.duration_s and found.duration_s, key
        assert (found.sample_rate_hz, found.channels) == (said.sample_rate_hz, said.channels)
        assert found.codec and found.sample_rate_hz and found.channels, key
        assert found.estimated == (not said.exact), key


def long_files() -> dict[str, tuple[bytes, int]]:
    """Return sounds of several blocks, and the requests that they may take."""
    frames = samples.RATE_HZ * 25
    mp3 = samples.encoded("MP3", "MPEG_LAYER_III", channels=2, frames=frames)
    bare = samples.bare_mp3(128, 60)
    return {
        "a.wav": (samples.encoded("WAV", "PCM_16", frames=frames), 1),
        "adpcm.wav": (samples.encoded("WAV", "MS_ADPCM", frames=frames), 1),
        "b.wav": (samples.encoded("RF64", "PCM_16", frames=frames), 1),
        "c.aiff": (samples.encoded("AIFF", "PCM_16", frames=frames), 1),
        "d.flac": (samples.encoded("FLAC", "PCM_24", frames=frames), 2),
        "e.ogg": (samples.encoded("OGG", "VORBIS", channels=2, frames=frames), 4),
        "f.opus": (samples.encoded("OGG", "OPUS", channels=2, frames=frames), 4),
        "g.mp3": (mp3, 2),
        "h.mp3": (bare, 7),
        "i.aac": (FILES["adts.aac"] * 150, 36),
        "j.mp3": (samples.bare_mp3(64, 20) + samples.bare_mp3(256, 60), 36),
        "k.webm": (FILES["opus.webm"] + bytes(200_000), 1),
    }


def test_a_header_takes_few_requests(library: Library, credentials: StrictS3) -> None:
    files = long_files()
    rows = there(library, {key: data for key, (data, _) in files.items()})
    for key, (_, most) in files.items():
        credentials.forget(library.bucket)
        assert learnt(library, rows[key]).duration_s, key
        requests, size = reads(credentials, library, key)
        assert requests <= most, key
        assert size <= 450_000, key


def test_a_waveform_counts_what_was_guessed(library: Library) -> None:
    data = FILES["aac-fragmented.m4a"]
    row = learnt(library, there(library, {"a.m4a": data})["a.m4a"])
    assert row.estimated
    (*_, last) = waveforms.shown(library, row, share=False)
    found = library.catalog.get("a.m4a")
    assert found is not None and not found.estimated
    assert found.duration_s == last.peaks.duration_s
    shown = details.info(library, "a.m4a")
    assert (shown.row.duration_s, shown.duration_exact) == (found.duration_s, True)


@pytest.mark.parametrize(
    "data",
    [
        samples.wav_header(channels=1024, data_bytes=4096) + bytes(4096),
        samples.wav_header(rate_hz=0),
        samples.id3(70_000) + b"text " * 2000,
        b"",
    ],
    ids=["channels", "rate", "tag", "empty"],
)
def test_what_cannot_be_read_is_unknown_and_not_asked_for_again(
    library: Library, credentials: StrictS3, data: bytes
) -> None:
    row = learnt(library, there(library, {"a.wav": data})["a.wav"])
    assert (row.duration_s, row.sample_rate_hz, row.channels) == (None, None, None)
    assert library.catalog.without_sound(["a.wav"]) == []
