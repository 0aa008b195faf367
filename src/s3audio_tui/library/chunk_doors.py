"""By which way a chunk comes to S3: with one's own keys, or by an address that somebody else signs.

A door also says under which key a chunk lies there, and what S3 is told of it.
"""

import dataclasses
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import quote

import msgspec

from s3audio_tui.audio.header import SoundInfo, read_header
from s3audio_tui.errors import (
    BadBytesError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    S3AudioError,
)
from s3audio_tui.library.allowance import Allowance
from s3audio_tui.library.chunk_parts import ChunkParts
from s3audio_tui.library.details import landed
from s3audio_tui.library.keeping import remove_owed
from s3audio_tui.library.layouts import Uploader, key_for
from s3audio_tui.library.names import numbered
from s3audio_tui.library.opening import Library
from s3audio_tui.library.put import options_for, verified_by
from s3audio_tui.library.takes import Chunk, Take
from s3audio_tui.library.transfers import Transfer
from s3audio_tui.store import objects
from s3audio_tui.store.local import is_copy
from s3audio_tui.store.upload import upload

_AHEAD_S = 60
"""For so much of a take room is held at once."""

FOLDER = "recordings"
"""Where takes lie that follow no other layout."""


class Confirmed(msgspec.Struct, frozen=True):
    """A chunk that S3 has, and has compared."""

    key: str
    etag: str
    verified_by: str


class Door(Protocol):
    """Brings one chunk to S3."""

    def key(self, take: Take, chunk: Chunk) -> str:
        """Return where it shall lie."""

    def put(self, take: Take, chunk: Chunk, path: Path, transfer: Transfer) -> Confirmed:
        """Bring it there, and return when S3 has confirmed it. Raises `S3AudioError`."""

    def put_document(self, take: Take, data: bytes) -> str:
        """Put the document of the take beside its chunks; return its key."""

    def prepare(self, take: Take) -> None:
        """Do what can be done before the first chunk comes. Raises `S3AudioError`."""

    def rest(self) -> None:
        """Hold nothing any more that was held for chunks to come."""


def chunk_key(take: Take, chunk: Chunk, uploader: Uploader) -> str:
    """Return the key of a chunk: in the folder of its take, or as the layout that it follows."""
    ending = PurePosixPath(chunk.file).suffix
    if take.keys == "take":
        return f"{FOLDER}/{take.id}/{chunk.index:05}{ending}"
    return key_for(take.keys, f"{chunk.index:05}{ending}", uploader, chunk.started_at.timestamp())


def document_key(take: Take) -> str:
    """Return the key of the take's document."""
    return f"{FOLDER}/{take.id}/take.json"


def metadata_of(take: Take, chunk: Chunk) -> Mapping[str, str]:
    """Return what S3 keeps with a chunk, so that its order never depends on a name."""
    return {
        "take": take.id,
        "take-name": quoted(take.name),
        "index": str(chunk.index),
        "frames": str(chunk.frames),
        "first-frame": str(chunk.first_frame),
    }


def quoted(name: str) -> str:
    """Return a take's name as metadata takes it, which is ASCII alone."""
    return quote(name, safe=" ()[]+,=@&!'~")[:500]


class LibraryDoor:
    """The library itself."""

    def __init__(self, library: Library) -> None:
        self._library, self._room = library, Allowance(library)
        self._parts: dict[str, ChunkParts] = {}
        """Of large chunks that are not whole in S3 yet, by their keys."""
        settings = library.settings
        self._uploader = Uploader(library.user, settings.user_type, settings.provider)

    def key(self, take: Take, chunk: Chunk) -> str:
        """As `Door.key`."""
        return chunk_key(take, chunk, self._uploader)

    def put(self, take: Take, chunk: Chunk, path: Path, transfer: Transfer) -> Confirmed:
        """As `Door.put`. What lies under its key already, and is the same, is not sent again."""
        size_bytes, landed = chunk.size_bytes, False
        self._room.take(size_bytes, _ahead_bytes(take))
        try:
            confirmed = self._put(take, chunk, path, transfer)
            landed = True
            return confirmed
        finally:
            self._room.end(size_bytes, landed=landed)

    def prepare(self, take: Take) -> None:
        """As `Door.prepare`: what the store can do is found out too, where nobody knows it yet."""
        self._room.prepare(_ahead_bytes(take))
        with suppress(S3AudioError):  # then they are found the next time
            remove_owed(self._library)

    def rest(self) -> None:
        """As `Door.rest`."""
        self._room.rest()

    def _put(self, take: Take, chunk: Chunk, path: Path, transfer: Transfer) -> Confirmed:
        library, first, number = self._library, self.key(take, chunk), 1
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != chunk.sha256:
                raise BadBytesError(f"{path} is not as it was recorded", "look at the disk")
            file.seek(0)
            sound = read_header(file, path.name, chunk.size_bytes)
        while True:
            key = transfer.key = first if number == 1 else numbered(first, number)
            try:
                return self._put_as(key, take, chunk, path, sound, transfer)
            except ConflictError:
                found = objects.find(library.store, library.full(key))
                if found is None:
                    raise
                if found.size_bytes == chunk.size_bytes and is_copy(path, found):
                    return Confirmed(key, found.etag, "checksum")
                number += 1

    def _put_as(
        self,
        key: str,
        take: Take,
        chunk: Chunk,
        path: Path,
        sound: SoundInfo,
        transfer: Transfer,
    ) -> Confirmed:
        library = self._library
        options = options_for(library, path.name, sound, {}, None)
        told = {**options.metadata, **metadata_of(take, chunk)}
        options = dataclasses.replace(options, metadata=told)
        full = library.full(key)
        parts = self._parts.setdefault(full, ChunkParts(library, full))
        sent = upload(
            library.store,
            path,
            full,
            options,
            progress=transfer.progress,
            cancel=transfer.cancel,
            limit=transfer.limit,
            session=parts.session,
            keep=parts.keep,
        )
        self._parts.pop(full).keep(None)
        with suppress(NotAllowedError, NotFoundError):  # then the next list tells the catalog
            landed(library, sent.head or objects.head(library.store, full), sound)
        return Confirmed(key, sent.etag, verified_by(sent, options))

    def put_document(self, take: Take, data: bytes) -> str:
        """As `Door.put_document`. One of another take stays as it is."""
        library, key, number = self._library, document_key(take), 1
        while True:
            name = library.full(key if number == 1 else numbered(key, number))
            try:
                objects.write_small(library.store, name, data, if_none_match=True)
                return library.relative(name)
            except ConflictError:
                there, etag = objects.read_small(library.store, name)
                if _is_of(take, there):
                    objects.write_small(library.store, name, data, if_match=etag)
                    return library.relative(name)
                number += 1


def _ahead_bytes(take: Take) -> int:
    """Return how much more is soon to come of a take."""
    most = _AHEAD_S * take.form.second_bytes
    if take.ended_at is None:
        return most
    return min(most, sum(each.size_bytes for each in take.chunks if each.state != "in_s3"))


def _is_of(take: Take, data: bytes) -> bool:
    try:
        there = msgspec.json.decode(data, type=Take)
    except msgspec.MsgspecError:
        return False
    same = (there.id, there.started_at) == (take.id, take.started_at)
    return same and [each.key for each in there.chunks] == [each.key for each in take.chunks]
