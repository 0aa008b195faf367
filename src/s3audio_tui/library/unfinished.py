"""Transfers written down before they begin, so that a later run of the program can finish them."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from s3audio_tui.catalog.unfinished import UnfinishedTable, What
from s3audio_tui.errors import ConflictError
from s3audio_tui.library.names import IfTaken
from s3audio_tui.library.owed import KeptParts, owed
from s3audio_tui.library.presence import Presence, is_gone
from s3audio_tui.paths import exists, stays_inside
from s3audio_tui.store.session import Session

if TYPE_CHECKING:
    from s3audio_tui.catalog.batched import Batched
    from s3audio_tui.catalog.database import Database


class KeptUpload(msgspec.Struct, frozen=True, tag="up"):
    """One file on its way up. `if_exists` is what to do where its name is taken."""

    path: str
    key: str
    size_bytes: int
    if_exists: IfTaken
    tags: dict[str, str] = {}
    session: Session | None = None
    """What is needed to go on, where it goes in parts and was begun."""


class KeptDownload(msgspec.Struct, frozen=True, tag="down"):
    """One object on its way down, to `relative` below `folder`."""

    key: str
    folder: str
    relative: str
    size_bytes: int
    if_exists: IfTaken
    version_id: str | None = None

    @property
    def path(self) -> str:
        """The file."""
        return str(Path(self.folder) / self.relative)

    @property
    def has_part(self) -> bool:
        """Whether some of it is there. Reads the disk."""
        return exists(Path(f"{self.path}.part"))


class KeptZip(msgspec.Struct, frozen=True, tag="zip"):
    """Many objects on their way into one zip, each with its size and its path inside."""

    path: str
    items: list[tuple[str, str, int]]
    if_exists: IfTaken

    @property
    def key(self) -> str:
        """The name of the zip, which stands for all its objects."""
        return Path(self.path).name

    @property
    def size_bytes(self) -> int:
        """The bytes of all objects."""
        return sum(size_bytes for _, _, size_bytes in self.items)


Kept = KeptUpload | KeptDownload | KeptZip


class Record:
    """What is written down of one transfer. One transfer's thread at a time uses it."""

    def __init__(self, book: "Book", kept: Kept, note: int, program: str) -> None:
        self._book = book
        self._kept = kept
        self._note = note
        self._program = program

    def same_as(self, other: object) -> bool:
        """Return whether it is the same note in the same book."""
        if not isinstance(other, Record):
            return False
        return (self._book.file, self._note) == (other._book.file, other._note)

    def begin(self) -> None:
        """Write it down, or that it is run here. Raises `ConflictError` if it is run elsewhere."""
        book, mine = self._book, self._book.program()
        if not self._note:
            (self._note,) = book.table.add(mine, [_what(self._kept)])
        elif self._program != mine and not book.take([self]):
            raise ConflictError(
                "another s3audio has taken it up, or it was given up", "look at s3audio uploads ls"
            )
        self._program = mine

    def owner(self) -> tuple[int, str]:
        """Return the note, and the program that has it as far as is known here."""
        return self._note, self._program

    def taken_by(self, program: str) -> None:
        """Know that a program has it now."""
        self._program = program

    @property
    def session(self) -> Session | None:
        """The upload in parts that it stands for."""
        return self._kept.session if isinstance(self._kept, KeptUpload) else None

    @property
    def kept(self) -> Kept:
        """The transfer."""
        return self._kept

    @property
    def resumable(self) -> bool:
        """Whether S3 or this disk has parts of it, which a later try can go on with."""
        kept = self._kept
        return self.session is not None or (isinstance(kept, KeptDownload) and kept.has_part)

    def note(self, session: Session | None) -> None:
        """Write down how far an upload is: another one at once, the same one soon."""
        kept, before = self._kept, self.session
        if not isinstance(kept, KeptUpload):
            return
        self._kept = msgspec.structs.replace(kept, session=session)
        if session is not None and before is not None and session.upload_id == before.upload_id:
            self._book.batched.change(self._note, _what(self._kept))
        else:
            self._book.batched.flush()
            self._book.table.change(self._note, _what(self._kept))

    def put_off(self) -> None:
        """Strike it out, but for its parts in S3: they are to be removed later."""
        kept = self._kept
        if isinstance(kept, KeptUpload) and kept.session is not None:
            self._kept = msgspec.structs.replace(kept, session=None)
            self._book.owe(KeptParts(kept.session.key, kept.session.upload_id))
        self.end()

    def end(self) -> None:
        """Strike it out."""
        note, self._note = self._note, 0
        if note:
            self._book.batched.drop(note)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A transfer that an earlier run did not finish. `at` is when it was asked for."""

    id: int
    at: float
    kept: Kept
    record: Record


class Book:
    """The notes on one library's transfers. `file` is its catalog's. Safe in any thread."""

    def __init__(
        self, database: "Database", batched: "Batched", file: Path, clock: Callable[[], float]
    ) -> None:
        self.file = file
        self.batched = batched
        self.table = UnfinishedTable(database, clock)
        self._lock = threading.Lock()
        self._presence: Presence | None = None

    def program(self) -> str:
        """Return the name of this program, by which others see that it is alive."""
        with self._lock:
            if self._presence is None:
                self._presence = Presence(self.file)
            return self._presence.name

    def keep(self, kept: Sequence[Kept]) -> list[Record]:
        """Write down transfers that are about to be queued; return a record for each.

        Earlier notes on the same ones, which nobody runs, are struck out: what S3 has of these
        uploads is gone on with. Killed in between, it is offered twice, and found to be there.
        """
        before = {_name(old.kept): old for old in self.interrupted()}
        found = [before.get(_name(each)) for each in kept]
        going_on = [_going_on(each, old) for each, old in zip(kept, found, strict=True)]
        mine = self.program()
        notes = self.table.add(mine, [_what(each) for each in going_on])
        self.forget([old for old in found if old is not None])
        return [Record(self, each, note, mine) for each, note in zip(going_on, notes, strict=True)]

    def outdated(self, kept: Sequence[Kept]) -> list[Session]:
        """Return what S3 has of these transfers, and `keep` cannot go on with."""
        wanted = {_name(each): each for each in kept}
        return [
            session
            for old in self.interrupted()
            if (session := old.record.session) is not None
            and (new := wanted.get(_name(old.kept))) is not None
            and _going_on(new, old) is new
        ]

    def interrupted(self) -> list[Unfinished]:
        """Return what programs that are gone did not finish, the oldest first.

        What makes no sense, or would leave the folder that it names, is left out.
        """
        gone: dict[str, bool] = {}
        found: list[Unfinished] = []
        for note in self.table.all():
            if note.program not in gone:
                gone[note.program] = self._is_gone(note.program)
            kept = _read(note.what)
            if gone[note.program] and kept is not None:
                record = Record(self, kept, note.id, note.program)
                found.append(Unfinished(note.id, note.at, kept, record))
        return found

    def owe(self, parts: KeptParts) -> int:
        """Write down parts that are to be removed later; return the note."""
        (note,) = self.table.add(self.program(), [parts.told()])
        return note

    def owed(self) -> dict[int, KeptParts]:
        """Return the parts that are to be removed, by their notes: whoever gave them up."""
        return owed(self.table.all(), self._is_gone)

    def take(self, records: Sequence[Record]) -> bool:
        """Note that this program runs them now; return whether no other one took any before."""
        mine = self.program()
        taken = self.table.take([record.owner() for record in records], mine)
        for record in records:
            if record.owner()[0] in taken:
                record.taken_by(mine)
        return len(taken) == len(records)

    def forget(self, unfinished: Sequence[Unfinished]) -> None:
        """Strike out what shall not be finished."""
        if unfinished:
            self.table.drop([each.id for each in unfinished])

    def _is_gone(self, program: str) -> bool:
        with self._lock:
            mine = self._presence is not None and self._presence.name == program
        return not mine and is_gone(self.file, program)

    def close(self) -> None:
        """Say that this program does no more of it."""
        with self._lock:
            if self._presence is not None:
                self._presence.close()
                self._presence = None


def _what(kept: Kept) -> What:
    what: What = msgspec.to_builtins(kept)
    return what


def _read(what: What) -> Kept | None:
    try:
        kept: Kept = msgspec.convert(what, Kept)
    except msgspec.ValidationError:
        return None
    names = [kept.relative] if isinstance(kept, KeptDownload) else []
    names += [name for _, name, _ in kept.items] if isinstance(kept, KeptZip) else []
    return None if "\0" in kept.path or not all(map(stays_inside, names)) else kept


def _going_on(kept: Kept, old: Unfinished | None) -> Kept:
    """Return a transfer with the parts that an earlier one of the same kind has in S3."""
    before = old.kept if old is not None else None
    if not isinstance(kept, KeptUpload) or not isinstance(before, KeptUpload):
        return kept
    if before.session is None or before.tags != kept.tags:
        return kept
    return msgspec.structs.replace(kept, session=before.session)


def _name(kept: Kept) -> tuple[str, str, str]:
    return type(kept).__name__, kept.key, kept.path
