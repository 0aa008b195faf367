"""How long `rec` waits in the end for what goes up."""

import io
import time
from datetime import UTC, datetime
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import pytest

from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.cancel import CancelToken
from s3audio_tui.cli import rec_report
from s3audio_tui.cli.lost_readers import LostReader
from s3audio_tui.cli.output import Output
from s3audio_tui.cli.rec_report import RecReport, Told
from s3audio_tui.errors import S3AudioError, UnreachableError
from s3audio_tui.library.takes import Chunk, Take

START = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


class Back:
    """A way whose network was gone for long, and is back when it is looked at again."""

    def __init__(self, chunk: Chunk, looks: int) -> None:
        self.trouble: S3AudioError | None = UnreachableError("no answer")
        self.trouble_since = time.monotonic() - 3600
        self._chunk, self._looks = chunk, looks

    def open_chunks(self, _: object) -> int:
        """Count the looks."""
        self._looks -= 1
        if self._looks <= 0:
            self.trouble, self._chunk.state = None, "in_s3"
        return int(self.trouble is not None)


def rested(looks: int) -> Chunk:
    """Wait for one chunk that comes to S3 after so many looks; return it."""
    chunk = Chunk(0, 0, START, "00000.wav", "sending", 48_000)
    take = Take(
        id="x", name="x", started_at=START, form=SampleFormat(), chunk_s=1, keys="take",
        chunks=[chunk],
    )  # fmt: skip
    recording: Any = SimpleNamespace(folder=SimpleNamespace(take=take))
    sending: Any = Back(chunk, looks)
    output = Output(io.StringIO(), io.StringIO(), io.StringIO())
    told: SimpleQueue[Told] = SimpleQueue()
    report = RecReport(output, recording, sending, told, lambda *_: None, LostReader())
    report.rest(CancelToken())
    return chunk


def test_a_network_that_was_gone_for_long_gets_a_moment_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rec_report, "_GRACE_S", rec_report._GRACE_S * 100)  # of a busy machine
    assert rested(looks=2).state == "in_s3"


def test_and_no_more_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rec_report, "_GRACE_S", 0.0)
    assert rested(looks=2).state == "sending"
