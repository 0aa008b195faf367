"""What a transfer has brought so far: parts of an upload written down, parts of both given up."""

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec

from s3audio_tui.errors import CancelledError, S3AudioError, UnreachableError
from s3audio_tui.library.getting import discard
from s3audio_tui.library.opening import Library
from s3audio_tui.library.owed import KeptParts
from s3audio_tui.library.transfers import Transfer
from s3audio_tui.library.unfinished import Book, KeptDownload, Record
from s3audio_tui.store.leftovers import abort
from s3audio_tui.store.multipart import Multipart
from s3audio_tui.store.session import Session


@dataclass
class Keeping:
    """Keeps the session of one transfer in its record, if it has one."""

    library: Library
    transfer: Transfer
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def _record(self) -> Record | None:
        record = self.transfer.record
        return record if isinstance(record, Record) else None

    @property
    def can(self) -> bool:
        """Whether there is a place to write it down."""
        return self._record is not None

    def session(self, full_key: str) -> Session | None:
        """Return what to go on with to that key of the bucket."""
        session = self._record.session if self._record is not None else None
        return session if session is not None and session.key == full_key else None

    def keep(self, session: Session | None) -> None:
        """Write it down; give up another one that was kept before."""
        record = self._record
        if record is None:
            return
        with self._lock:
            before = record.session
            self.transfer.give_up = partial(take_back, self.library, record, soon=True)
            record.note(session)
        if before is not None and session is not None and session.upload_id != before.upload_id:
            with suppress(S3AudioError):
                abort(self.library.store, before.key, before.upload_id)


@dataclass
class StreamKeeping:
    """Keeps the parts of one stream written down: whoever finds them later removes them.

    Nobody could go on with a stream. `full_key` is the bucket's.
    """

    book: Book
    full_key: str
    _note: int = 0
    _parts: KeptParts | None = None

    def keep(self, upload_id: str | None) -> None:
        """Write down an upload that is begun; strike it out with None, when no parts are left."""
        if upload_id is not None:
            self._parts = KeptParts(self.full_key, upload_id, under_way=True)
            self._note = self.book.owe(self._parts)
            return
        with suppress(S3AudioError):  # whoever finds it later finds no such upload
            self.book.table.drop([self._note])
            self._parts = None

    def end(self) -> None:
        """Let the parts be removed that are left, also by this program."""
        if self._parts is not None:
            parts = msgspec.structs.replace(self._parts, under_way=False)
            with suppress(S3AudioError):  # then they wait for the end of this program
                self.book.table.change(self._note, parts.told())


def leave_nothing(library: Library, record: Record) -> None:
    """Leave no parts of a transfer in S3 or on this disk."""
    _discard(record)
    if record.session is not None:
        abort(library.store, record.session.key, record.session.upload_id)


def take_back(library: Library, record: Record, *, soon: bool = False) -> None:
    """As `leave_nothing`, but wait for the store 10 s at most, then go on behind.

    With `soon` only a moment, as somebody waits who has cancelled what runs. Raises
    `UnreachableError` where parts may be there still.
    """
    _discard(record)
    if record.session is not None:
        gone, session = threading.Event(), record.session
        parts = Multipart(library.store, session.key, session.upload_id)
        parts.abandon(reason=CancelledError("stopped") if soon else None, gone=gone.set)
        if not gone.is_set():
            raise UnreachableError("its parts are in S3 still", "s3audio uploads ls lists them")


def remove_owed(library: Library) -> None:
    """Remove the parts that nobody could remove when their uploads were given up.

    Those that cannot be removed now either stay written down.
    """
    removed = []
    for note, parts in library.unfinished.owed().items():
        try:
            abort(library.store, parts.key, parts.upload_id)
        except S3AudioError:
            break
        removed.append(note)
    if removed:
        library.unfinished.table.drop(removed)


def _discard(record: Record) -> None:
    kept = record.kept
    if isinstance(kept, KeptDownload) and kept.has_part:
        discard(Path(kept.folder), kept.relative)
