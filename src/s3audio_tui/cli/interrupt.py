"""Ctrl-C and other signals that ask the program to end."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from s3audio_tui.cancel import CancelToken
from s3audio_tui.cli.output import Output

INTERRUPTED = 130


@contextmanager
def stoppable(output: Output, on_stop: Callable[[], None] | None = None) -> Iterator[CancelToken]:
    """Let Ctrl-C set the token, so that the job can end well; a second one ends it at once.

    `on_stop` is called once, in a thread of its own, because a signal may come at any line.
    """
    token = CancelToken()

    def stop(number: int, frame: FrameType | None) -> None:
        if token.cancelled:
            raise KeyboardInterrupt
        token.cancel(keep=True)
        output.say_now("stopping; Ctrl-C again stops at once")
        if on_stop:
            threading.Thread(target=on_stop, daemon=True).start()

    with _handled(stop, signal.SIGINT, signal.SIGTERM):
        yield token


class Stops:
    """What was asked of a job: to come to its end, then to leave what is not done."""

    def __init__(self) -> None:
        self.end = CancelToken()
        self.leave = CancelToken()


@contextmanager
def stops(output: Output, first: str, second: str) -> Iterator[Stops]:
    """Let Ctrl-C, or SIGTERM, set the first token; once more the second; a third ends it at once.

    Each is answered with its text. SIGHUP sets the first alone: it comes twice where a terminal
    is closed, and nobody is there to be told.
    """
    asked, is_pressed = Stops(), False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal is_pressed
        asked.end.cancel(keep=True)
        if number == signal.SIGHUP:
            return
        if asked.leave.cancelled:
            raise KeyboardInterrupt
        if is_pressed:
            asked.leave.cancel(keep=True)
        output.say_now(second if is_pressed else first)
        is_pressed = True

    with _handled(stop, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        yield asked


@contextmanager
def _handled(
    handler: Callable[[int, FrameType | None], None], *numbers: signal.Signals
) -> Iterator[None]:
    """Handle signals for a block; those that are to be ignored stay ignored."""
    before = {number: signal.getsignal(number) for number in numbers}
    for number, theirs in before.items():
        if theirs is not signal.SIG_IGN:
            signal.signal(number, handler)
    try:
        yield
    finally:
        for number, theirs in before.items():
            signal.signal(number, theirs)


def end_on_signals() -> None:
    """Turn SIGTERM and SIGHUP into an ordinary end of the program, so that it tidies up."""

    def end(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)
