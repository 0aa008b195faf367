"""Takes that have ended, and are not all in S3 yet: finished behind the screen, one by one."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from s3audio_tui.errors import S3AudioError, UnreachableError
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.widgets.status_line import Said
from s3audio_tui.units import count_text, duration_text

if TYPE_CHECKING:
    from s3audio_tui.library.chunk_sending import ChunkSending
    from s3audio_tui.library.spool import TakeFolder
    from s3audio_tui.library.takes import Take

_AGAIN_S = 5.0
"""So long after a try to put a take's document there comes the next, while the network is gone."""

OnLoop = Callable[[Callable[[], None]], object]


class Rest(msgspec.Struct, eq=False):
    """One of them."""

    folder: "TakeFolder"
    sending: "ChunkSending"
    trouble: S3AudioError | None = None
    """Why its document is not there yet."""
    at_work: bool = False
    tried_at: float = 0.0

    @property
    def take(self) -> "Take":
        """What is known of it."""
        return self.folder.take

    @property
    def waiting(self) -> int:
        """How many of its chunks S3 does not have."""
        return sum(chunk.frames > 0 and chunk.state != "in_s3" for chunk in self.take.chunks)

    @property
    def is_stuck(self) -> bool:
        """Whether it waits for a person."""
        if self.at_work or self.sending.open_chunks(self.folder):
            return False
        refused = self.trouble is not None and not isinstance(self.trouble, UnreachableError)
        return bool(self.waiting) or refused


class Rests:
    """Closes each when all of it is in S3, and says so. All methods are called on the loop."""

    def __init__(self, pool: DaemonPool, on_loop: OnLoop, say: Callable[[Said], None]) -> None:
        self.each: list[Rest] = []
        self._pool, self._on_loop, self._say = pool, on_loop, say

    def add(self, folder: "TakeFolder", sending: "ChunkSending") -> None:
        """Take one over whose recording has ended."""
        self.each.append(Rest(folder, sending))

    def look(self) -> None:
        """See which of them can be closed."""
        now = time.monotonic()
        for rest in self.each:
            if rest.at_work or rest.waiting or rest.sending.open_chunks(rest.folder):
                continue
            if rest.trouble is not None and now - rest.tried_at < _AGAIN_S:
                continue
            if rest.trouble is None or isinstance(rest.trouble, UnreachableError):
                self._finish(rest, now)

    @property
    def are_moving(self) -> bool:
        """Whether any of them gets nearer to its end just now."""
        return any(each.sending.trouble is None and not each.is_stuck for each in self.each)

    def retry(self) -> None:
        """Try all again that was refused."""
        for rest in self.each:
            rest.trouble = None
            self._pool.submit(partial(rest.sending.send_all, rest.folder))

    def close(self) -> None:
        """Let other programs have what is left of them."""
        for rest in self.each:
            rest.folder.close()
        self.each.clear()

    def _finish(self, rest: Rest, now: float) -> None:
        rest.at_work, rest.tried_at = True, now
        future = self._pool.submit(partial(_finish, rest))
        future.add_done_callback(lambda done: self._on_loop(partial(self._finished, rest, done)))

    def _finished(self, rest: Rest, done: "Future[bool]") -> None:
        rest.at_work = False
        error = done.exception()
        if isinstance(error, S3AudioError):
            rest.trouble = error
            return
        if error is not None:
            raise error
        if done.result() and rest in self.each:
            self.each.remove(rest)
            self._say(in_s3_said(rest.take))


def _finish(rest: Rest) -> bool:
    done = rest.sending.finish(rest.folder)
    if done:
        rest.folder.close(remove=True)
    return done


def in_s3_said(take: "Take") -> Said:
    """Return that all of a take is there."""
    chunks = count_text(sum(chunk.frames > 0 for chunk in take.chunks), "chunk")
    return Said(f"{take.name} is in S3: {duration_text(take.duration_s)} in {chunks}")


def tried(act: Callable[[], object]) -> S3AudioError | None:
    """Do something; return why it could not be done."""
    try:
        act()
    except S3AudioError as error:
        return error
    return None
