"""A take: written down while it is recorded, whatever ends it."""

import errno
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile

from s3audio_tui.errors import ConflictError, DeviceError, LimitError, NotFoundError, S3AudioError
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.take_recovery import Recovered, recover
from s3audio_tui.library.takes import Finished, Named, Sent
from tests.audio.microphone import MadeUp, counter


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def begun(tmp_path: Path, **plan: object) -> tuple[Recording, MadeUp, list[object], Clock]:
    """Return a recording that has not begun, what it hears, what it tells, and its clock."""
    heard, told, clock = MadeUp(), list[object](), Clock()
    made = Recording(
        Spool(tmp_path / "spool"),
        heard,
        Plan(chunk_s=0.01, **plan),  # type: ignore[arg-type]
        lambda _, what: told.append(what),
        clock=clock,
    )
    return made, heard, told, clock


def heard_again(tmp_path: Path) -> np.ndarray:
    """Return all frames of the one take, as the lines say where they are."""
    (take,) = Spool(tmp_path / "spool").takes()
    folder = tmp_path / "spool" / take.id
    parts = [soundfile.read(folder / each.file, dtype="int16")[0] for each in take.chunks]
    assert [each.index for each in take.chunks] == list(range(len(parts)))
    return np.concatenate(parts)


def test_a_take_with_a_pause_a_marker_and_lost_frames(tmp_path: Path) -> None:
    recording, heard, _, clock = begun(tmp_path, name="night drive")
    recording.start()
    heard.take(counter(0, 700).tobytes(), False)
    recording.mark("chorus")
    recording.pause()
    assert recording.wait_quiet(10)
    clock.now += timedelta(hours=1)
    heard.take(counter(5000, 700).tobytes(), False)
    recording.start()
    heard.take(counter(700, 300).tobytes(), True)
    assert recording.close()
    np.testing.assert_array_equal(heard_again(tmp_path), counter(0, 1000)[:, 0])
    (take,) = Spool(tmp_path / "spool").takes()
    assert take.name == "night drive"
    assert [(part.first_frame, part.ended_by) for part in take.parts] == [
        (0, "pause"),
        (700, "stop"),
    ]
    assert take.chunks[2].started_at == take.started_at + timedelta(hours=1)
    assert [(each.frame, each.word) for each in take.markers] == [(700, "chorus")]
    assert take.overflows == [700]
    assert take.ended_at == take.recorded_until == clock.now + timedelta(seconds=300 / 48_000)


def test_a_clock_that_jumps_back_gives_no_time_twice(tmp_path: Path) -> None:
    recording, heard, _, clock = begun(tmp_path)
    recording.start()
    heard.take(counter(0, 700).tobytes(), False)
    recording.pause()
    clock.now -= timedelta(days=1)
    recording.start()
    heard.take(counter(0, 700).tobytes(), False)
    recording.close()
    (take,) = Spool(tmp_path / "spool").takes()
    times = [each.started_at for each in take.chunks]
    assert times == sorted(set(times))


def test_a_device_that_goes_and_is_back(tmp_path: Path) -> None:
    recording, heard, told, _ = begun(tmp_path)
    recording.start()
    heard.take(counter(0, 700).tobytes(), False)
    heard.die()
    assert recording.wait_quiet(10)
    assert recording.state == "broken" and isinstance(recording.trouble, DeviceError)
    assert any(isinstance(each, DeviceError) for each in told)
    recording.start()
    heard.take(counter(700, 300).tobytes(), False)
    recording.close()
    np.testing.assert_array_equal(heard_again(tmp_path), counter(0, 1000)[:, 0])
    (take,) = Spool(tmp_path / "spool").takes()
    assert [part.ended_by for part in take.parts] == ["device", "stop"]


def test_it_ends_by_itself_when_it_is_long_enough(tmp_path: Path) -> None:
    recording, heard, _, _ = begun(tmp_path, most_s=0.02)
    recording.start()
    heard.take(counter(0, 5000).tobytes(), False)
    assert recording.wait_quiet(10)
    assert recording.state == "stopped"
    recording.close()
    assert len(heard_again(tmp_path)) == 960


def test_a_disk_that_gets_full_stops_it_with_all_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, heard, told, _ = begun(tmp_path)
    recording.start()
    heard.take(counter(0, 700).tobytes(), False)
    monkeypatch.setattr(Spool, "free_bytes", lambda self: 1 << 20)
    assert recording.wait_quiet(10)
    assert recording.state == "broken" and isinstance(recording.trouble, LimitError)
    with pytest.raises(LimitError):
        recording.start()
    recording.close()
    np.testing.assert_array_equal(heard_again(tmp_path), counter(0, 700)[:, 0])
    assert any(isinstance(each, S3AudioError) for each in told)


def test_who_has_a_take_has_it_alone(tmp_path: Path) -> None:
    recording, heard, _, _ = begun(tmp_path)
    recording.start()
    heard.take(counter(0, 100).tobytes(), False)
    spool = Spool(tmp_path / "spool")
    recording.pause()
    recording.wait_quiet(10)
    assert recording.folder is not None
    take_id = recording.folder.take.id
    assert spool.held(take_id)
    with pytest.raises(ConflictError):
        spool.hold(take_id)
    recording.close()
    recording.folder.close()
    assert not spool.held(take_id)
    with pytest.raises(NotFoundError):
        spool.hold("another")


