"""Files brought to S3: small ones with one request, the others in parts side by side."""

import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CredentialsError, S3AudioError, UnreachableError
from s3audio_tui.store.attempts import passing
from s3audio_tui.store.client import Store
from s3audio_tui.store.failures import RacedError, UploadGoneError
from s3audio_tui.store.local import FilePart, Unchanged, Watched, opened
from s3audio_tui.store.multipart import Multipart, Part
from s3audio_tui.store.pace import Pace
from s3audio_tui.store.session import Fingerprint, Session
from s3audio_tui.store.target import PutOptions, Target, Uploaded
from s3audio_tui.store.transfer import (
    MIN_PART_BYTES,
    Count,
    Crew,
    Progress,
    RateLimit,
    part_size_for,
)
from s3audio_tui.store.upload_parts import Parts, begun

__all__ = ["PutOptions", "Uploaded", "upload"]

WORKERS = 16
"""So many parts of one file are sent at once, if there are lanes for them."""

_BEGINNINGS = 3

Keep = Callable[[Session | None], None]
Tell = Callable[[str], None]


def upload(
    store: Store,
    path: Path,
    key: str,
    options: PutOptions,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    limit: RateLimit | None = None,
    workers: int = WORKERS,
    session: Session | None = None,
    keep: Keep | None = None,
    tell: Tell | None = None,
    reading: Callable[[int], None] = lambda fd: None,
) -> Uploaded:
    """Upload the file, from 5 MiB on in parts; compare what it is in S3 when it is there.

    `keep` is called with what a later call needs as its `session` to go on: before the first byte
    leaves, and must have written it down when it returns; after each part; and with None when
    nothing is left to go on with.
    `tell` hears why something is sent anew, `reading` of the open file that is sent.

    Raises `ConflictError` when the name is taken, or the object or the file changed meanwhile,
    `CancelledError` within 0.5 s. After any error nothing is replaced, unless the answer to the
    very last request was lost, and no part stays in S3, unless it was kept and can be gone on with.
    """
    wanted = Target(store, key, options)
    sending = _Sending(wanted, cancel or CancelToken(), limit, progress, workers, keep, tell)
    with opened(path) as fd:
        file = Watched(path, fd, Fingerprint.of(os.fstat(fd)))
        reading(fd)
        if file.before.size_bytes < MIN_PART_BYTES:
            return sending.in_one(file)
        return sending.in_parts(file, session)


