"""The head of a WAV file of any length: RF64 where the sizes do not fit into 32 bits.

Source of the layout: EBU Tech 3306, "RF64: An extended file format for audio".
"""

import struct

from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.audio.wav_file import HEADER_BYTES, MOST_BYTES, header

_UNSAID = 0xFFFFFFFF
"""Stands where a size does not fit; the chunk `ds64` has it."""

_DS64_BYTES = 28
_HEAD_BYTES = 80


def head_of(form: SampleFormat, data_bytes: int, tail_bytes: int = 0) -> bytes:
    """Return what stands before so many bytes of samples, and chunks behind them."""
    if data_bytes + data_bytes % 2 + tail_bytes <= MOST_BYTES:
        whole = header(form, data_bytes)
        size = int.from_bytes(whole[4:8], "little") + tail_bytes
        return whole[:4] + struct.pack("<I", size) + whole[8:]
    ds64 = struct.pack(
        "<4sIQQQI",
        b"ds64",
        _DS64_BYTES,
        _HEAD_BYTES - 8 + data_bytes + data_bytes % 2 + tail_bytes,
        data_bytes,
        data_bytes // form.frame_bytes,
        0,
    )
    fmt = header(form, 0)[12 : HEADER_BYTES - 8]
    return b"".join(
        [
            struct.pack("<4sI4s", b"RF64", _UNSAID, b"WAVE"),
            ds64,
            fmt,
            struct.pack("<4sI", b"data", _UNSAID),
        ]
    )
