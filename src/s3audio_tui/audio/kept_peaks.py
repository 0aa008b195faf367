"""Peaks as they are kept: audiowaveform's `.dat` of 16 bits, version 2, and behind it what that
has no place for, the loudness and the exact length.

Who reads such a file takes as many columns as its head says, and never gets to what is behind
them. That is 4 bytes that name it, 8 of the frames, and 2 for the RMS of each column and channel.
"""

import struct

import numpy as np

from s3audio_tui.audio.peaks import Peaks
from s3audio_tui.audio.waveform_file import from_dat, to_dat

MOST_VALUES = 1 << 21
"""Columns times channels: 12 MB. Of what is longer, the columns are."""

_HEAD = struct.Struct("<iIiiIi")
_MORE = struct.Struct("<4sQ")
_NAME = b"s3aL"


def kept(peaks: Peaks) -> bytes:
    """Return the peaks as they are kept; of columns that are equally long."""
    head = (2, 0, peaks.sample_rate_hz, peaks.samples_per_pixel, len(peaks), peaks.channels)
    plain = to_dat(peaks, 16)
    data = plain[len(plain) - len(peaks) * peaks.channels * 4 :]
    more = b""
    if peaks.rms is not None:
        loud = np.clip(np.rint(peaks.rms), 0, 65535).astype("<u2")
        more = _MORE.pack(_NAME, peaks.frames) + loud.tobytes()
    return _HEAD.pack(*head) + data + more


def from_kept(data: bytes, name: str = "the file") -> Peaks:
    """Return what `kept` made, or audiowaveform. Raises `NotAudioError` with `name`."""
    if len(data) < _HEAD.size or data[:4] != b"\2\0\0\0" or data[4] & 1:
        return from_dat(data, name)
    _, _, _, each, length, channels = _HEAD.unpack_from(data)
    end = _HEAD.size + length * channels * 4
    found = from_dat(data[: max(end, 0)], name)
    if len(data) != end + _MORE.size + length * channels * 2:
        return found
    mark, frames = _MORE.unpack_from(data, end)
    if mark != _NAME or not 0 <= length * each - frames < each:
        return found
    loud = np.frombuffer(data, "<u2", offset=end + _MORE.size).astype(np.float32)
    rms = loud.reshape(length, channels)
    return Peaks(found.low, found.high, rms, found.sample_rate_hz, frames, each)


def bounded(peaks: Peaks) -> Peaks:
    """Return columns that are few enough to be kept."""
    while len(peaks) * peaks.channels > MOST_VALUES:
        peaks = peaks.coarser(2)
    return peaks