def test_a_line_cut_short_is_no_line_and_the_next_is_whole(tmp_path: Path) -> None:
    recording, heard, _, _ = begun(tmp_path)
    recording.start()
    heard.take(counter(0, 100).tobytes(), False)
    recording.close()
    assert recording.folder is not None
    folder = recording.folder
    folder.close()
    lines = folder.path / "take.jsonl"
    with lines.open("ab") as file:
        file.write(b'{"type":"sent","ind')
    again = Spool(tmp_path / "spool").hold(folder.take.id)
    again.say(Sent(0, "a.wav", "etag"))
    again.close()
    (take,) = Spool(tmp_path / "spool").takes()
    assert take.chunks[0].state == "in_s3"


def test_only_what_s3_has_is_removed(tmp_path: Path) -> None:
    recording, heard, _, _ = begun(tmp_path)
    recording.start()
    heard.take(counter(0, 100).tobytes(), False)
    recording.close()
    folder = recording.folder
    assert folder is not None
    folder.remove_sent(0)
    folder.close(remove=True)
    assert (folder.path / "00000.wav").exists()


def test_a_file_that_was_only_made_ready_is_no_chunk(tmp_path: Path) -> None:
    recording, heard, _, _ = begun(tmp_path)
    recording.start()
    heard.take(counter(0, 700).tobytes(), False)
    recording.close()
    assert recording.folder is not None
    folder = recording.folder
    (folder.path / "00002.wav").write_bytes((folder.path / "00001.wav").read_bytes()[:30])
    assert recover(folder) == Recovered()
    assert [path.name for path in sorted(folder.path.glob("*.wav"))] == ["00000.wav", "00001.wav"]


@pytest.mark.parametrize("lost", [b'"opened","index":1', b'"closed","index":1', b'"part"'])
def test_lines_that_a_full_disk_kept_from_being_written_lose_no_frame(
    tmp_path: Path, lost: bytes
) -> None:
    recording, heard, _, _ = begun(tmp_path)
    recording.start()
    heard.take(counter(0, 1300).tobytes(), False)
    recording.close()
    assert recording.folder is not None
    recording.folder.close()
    lines = recording.folder.path / "take.jsonl"
    kept = [line for line in lines.read_bytes().splitlines(keepends=True) if lost not in line]
    assert len(kept) < len(lines.read_bytes().splitlines())
    lines.write_bytes(b"".join(kept))
    folder = Spool(tmp_path / "spool").hold(recording.folder.take.id)
    recover(folder)
    folder.close()
    np.testing.assert_array_equal(heard_again(tmp_path), counter(0, 1300)[:, 0])
    (take,) = Spool(tmp_path / "spool").takes()
    assert [each.first_frame for each in take.chunks] == [0, 480, 960]
    assert [each.frames for each in take.chunks] == [480, 480, 340]


def test_killed_before_a_file_goes_that_s3_has_it_goes_then(tmp_path: Path) -> None:
    recording, heard, _, _ = begun(tmp_path)
    recording.start()
    heard.take(counter(0, 100).tobytes(), False)
    recording.close()
    assert recording.folder is not None
    recording.folder.say(Sent(0, "a.wav", "etag"))
    recording.folder.close()
    again = Spool(tmp_path / "spool").hold(recording.folder.take.id)
    recover(again)
    again.say(Finished("take.json"))
    again.close(remove=True)
    assert not again.path.exists()


def test_two_takes_at_once_on_one_machine_are_each_whole(tmp_path: Path) -> None:
    both = [begun(tmp_path, name=name) for name in ("one", "two")]
    for at in range(0, 1200, 300):
        for which, (recording, heard, _, _) in enumerate(both):
            recording.start()
            heard.take(counter(at + 5000 * which, 300).tobytes(), False)
    for recording, _, _, _ in both:
        assert recording.close()
    takes = {take.name: take for take in Spool(tmp_path / "spool").takes()}
    assert takes["one"].id != takes["two"].id
    for which, name in enumerate(("one", "two")):
        folder = tmp_path / "spool" / takes[name].id
        parts = [
            soundfile.read(folder / each.file, dtype="int16")[0] for each in takes[name].chunks
        ]
        said = counter(5000 * which, 1200)[:, 0]
        np.testing.assert_array_equal(np.concatenate(parts), said)


def test_a_clock_that_jumps_ahead_or_back_while_it_records_moves_no_chunk(tmp_path: Path) -> None:
    recording, heard, _, clock = begun(tmp_path)
    recording.start()
    heard.take(counter(0, 700).tobytes(), False)
    clock.now += timedelta(days=400)
    heard.take(counter(700, 700).tobytes(), False)
    clock.now -= timedelta(days=800)
    recording.close()
    (take,) = Spool(tmp_path / "spool").takes()
    spaced = [each.started_at - take.started_at for each in take.chunks]
    assert spaced == [timedelta(milliseconds=10 * index) for index in range(3)]
    assert take.ended_at == take.recorded_until


def test_a_line_that_a_full_disk_refused_is_written_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, heard, _, _ = begun(tmp_path)
    recording.start()
    heard.take(counter(0, 700).tobytes(), False)
    assert recording.close()
    folder = recording.folder
    assert folder is not None
    monkeypatch.setattr("os.fdatasync", _no_room)
    with pytest.raises(S3AudioError):
        folder.say(Named("lost"))
    folder.owe(Named("owed"))
    monkeypatch.undo()
    folder.say(Sent(0, "a.wav", "etag"))
    folder.close()
    (take,) = Spool(tmp_path / "spool").takes()
    assert (take.name, take.chunks[0].state) == ("owed", "in_s3")


def _no_room(fd: int) -> None:
    raise OSError(errno.ENOSPC, "no space left on device")
