"""Takes of which a chunk is broken, or only the document is missing: said, and done again."""

import errno
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.audio.wav_file import WavFile
from s3audio_tui.errors import NotAllowedError, S3AudioError, UnreachableError
from s3audio_tui.library import chunk_doors, take_recovery
from s3audio_tui.library.opening import Library
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.takes import Chunk, Part, Take
from s3audio_tui.tui.rec_faults import all_there, losses
from s3audio_tui.tui.screens.rec_left import LeftDialog
from s3audio_tui.tui.widgets.rec_strip import RecStrip
from tests.library.test_take_recovery import left
from tests.tui.recording import Doorman, Studio, music, studio

OpenDemo = Callable[..., Library]

START = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Doorman:
    """A way to S3 that a test opens and shuts."""
    made = Doorman()
    monkeypatch.setattr(chunk_doors, "LibraryDoor", lambda library: made)
    return made


def strip(driver: Studio) -> str:
    """Return what the main screen says of recordings."""
    line = driver.app.screen.query_one(RecStrip).line
    return line.plain if line is not None else ""


def ill(_: object) -> NoReturn:
    """Let the disk read nothing."""
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def breaks_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first chunk not be closed."""
    close = WavFile.close

    def close_but_one(file: WavFile) -> None:
        close(file)
        if file.path.name == "00000.wav":
            ill(file)

    monkeypatch.setattr(WavFile, "close", close_but_one)


async def recorded(driver: Studio) -> Path:
    """Record two chunks, end the take, and leave; return its folder."""
    await driver.begin()
    await driver.record()
    await driver.hear(music(1.5))
    folder = driver.side.folder
    assert folder is not None
    await driver.tap("enter", "enter")
    await driver.has_ended()
    return folder.path


async def test_a_chunk_that_could_not_be_closed_goes_up_in_the_end(
    open_demo: OpenDemo, door: Doorman, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks_first(monkeypatch)
    async with studio(open_demo(chunk="1s")) as driver:
        path = await recorded(driver)
        await driver.is_all_there()
        assert door.put_there == [1, 0] and not path.exists()


async def test_one_that_cannot_be_read_is_said_and_read_again_by_a_key(
    open_demo: OpenDemo, door: Doorman, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks_first(monkeypatch)
    async with studio(open_demo(chunk="1s")) as driver:
        with monkeypatch.context() as patched:
            patched.setattr(take_recovery, "repaired", ill)
            await recorded(driver)
            await driver.until(lambda: driver.side.can_retry)
            assert not driver.side.rests.are_moving
            assert "✗ chunk 1: its file cannot be read now" in driver.text()
            assert "1 chunk not whole" in driver.text()
            await driver.tap("escape")
            await driver.see()
            assert "1 chunk not in S3: chunk 1: its file cannot be read now" in strip(driver)
        await driver.tap("ctrl+r", "t")
        await driver.until(lambda: not driver.side.rests.each)
        assert door.put_there == [1, 0]
        await driver.tap("escape")


async def test_of_one_that_was_left_behind_it_is_said_too(
    open_demo: OpenDemo, door: Doorman, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = open_demo()
    async with studio(library) as driver:
        spool = driver.side.thread._spool(library)
        left(Spool(spool.folder), "talk")
        await driver.side.look_for_left(library)
        await driver.tap("ctrl+r")
        assert driver.asks(LeftDialog)
        with monkeypatch.context() as patched:
            patched.setattr(take_recovery, "repaired", ill)
            await driver.tap("enter")
            await driver.until(lambda: driver.side.can_retry)
            assert "1 recording could not be made whole" in driver.text()
            assert "1 chunk not in S3: chunk 2: its file cannot be read now" in strip(driver)
            assert not driver.side.left


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NotAllowedError("you may not", "ask"), "its document is not in S3: you may not"),
        (UnreachableError("no answer", "wait"), "no network, its document waiting"),
    ],
)
async def test_it_is_said_that_only_the_document_is_missing(
    open_demo: OpenDemo,
    door: Doorman,
    monkeypatch: pytest.MonkeyPatch,
    error: S3AudioError,
    said: str,
) -> None:
    def refuse(take: Take, data: bytes) -> str:
        raise error

    monkeypatch.setattr(door, "put_document", refuse)
    async with studio(open_demo(chunk="1s")) as driver:
        await recorded(driver)
        await driver.until(lambda: error.message in driver.text())
        await driver.tap("escape")
        await driver.see()
        assert said in strip(driver)


def a_take(*chunks: Chunk, lost_frames: int = 0) -> Take:
    """Return one that has ended."""
    part = Part(0, START, lost_frames=lost_frames)
    return Take(
        id="x", name="x", started_at=START, form=SampleFormat(), chunk_s=1, keys="take",
        ended_at=START, parts=[part], chunks=[*chunks],
    )  # fmt: skip


def test_what_was_lost_is_said() -> None:
    assert losses(a_take()) == [("nothing lost", "$dim")]
    assert losses(a_take(lost_frames=72_000)) == [("1.5 s not written", "$warning")]
    gone = Chunk(0, 0, START, "00000.wav", "failed", error="its file is not there")
    assert losses(a_take(gone)) == [("1 chunk not whole", "$warning")]


def test_where_a_take_is_comes_from_its_chunks() -> None:
    there = Chunk(0, 0, START, "00000.wav", "in_s3", 1, key="anna/2026/11/20/one.wav")
    take = a_take(there)
    take.finished = True
    assert all_there(take, None).plain == "✓ all of it is in S3: anna/2026/11/20"
