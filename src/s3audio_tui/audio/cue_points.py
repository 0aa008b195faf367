"""Marked places of a WAV file, as the chunks `cue ` and `LIST adtl` that stand behind its samples.

Sources: Microsoft's "Multimedia Programming Interface and Data Specifications 1.0"; the words are
in UTF-8, as programs of today read them.
"""

import struct
from collections.abc import Sequence

MOST_FRAMES = 0xFFFFFFFF
"""A place beyond cannot be said."""

_POINT = "<II4sIII"


def cue_chunks(points: Sequence[tuple[int, str]]) -> bytes:
    """Return the chunks that mark frames with words; nothing where there are none."""
    if not points:
        return b""
    placed = b"".join(
        struct.pack(_POINT, number, frame, b"data", 0, 0, frame)
        for number, (frame, _) in enumerate(points, 1)
    )
    words = b"".join(_label(number, word) for number, (_, word) in enumerate(points, 1))
    counted = struct.pack("<I", len(points))
    return _chunk(b"cue ", counted + placed) + _chunk(b"LIST", b"adtl" + words)


def _label(number: int, word: str) -> bytes:
    text = word.replace("\0", " ").encode("utf-8", "replace")
    return _chunk(b"labl", struct.pack("<I", number) + text + b"\0")


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
