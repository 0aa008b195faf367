"""Formats told by ending and by content."""

import pytest

from s3audio_tui.audio.formats import FORMATS, by_ending, by_name, id3_bytes, sniff
from tests.audio import samples

FILES = samples.real_files()


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_is_known_by_its_first_bytes(name: str) -> None:
    found = sniff(FILES[name][:65536], len(FILES[name]))
    named = by_ending(name)
    assert found is not None
    assert found is named or (found.name, name) == ("opus", "opus.ogg")


@pytest.mark.parametrize("name", sorted(set(FILES) - {"long-tag.mp3"}))
def test_four_kilobytes_are_enough_but_for_a_long_tag(name: str) -> None:
    assert sniff(FILES[name][:4096], len(FILES[name])) is not None


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\0" * 4096,
        b"RIFF\0\0\0\0AVI LIST",
        b"FORM\0\0\0\0ILBM",
        b"OggS\0\x02" + bytes(20) + b"\x01\x1e\x80theora",
        b"\0\0\0\x1cftypheic\0\0\0\0mif1",
        b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska",
        b"\xff\xfb\x90\x00" + bytes(4092),
        b"\xff\xfb\xf0\x00" + bytes(4092),
        b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(4089),
        b"ffconcat version 1.0\nfile secret.wav\n",
        b"#EXTM3U\nhttp://example.com/a.ts\n",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_none_of_ours_is_not_taken_for_it(head: bytes) -> None:
    assert sniff(head, 100_000) is None


@pytest.mark.parametrize(
    "header",
    [
        b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm",
        b"\x1a\x45\xdf\xa3\x8b\x42\x86\x81\x01\x42\x82\x84webm",
        b"\x1a\x45\xdf\xa3\x40\x0a\x42\x82\x10\x00\x00\x04webm",
        b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x09\x42\x82\x86webm\0\0",
    ],
)
def test_webm_is_known_however_its_lengths_are_written(header: bytes) -> None:
    assert sniff(header + bytes(100), 1000) is by_name("webm")
    assert sniff(header.replace(b"webm", b"webx") + bytes(100), 1000) is None


def test_a_single_frame_is_enough_when_the_file_ends_with_it() -> None:
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    assert sniff(frame, len(frame)) is by_name("mp3")
    assert sniff(frame, len(frame) + 500) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.wav", "wav"),
        ("A.WAV", "wav"),
        ("x/y.z/take.2.Flac", "flac"),
        ("a.aif", "aiff"),
        ("a.oga", "ogg"),
        ("ラフ.mp3", "mp3"),
    ],
)
def test_an_ending_names_a_format(name: str, expected: str) -> None:
    assert by_ending(name) is by_name(expected)


@pytest.mark.parametrize(
    "name", ["", "wav", "a", "a.", "a.txt", "a.wav/b", "a.wav.txt", ".wav/", "/"]
)
def test_other_endings_name_none(name: str) -> None:
    assert by_ending(name) is None


def test_names_endings_and_types_are_unambiguous() -> None:
    endings = [ending for kind in FORMATS for ending in kind.endings]
    assert len(set(endings)) == len(endings)
    assert all(kind.content_type.startswith("audio/") for kind in FORMATS)
    assert all(by_ending(f"x{ending}") for ending in endings)


def test_the_length_of_a_tag_counts_its_header_and_footer() -> None:
    assert id3_bytes(samples.id3(1000)) == 1010
    assert id3_bytes(b"ID3\x04\0\x10\0\0\0\x7f") == 147
    assert id3_bytes(b"ID3\x04\0\0\0\0\0\xff") == 0
    assert id3_bytes(b"ID3") == 0
