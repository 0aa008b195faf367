"""The peaks of what goes up or comes down, made of the same bytes while they pass.

A download is read from the file that it fills, as far as that goes; an upload from the file that
is sent, not far ahead of what has left. They are kept under the ETag that was proved, and only if
the file is still the same. Whatever goes wrong is none of the transfer's: they are made anew when
somebody looks.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from s3audio_tui import logs
from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Row
from s3audio_tui.courtesy import after_you
from s3audio_tui.errors import CancelledError, S3AudioError
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import Transfer
from s3audio_tui.paths import PartFile
from s3audio_tui.store.arriving import Arriving
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.store.session import Fingerprint
from s3audio_tui.store.transfer import MIB

if TYPE_CHECKING:
    from s3audio_tui.audio.columns import Samples
    from s3audio_tui.audio.decode import Sound

SMALL_BYTES = MIB
"""What is smaller comes with one request when somebody looks, and costs less than this does."""

_LOOK_S = 0.05
_PATIENCE_S = 2.0
"""So long nothing may come before another file is taken, if one can go on."""
_TAIL_BYTES = 4 * MIB
"""Where decoders look first for what some formats have at their end."""

_LOG = logging.getLogger(logs.NAME)


class Passing:
    """One transfer, which says what it does; the peaks follow, where they are wanted."""

    def __init__(self, library: Library, transfer: Transfer) -> None:
        self._library, self._transfer = library, transfer
        self._making: _Making | None = None
        self._arriving = Arriving()

    def sent(self, fd: int) -> None:
        """Say that this file is being sent, or a stream of which it is the copy.

        It will be as long as it stays as it is.
        """
        with suppress(OSError):
            before = Fingerprint.of(os.fstat(fd))
            if not self._wants(before.size_bytes):
                return
            making = _Making(self._library, self._transfer, None, before.size_bytes)
            making.before = before
            self._begin(making, lambda: os.dup(fd))

    def filled(self, part: PartFile, head: ObjectHead) -> None:
        """Say that this file is being filled with an object.

        It is opened once more: a copy of its descriptor would hold its lock too.
        """
        self.give_up()
        if not self._wants(head.size_bytes):
            return
        self._arriving = Arriving()
        making = _Making(self._library, self._transfer, self._arriving, head.size_bytes)
        making.row = _row(self._library, head)
        with suppress(OSError):
            self._begin(making, part.reader)

    def arriving(self) -> Arriving:
        """Return where a download by pieces shows which are there."""
        return self._arriving

    def arrived(self, head: ObjectHead) -> None:
        """Say that all of it is there, as this object, and proved."""
        if self._making is not None:
            self._making.arrived(_row(self._library, head))

    def give_up(self) -> None:
        """Say that nothing comes of it, unless it has arrived."""
        making, self._making = self._making, None
        if making is not None and making.before_arrival:
            making.drop()

    def _wants(self, size_bytes: int) -> bool:
        return self._library.settings.waveforms and size_bytes >= SMALL_BYTES

    def _begin(self, making: "_Making", opened: Callable[[], int]) -> None:
        making.fd = opened()
        if making.beside.add(making):
            self._making = making
        else:
            os.close(making.fd)


@contextmanager
def passing(library: Library, transfer: Transfer) -> Iterator[Passing]:
    """Yield what the transfer of one file tells; what fails inside gives the peaks up."""
    made = Passing(library, transfer)
    try:
        yield made
    finally:
        made.give_up()


def _row(library: Library, head: ObjectHead) -> Row:
    key = library.relative(head.key)
    return Row(key, head.size_bytes, head.modified, head.etag, head.storage_class, "")


class _Making:
    """The peaks of one file, as a task beside the transfers.

    `arriving` is None for a file that is all there. `before` is how the file is and must stay.
    """

    def __init__(
        self, library: Library, transfer: Transfer, arriving: Arriving | None, size_bytes: int
    ) -> None:
        self._library, self._transfer, self._arriving = library, transfer, arriving
        self._over = threading.Event()
        self._token = CancelToken()
        self._seen = self._at = self._gone = 0
        self._others_wait: Callable[[], bool] = bool
        self.beside = transfer.beside
        self.size_bytes = size_bytes
        self.before: Fingerprint | None = None
        self.row: Row | None = None
        self.fd = -1

    @property
    def before_arrival(self) -> bool:
        """Whether it has neither arrived nor been given up."""
        return not self._over.is_set()

    @property
    def ready(self) -> bool:
        """Whether there is more than twice as much of it as when it was put off.

        What was put off is begun anew, and so cannot be for each byte that comes.
        """
        if self._over.is_set():
            return True
        spoiled = self._arriving is not None and self._arriving.spoiled
        return not spoiled and self._there() > 2 * self._seen

    def arrived(self, row: Row) -> None:
        """Take note that the object is proved."""
        try:
            now = Fingerprint.of(os.fstat(self.fd))
        except OSError:
            self.drop()
            return
        self.before = self.before or now
        self.row = row
        self._over.set()

    def drop(self) -> None:
        """Give it up."""
        self._token.cancel()
        self._over.set()

    def run(self, others_wait: Callable[[], bool]) -> bool:
        """Make the peaks and keep them; return False where it must wait for its bytes."""
        self._others_wait = others_wait
        try:
            self._make()
        except _PutOffError:
            self._seen = self._there()
            return False
        except CancelledError:
            pass
        except (S3AudioError, OSError) as error:
            _LOG.info("no peaks were made of what was transferred as %s: %s", self._name, error)
        except BaseException as error:  # noqa: BLE001 - logged; the transfer is done or goes on
            _LOG.error("unforeseen error, the peaks of %s", self._name, exc_info=error)
        os.close(self.fd)
        return True

    @property
    def _name(self) -> str:
        return repr(self._transfer.key if self.row is None else self.row.key)

    def _make(self) -> None:
        """Decode it as `waveforms` does, so that the same bytes are kept.

        Of a download there may be peaks already.
        """
        self._token.check()
        row, whole, self._at = self.row, self._over.is_set(), 0
        if row is not None and self._library.peaks.has(row.key, row.etag):
            return
        from s3audio_tui.audio.apart import Decoders  # these load NumPy
        from s3audio_tui.audio.growing import grow
        from s3audio_tui.library import kept_waveforms

        down = None if self._arriving is None else row
        if down is not None and kept_waveforms.find(self._library, down) is not None:
            return
        name, size_bytes, peaks = self._transfer.key, self.size_bytes, None
        decoders = Decoders(gentle=True)
        with decoders.opened(self._read, size_bytes, name, cancel=self._token) as sound:
            for grown in grow(replace(sound, blocks=partial(self._blocks, sound)), size_bytes):
                peaks = grown.peaks
        row = self._proved(whole=whole)
        if row is not None and peaks is not None:
            data = kept_waveforms.keep(self._library, row, peaks)
            written = kept_waveforms.share(self._library, row, data, _LOG.info)
            self._grew(written)

    def _blocks(self, sound: "Sound") -> "Iterator[Samples]":
        """Yield the sound, and let whoever waits at the keyboard go first."""
        for block in sound.blocks():
            self._token.check()
            after_you()
            yield block

    def _grew(self, size_bytes: int) -> None:
        """Tell the quota, once for many files that follow each other."""
        from s3audio_tui.library import kept_waveforms

        grown = self.beside.grown
        grown[self._library] += size_bytes
        if not self._others_wait():
            kept_waveforms.settle(self._library, grown.pop(self._library))

    def _proved(self, *, whole: bool) -> Row | None:
        """Return the object once it is proved; None where the file is not what it was.

        What was not `whole` when it was begun, and came wrong meanwhile, is begun again.
        """
        self._wait(self._over.is_set)
        if not whole and self._arriving is not None and self._arriving.spoiled:
            raise _PutOffError("some of it came wrong")
        return self.row if Fingerprint.of(os.fstat(self.fd)) == self.before else None

    def _read(self, start: int, length: int) -> bytes:
        """Return a range as soon as it may be read."""
        end = min(start + length, self.size_bytes)
        if self._arriving is not None:
            self._wait(lambda: self._until(start, end) >= end)
        elif start == self._at and start < self.size_bytes - _TAIL_BYTES:
            self._wait(lambda: self._transfer.most_done >= end)
        self._at = end
        data = os.pread(self.fd, length, start)
        if len(data) < end - start:
            raise S3AudioError("the file became shorter", "look at it")
        return data

    def _until(self, start: int, end: int) -> int:
        return end if self._arriving is None else self._arriving.until(start, end)

    def _there(self) -> int:
        """Return how much of it is there from its start on."""
        if self._arriving is None:
            return self._transfer.most_done
        self._gone = self._arriving.until(self._gone, self.size_bytes)
        return self._gone

    def _wait(self, there: Callable[[], bool]) -> None:
        """Wait until it is so, or all is over. Raises `_PutOffError` where nothing comes."""
        seen, since = -1, time.monotonic()
        while not there() and not self._over.is_set():
            if self._arriving is not None and self._arriving.spoiled:
                raise _PutOffError("some of it came wrong")
            now = self._there()
            if now != seen:
                seen, since = now, time.monotonic()
            elif time.monotonic() - since > _PATIENCE_S and self._others_wait():
                raise _PutOffError("nothing comes")
            self._over.wait(_LOOK_S)
        self._token.check()


class _PutOffError(S3AudioError):
    """The bytes are not there, and others' are."""
