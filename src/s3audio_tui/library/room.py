"""Room for many uploads at once: as many as fit, in their order."""

from collections.abc import Sequence

from s3audio_tui.errors import QuotaError
from s3audio_tui.library import quota
from s3audio_tui.library.events import Failed
from s3audio_tui.library.opening import Library
from s3audio_tui.library.put import UploadItem
from s3audio_tui.units import size_text


def reserve_for(
    library: Library, items: Sequence[UploadItem]
) -> tuple[list[UploadItem], list[Failed], quota.Reservation | None]:
    """Hold room for those items that fit; return them, the others, and what is held for them."""
    fitting = list(items)
    refused: list[Failed] = []
    while fitting:
        try:
            held = quota.reserve(library, sum(item.size_bytes for item in fitting))
        except QuotaError as error:
            room, keep = quota.room_bytes(library), []
            for item in fitting:
                if item.size_bytes <= room:
                    room -= item.size_bytes
                    keep.append(item)
                else:
                    refused.append(_no_room(item, error))
            if len(keep) == len(fitting):
                refused.append(_no_room(keep.pop(), error))
            fitting = keep
        else:
            return fitting, refused, held
    return [], refused, None


def _no_room(item: UploadItem, error: QuotaError) -> Failed:
    return Failed(
        item.key,
        str(item.path),
        QuotaError(
            f"there is no room for its {size_text(item.size_bytes)}", error.remedy, key=item.key
        ),
    )
