"""A stream of unknown length put into the library: its first bytes checked, the rest as it comes.

Nobody could go on with it: what stops it leaves nothing in S3. Its parts alone are written down, to
be removed by whoever comes next, where the store could not be reached, or the program was killed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from s3audio_tui.audio.header import SoundInfo, check_beginning, read_header
from s3audio_tui.errors import ConflictError, LimitError, QuotaError, S3AudioError, UsageError
from s3audio_tui.library import quota
from s3audio_tui.library.details import landed
from s3audio_tui.library.events import Failed, ItemEvent
from s3audio_tui.library.keeping import StreamKeeping, remove_owed
from s3audio_tui.library.keys import checked
from s3audio_tui.library.names import IfTaken, numbered
from s3audio_tui.library.opening import Library
from s3audio_tui.library.passing_waveforms import passing
from s3audio_tui.library.put import THERE, options_for, verified_by
from s3audio_tui.library.stream_copy import StreamCopy
from s3audio_tui.library.transfers import Transfer, TransferQueue
from s3audio_tui.library.trash import set_aside
from s3audio_tui.library.upload import target
from s3audio_tui.store import objects
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.store.target import Uploaded
from s3audio_tui.store.upload_stream import upload_stream
from s3audio_tui.units import parse_size, size_text

STREAM = "-"
"""What stands for the path of a stream."""

_BEGINNING_BYTES = 1 << 20


@dataclass(frozen=True)
class Incoming:
    """A stream that is audio as far as it was read. `whole` says that there is no more of it."""

    name: str
    key: str
    sound: SoundInfo
    beginning: bytes
    rest: BinaryIO
    whole: bool

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes of what follows the beginning; none at the end."""
        try:
            return b"" if self.whole else self.rest.read(size)
        except OSError as error:
            raise S3AudioError(
                f"the stream cannot be read ({error.strerror})", "make it anew", key=self.key
            ) from error


def key_of(library: Library, name: str, to: str) -> str:
    """Return the key that a stream called `name` gets, below the prefix `to`."""
    if not name or "/" in name or name in (".", ".."):
        raise UsageError(f"{name!r} is not a name for a file", "give one, as --name take.wav")
    return checked(library, target(library, name, to, None))


def opened(library: Library, stream: BinaryIO, name: str, to: str) -> Incoming:
    """Read the beginning of a stream, and check that it is audio of the kind that it is named.

    Waits for 1 MiB of it, or its end. Raises `NotAudioError` and `UsageError`.
    """
    key, beginning = key_of(library, name, to), bytearray()
    while len(beginning) < _BEGINNING_BYTES:
        block = stream.read(_BEGINNING_BYTES - len(beginning))
        if not block:
            break
        beginning += block
    head, whole = bytes(beginning), len(beginning) < _BEGINNING_BYTES
    sound = check_beginning(name, head)
    if whole:
        sound = read_header(BytesIO(head), name, len(head))
    return Incoming(name, key, sound, head, stream, whole)


def submit(
    library: Library,
    queue: TransferQueue,
    incoming: Incoming,
    *,
    if_exists: IfTaken = "fail",
    tags: Mapping[str, str] | None = None,
) -> Iterator[ItemEvent]:
    """Hold room and queue the stream; yield why it cannot be.

    As much room is held as one file may have, or as there is, because nobody knows its length.
    """
    most = parse_size(library.settings.max_size)
    try:
        remove_owed(library)
        held = quota.reserve(library, max(1, min(most, quota.room_bytes(library))))
    except S3AudioError as error:
        yield Failed(incoming.key, STREAM, error)
        return
    arrived: list[tuple[float, int]] = []

    def work(transfer: Transfer) -> str | None:
        if transfer.tries > 1:
            raise UsageError("a stream cannot be read again", "make it anew")
        bounded = _Bounded(incoming, held.bytes_held, most)
        reason = _put(library, incoming, bounded, if_exists, dict(tags or {}), transfer)
        if reason is None:
            arrived.append((library.clock(), transfer.bytes_total))
        return reason

    queue.submit("up", incoming.key, STREAM, None, work, lambda _: held.settle(arrived))


class _Bounded:
    """Reads the whole of a stream, as long as there is room for it."""

    def __init__(self, incoming: Incoming, room_bytes: int, max_bytes: int) -> None:
        self._incoming = incoming
        self._room_bytes = room_bytes
        self._max_bytes = max_bytes
        self._beginning = BytesIO(incoming.beginning)
        self._size_bytes = 0

    def read(self, size: int) -> bytes:
        """Return what comes next; raise `LimitError` or `QuotaError` when it is too much."""
        block = self._beginning.read(size) or self._incoming.read(size)
        self._size_bytes += len(block)
        if self._size_bytes > self._max_bytes:
            raise LimitError(
                f"the stream has more than {size_text(self._max_bytes)}",
                "raise max_size in the settings, or set S3AUDIO_MAX_SIZE",
                key=self._incoming.key,
            )
        if self._size_bytes > self._room_bytes:
            raise QuotaError(
                f"the stream has more than the {size_text(self._room_bytes)} that are free",
                "empty the trash, delete something for good, or raise it with quota --set",
                key=self._incoming.key,
            )
        return block


def _put(
    library: Library,
    incoming: Incoming,
    bounded: _Bounded,
    if_exists: IfTaken,
    tags: dict[str, str],
    transfer: Transfer,
) -> str | None:
    """Settle the name, and send the stream; the name is taken then, or it fails at the end."""
    number, found = 1, _find(library, transfer.key)
    while found is not None and if_exists == "rename":
        number += 1
        transfer.key = numbered(incoming.key, number)
        found = _find(library, transfer.key)
    if found is not None and if_exists == "skip":
        return THERE
    if found is not None and if_exists != "overwrite":
        text = f"{transfer.key} is there already"
        raise ConflictError(text, "choose another name", key=transfer.key)
    if found is not None:
        set_aside(library, found)
    replaced = found.etag if found else None
    options = options_for(library, incoming.name, incoming.sound, tags, replaced)
    keeping = StreamKeeping(library.unfinished, library.full(transfer.key))
    with StreamCopy(wanted=library.settings.waveforms) as copy:
        try:
            sent = upload_stream(
                library.store,
                copy.of(bounded.read),
                library.full(transfer.key),
                options,
                progress=transfer.grown,
                cancel=transfer.cancel,
                limit=transfer.limit,
                keep=keeping.keep,
            )
        finally:
            keeping.end()
        transfer.ends_at(sent.size_bytes)
        transfer.verified_by = verified_by(sent, options)
        _note(library, transfer, incoming, sent, copy.fd)
    return None


def _note(
    library: Library, transfer: Transfer, incoming: Incoming, sent: Uploaded, fd: int | None
) -> None:
    """Tell the catalog, and have the peaks made of the copy that is in the file `fd`."""
    head = sent.head or _find(library, transfer.key)
    if head is None:
        return
    same = head.etag == sent.etag
    landed(library, head, incoming.sound if incoming.whole and same else None)
    if same and fd is not None:
        with passing(library, transfer) as peaks:
            peaks.sent(fd)
            peaks.arrived(head)


def _find(library: Library, key: str) -> ObjectHead | None:
    return objects.find(library.store, library.full(key))
