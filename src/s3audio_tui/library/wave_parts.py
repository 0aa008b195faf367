"""Single samples of a part of a file, for who looks closer than its peaks go: by one range.

Only of what is not packed: there each frame has its place.
"""

from typing import BinaryIO, cast

from s3audio_tui.audio.pcm import layout_of, to_16_bit
from s3audio_tui.audio.peaks import Peaks, peaks_every
from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Row
from s3audio_tui.library.opening import Library
from s3audio_tui.store.ranges import RangeFile, read_range

MOST_FRAMES = 1 << 20
"""More at once would be no closer look."""


def part(library: Library, row: Row, begin: int, end: int, cancel: CancelToken) -> Peaks | None:
    """Return the frames from `begin` to `end` of a file as columns of one frame each.

    None where they have no place of their own, or are too many. Raises `ConflictError` where the
    object is no more the one that the row tells of.
    """
    store, key = library.store, library.full(row.key)
    file = RangeFile(store, key, row.size_bytes, etag=row.etag)
    cancel.check()
    layout = layout_of(cast(BinaryIO, file), row.size_bytes)
    if layout is None or not 0 < end - begin <= MOST_FRAMES:
        return None
    start = layout.start_bytes + begin * layout.frame_bytes
    length = (min(end, layout.frames) - begin) * layout.frame_bytes
    data = read_range(store, key, start, length, etag=row.etag, check=cancel.check)
    whole = len(data) // layout.frame_bytes * layout.frame_bytes
    blocks = iter([to_16_bit(data[:whole], layout)])
    return peaks_every(blocks, layout.channels, layout.sample_rate_hz, 1)
