"""The versions of one file: listed, restored on top of what is there, fetched, removed for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from s3audio_tui.catalog.journal import Action, Item
from s3audio_tui.errors import ConflictError, NotFoundError, S3AudioError, UnsupportedError
from s3audio_tui.library import quota, sidecars, trash
from s3audio_tui.library.copies import Copies
from s3audio_tui.library.details import remember
from s3audio_tui.library.download import submit as fetch
from s3audio_tui.library.events import Done, Failed, ItemEvent, Skipped
from s3audio_tui.library.getting import DownloadItem
from s3audio_tui.library.history import BEGUN, Into, Undone, recorded
from s3audio_tui.library.names import IfTaken
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.paths import local_path
from s3audio_tui.store import copy as copying
from s3audio_tui.store import objects
from s3audio_tui.store.listing import VersionEntry
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.store.verify import differs


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a file, or a delete marker: a place in its history where it was deleted.

    `modified` in seconds since 1970, UTC.
    """

    key: str
    id: str
    modified: float
    size_bytes: int
    etag: str
    is_current: bool
    is_delete_marker: bool

    @property
    def state(self) -> str:
        """What it is, in a word."""
        if self.is_delete_marker:
            return "deleted"
        return "current" if self.is_current else "older"


def kept(library: Library) -> bool:
    """Return whether the bucket keeps versions, or kept them once."""
    return library.versioning() != "off"


def why_none(library: Library) -> str:
    """Return in words why there are no versions; empty where the bucket keeps them."""
    if kept(library):
        return ""
    return "this bucket keeps no versions: what is overwritten is gone"


def listed(library: Library, key: str) -> list[Version]:
    """Return all versions and delete markers of a file, the newest first.

    Raises `NotFoundError` where there is none, `UnsupportedError` where none are kept.
    """
    if not kept(library):
        raise UnsupportedError(why_none(library), "turn versioning on to keep them", key=key)
    found = [_version(library, one) for one in objects.versions(library.store, library.full(key))]
    if not found:
        raise NotFoundError(f"there is no {key}", "s3audio ls shows what is there", key=key)
    return found


def _version(library: Library, one: VersionEntry) -> Version:
    return Version(
        library.relative(one.key),
        one.version_id,
        one.modified,
        one.size_bytes,
        one.etag,
        one.is_latest,
        one.is_delete_marker,
    )


def find(library: Library, key: str, version_id: str) -> Version:
    """Return one version of a file. Raises `NotFoundError` for one that is not there."""
    for version in listed(library, key):
        if version.id == version_id:
            return version
    text = f"{key} has no version {version_id}"
    raise NotFoundError(text, "s3audio versions ls shows those it has", key=key)


def restore(library: Library, key: str, version_id: str, *, into: Into = None) -> ItemEvent:
    """Copy a version on top of what is there now, which stays as an older version; say so.

    Raises `ConflictError` for the version that is current anyway, and where the file changes
    meanwhile.
    """
    wanted = find(library, key, version_id)
    if wanted.is_delete_marker:
        text = f"at {version_id} {key} was deleted: there is nothing to restore"
        raise ConflictError(text, "choose a version with bytes", key=key)
    if wanted.is_current:
        raise ConflictError(f"{key} is this version already", "choose an older one", key=key)
    current = objects.find(library.store, library.full(key))
    source = objects.head(library.store, library.full(key), version_id=version_id)
    growth = source.size_bytes
    room = quota.reserve(library, growth)
    landed: list[tuple[float, int]] = []
    before = None if current is None else current.version_id or "null"
    try:
        if current is not None:
            trash.set_aside(library, current)
        item: Item = {"key": key, "id": version_id, "before": before}
        with recorded(library, "version", into) as note, note(item) as noted:
            made = _copied(library, source, current)
            noted |= {"etag": made.etag, "made": made.version_id or "null"}
        landed.append((library.clock(), growth))
    finally:
        room.settle(landed)
    remember(library, made, None)
    sidecars.follow(library, (key, source.etag), (key, made.etag), move=False)
    return Done(key, "", made.size_bytes)


