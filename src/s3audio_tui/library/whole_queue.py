"""A take put together as one file, as one of the transfers: with progress, and a way to stop it."""

from collections.abc import Callable

from s3audio_tui.errors import ConflictError, NotFoundError
from s3audio_tui.library.library_takes import read_take
from s3audio_tui.library.opening import Library
from s3audio_tui.library.takes import Joined, Take
from s3audio_tui.library.transfers import Transfer, TransferQueue
from s3audio_tui.library.whole_take import join, key_for, work_bytes


def queue_whole(
    library: Library,
    queue: TransferQueue,
    take: Take,
    key: str = "",
    *,
    on_end: Callable[[Transfer], None] | None = None,
) -> int:
    """Queue the work of `whole_take.join`; return the id of its transfer. Waits for nothing.

    All of the take must be in the library: else it fails with `ConflictError`. When it is done
    the take knows where it lies. `on_end` is called once, in a thread of the queue.
    """
    key = key_for(take, key)

    def work(transfer: Transfer) -> None:
        try:
            found = read_take(library, take.id)
        except NotFoundError as error:
            text = f"{take.name} is not all in S3 yet"
            raise ConflictError(text, "wait until it is", key=take.id) from error
        transfer.ends_at(work_bytes(found))
        made = join(library, found, key, progress=transfer.progress, cancel=transfer.cancel)
        transfer.key, transfer.verified_by = made.key, "SHA-256"
        transfer.ends_at(made.size_bytes)  # it was made, and read: twice as much
        take.hear(Joined(made.key, made.etag))

    return queue.submit("up", key, take.name, max(1, work_bytes(take)), work, on_end)
