"""How a job is asked to stop, or to wait."""

import threading

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError


class Job:
    """A job that holds once, on a thread of its own."""

    def __init__(self, token: CancelToken) -> None:
        self.token = token
        self.asked = threading.Event()
        self.ended = ""
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _check(self) -> None:
        self.asked.set()
        self.token.check()

    def _run(self) -> None:
        try:
            self.token.hold(self._check)
        except CancelledError:
            self.ended = "cancelled"
        else:
            self.ended = "went on"

    def end(self) -> str:
        """Wait for its end, and return it."""
        self.thread.join(30)
        return self.ended


def test_a_job_that_is_not_paused_goes_on() -> None:
    assert Job(CancelToken()).end() == "went on"


@pytest.mark.parametrize("pauses", [1, 2])
def test_a_job_waits_while_it_is_paused(pauses: int) -> None:
    token = CancelToken()
    for _ in range(pauses):
        token.pause()
    job = Job(token)
    assert job.asked.wait(30) and token.paused and job.ended == ""
    token.resume()
    assert job.end() == "went on" and not token.paused


def test_a_paused_job_is_cancelled() -> None:
    token = CancelToken()
    token.pause()
    job = Job(token)
    assert job.asked.wait(30)
    token.cancel()
    assert job.end() == "cancelled"
    token.pause()
    assert not token.paused, "what was cancelled cannot be paused"


def test_nothing_is_kept_once_somebody_has_asked_without() -> None:
    token = CancelToken()
    kept = [token.keeps]
    for keep in (True, False, True):
        token.cancel(keep=keep)
        kept.append(token.keeps)
    assert token.cancelled and kept == [False, True, False, False]
