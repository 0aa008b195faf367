"""A stream of unknown length: checked at its beginning, sent as it comes, nothing of it kept."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.audio.header import check_beginning
from s3audio_tui.errors import NotAudioError, UsageError
from s3audio_tui.library import incoming
from s3audio_tui.library.events import Done, Failed, ItemEvent, Progress, Skipped, Started
from s3audio_tui.library.names import IfTaken
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from tests.library.conftest import MakeLibrary
from tests.library.helpers import ends, stored_keys


def put(
    library: Library, data: bytes, name: str = "take.wav", *, if_exists: IfTaken = "fail"
) -> ItemEvent:
    """Put a stream, and return how it ended."""
    queue = TransferQueue(1)
    stream = incoming.opened(library, io.BytesIO(data), name, "in/")
    refused = list(incoming.submit(library, queue, stream, if_exists=if_exists, tags={"a": "b"}))
    ended: list[ItemEvent] = [*refused, *ends(queue.events())]
    (event,) = ended
    return event


@pytest.fixture
def long(sounds: dict[str, Path]) -> bytes:
    """A sound of several parts, whose header names no length that one could trust."""
    return sounds["wav16"].read_bytes() + bytes(range(256)) * (80 * 1024)


def test_a_long_stream_goes_up_in_parts_and_is_known_at_once(
    library: Library, plain_s3: Any, long: bytes
) -> None:
    event = put(library, long)
    assert event == Done("in/take.wav", "-", len(long), "checksum")
    body = plain_s3.get_object(Bucket=library.bucket, Key="in/take.wav")
    assert body["Body"].read() == long
    assert body["Metadata"]["original-name"] == "take.wav"
    assert "duration" not in body["Metadata"]
    row = library.catalog.get("in/take.wav")
    assert row is not None and (row.size_bytes, row.duration_s) == (len(long), None)
    assert library.unfinished.table.all() == []


def test_the_length_of_a_stream_is_told_once_it_is_known(library: Library, long: bytes) -> None:
    queue = TransferQueue(1)
    stream = incoming.opened(library, io.BytesIO(long), "take.wav", "")
    list(incoming.submit(library, queue, stream))
    assert queue.snapshot()[0].bytes_total in (None, len(long))
    began, *going, ended = queue.events()
    assert isinstance(began, Started) and began.bytes_total is None
    assert going
    assert {each.bytes_total for each in going if isinstance(each, Progress)} <= {None}
    assert isinstance(ended, Done) and ended.bytes_total == len(long)
    assert queue.snapshot()[0].bytes_total == len(long)


def test_a_short_stream_is_checked_whole(
    library: Library, plain_s3: Any, sounds: dict[str, Path]
) -> None:
    data = sounds["flac"].read_bytes()
    assert put(library, data, "take.flac") == Done("in/take.flac", "-", len(data), "checksum")
    row = library.catalog.get("in/take.flac")
    assert row is not None and row.duration_s
    for odd, name in ((b"text, " * 99, "a.wav"), (b"", "a.wav"), (data, "a.wav"), (data, "a.txt")):
        with pytest.raises(NotAudioError):
            put(library, odd, name)
    for name in ("../in.wav", "", ".."):
        with pytest.raises(UsageError):
            put(library, data, name)
    assert [key for key in stored_keys(plain_s3, library.bucket) if "in/" in key] == [
        "in/take.flac"
    ]


def test_a_name_that_is_taken_is_settled_before_anything_is_sent(
    library: Library, plain_s3: Any, sounds: dict[str, Path]
) -> None:
    data, other = sounds["wav16"].read_bytes(), sounds["wav24"].read_bytes()
    assert isinstance(put(library, data), Done)
    taken = put(library, other)
    assert isinstance(taken, Failed) and taken.error.code == "conflict"
    assert isinstance(put(library, other, if_exists="skip"), Skipped)
    assert put(library, other, if_exists="rename").key == "in/take (2).wav"
    assert isinstance(put(library, other, if_exists="overwrite"), Done)
    body = plain_s3.get_object(Bucket=library.bucket, Key="in/take.wav")["Body"]
    assert body.read() == other


@pytest.mark.parametrize(
    ("settings", "code"), [({"max_size": "6MB"}, "limit"), ({"quota": "6MB"}, "quota")]
)
def test_a_stream_that_is_too_long_leaves_nothing(
    make_library: MakeLibrary, plain_s3: Any, long: bytes, settings: dict[str, str], code: str
) -> None:
    library = make_library(**settings)
    event = put(library, long)
    assert isinstance(event, Failed) and event.error.code == code
    assert "in/take.wav" not in stored_keys(plain_s3, library.bucket)
    assert plain_s3.list_multipart_uploads(Bucket=library.bucket).get("Uploads", []) == []


class Breaking(io.RawIOBase):
    """A pipe whose writer dies."""

    def __init__(self, data: bytes) -> None:
        self._pieces: Iterator[bytes] = iter([data[:2_000_000], data[2_000_000:9_000_000]])

    def read(self, size: int = -1) -> bytes:
        """Return what there is; then fail."""
        piece = next(self._pieces, None)
        if piece is None:
            raise OSError(5, "Input/output error")
        return piece


def test_a_stream_that_breaks_is_named(library: Library, plain_s3: Any, long: bytes) -> None:
    queue = TransferQueue(1)
    stream = incoming.opened(library, Breaking(long), "take.wav", "")  # type: ignore[arg-type]
    assert list(incoming.submit(library, queue, stream)) == []
    (event,) = ends(queue.events())
    assert isinstance(event, Failed)
    assert "take.wav" not in stored_keys(plain_s3, library.bucket)
    assert plain_s3.list_multipart_uploads(Bucket=library.bucket).get("Uploads", []) == []


def test_what_tells_its_sound_only_at_its_end_is_taken_by_its_kind(
    sounds: dict[str, Path],
) -> None:
    data = sounds["m4a"].read_bytes()
    assert check_beginning("a.m4a", data[:64]).format == "m4a"
    with pytest.raises(NotAudioError, match="is named"):
        check_beginning("a.wav", data[:64])
