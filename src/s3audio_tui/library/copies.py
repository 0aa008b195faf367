"""Large copies that a killed program left half done: gone on with, or their parts removed."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import msgspec

from s3audio_tui.catalog.copies import CopyTable
from s3audio_tui.library import processes
from s3audio_tui.library.opening import Library
from s3audio_tui.store.copy_session import CopySession
from s3audio_tui.store.multipart import Multipart


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies in parts of one library, as the store's functions want them kept."""

    library: Library

    def find(self, wanted: CopySession) -> CopySession | None:
        """Return a copy that fits and that nobody carries out, and make it this program's.

        Other copies that were left of the same file will not be gone on with: their parts go.
        """
        found: CopySession | None = None
        for session, program in self._left():
            if session.source != wanted.source:
                continue
            if not self._table.take(session.upload_id, program, processes.name()):
                continue
            if found is None and session.fits(wanted):
                found = session
            else:
                self._remove(session)
        return found

    def keep(self, session: CopySession) -> None:
        """Write down a copy that was begun."""
        self._table.add(session.upload_id, processes.name(), msgspec.to_builtins(session))

    def release(self, session: CopySession) -> None:
        """Let the next one who wants the same copy go on with it."""
        self._table.take(session.upload_id, processes.name(), "")

    def drop(self, session: CopySession) -> None:
        """Forget a copy that has ended."""
        self._table.drop(session.upload_id)

    def abandon(self, keys: Collection[str]) -> None:
        """Remove what was left of copies of these keys, or to them, which nobody wants any more."""
        wanted = {self.library.full(key) for key in keys}
        for session, program in self._left():
            named = session.key in wanted or session.source in wanted
            if named and self._table.take(session.upload_id, program, processes.name()):
                self._remove(session)

    @property
    def _table(self) -> CopyTable:
        return CopyTable(self.library.catalog.database, self.library.clock)

    def _left(self) -> Iterator[tuple[CopySession, str]]:
        """Yield the copies that nobody carries out, and the program that did."""
        for kept in self._table.all():
            if kept.program and not processes.is_gone(kept.program):
                continue
            try:
                yield msgspec.convert(kept.what, CopySession), kept.program
            except msgspec.ValidationError:
                self._table.drop(kept.upload_id)

    def _remove(self, session: CopySession) -> None:
        def gone() -> None:
            self._table.drop(session.upload_id)

        Multipart(self.library.store, session.key, session.upload_id).abandon(gone=gone)
        self.release(session)
