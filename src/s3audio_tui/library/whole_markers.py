"""The markers of a take in the file that it becomes: where each is among its frames."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from s3audio_tui.audio.cue_points import MOST_FRAMES
from s3audio_tui.library.takes import Chunk, Take


def points_of(take: Take, chunks: Sequence[Chunk]) -> list[tuple[int, str]]:
    """Return the frame and the word of each marker, in their order; `chunks` are those of the file.

    A marker in a stretch that is in no chunk stands where the next one begins. Markers beyond what
    a file can say are left out.
    """
    begins = [chunk.first_frame for chunk in chunks]
    ends = [0, *accumulate(chunk.frames for chunk in chunks)]
    found = []
    for marker in take.markers:
        at = bisect_right(begins, marker.frame) - 1
        inside = min(marker.frame - begins[at], chunks[at].frames) if at >= 0 else 0
        found.append((ends[max(at, 0)] + inside, marker.word))
    return sorted((point for point in found if point[0] <= MOST_FRAMES), key=lambda each: each[0])
