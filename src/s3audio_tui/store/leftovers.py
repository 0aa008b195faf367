"""Parts that an upload has left in S3, removed."""

from s3audio_tui.errors import ConflictError, NotFoundError
from s3audio_tui.store.asking import ask
from s3audio_tui.store.client import Store


def abort(store: Store, key: str, upload_id: str) -> None:
    """End an upload in parts, and remove them; one that has ended is no error.

    A part that is on its way meanwhile may stay: whoever sends it must have stopped.
    """
    try:
        ask(store, "DELETE", key, "AbortMultipartUpload", query={"uploadId": upload_id})
    except (ConflictError, NotFoundError):
        return