@dataclass
class _Sending:
    """One file on its way up."""

    target: Target
    cancel: CancelToken
    limit: RateLimit | None
    progress: Progress | None
    workers: int
    keep: Keep | None
    tell: Tell | None
    check: Callable[[], None] = field(init=False)
    count: Count = field(init=False)
    noting: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Stop only when asked to."""
        self.check = self.cancel.check
        self.count = Count(self.progress)

    def on_sent(self, size_bytes: int) -> None:
        """Count what leaves, keep to the rate, stop when asked."""
        if size_bytes > 0:
            self.check()
            if self.limit is not None:
                self.limit.take(size_bytes, self.check)
        self.count.add(size_bytes)

    def in_one(self, file: Watched) -> Uploaded:
        """Send a small file with one request."""
        self.cancel.hold()
        source = FilePart(file.fd, 0, file.before.size_bytes)
        with self._turn():
            return self.target.put(Unchanged(source, file), self.on_sent, self.check)

    def in_parts(self, file: Watched, session: Session | None) -> Uploaded:
        """Send a large file in parts, going on with a session that still is good."""
        if session is not None and not session.fits(
            self.target.key, file.before, self.target.guard
        ):
            if session.file != file.before:
                self._say("the file has changed since: it is sent from its beginning")
            Multipart(self.target.store, session.key, session.upload_id).abandon()
            session = None
        for _ in range(_BEGINNINGS - 1):
            try:
                return self._one_upload(file, session)
            except RacedError:
                self._say("somebody wrote it at the same time: it is sent again")
            except UploadGoneError:
                self._say("S3 has its parts no more: it is sent from its beginning")
            session = None
            self.count.add(-self.count.total_bytes)
        return self._one_upload(file, None)

    def _one_upload(self, file: Watched, session: Session | None) -> Uploaded:
        resumed = session is not None
        if session is None:
            self.target.refuse_taken()
            session = self._begun(file)
        multipart = Multipart(self.target.store, session.key, session.upload_id)
        parts = Parts(self.target, multipart, session.guard, file.before.size_bytes)
        crew: Crew[int] | None = None
        try:
            if resumed:
                self.target.refuse_taken()
            pieces = _pieces(file, session.part_bytes)
            known = multipart.listed() if resumed else []
            missing = self._missing(parts, pieces, known)
            crew = self._crew(file, session, parts, {n: pieces[n] for n in missing})
            self.check = crew.check
            crew.run()
            file.check()
            self.cancel.check()
            return parts.complete()
        except BaseException as error:
            self._clear(multipart, crew, error)
            raise
        finally:
            self.check = self.cancel.check

    def _begun(self, file: Watched) -> Session:
        pace, guard = self.target.store.wire.lanes.pace, self.target.guard
        part_bytes = part_size_for(file.before.size_bytes, *pace)
        multipart = begun(self.target, guard)
        session = Session(multipart.upload_id, self.target.key, file.before, part_bytes, guard)
        try:
            if self.keep is not None:
                self.keep(session)
        except BaseException:
            multipart.abandon()
            raise
        return session

    def _crew(
        self, file: Watched, session: Session, parts: Parts, missing: dict[int, FilePart]
    ) -> Crew[int]:
        """Return the threads that will send what is missing."""
        pace = Pace(session.part_bytes, lambda: self.count.total_bytes)

        def send(number: int) -> None:
            with pace.turn(self.check):
                file.check()
                self._send(parts, number, missing[number])
            if self.keep is not None:
                with self.noting:
                    self.keep(replace(session, arrived_bytes=parts.size_bytes))

        workers = min(self.workers, len(missing))
        return Crew(send, missing, workers=workers, cancel=self.cancel)

    def _send(self, parts: Parts, number: int, piece: FilePart) -> None:
        """Send a part; where it must wait for a lane, and is paused meanwhile, leave the line."""
        left = False

        def on_sent(size_bytes: int) -> None:
            nonlocal left
            left = True
            self.on_sent(size_bytes)

        def check() -> None:
            self.check()
            if self.cancel.paused and not left:
                raise _PausedError("paused")

        while True:
            self.cancel.hold(self.check)
            with suppress(_PausedError), self._turn():
                return parts.send(number, piece, on_sent, check)

    def _missing(self, parts: Parts, pieces: dict[int, FilePart], known: list[Part]) -> list[int]:
        """Return which parts must be sent: those that S3 does not have as they are here."""
        there: set[int] = set()

        def look(part: Part) -> None:
            source = pieces.get(part.number)
            if source is not None and parts.adopt(part, source, self.check):
                there.add(part.number)

        Crew(look, known, workers=min(2, len(known)), cancel=self.cancel).run()
        if there:
            self.count.add(parts.size_bytes)
        return [number for number in pieces if number not in there]

    def _clear(self, multipart: Multipart, crew: Crew[int] | None, error: BaseException) -> None:
        """Remove the parts, unless they can be gone on with."""
        if self.keep is not None and self._can_go_on(error):
            return
        gone = threading.Event()
        multipart.abandon(crew, error, gone.set)
        if self.keep is not None and gone.is_set():
            self.keep(None)

    def _can_go_on(self, error: BaseException) -> bool:
        if self.cancel.cancelled:
            return self.cancel.keeps
        if isinstance(error, UnreachableError):
            return passing(error)
        return isinstance(error, CredentialsError)

    def _turn(self) -> AbstractContextManager[None]:
        return nullcontext() if self.limit is None else self.limit.turn(self.check)

    def _say(self, text: str) -> None:
        if self.tell is not None:
            self.tell(text)


class _PausedError(S3AudioError):
    """A part has not begun to leave, and shall not for now."""


def _pieces(file: Watched, part_bytes: int) -> dict[int, FilePart]:
    """Return the parts of a file by their numbers, from 1 on."""
    size_bytes = file.before.size_bytes
    return {
        number: FilePart(file.fd, start, min(part_bytes, size_bytes - start))
        for number, start in enumerate(range(0, size_bytes, part_bytes), 1)
    }
