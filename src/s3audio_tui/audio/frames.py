"""How long a sound of bare frames is: MP3 that does not count them, AAC in ADTS.

A short one is counted. Of a long one a few windows, spread over it, tell how many seconds a byte
holds there; more of them where they differ. Other ways guess a variable bit rate from its start,
which is wrong by a factor of six for one that begins in silence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from s3audio_tui.audio.formats import adts_frame_bytes, mp3_frame_bytes

ReadWindow = Callable[[int, int], bytes]
"""Takes a start and a length, and returns those bytes; fewer at the end."""

_COUNTED_BYTES = 256 * 1024
_WINDOW_BYTES = 8 * 1024
_PLACES = (0.0, 0.24, 0.52, 0.77, 1.0)
"""Where windows are looked at first, as shares of the bytes."""

_MOST = 33
_AGREE = 0.005
"""By what share they may be off that nothing more is looked at."""

_CUT_AT = 0.47
"""Not in the middle: music has a beat."""

_CHAIN = 3
"""So many frames in a row are no chance."""

_MP3_RATES_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_ADTS_RATES_HZ = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025]
_ADTS_RATES_HZ += [8000, 7350]


@dataclass(frozen=True, slots=True)
class Frame:
    """What one frame's header says. Those of one sound have one `kind`."""

    size_bytes: int
    samples: int
    rate_hz: int
    channels: int | None
    kind: bytes

    @property
    def duration_s(self) -> float:
        """Seconds."""
        return self.samples / self.rate_hz


Parse = Callable[[bytes, int], Frame | None]
"""Takes bytes and a place, and returns the frame that begins there."""


def mp3_frame(data: bytes, at: int) -> Frame | None:
    """Return the MPEG Layer III frame at `at`."""
    size = mp3_frame_bytes(data, at)
    if not size:
        return None
    version, rate_index = data[at + 1] >> 3 & 3, data[at + 2] >> 2 & 3
    rate_hz = _MP3_RATES_HZ[version][rate_index]
    channels = 1 if data[at + 3] >> 6 == 3 else 2
    kind = bytes((data[at + 1] & 0xFE, rate_index))
    return Frame(size, 1152 if version == 3 else 576, rate_hz, channels, kind)


def adts_frame(data: bytes, at: int) -> Frame | None:
    """Return the AAC frame in ADTS at `at`."""
    size = adts_frame_bytes(data, at)
    if not size:
        return None
    rate_hz = _ADTS_RATES_HZ[data[at + 2] >> 2 & 15]
    channels = (data[at + 2] & 1) << 2 | data[at + 3] >> 6
    samples = 1024 * ((data[at + 6] & 3) + 1)
    kind = bytes((data[at + 1] & 0xFE, data[at + 2] & 0xFC))
    return Frame(size, samples, rate_hz, {0: None, 7: 8}.get(channels, channels), kind)


def first_frame(parse: Parse, data: bytes, at: int) -> tuple[int, Frame] | None:
    """Return where the first frame from `at` on is, and what it says."""
    for place in range(at, len(data)):
        if data[place] == 0xFF and (frame := parse(data, place)) is not None:
            return place, frame
    return None


def duration_s(
    parse: Parse, kind: bytes, read: ReadWindow, start: int, end: int
) -> tuple[float | None, bool]:
    """Return how long the frames between two places are, and whether they were counted."""
    if end - start <= _COUNTED_BYTES:
        _, length_s = _walked(parse, kind, read(start, end - start), whole=True)
        return length_s or None, length_s > 0

    def look(place: float) -> float | None:
        at = start + int(place * (end - start - _WINDOW_BYTES))
        size, length_s = _walked(parse, kind, read(at, _WINDOW_BYTES))
        return length_s / size if size else None

    seconds_a_byte = _mean(look)
    return (None if seconds_a_byte is None else seconds_a_byte * (end - start)), False


def _mean(look: Callable[[float], float | None]) -> float | None:
    """Return the mean of what is found from 0 to 1, by trapezoids.

    All of them are cut in two until what their sides differ by amounts to little, or to `_MOST`.
    """
    places: tuple[float, ...] = _PLACES
    known = {place: look(place) for place in places}
    while True:
        found = [(place, value) for place in places if (value := known[place]) is not None]
        pairs = list(pairwise(found))
        if not pairs:
            return found[0][1] if found else None
        area = sum((one[1] + two[1]) / 2 * (two[0] - one[0]) for one, two in pairs)
        apart = sum(abs(two[1] - one[1]) / 2 * (two[0] - one[0]) for one, two in pairs)
        if apart <= _AGREE * area or len(places) >= _MOST:
            return area / (found[-1][0] - found[0][0])
        between = [one + (two - one) * _CUT_AT for one, two in pairwise(places)]
        known |= {place: look(place) for place in between}
        places = tuple(sorted(known))


def _walked(parse: Parse, kind: bytes, data: bytes, *, whole: bool = False) -> tuple[int, float]:
    """Return the bytes and the seconds of the frames in `data`: all, or a piece out of it."""
    at, size, length_s = 0, 0, 0.0
    joined = whole
    while 0 <= (at := data.find(b"\xff", at)) < len(data):
        frame = parse(data, at)
        if frame is None or frame.kind != kind or not (joined or _chained(parse, data, at)):
            at, joined = at + 1, False
            continue
        if whole and at + frame.size_bytes > len(data):
            break
        size, length_s = size + frame.size_bytes, length_s + frame.duration_s
        at, joined = at + frame.size_bytes, True
    return size, length_s


def _chained(parse: Parse, data: bytes, at: int) -> bool:
    """Whether enough frames of one kind follow each other, or the bytes end before."""
    kind = b""
    for number in range(_CHAIN):
        if number and at + 10 > len(data):
            return True
        frame = parse(data, at)
        if frame is None or (kind and frame.kind != kind):
            return False
        at, kind = at + frame.size_bytes, frame.kind
    return True
