"""Chunks on their way to S3 behind a recording: each as often as it takes, the oldest first.

While the network is gone the oldest alone is tried, every few seconds; when it is through, the
others follow at once. What S3 refuses stays on the disk with the reason, and is tried again when
another one is through, or when somebody asks. A file leaves the disk only when S3 has confirmed it.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from s3audio_tui import logs
from s3audio_tui.errors import (
    CancelledError,
    ConflictError,
    LimitError,
    NotAllowedError,
    NotFoundError,
    S3AudioError,
    UnreachableError,
    UnsupportedError,
    WrongRegionError,
)
from s3audio_tui.library.chunk_doors import Confirmed, Door
from s3audio_tui.library.chunk_packing import pack
from s3audio_tui.library.spool import TakeFolder
from s3audio_tui.library.takes import Finished, NotSent, Sent, document
from s3audio_tui.library.transfers import Transfer, TransferQueue

_LOG = logging.getLogger(logs.NAME)

_PAUSES_S = (0.5, 1.0, 2.0, 3.0)
"""Between two tries while the network is gone; the last one again and again."""

_LOOK_S = 0.1
_MOST_DOUBLED = 10

Tell = Callable[[TakeFolder, int], None]
"""Hears that something is new about a chunk."""

Place = tuple[str, int]


class _Refused(NamedTuple):
    folder: TakeFolder
    due: int
    """How many must have got through before it is tried again: each time twice as many more."""


class ChunkSending:
    """Sends what a recording hands on, through the queue of transfers. Safe in any thread.

    A chunk is open from before its transfer is queued until that has ended, however it ended. So
    one transfer at a time has it, and that alone changes its state; each try is a transfer of its
    own. `_ended` is the one way out: there a chunk that is not in S3 gets its reason, is open no
    more, and may be sent again, all at once.
    """

    def __init__(self, door: Door, queue: TransferQueue, tell: Tell) -> None:
        """`tell` is called in threads of the queue."""
        self._door, self._queue, self._tell = door, queue, tell
        self._changed = threading.Condition()
        self._at_work: set[Place] = set()
        self._refused: dict[Place, _Refused] = {}
        self._times: Counter[Place] = Counter()
        self._got_through = 0
        self._open: set[Place] = set()
        self.trouble: S3AudioError | None = None
        """Why nothing goes up just now; None while the network is there."""
        self.trouble_since = 0.0
        """When it began, or where nothing was to go up then, when something was again."""
        self.refusal: S3AudioError | None = None
        """Why the last chunk that was refused was; it may have got through since."""

    def send(self, folder: TakeFolder, index: int) -> None:
        """As `Sender.send`. One that is on its way, or in S3, stays as it is."""
        take, place = folder.take, (folder.take.id, index)
        with self._changed:
            if place in self._open or take.chunk(index).state in ("recording", "in_s3"):
                return
            if not self._open and self.trouble is not None:
                self.trouble_since = time.monotonic()
            self._open.add(place)
            self._refused.pop(place, None)
        try:
            self._submit(folder, index)
        except BaseException:
            self._closed(folder, index, None, stopped=True)
            raise

    def send_all(self, folder: TakeFolder) -> None:
        """Send all of a take that is on the disk, and what was refused before."""
        with self._changed:
            refused = [(place, self._refused[place].folder) for place in sorted(self._refused)]
        for (_, index), other in refused:
            self.send(other, index)
        for chunk in folder.take.chunks:
            if chunk.state in ("on_disk", "failed") and chunk.frames:
                self.send(folder, chunk.index)

    def open_chunks(self, folder: TakeFolder) -> int:
        """Return how many of a take are on their way, or wait."""
        with self._changed:
            return sum(take_id == folder.take.id for take_id, _ in self._open)

    def wait(self, folder: TakeFolder, timeout_s: float) -> bool:
        """Wait until none of a take is on its way; return whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: not self.open_chunks(folder), timeout_s)

    def finish(self, folder: TakeFolder) -> bool:
        """Put the take's document beside its chunks, if all of them are there; say whether."""
        take = folder.take
        self._rest(folder)
        there = all(
            chunk.state == "in_s3"
            for chunk in take.chunks
            if chunk.frames or chunk.state == "recording"  # one that could not be closed
        )
        if take.ended_at is None or not there:
            return False
        if not take.finished:
            key = self._door.put_document(take, document(take)) if take.frames else ""
            folder.say(Finished(key))
        return True

    def prepare(self, folder: TakeFolder) -> None:
        """Let the way be ready when the first chunk of a take comes. Returns at once."""

        before = self._got_through

        def work(_: Transfer) -> None:
            try:
                self._door.prepare(folder.take)
            except (UnsupportedError, WrongRegionError):
                raise
            except UnreachableError as error:
                with self._changed:
                    if self._got_through == before:
                        self._lost(error)
                raise

        self._queue.submit("up", folder.take.id, str(folder.path), 0, work, quiet=True)

    def rest(self, folder: TakeFolder) -> None:
        """Hold nothing for chunks to come of a take that has ended. Returns at once."""
        self._queue.submit(
            "up", folder.take.id, str(folder.path), 0, lambda _: self._rest(folder), quiet=True
        )

    def _rest(self, folder: TakeFolder) -> None:
        """Hold nothing for chunks to come, where none will."""
        with self._changed:
            goes_on = bool(self._open) or folder.take.ended_at is None
            no_answer = self.trouble is not None
        if not goes_on and not no_answer:
            self._door.rest()

    def _submit(self, folder: TakeFolder, index: int) -> None:
        chunk = folder.take.chunk(index)
        self._queue.submit(
            "up",
            self._door.key(folder.take, chunk),
            str(folder.path / chunk.file),
            chunk.size_bytes,
            partial(self._work, folder, index),
            partial(self._ended, folder, index),
            quiet=True,
        )

    # In threads of the queue

    def _work(self, folder: TakeFolder, index: int, transfer: Transfer) -> str | None:
        folder.take.begin_sending(index)
        self._tell(folder, index)
        try:
            pack(folder, index)
            confirmed = self._through(folder, index, transfer)
        except OSError as error:
            raise S3AudioError(_unreadable(error)) from error
        except (ImportError, MemoryError, RuntimeError) as error:  # no module, memory, thread
            _LOG.exception("chunk %d of %s could not be sent", index, folder.take.id)
            why = str(error) or type(error).__name__
            raise S3AudioError(f"this machine cannot send it: {why}", "see the log") from error
        folder.say(Sent(index, confirmed.key, confirmed.etag, confirmed.verified_by))
        try:
            folder.remove_sent(index)
        except OSError as error:
            _LOG.warning("a chunk that is in S3 cannot be removed here: %s", error)
        transfer.verified_by = confirmed.verified_by
        return None

    def _ended(self, folder: TakeFolder, index: int, transfer: Transfer) -> None:
        refused: S3AudioError | None = None
        try:
            refused = _settled(folder, index, transfer.error)
            self._tell(folder, index)
        finally:
            stopped = transfer.cancel.cancelled
            for other, again in self._closed(folder, index, refused, stopped=stopped):
                self._submit(other, again)
            self._rest(folder)

    def _closed(
        self, folder: TakeFolder, index: int, refused: S3AudioError | None, *, stopped: bool
    ) -> list[tuple[TakeFolder, int]]:
        """Note that a chunk is open no more; return those that are to be sent now, and are open.

        When it was stopped, so were all others, and none is sent.
        """
        place = (folder.take.id, index)
        with self._changed:
            self._open.discard(place)
            if refused is not None:
                due = self._got_through + (1 << min(self._times[place], _MOST_DOUBLED))
                self._times[place] += 1
                self._refused[place] = _Refused(folder, due)
                self.refusal = refused
            due_now = sorted(
                place
                for place, each in self._refused.items()
                if each.due <= self._got_through and not stopped
            )
            self._open.update(due_now)
            self._changed.notify_all()
            return [(self._refused.pop(place).folder, place[1]) for place in due_now]

    def _through(self, folder: TakeFolder, index: int, transfer: Transfer) -> Confirmed:
        take = folder.take
        chunk, place, tries = take.chunk(index), (take.id, index), 0
        with self._changed:
            self._at_work.add(place)
        try:
            while True:
                self._wait_turn(place, transfer, tries)
                path = folder.path / chunk.file
                path.open("rb").close()  # why a file does not open is no answer of S3
                try:
                    confirmed = self._door.put(take, chunk, path, transfer)
                except (NotAllowedError, LimitError, NotFoundError, ConflictError):
                    self._answered()
                    raise
                except (UnsupportedError, WrongRegionError):
                    raise  # which no waiting mends
                except UnreachableError as error:
                    self._lost(error)
                    transfer.note("waits for the network")
                    tries += 1
                else:
                    self._answered(through=1)
                    return confirmed
        finally:
            with self._changed:
                self._at_work.discard(place)

    def _wait_turn(self, place: Place, transfer: Transfer, tries: int) -> None:
        """Wait while the network is gone: the oldest for a pause, the others for that one."""
        until = time.monotonic() + (_PAUSES_S[min(tries, len(_PAUSES_S)) - 1] if tries else 0)
        with self._changed:
            while self.trouble is not None:
                transfer.cancel.check()
                if min(self._at_work) == place and time.monotonic() >= until:
                    return
                self._changed.wait(_LOOK_S)

    def _lost(self, error: S3AudioError) -> None:
        with self._changed:
            if self.trouble is None:
                self.trouble_since = time.monotonic()
            self.trouble = error

    def _answered(self, *, through: int = 0) -> None:
        with self._changed:
            self.trouble = None
            self._got_through += through
            self._changed.notify_all()


def _settled(folder: TakeFolder, index: int, error: S3AudioError | None) -> S3AudioError | None:
    """Write down how a transfer ended; return why the chunk was refused, if it was."""
    if folder.take.chunk(index).state == "in_s3":
        return None
    if error is None or isinstance(error, CancelledError):
        folder.take.stop_sending(index)
        return None
    line = NotSent(index, str(error))
    try:
        folder.say(line)
    except S3AudioError:
        folder.owe(line)
    return error


def _unreadable(error: OSError) -> str:
    return f"{error.filename or 'its file'} cannot be read: {error.strerror}"
