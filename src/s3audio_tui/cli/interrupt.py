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

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, stop)
    try:
        yield token
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_on_signals() -> None:
    """Turn SIGTERM and SIGHUP into an ordinary end of the program, so that it tidies up."""

    def end(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)
