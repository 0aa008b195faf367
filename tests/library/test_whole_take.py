"""A take put together as one file: copied where S3 can, else sent; compared; or not made at all."""

import hashlib
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile

from s3audio_tui.audio.long_wav import head_of
from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.audio.wav_file import header
from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import (
    BadBytesError,
    CancelledError,
    ConflictError,
    NotFoundError,
    QuotaError,
)
from s3audio_tui.library.chunk_doors import LibraryDoor
from s3audio_tui.library.chunk_sending import ChunkSending
from s3audio_tui.library.keeping import remove_owed
from s3audio_tui.library.library_takes import find_take, read_take, takes_in
from s3audio_tui.library.opening import Library
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.takes import Chunk, Take, document
from s3audio_tui.library.transfers import Transfer, TransferQueue, TransferState
from s3audio_tui.library.whole_parts import Copied, Sent, parts_of
from s3audio_tui.library.whole_queue import queue_whole
from s3audio_tui.library.whole_take import join, key_for
from s3audio_tui.store import objects
from s3audio_tui.store.listing import unfinished_uploads
from s3audio_tui.store.transfer import MIB
from tests.audio.microphone import MadeUp, counter
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

FORM = SampleFormat(48_000, 1, 16)
SECONDS_3 = SampleFormat(48_000, 1, 24)


def sound(frames: int, form: SampleFormat = FORM, seed: int = 1) -> bytes:
    """Return samples of which no two stretches are the same."""
    return np.random.default_rng(seed).bytes(frames * form.frame_bytes)


def stored(
    library: Library,
    data: bytes,
    lengths: list[int],
    form: SampleFormat = FORM,
    *,
    packed: bool = False,
    name: str = "talk",
    take_id: str = "20261121T120000Z-abcd",
) -> Take:
    """Put a take into the library, whose chunks have these lengths in frames."""
    began = datetime(2026, 11, 21, 12, tzinfo=UTC)
    chunks, first = [], 0
    for index, frames in enumerate(lengths):
        samples = data[first * form.frame_bytes : (first + frames) * form.frame_bytes]
        body = header(form, len(samples)) + samples + b"\0" * (len(samples) % 2)
        ending = "wav"
        if packed:
            made, ending = BytesIO(), "flac"
            read, _ = soundfile.read(BytesIO(body), dtype="int32", always_2d=True)
            soundfile.write(made, read, form.rate_hz, f"PCM_{form.bits}", format="FLAC")
            body = made.getvalue()
        key = f"recordings/{take_id}/{index:05}.{ending}"
        etag = objects.write_small(library.store, library.full(key), body, content_type="audio/wav")
        chunks.append(
            Chunk(
                index,
                first,
                began + timedelta(seconds=first / form.rate_hz),
                f"{index:05}.{ending}",
                "in_s3",
                frames,
                len(body),
                hashlib.sha256(body).hexdigest(),
                key,
                etag,
            )
        )
        first += frames
    take = Take(
        id=take_id,
        name=name,
        started_at=began,
        form=form,
        chunk_s=5.0,
        keys="take",
        chunks=chunks,
        ended_at=began + timedelta(hours=1),
    )
    key = f"recordings/{take.id}/take.json"
    objects.write_small(library.store, library.full(key), document(take))
    return take


def whole(library: Library, key: str) -> bytes:
    """Return all bytes of an object."""
    client = library.store.client
    data: bytes = client.get_object(Bucket=library.bucket, Key=library.full(key))["Body"].read()
    return data


def left_over(library: Library) -> list[str]:
    """Return the uploads in parts that have not ended."""
    found = unfinished_uploads(library.store, library.prefix)
    return [each.key for each in found]


def test_sixty_small_chunks_become_one_file(library: Library) -> None:
    data = sound(60 * 480 - 7)
    take = stored(library, data, [480] * 59 + [473])
    told: list[int] = []
    made = join(library, take, progress=told.append)
    assert whole(library, made.key) == header(FORM, len(data)) + data
    assert (made.key, made.frames) == (f"recordings/{take.id}/take.wav", 60 * 480 - 7)
    assert (made.copied_bytes, made.missing_frames) == (0, 0)
    assert told == sorted(told) and told[-1] == 2 * len(data)
    again = read_take(library, take.id)
    assert again.joined == made.key
    assert made.key in list(library.catalog.all_keys("recordings/"))
    assert not left_over(library)


