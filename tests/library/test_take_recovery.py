"""Takes that were left behind, one of them damaged: it alone is left as it is, and is named."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.audio.wav_file import header
from s3audio_tui.errors import NotAllowedError, S3AudioError
from s3audio_tui.library.left_takes import left_takes
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.take_recovery import all_recovered, recover
from s3audio_tui.library.takes import Finished, Home, Named, Sent
from tests.audio.microphone import MadeUp, counter

LINES = "take.jsonl"


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """A folder of takes."""
    return Spool(tmp_path / "spool")


def left(spool: Spool, name: str, *, cut_short: bool = True) -> Path:
    """Leave a take of two chunks behind, and return its folder."""
    heard = MadeUp()
    recording = Recording(spool, heard, Plan(chunk_s=0.01, name=name), lambda *_: None)
    recording.start()
    heard.take(counter(0, 700).tobytes(), False)
    assert recording.close()
    folder = recording.folder
    assert folder is not None
    folder.close()
    if cut_short:
        lines = (folder.path / LINES).read_bytes().splitlines(keepends=True)
        ends = (b'"ended"', b'"part_ended"', b'"closed","index":1')
        kept = [line for line in lines if not any(end in line for end in ends)]
        (folder.path / LINES).write_bytes(b"".join(kept))
    return folder.path


def recovered(spool: Spool) -> tuple[list[str], list[S3AudioError]]:
    """Recover all; return the names of those that are whole, and what is said of the others."""
    failed: list[S3AudioError] = []
    names = []
    for folder, _ in all_recovered(spool, lambda _: True, failed.append):
        names.append(folder.take.name)
        folder.close()
    return names, failed


def of_nothing(path: Path) -> None:
    """Damage the first line."""
    lines = path / LINES
    lines.write_bytes(b"\xff" + lines.read_bytes()[1:])


def of_no_format(path: Path) -> None:
    """Let the first line say what nothing records."""
    lines = path / LINES
    lines.write_bytes(lines.read_bytes().replace(b'"rate_hz":48000', b'"rate_hz":48', 1))


def of_a_later_version(path: Path) -> None:
    """Let it be of a program that is not written yet."""
    lines = path / LINES
    lines.write_bytes(lines.read_bytes().replace(b'"version":1', b'"version":99', 1))


def copied(path: Path) -> None:
    """Let the folder have another name than its take."""
    path.rename(path.with_name(f"{path.name} (copy)"))


def a_folder(path: Path) -> None:
    """Let a folder be where the lines were."""
    (path / LINES).rename(path / "lines")
    (path / LINES).mkdir()


def a_loop(path: Path) -> None:
    """Let the lines be a link to themselves."""
    (path / LINES).unlink()
    (path / LINES).symlink_to(path / LINES)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (of_nothing, "is damaged"),
        (of_no_format, "is damaged"),
        (of_a_later_version, "newer version of s3audio"),
        (copied, "says that it is the take"),
        (a_folder, "cannot be read: Is a directory"),
        (a_loop, "cannot be read: Too many levels"),
    ],
)
def test_one_that_cannot_be_read_is_named_and_those_behind_it_are_made_whole(
    spool: Spool, harm: Callable[[Path], None], said: str
) -> None:
    harm(left(spool, "first"))
    left(spool, "second")
    names, (error,) = recovered(spool)
    assert names == ["second"]
    assert said in error.message and error.key is not None
    assert [take.name for take in spool.takes()] == ["second"]
    assert len(left_takes(spool, Home())) == 1


def no_room(fd: int, data: bytes) -> int:
    """Let no disk take anything."""
    raise OSError(28, "No space left on device")


def test_on_a_full_disk_a_torn_line_stops_nothing_and_locks_are_let_go(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = left(spool, "first")
    left(spool, "second", cut_short=False)
    with (first / LINES).open("ab") as file:
        file.write(b'{"type":"sent","ind')
    before = (first / LINES).read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", no_room)
        names, (error,) = recovered(spool)
        assert names == ["second"]
        assert error.key == first.name and "No space left" in error.message
        assert (first / LINES).read_bytes() == before
        assert not any(spool.held(take.id) for take in spool.takes())
    assert sorted(recovered(spool)[0]) == ["first", "second"]
    assert [take.frames for take in spool.takes()] == [700, 700]


def test_a_folder_that_may_not_be_read_is_named(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = left(spool, "first")
    left(spool, "second")
    listed = Path.iterdir

    def iterdir(path: Path) -> object:
        if path == first:
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    names, (error,) = recovered(spool)
    assert names == ["second"]
    assert isinstance(error, NotAllowedError) and error.key == first.name
    assert not spool.held(first.name)


def test_asking_whether_it_is_held_changes_nothing(spool: Spool) -> None:
    path = left(spool, "talk")
    with (path / LINES).open("ab") as file:
        file.write(b'{"type":"sent","ind')
    before = (path / LINES).read_bytes()
    assert not spool.held(path.name)
    held = spool.hold(path.name)
    assert spool.held(path.name)
    assert (path / LINES).read_bytes() == before
    held.say(Named("walk"))
    held.close()
    assert spool.takes()[0].name == "walk"


def test_who_holds_one_that_is_taken_away_has_none(spool: Spool) -> None:
    path = left(spool, "talk", cut_short=False)
    held = spool.hold(path.name)
    for index in (0, 1):
        held.say(Sent(index, "a.wav", "etag"))
        held.remove_sent(index)
    held.say(Finished("take.json"))
    held.close(remove=True)
    assert not path.exists() and not spool.held(path.name)
    assert recovered(spool) == ([], [])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no recording"),
        (b"\0" * 500, "is no recording"),
        (header(SampleFormat(48_000, 1, 16), 960)[:34] + b"\0\0" * 500, "is no recording"),
        (
            header(SampleFormat(44_100, 2, 16), 960) + bytes(960),
            "is 44100 Hz, 2 channels, 16 bits, the take 48000 Hz, 1 channel, 16 bits",
        ),
    ],
)
def test_a_chunk_that_is_damaged_is_named_stays_and_the_rest_is_whole(
    spool: Spool, data: bytes, said: str
) -> None:
    path = left(spool, "talk")
    (path / "00001.wav").write_bytes(data)
    folder = spool.hold(path.name)
    found = recover(folder)
    (unread,) = found.unreadable
    assert unread.index == 1 and said in unread.reason
    assert (path / "00001.wav").read_bytes() == data
    assert (folder.take.frames, folder.take.ended_at is None) == (480, False)
    assert recover(folder).unreadable == ()
    folder.close()


def test_lines_that_say_what_cannot_be_are_no_lines(spool: Spool) -> None:
    path = left(spool, "talk")
    lines = path / LINES
    said = [
        b'{"type":"opened","index":2,"first_frame":960,"started_at":"2026-11-21T12:00:00Z",'
        b'"file":"../../elsewhere.wav"}',
        b'{"type":"closed","index":0,"frames":-5,"size_bytes":1,"sha256":"","file":"00000.wav"}',
        b'{"type":"opened","index":3,"first_frame":960,"started_at":"2026-11-21T12:00:00",'
        b'"file":"00003.wav"}',
        b'{"type":"named","name":"\xff"}',
    ]
    lines.write_bytes(lines.read_bytes() + b"\n".join(said) + b"\n")
    assert recovered(spool) == (["talk"], [])
    (take,) = spool.takes()
    assert [(chunk.index, chunk.frames) for chunk in take.chunks] == [(0, 480), (1, 220)]


def test_a_take_that_cannot_begin_leaves_nothing(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", no_room)
        with pytest.raises(S3AudioError, match="No space left"):
            left(spool, "talk")
    assert list(spool.folder.iterdir()) == []


def test_what_is_finished_asks_for_no_care(spool: Spool) -> None:
    path = left(spool, "talk", cut_short=False)
    held = spool.hold(path.name)
    for index in (0, 1):
        held.say(Sent(index, "a.wav", "etag"))
    held.say(Finished("take.json"))
    held.close()
    (found,) = left_takes(spool, Home())
    assert not found.wants_care


def test_a_folder_of_all_takes_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(S3AudioError, match="cannot be read: Not a directory"):
        Spool(tmp_path / "file").takes()