def _copied(library: Library, source: ObjectHead, current: ObjectHead | None) -> ObjectHead:
    return copying.copy(
        library.store,
        source,
        source.key,
        can=library.capabilities(),
        replace_etag=current.etag if current else None,
        sessions=Copies(library),
    )


def remove(library: Library, version: Version) -> ItemEvent:
    """Remove one version for good. Where it is the current one, the one before becomes that.

    Nothing can bring it back, but for a delete marker: without it the file is there again.
    """
    key, full = version.key, library.full(version.key)
    objects.delete(library.store, full, version_id=version.id)
    quota.released(library, version.size_bytes)
    if version.is_current:
        now = objects.find(library.store, full)
        if now is None:
            library.catalog.remove([key])
        else:
            remember(library, now, None)
    if not version.is_delete_marker:
        sidecars.forget(library, key, version.etag)
    return Done(key, "", version.size_bytes)


def file_name(version: Version) -> str:
    """Return the safe name of the file that a version becomes."""
    return local_path(version.key.rpartition("/")[2])


def download(
    library: Library,
    queue: TransferQueue,
    version: Version,
    folder: Path,
    *,
    if_exists: IfTaken = "rename",
) -> Path:
    """Queue the download of one version into a folder, under its name; return the file."""
    item = DownloadItem(version.key, folder, file_name(version), version.size_bytes, version.id)
    fetch(library, queue, [item], if_exists=if_exists)
    return item.path


def turn(library: Library, action: Action, back: bool) -> Undone:
    """Bring back the version that was current before a restore, or restore again.

    A file that somebody has changed since is left as it is.
    """
    events: list[ItemEvent] = []
    turned: list[Item] = []
    left: list[Item] = []
    for item in action.items:
        key = str(item["key"])
        try:
            events.append(_turn_one(library, item, turned, back=back))
        except S3AudioError as error:
            events.append(Failed(key, "", error))
            if error.code not in ("conflict", "not_found"):
                left.append(item)
    return Undone("version", _sentence(events, back=back), events, turned, left)


def _sentence(events: Sequence[ItemEvent], *, back: bool) -> str:
    done = [event.key for event in events if isinstance(event, Done)]
    if not done:
        return "no version was changed"
    return f"{done[0]} is {'as before the restore' if back else 'the restored version'} again"


def _turn_one(library: Library, item: Item, turned: list[Item], *, back: bool) -> ItemEvent:
    """Turn one restore; it is written down as it is now, with the version that it made."""
    key, before = str(item["key"]), item.get("before")
    now = objects.find(library.store, library.full(key))
    there = None if now is None else now.version_id or "null"
    if back and BEGUN in item and there == before:
        return Skipped(key, "", "it was not restored")
    if there != (_made(library, item, now) if back else before):
        raise ConflictError(f"{key} was changed since", "it was left as it is", key=key)
    if back and before is None:
        _delete_again(library, key)
        turned.append(item)
        return Done(key, "", 0)
    if back and before == there:
        text = f"what {key} was before lies in the trash: the bucket keeps no new versions"
        raise ConflictError(text, "delete this one, then restore that", key=key)
    made: list[Item] = []
    event = restore(library, key, str(before if back else item["id"]), into=made)
    turned.append(item | {"before": made[0].get("made")} if back else made[0])
    return event


def _made(library: Library, item: Item, now: ObjectHead | None) -> str | None:
    """Return the version that a restore made, also where a crash cut its note short."""
    if BEGUN not in item or now is None:
        return item.get("made")
    source = objects.head(library.store, now.key, version_id=item["id"])
    return None if differs(source, now) else now.version_id


def _delete_again(library: Library, key: str) -> None:
    for event in trash.delete(library, [key], into=[]):
        if isinstance(event, Failed):
            raise event.error
