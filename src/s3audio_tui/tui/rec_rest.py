"""Takes that have ended, and are not all in S3 yet: finished behind the screen, one by one."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from s3audio_tui.errors import S3AudioError, UnreachableError
from s3audio_tui.text import safe
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.rec_faults import broken_of, not_read
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
    def unclosed(self) -> int:
        """How many of its chunks could not be closed."""
        return sum(chunk.state == "recording" for chunk in self.take.chunks)

    @property
    def is_stuck(self) -> bool:
        """Whether it waits for a person."""
        if self.at_work or self.sending.open_chunks(self.folder):
            return False
        refused = self.trouble is not None and not isinstance(self.trouble, UnreachableError)
        return bool(self.waiting) or refused

    @property
    def is_cut_off(self) -> bool:
        """Whether it waits for the network."""
        return self.sending.trouble is not None or isinstance(self.trouble, UnreachableError)

    @property
    def why(self) -> str:
        """What keeps it from S3."""
        refused = next((chunk.error for chunk in self.take.chunks if chunk.error), "stopped")
        return safe(self.trouble.message if self.trouble is not None else refused)


class Rests:
    """Closes each when all of it is in S3, and says so. All methods are called on the loop."""

    def __init__(self, pool: DaemonPool, on_loop: OnLoop, say: Callable[[Said], None]) -> None:
        self.each: list[Rest] = []
        self._pool, self._on_loop, self._say = pool, on_loop, say

    def add(self, folder: "TakeFolder", sending: "ChunkSending") -> None:
        """Take one over whose recording has ended."""
        self.each.append(Rest(folder, sending))

    def of(self, folder: "TakeFolder") -> Rest | None:
        """Return the one of a folder."""
        return next((rest for rest in self.each if rest.folder is folder), None)

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
        return any(not each.is_cut_off and not each.is_stuck for each in self.each)

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
    _mend(rest)
    done = rest.sending.finish(rest.folder)
    if done:
        rest.folder.close(remove=True)
    elif not rest.waiting and not rest.sending.open_chunks(rest.folder):
        raise S3AudioError("not all of it could be written down", "t looks at it again")
    return done


def _mend(rest: Rest) -> None:
    """Close the chunks that the recording could not close, and send them."""
    if rest.unclosed and rest.take.ended_at is not None:
        from s3audio_tui.library.take_recovery import recover

        found = recover(rest.folder)
        rest.sending.send_all(rest.folder)
        if rest.unclosed and not rest.waiting:
            raise not_read(found)


def in_s3_said(take: "Take") -> Said:
    """Return that all of a take is there, or all but what could not be read."""
    chunks = count_text(sum(chunk.frames > 0 for chunk in take.chunks), "chunk")
    said = f"{take.name} is in S3: {duration_text(take.duration_s)} in {chunks}"
    broken = broken_of(take)
    if not broken:
        return Said(said)
    lost = count_text(len(broken), "chunk")
    return Said(f"{said}, without {lost}", broken[0].error, "wrong")


def words_of(rests: "Sequence[Rest]") -> tuple[str, str]:
    """Return how it goes with them, and its colour."""
    waiting = sum(rest.waiting for rest in rests)
    stuck = next((rest for rest in rests if rest.is_stuck), None)
    document = "its document" if len(rests) == 1 else "a document"
    if stuck is not None:
        lacks = waiting + sum(rest.unclosed for rest in rests)
        what = count_text(lacks, "chunk") if lacks else f"{document} is"
        return f"{what} not in S3: {stuck.why}", "$error"
    if any(rest.is_cut_off for rest in rests):
        what = count_text(waiting, "chunk") if waiting else document
        return f"no network, {what} waiting", "$warning"
    return f"{count_text(waiting, 'chunk')} on the way to S3" if waiting else "nearly done", "$dim"


def tried(act: Callable[[], object]) -> S3AudioError | None:
    """Do something; return why it could not be done."""
    try:
        act()
    except S3AudioError as error:
        return error
    return None
