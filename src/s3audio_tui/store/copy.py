"""Copies within the bucket, and moves: copy, verify, delete, in that order. S3 has no rename."""

from contextlib import suppress
from dataclasses import replace

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import BadBytesError, ConflictError, NotAllowedError, S3AudioError
from s3audio_tui.store.client import Store
from s3audio_tui.store.copy_job import CopyJob, New, Sizes
from s3audio_tui.store.copy_session import UNKEPT, CopySessions
from s3audio_tui.store.objects import ObjectHead, delete, find, head, versions
from s3audio_tui.store.probe import NONE, Capabilities
from s3audio_tui.store.transfer import Progress
from s3audio_tui.store.verify import differs

SIZES = Sizes()
SAME = New()


def copy(
    store: Store,
    source: ObjectHead,
    to_key: str,
    *,
    can: Capabilities = NONE,
    only_if_free: bool = True,
    replace_etag: str | None = None,
    new: New = SAME,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    sessions: CopySessions = UNKEPT,
    sizes: Sizes | None = None,
) -> ObjectHead:
    """Copy the object to `to_key` with all that belongs to it, verify it, return its head.

    Content type, headers, metadata, tags, storage class, encryption and checksum stay, but for
    what is `new`. `replace_etag` replaces only the object with that
    ETag, else nothing may be there (unless not `only_if_free`). The target is asked before;
    against a race within a few milliseconds only a store that `can` conditions helps.

    What is too large for one request is copied in parts, which `sessions` remember, so that the
    same copy goes on where a killed one ended; one that fails leaves none.

    Raises `ConflictError` when the name is taken or the source is no longer the one in `source`,
    `BadBytesError` when the copy is not like it; then the copy is removed again.
    """
    token = cancel or CancelToken()
    token.check()
    free = only_if_free and replace_etag is None
    job = CopyJob(store, source, to_key, can, free, replace_etag, new, sessions)
    job.refuse_taken()
    written = job.written(sizes or SIZES, progress, token)
    made = job.verified(written)
    if progress is not None:
        progress(source.size_bytes)
    return made


def move(
    store: Store,
    source: ObjectHead,
    to_key: str,
    *,
    can: Capabilities = NONE,
    replace_etag: str | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    sessions: CopySessions = UNKEPT,
    sizes: Sizes | None = None,
) -> ObjectHead:
    """Copy and verify as `copy` does, then delete the source; return the head of the new object.

    A crash leaves both or one, never none. In a bucket that keeps versions the source goes for
    good where it was the only version, else it gets a delete marker. Raises `ConflictError` when
    the source changed after it was copied: then both are there; and when somebody else has taken
    it away meanwhile: then our copy is there, and perhaps theirs.
    """
    made = copy(
        store,
        source,
        to_key,
        can=can,
        replace_etag=replace_etag,
        progress=progress,
        cancel=cancel,
        sessions=sessions,
        sizes=sizes,
    )
    try:
        _remove_source(store, source, can)
    except S3AudioError as error:
        gone = _is_gone(store, source.key)
        if gone and isinstance(error, ConflictError):
            text = f"{source.key} was moved or deleted by somebody else; its copy is {to_key}"
            raise ConflictError(text, "look for another copy", key=source.key) from error
        if not gone:
            text = f"{source.key} was copied to {to_key}, and both are there: {error.message}"
            raise type(error)(text, error.remedy or "look at both", key=source.key) from error
    return made


def _is_gone(store: Store, key: str) -> bool:
    """Return whether there is no such object: deleted after all, and only the answer was lost."""
    with suppress(S3AudioError):
        return find(store, key) is None
    return False


def _remove_source(store: Store, source: ObjectHead, can: Capabilities) -> None:
    if _is_only_version(store, source, can):
        with suppress(NotAllowedError):
            delete(store, source.key, version_id=source.version_id)
            return
    if can.conditional_delete:
        delete(store, source.key, if_match=source.etag)
        return
    now = find(store, source.key)
    if now is None or (now.etag, now.version_id) != (source.etag, source.version_id):
        raise ConflictError("the old one was changed meanwhile", "look at both", key=source.key)
    delete(store, source.key)


def _is_only_version(store: Store, source: ObjectHead, can: Capabilities) -> bool:
    """Return whether the source is all that the bucket keeps of its key, and has its own id.

    Where versions are suspended the id "null" may be somebody else's a moment later.
    """
    if source.version_id is None or (source.version_id == "null" and can.versioning != "enabled"):
        return False
    try:
        kept = versions(store, source.key)
    except S3AudioError:
        return False  # a marker does as well
    return [version.version_id for version in kept] == [source.version_id]


def change(
    store: Store,
    source: ObjectHead,
    new: New,
    *,
    can: Capabilities = NONE,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    sessions: CopySessions = UNKEPT,
    sizes: Sizes | None = None,
) -> ObjectHead:
    """Give the object other headers or tags by copying it onto itself; return its new head.

    All else stays as `copy` says; its date does not, and its ETag may not. A crash leaves the
    object as it was or changed, never without its bytes. Raises `ConflictError` when it is no
    longer the one in `source`, and then changes nothing.
    """
    token = cancel or CancelToken()
    token.check()
    # Without a version the condition on the source is one on what is there now.
    latest = replace(source, version_id=None)
    job = CopyJob(
        store, latest, source.key, can, replace_etag=source.etag, new=new, sessions=sessions
    )
    job.refuse_taken()
    written = job.written(sizes or SIZES, progress, token)
    made = head(store, source.key)
    if made.etag != written.etag:
        text = f"{source.key} was written by somebody else too"
        raise ConflictError(text, "look at it", key=source.key)
    if differs(source, made):
        text = f"{source.key} is not as it was before its properties were changed"
        raise BadBytesError(text, "look at it, and at its older versions", key=source.key)
    return made
