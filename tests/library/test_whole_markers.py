"""Markers of a take in its file: where they are, and that all programs read the file as before."""

import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import av
import pytest
import soundfile

from s3audio_tui.audio.cue_points import MOST_FRAMES, cue_chunks
from s3audio_tui.audio.header import read_header
from s3audio_tui.audio.long_wav import head_of
from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.library.opening import Library
from s3audio_tui.library.takes import Marker, Take
from s3audio_tui.library.whole_markers import points_of
from s3audio_tui.library.whole_parts import chunks_in_s3
from s3audio_tui.library.whole_take import join
from s3audio_tui.store.transfer import MIB
from tests.library.test_whole_take import FORM, SECONDS_3, sound, stored, whole

WORDS = [Marker(0, "Anfang"), Marker(700, "Größe 大"), Marker(5, "a\0b"), Marker(10**6, "")]


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks of a WAV, or of a list in it."""
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    assert at == len(data)


def marked(data: bytes) -> list[tuple[int, str]]:
    """Return the frames that a WAV marks, and the words."""
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    found = dict(chunks(data[12:]))
    (count,) = struct.unpack("<I", found[b"cue "][:4])
    points = [struct.unpack("<II4sIII", found[b"cue "][4 + 24 * n :][:24]) for n in range(count)]
    assert all(point[1] == point[5] and point[2] == b"data" for point in points)
    assert found[b"LIST"][:4] == b"adtl"
    words = {
        int.from_bytes(body[:4], "little"): body[4:].removesuffix(b"\0").decode()
        for name, body in chunks(found[b"LIST"][4:])
        if name == b"labl"
    }
    return [(point[5], words[point[0]]) for point in points]


def with_markers(take: Take) -> Take:
    """Mark places of a take."""
    take.markers = [*WORDS]
    return take


@pytest.mark.parametrize(
    ("form", "lengths", "packed"),
    [
        (FORM, [480, 480], False),
        (FORM, [480, 481], True),
        (SECONDS_3, [480, 481], False),
        (FORM, [6 * MIB, 3 * MIB], False),
    ],
)
def test_they_are_in_the_file_which_all_programs_read(
    library: Library, form: SampleFormat, lengths: list[int], packed: bool
) -> None:
    frames = sum(lengths)
    data = sound(frames, form)
    take = with_markers(stored(library, data, lengths, form, packed=packed))
    made = join(library, take)
    assert made.markers == 4 and bool(made.copied_bytes) == (frames > MIB)
    file = whole(library, made.key)
    last = min(10**6, frames)
    assert marked(file) == [(0, "Anfang"), (5, "a b"), (700, "Größe 大"), (last, "")]
    assert file[44 : 44 + len(data)] == data
    about = read_header(BytesIO(file), "take.wav", len(file))
    assert (about.duration_s, about.exact) == (frames / form.rate_hz, True)
    assert soundfile.info(BytesIO(file)).frames == frames
    with av.open(BytesIO(file), "r") as opened:
        assert sum(each.samples for each in opened.decode(opened.streams.audio[0])) == frames
    assert join(library, take).etag == made.etag


def test_a_file_that_was_made_without_them_is_known_again(library: Library) -> None:
    take = stored(library, sound(960), [480, 480])
    made = join(library, take)
    again = join(library, with_markers(take))
    assert (again.etag, again.markers, made.markers) == (made.etag, 0, 0)


def test_where_frames_are_missing_a_marker_stands_with_its_sound(library: Library) -> None:
    take = stored(library, sound(960), [480, 480])
    take.chunks[1].first_frame += 100
    take.markers = [Marker(479, "a"), Marker(500, "b"), Marker(580, "c"), Marker(600, "d")]
    points = points_of(take, chunks_in_s3(take))
    assert points == [(479, "a"), (480, "b"), (480, "c"), (500, "d")]


def test_beyond_what_a_file_can_say_one_is_left_out(library: Library) -> None:
    take = stored(library, sound(960), [480, 480])
    take.chunks[0].frames, take.chunks[1].first_frame = MOST_FRAMES, MOST_FRAMES
    take.markers = [Marker(MOST_FRAMES, "in"), Marker(MOST_FRAMES + 1, "out")]
    assert points_of(take, chunks_in_s3(take)) == [(MOST_FRAMES, "in")]


def test_over_four_gib_they_stand_behind_it_too(tmp_path: Path) -> None:
    form = SampleFormat(192_000, 8, 24)
    frames = (1 << 32) // form.frame_bytes + 1
    data_bytes, marks = frames * form.frame_bytes, cue_chunks([(frames - 1, "last")])
    path = tmp_path / "long.wav"
    head = head_of(form, data_bytes, len(marks))
    path.write_bytes(head)
    size_bytes = 80 + data_bytes + data_bytes % 2 + len(marks)
    assert int.from_bytes(head[20:28], "little") == size_bytes - 8
    with path.open("r+b") as file:
        file.seek(size_bytes - len(marks))  # it takes no room
        file.write(marks)
    assert soundfile.info(path).frames == frames
    with path.open("rb") as file:
        assert read_header(file, path.name, size_bytes).duration_s == frames / 192_000


def test_a_file_that_they_make_longer_than_four_gib_is_rf64() -> None:
    marks = cue_chunks([(1, "word")])
    data_bytes = 0xFFFFFFFF - 45 - len(marks)
    assert head_of(FORM, data_bytes, len(marks))[:4] == b"RIFF"
    assert head_of(FORM, data_bytes + 2, len(marks))[:4] == b"RF64"
