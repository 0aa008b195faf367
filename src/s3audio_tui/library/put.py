"""One file put into the library: its name settled, its bytes sent, the catalog told."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from s3audio_tui.audio.formats import by_name
from s3audio_tui.audio.header import SoundInfo
from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import ConflictError, NotAllowedError, NotFoundError
from s3audio_tui.library import sidecars
from s3audio_tui.library.details import landed
from s3audio_tui.library.keeping import Keeping
from s3audio_tui.library.names import IfTaken, numbered
from s3audio_tui.library.opening import Library
from s3audio_tui.library.passing_waveforms import Passing, passing
from s3audio_tui.library.transfers import Transfer
from s3audio_tui.library.trash import set_aside
from s3audio_tui.store import objects
from s3audio_tui.store.arrival import crc_kind
from s3audio_tui.store.checksums import Guard
from s3audio_tui.store.local import is_copy
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.store.probe import Capabilities
from s3audio_tui.store.proof import Verified, kept
from s3audio_tui.store.upload import PutOptions, Uploaded, upload

THERE = "it is there already"


@dataclass(frozen=True, slots=True)
class UploadItem:
    """One file that may go up, and where to; `there` is what the catalog has under that key.

    `modified` is the file's, in seconds since 1970.
    """

    path: Path
    key: str
    size_bytes: int
    modified: float
    sound: SoundInfo
    there: Row | None
    may_have_arrived: bool = False
    """Whether an object of its size has its name, or a number of it; `put` compares the bytes."""

    @property
    def conflict(self) -> bool:
        """Whether the name is taken, as far as the catalog knows."""
        return self.there is not None


def put(
    library: Library,
    item: UploadItem,
    if_exists: IfTaken,
    tags: dict[str, str],
    transfer: Transfer,
    trashed: sidecars.Trashed | None = None,
) -> str | None:
    """Upload one file; return None, or why it was skipped. `transfer.key` gets its final key.

    `trashed` as in `sidecars.follow`. Raises `ConflictError` where the name is taken and may be
    neither skipped, changed nor overwritten, and where the file or the object changed meanwhile.
    """
    number = 1
    while True:
        try:
            return _put_as(library, item, if_exists, tags, transfer, trashed)
        except ConflictError:
            found = objects.find(library.store, library.full(transfer.key))
            if found is None or if_exists in ("fail", "overwrite"):
                raise
            if if_exists == "skip":
                return THERE
            if is_of(found, item):
                return "it has arrived already"
            number += 1
            transfer.key = numbered(item.key, number)


def _put_as(
    library: Library,
    item: UploadItem,
    if_exists: IfTaken,
    tags: dict[str, str],
    transfer: Transfer,
    trashed: sidecars.Trashed | None,
) -> str | None:
    key, full_key = transfer.key, library.full(transfer.key)
    # What nothing is known of is sent: a store that keeps to conditions refuses it by itself.
    look = if_exists == "overwrite" or item.conflict or key != item.key
    found = objects.find(library.store, full_key) if look else None
    if found and if_exists == "skip":
        return THERE
    if found and if_exists != "overwrite":
        raise _taken(key)
    if found:
        set_aside(library, found, trashed)
    with passing(library, transfer) as peaks:
        sent, written = _sent(library, item, tags, transfer, found, peaks)
        if written is None:
            return None  # it is there; the catalog learns of it from the next list
        same = written.etag == sent.etag
        landed(library, written, item.sound if same else None)
        if same:
            peaks.arrived(written)
    return None


def _sent(
    library: Library,
    item: UploadItem,
    tags: dict[str, str],
    transfer: Transfer,
    found: ObjectHead | None,
    peaks: Passing,
) -> tuple[Uploaded, ObjectHead | None]:
    """Send the file over what was `found`; return also its object, None where one may not look."""
    full_key, keeping = library.full(transfer.key), Keeping(library, transfer)
    options = options_for(library, item.path.name, item.sound, tags, found.etag if found else None)
    try:
        sent = upload(
            library.store,
            item.path,
            full_key,
            options,
            progress=transfer.progress,
            cancel=transfer.cancel,
            limit=transfer.limit,
            session=keeping.session(full_key),
            keep=keeping.keep if keeping.can else None,
            tell=transfer.note,
            reading=peaks.sent,
        )
    except ConflictError as error:
        if found or objects.find(library.store, full_key) is None:
            raise
        raise _taken(transfer.key) from error
    transfer.verified_by = verified_by(sent, options)
    try:
        return sent, sent.head or objects.head(library.store, full_key)
    except (NotAllowedError, NotFoundError):
        return sent, None


def _taken(key: str) -> ConflictError:
    return ConflictError(f"{key} is there already", "choose another name", key=key)


def put_again(
    library: Library,
    item: UploadItem,
    if_exists: IfTaken,
    tags: dict[str, str],
    transfer: Transfer,
) -> str | None:
    """Upload a file that was tried before, as `put`, unless that try arrived and nobody knew."""
    number, key = 1, item.key
    session = Keeping(library, transfer).session(library.full(key))
    part_bytes = None if session is None else session.part_bytes
    while (found := objects.find(library.store, library.full(key))) is not None:
        if is_of(found, item, part_bytes):
            transfer.key = key
            landed(library, found, item.sound)
            return "it has arrived already"
        if if_exists != "rename":
            break
        number += 1
        key = numbered(item.key, number)
    return put(library, item, if_exists, tags, transfer)


def is_of(found: ObjectHead, item: UploadItem, part_bytes: int | None = None) -> bool:
    """Return whether an object surely is the file, byte for byte.

    `part_bytes` is the size of its parts, where that is known.
    """
    if found.size_bytes != item.size_bytes:
        return False
    return is_copy(item.path, found, part_bytes)


def options_for(
    library: Library,
    name: str,
    sound: SoundInfo,
    tags: dict[str, str],
    replace_etag: str | None,
) -> PutOptions:
    """Return how a file called `name` goes up: over the object with that ETag, or a free name."""
    can = library.capabilities()
    return PutOptions(
        content_type=by_name(sound.format).content_type,
        metadata=metadata(library.user, name, sound),
        tags=tags,
        encryption=library.settings.encryption,
        kms_key_id=library.settings.kms_key_id,
        storage_class=None,
        only_if_free=replace_etag is None,
        replace_etag=replace_etag,
        conditional=can.conditional_create if replace_etag is None else can.conditional_replace,
        guard=_guard(library, can),
    )


def verified_by(sent: Uploaded, options: PutOptions) -> Verified:
    """Return by what the bytes were compared that were sent."""
    if sent.checksum is not None:
        return "checksum"
    return "size" if sent.head is None or options.guard == "none" else kept(sent.head)


def _guard(library: Library, can: Capabilities) -> Guard:
    """Return how the bytes are compared: by a checksum, unless the settings forbid them."""
    forbidden = library.settings.checksums == "when_required"
    return "md5" if forbidden and crc_kind(can.checksum) else can.checksum


def metadata(user: str, name: str, sound: SoundInfo) -> Mapping[str, str]:
    """Return what an object keeps of its file: original name, user, duration, sample rate.

    S3 takes ASCII alone in metadata, so names are percent-encoded, and cut at 1,000 characters
    of the 2,048 bytes that all metadata may have. Duration in seconds, sample rate in Hz.
    """
    kept = {"original-name": quote(name, safe=" ()[]+,=@&!'~")[:1000], "user": quote(user)[:200]}
    if sound.duration_s is not None and sound.exact:
        kept["duration"] = f"{sound.duration_s:.6f}"
    if sound.sample_rate_hz is not None:
        kept["sample-rate"] = str(sound.sample_rate_hz)
    return kept
