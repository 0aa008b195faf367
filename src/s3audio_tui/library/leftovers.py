"""What nobody has finished: the notes of this machine, and the bucket's own list of uploads."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from s3audio_tui.errors import NotAllowedError, S3AudioError, UnsupportedError
from s3audio_tui.library import resuming
from s3audio_tui.library.each import ask_each
from s3audio_tui.library.events import Done, Failed, ItemEvent
from s3audio_tui.library.keeping import leave_nothing, remove_owed
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import Kind
from s3audio_tui.library.unfinished import Unfinished
from s3audio_tui.store.leftovers import abort
from s3audio_tui.store.listing import UnfinishedUpload, unfinished_uploads, uploaded_bytes

_A_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Leftover:
    """An upload in parts: `size_bytes` are in the bucket, and paid for since `at`."""

    key: str
    upload_id: str
    at: float
    size_bytes: int

    @property
    def name(self) -> str:
        """Return what a person calls it by: S3's own name has a hundred letters."""
        digest = hashlib.sha256(f"{self.key}\0{self.upload_id}".encode(errors="replace"))
        return f"u{digest.hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class Left:
    """A transfer that was not finished, here or elsewhere. `id` is a number for those of here."""

    id: int | str
    kind: Kind
    key: str
    path: str | None
    bytes_done: int
    bytes_total: int | None
    at: float
    resumable: bool
    of: Unfinished | Leftover


def everything(library: Library) -> list[Left]:
    """Return what was left on this machine, then what the bucket has besides, the oldest first.

    Where the bucket may not be asked, it is what was left here. Reads the disk. What was given up
    here before, and could not be removed then, is removed first.
    """
    remove_owed(library)
    here = [
        Left(
            each.id,
            resuming.kind_of(each.kept),
            each.kept.key,
            each.kept.path,
            resuming.bytes_there(each.kept),
            each.kept.size_bytes,
            each.at,
            resuming.can_resume(each.kept),
            each,
        )
        for each in library.unfinished.interrupted()
    ]
    try:
        there = in_bucket(library, but=_begun_here(library))
    except (NotAllowedError, UnsupportedError):
        return here
    return here + [
        Left(each.name, "up", each.key, None, each.size_bytes, None, each.at, False, each)
        for each in there
    ]


def _begun_here(library: Library) -> set[object]:
    """Return the ids of uploads that this machine has written down, also those under way."""
    sessions = (note.what.get("session") for note in library.unfinished.table.all())
    return {session.get("upload_id") for session in sessions if isinstance(session, dict)}


def in_bucket(library: Library, *, but: Collection[object] = ()) -> list[Leftover]:
    """Return all below the library, the oldest first, without those whose upload ids are `but`.

    Costs a request for a thousand, and one for each.
    """
    begun = unfinished_uploads(library.store, library.full(""))
    wanted = [upload for upload in begun if upload.upload_id not in but]

    def one(upload: UnfinishedUpload) -> Leftover:
        size_bytes = uploaded_bytes(library.store, upload)
        return Leftover(
            library.relative(upload.key), upload.upload_id, upload.started_at, size_bytes
        )

    return sorted(ask_each(wanted, one), key=lambda each: each.at)


def before(left: Sequence[Left], now: float, age_s: float | None) -> list[Left]:
    """Return those begun `age_s` ago or earlier.

    Without an age it is all of this machine, and of the others what is older than a day.
    """
    return [
        one
        for one in left
        if one.at <= now - (_A_DAY_S if age_s is None else age_s)
        or (age_s is None and isinstance(one.of, Unfinished))
    ]


def give_up(library: Library, chosen: Sequence[Left]) -> Iterator[ItemEvent]:
    """Remove the parts of each, and its note; whoever sends one still must begin anew."""
    for one in chosen:
        try:
            if isinstance(one.of, Leftover):
                abort(library.store, library.full(one.of.key), one.of.upload_id)
            else:
                leave_nothing(library, one.of.record)
                library.unfinished.forget([one.of])
        except S3AudioError as error:
            yield Failed(one.key, one.path or "", error)
        else:
            yield Done(one.key, one.path or "", 0)