def test_large_chunks_are_copied_and_only_the_first_and_a_short_last_one_are_sent(
    library: Library, s3_server: StrictS3
) -> None:
    lengths = [3 * MIB, 3 * MIB, 3 * MIB, 480]
    data = sound(sum(lengths))
    take = stored(library, data, lengths)
    library.capabilities()
    s3_server.forget(library.bucket)
    made = join(library, take, "whole/talk.wav")
    asked = s3_server.asked(library.bucket)
    assert whole(library, made.key) == header(FORM, len(data)) + data
    assert made.copied_bytes == 12 * MIB
    read = [each.key for each in asked if each.method == "GET" and each.key.endswith(".wav")]
    assert sorted(read) == [
        take.chunks[0].key,
        take.chunks[3].key,
        *[made.key] * -(-made.size_bytes // (4 * MIB)),
    ]
    assert not left_over(library)


@pytest.mark.parametrize("form", [FORM, SECONDS_3])
def test_packed_chunks_are_unpacked(library: Library, form: SampleFormat) -> None:
    data = sound(1441, form)
    take = stored(library, data, [480, 480, 481], form, packed=True)
    made = join(library, take)
    assert whole(library, made.key) == header(form, len(data)) + data + b"\0" * (len(data) % 2)


def test_where_one_chunk_could_not_be_packed_both_kinds_are_one_file(library: Library) -> None:
    data = sound(1441, SECONDS_3)
    take = stored(library, data, [480, 480, 481], SECONDS_3, packed=True)
    stays = take.chunks[1]
    stays.file, stays.key = "00001.wav", stays.key.replace(".flac", ".wav")
    samples = data[480 * 3 : 960 * 3]
    body = header(SECONDS_3, len(samples)) + samples
    stays.size_bytes, stays.sha256 = len(body), hashlib.sha256(body).hexdigest()
    stays.etag = objects.write_small(library.store, library.full(stays.key), body)
    made = join(library, take)
    assert whole(library, made.key) == header(SECONDS_3, len(data)) + data + b"\0"
    assert join(library, take).etag == made.etag, "it is compared again, with nothing known of it"


def test_packed_chunks_of_many_blocks_are_unpacked_and_compared(library: Library) -> None:
    data = sound(150_000)
    take = stored(library, data, [70_000, 80_000], packed=True)
    made = join(library, take)
    assert whole(library, made.key) == header(FORM, len(data)) + data
    other = sound(150_000, seed=2)
    library.store.client.put_object(
        Bucket=library.bucket,
        Key=library.full("other.wav"),
        Body=header(FORM, len(other)) + other,
        Metadata={"take": take.id, "frames": "150000"},
    )
    with pytest.raises(BadBytesError, match="chunk 0 is not in the whole"):
        join(library, take, "other.wav")


@pytest.mark.parametrize("packed", [False, True])
def test_two_formats_make_no_one_file(library: Library, packed: bool) -> None:
    take = stored(library, sound(960), [480, 480], packed=packed)
    form = SampleFormat(44_100, 2, 16)
    other = stored(library, sound(480, form), [480], form, packed=packed, take_id="other")
    odd = take.chunks[1]
    odd.key, odd.etag, odd.sha256, odd.size_bytes = (
        other.chunks[0].key,
        other.chunks[0].etag,
        other.chunks[0].sha256,
        other.chunks[0].size_bytes,
    )
    with pytest.raises(BadBytesError, match="chunk 1 is 44100 Hz, 2 channels") as failed:
        join(library, take)
    assert "the recording 48000 Hz, 1 channel" in failed.value.message
    assert objects.find(library.store, library.full(f"recordings/{take.id}/take.wav")) is None
    assert not left_over(library)


def ended(queue: TransferQueue, transfer_id: int) -> TransferState:
    """Wait for the end of a transfer, and return how it stands then."""
    for _ in queue.events():
        pass
    return next(each for each in queue.snapshot() if each.id == transfer_id)


def test_among_the_transfers_it_has_progress_and_tells_where_it_lies(library: Library) -> None:
    data, queue = sound(960), TransferQueue(2)
    take = stored(library, data, [480, 480])
    found = ended(queue, queue_whole(library, queue, take, "talks/monday.wav"))
    assert (found.state, found.key, found.error) == ("done", "talks/monday.wav", None)
    assert found.bytes_done == found.bytes_total == len(whole(library, "talks/monday.wav"))
    assert take.joined == "talks/monday.wav"
    assert whole(library, "talks/monday.wav")[44:] == data


def test_among_the_transfers_it_is_stopped_and_tried_again(library: Library) -> None:
    data, queue, go_on = sound(960), TransferQueue(1), threading.Event()
    take = stored(library, data, [480, 480])
    told: list[Transfer] = []
    queue.submit("up", "before.wav", "", 1, lambda _: str(go_on.wait(60)))
    number = queue_whole(library, queue, take, on_end=told.append)
    queue.cancel(number)
    go_on.set()
    assert ended(queue, number).state == "cancelled"
    assert [each.id for each in told] == [number] and not take.joined
    queue.retry(number)
    assert ended(queue, number).state == "done"
    assert whole(library, take.joined)[44:] == data


def test_among_the_transfers_one_that_is_not_all_there_says_so(library: Library) -> None:
    take, queue = stored(library, sound(960), [480, 480]), TransferQueue(2)
    objects.delete(library.store, library.full(f"recordings/{take.id}/take.json"))
    found = ended(queue, queue_whole(library, queue, take))
    assert found.state == "failed"
    assert found.error is not None and "talk is not all in S3 yet" in found.error.message


@pytest.mark.parametrize("packs", [False, True])
def test_a_take_that_was_recorded_with_a_pause_is_one_file(
    library: Library, tmp_path: Path, packs: bool
) -> None:
    heard, queue = MadeUp(), TransferQueue(4)
    sending = ChunkSending(LibraryDoor(library), queue, lambda *_: None)
    plan = Plan(chunk_s=0.01, packs=packs)
    recording = Recording(Spool(tmp_path / "spool"), heard, plan, lambda *_: None, sending)
    recording.start()
    heard.take(counter(0, 700).tobytes(), False)
    recording.pause()
    assert recording.wait_quiet(20)
    heard.take(counter(5000, 700).tobytes(), False)
    recording.start()
    heard.take(counter(700, 900).tobytes(), False)
    assert recording.close()
    assert recording.folder is not None
    assert sending.wait(recording.folder, 60)
    assert sending.finish(recording.folder)
    queue.close(10)
    take = find_take(library, recording.folder.take.id)
    assert {chunk.file[-4:] for chunk in take.chunks} == {"flac" if packs else ".wav"}
    made = join(library, take)
    assert whole(library, made.key)[44:] == counter(0, 1600).tobytes()
    assert made.missing_frames == 0


def test_in_a_folder_it_is_called_as_the_take(library: Library) -> None:
    take = stored(library, sound(480), [480], name="this/that")
    assert join(library, take, "talks/").key == "talks/this-that.wav"
    assert key_for(stored(library, b"", [], name=".."), "talks/") == f"talks/{take.id}.wav"


def test_an_odd_number_of_bytes_is_filled_up(library: Library) -> None:
    data = sound(961, SECONDS_3)
    take = stored(library, data, [481, 480], SECONDS_3)
    made = join(library, take)
    assert whole(library, made.key) == header(SECONDS_3, len(data)) + data + b"\0"


def test_frames_follow_on_one_another_where_some_are_missing(library: Library) -> None:
    data = sound(960)
    take = stored(library, data, [480, 480])
    take.chunks[1].first_frame += 100
    made = join(library, take)
    assert (made.frames, made.missing_frames) == (960, 100)
    assert whole(library, made.key)[44:] == data


def gone(library: Library, chunk: Chunk) -> None:
    """Remove a chunk."""
    objects.delete(library.store, library.full(chunk.key))


def replaced(library: Library, chunk: Chunk) -> None:
    """Put another object in place of a chunk."""
    objects.write_small(library.store, library.full(chunk.key), b"x" * chunk.size_bytes)


def damaged(library: Library, chunk: Chunk) -> None:
    """Let a chunk be other than it was recorded, unseen."""
    replaced(library, chunk)
    chunk.etag = objects.head(library.store, library.full(chunk.key)).etag


@pytest.mark.parametrize(
    ("harm", "kind"),
    [(gone, ConflictError), (replaced, ConflictError), (damaged, BadBytesError)],
)
@pytest.mark.parametrize("frames", [480, 3 * MIB])
def test_a_chunk_that_is_not_as_it_was_leaves_nothing(
    library: Library,
    harm: Callable[[Library, Chunk], None],
    kind: type[Exception],
    frames: int,
) -> None:
    take = stored(library, sound(frames * 3), [frames] * 3)
    harm(library, take.chunks[1])
    with pytest.raises(kind, match="chunk 1 is not"):
        join(library, take)
    assert objects.find(library.store, library.full(f"recordings/{take.id}/take.wav")) is None
    assert not left_over(library)
    assert not library.unfinished.owed()
    assert not read_take(library, take.id).joined


def test_what_is_there_is_never_replaced(library: Library) -> None:
    take = stored(library, sound(480), [480])
    objects.write_small(library.store, library.full("mine.wav"), b"mine")
    with pytest.raises(ConflictError, match="there already"):
        join(library, take, "mine.wav")
    assert whole(library, "mine.wav") == b"mine"


def test_killed_before_it_was_noted_it_is_compared_and_noted(library: Library) -> None:
    data = sound(960)
    take = stored(library, data, [480, 480])
    made = join(library, take)
    key = library.full(f"recordings/{take.id}/take.json")
    objects.write_small(library.store, key, document(take))
    assert join(library, take).etag == made.etag
    assert read_take(library, take.id).joined == made.key


def test_cancelled_it_leaves_nothing(library: Library) -> None:
    take, token = stored(library, sound(6 * MIB), [3 * MIB] * 2), CancelToken()
    with pytest.raises(CancelledError):
        join(library, take, progress=lambda _: token.cancel(), cancel=token)
    assert objects.find(library.store, library.full(f"recordings/{take.id}/take.wav")) is None
    assert not read_take(library, take.id).joined


def test_parts_that_cannot_be_removed_are_removed_later(
    library: Library, s3_server: StrictS3
) -> None:
    take = stored(library, sound(9 * MIB), [3 * MIB] * 3)
    gone(library, take.chunks[2])
    s3_server.set_faults(
        library.bucket, Fault(method="DELETE", query="uploadId", code="AccessDenied")
    )
    with pytest.raises(ConflictError):
        join(library, take)
    assert left_over(library)
    assert [parts.key for parts in library.unfinished.owed().values()] == left_over(library)
    s3_server.set_faults(library.bucket)
    remove_owed(library)
    assert not left_over(library)


def test_a_whole_that_is_not_the_same_goes_again(library: Library, s3_server: StrictS3) -> None:
    take = stored(library, sound(9 * MIB), [3 * MIB] * 3)
    take.chunks[2].sha256 = "0" * 64
    with pytest.raises(BadBytesError, match="chunk 2 is not in the whole"):
        join(library, take)
    key = library.full(f"recordings/{take.id}/take.wav")
    assert objects.versions(library.store, key) == []


def test_keys_of_the_bucket_are_found_too(make_library: Callable[..., Library]) -> None:
    library = make_library(prefix="anna")
    data = sound(960)
    take = stored(library, data, [480, 480])
    for chunk in take.chunks:
        chunk.key = library.full(chunk.key)
    assert whole(library, join(library, take).key)[44:] == data


KILLED = """
import os, signal, sys
import msgspec
from pathlib import Path
from s3audio_tui.config import Settings
from s3audio_tui.library.library_takes import find_take
from s3audio_tui.library.opening import open_library
from s3audio_tui.library.whole_queue import queue_whole
from s3audio_tui.library.whole_take import join, key_for

settings = msgspec.json.decode(sys.argv[1], type=Settings)
library = open_library(settings, state_folder=Path(sys.argv[2]))
join(library, find_take(library, "talk"), progress=lambda _: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_killed_on_the_way_its_parts_go_and_it_is_made_anew(library: Library) -> None:
    data = sound(9 * MIB)
    take = stored(library, data, [3 * MIB] * 3)
    settings = msgspec.json.encode(library.settings).decode()
    script = [sys.executable, "-c", KILLED, settings, str(library.state_folder)]
    assert subprocess.run(script, check=False, timeout=60).returncode == -signal.SIGKILL
    assert left_over(library)
    assert whole(library, join(library, take).key)[44:] == data
    assert not left_over(library)
    assert not library.unfinished.owed()


def test_without_room_nothing_is_made(make_library: Callable[..., Library]) -> None:
    library = make_library(quota="1KB")
    take = stored(library, sound(960), [480, 480])
    with pytest.raises(QuotaError):
        join(library, take)
    assert objects.find(library.store, library.full(f"recordings/{take.id}/take.wav")) is None


@pytest.mark.parametrize("code", ["NotImplemented", "InvalidRequest"])
def test_a_store_that_copies_no_parts_is_sent_all(
    library: Library, s3_server: StrictS3, code: str
) -> None:
    data = sound(6 * MIB)
    take = stored(library, data, [3 * MIB] * 2)
    library.capabilities()
    s3_server.set_faults(
        library.bucket,
        Fault(method="PUT", query="partNumber", code=code, times=1, skip=1),
    )
    made = join(library, take)
    assert whole(library, made.key)[44:] == data


def test_takes_are_found_by_name_and_by_the_beginning_of_their_id(library: Library) -> None:
    first = stored(library, sound(48), [48], name="one", take_id="20261121T120000Z-aaaa")
    second = stored(library, sound(48), [48], name="two", take_id="20261121T130000Z-bbbb")
    assert [take.id for take in takes_in(library)] == [first.id, second.id]
    assert find_take(library, "two").id == second.id
    assert find_take(library, "20261121T12").id == first.id
    assert find_take(library, second.id).name == "two"
    with pytest.raises(NotFoundError):
        find_take(library, "three")


def test_a_file_over_four_gib_is_rf64(tmp_path: Path) -> None:
    form = SampleFormat(192_000, 8, 24)
    frames = (1 << 32) // form.frame_bytes + 1
    data_bytes = frames * form.frame_bytes
    path = tmp_path / "long.wav"
    path.write_bytes(head_of(form, data_bytes))
    with path.open("r+b") as file:
        file.truncate(80 + data_bytes + data_bytes % 2)  # it takes no room
    about = soundfile.info(path)
    assert (about.format, about.frames, about.channels) == ("RF64", frames, 8)
    assert (about.samplerate, about.subtype) == (192_000, "PCM_24")
    assert head_of(form, 480) == header(form, 480)


def chunks_of(lengths: list[int]) -> list[Chunk]:
    """Return chunks of these lengths, which are nowhere."""
    now = datetime(2026, 11, 21, tzinfo=UTC)
    return [
        Chunk(index, 0, now, f"{index}.wav", "in_s3", frames)
        for index, frames in enumerate(lengths)
    ]


@pytest.mark.parametrize(
    "lengths",
    [
        [1],
        [3 * MIB] * 4,
        [6 * MIB, MIB, MIB, MIB, 9 * MIB, 1],
        [MIB] * 40,
        [100, 20 * MIB, 100, 6 * MIB, 2 * MIB + 200],
    ],
)
def test_parts_are_what_s3_takes(lengths: list[int]) -> None:
    chunks, head = chunks_of(lengths), b"h" * 44
    parts = parts_of(head, chunks, FORM, b"t")
    assert all(part.size_bytes >= 5 * MIB for part in parts[:-1])
    assert all(part.size_bytes <= 15 * MIB for part in parts if isinstance(part, Sent))
    at: list[tuple[int, int]] = []
    for part in parts:
        pieces = (part.stretch,) if isinstance(part, Copied) else part.pieces
        if isinstance(part, Copied):
            assert part.size_bytes >= 5 * MIB
        for piece in pieces:
            if not isinstance(piece, bytes):
                at.append((piece.chunk.index, piece.start))
                at.append((piece.chunk.index, piece.start + piece.size_bytes))
    assert at == sorted(at)
    total = sum(lengths) * 2 + 45
    assert sum(part.size_bytes for part in parts) == total
