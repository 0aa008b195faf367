"""Samples on their way from a decoder to the sound card: one thread puts, one takes, none waits."""

import numpy as np

from s3audio_tui.audio.columns import Samples

CHANNELS = 2
"""What goes to the sound card is stereo always, so that mono and stereo follow without a gap."""


class Ring:
    """Room for so many frames of stereo. `put_frames` and `taken_frames` only grow."""

    def __init__(self, frames: int) -> None:
        self._data = np.zeros((frames, CHANNELS), "<i2")
        self.put_frames = 0
        self.taken_frames = 0

    @property
    def ready(self) -> int:
        """How many frames can be taken."""
        return self.put_frames - self.taken_frames

    @property
    def is_full(self) -> bool:
        """Whether nothing more can be put."""
        return self.ready == len(self._data)

    def put(self, block: Samples) -> int:
        """Copy what there is room for from the block's start; return how many frames."""
        size, at = len(self._data), self.put_frames % len(self._data)
        count = min(len(block), size - self.ready)
        before = min(count, size - at)
        self._data[at : at + before] = block[:before]
        self._data[: count - before] = block[before:count]
        self.put_frames += count
        return count

    def take(self, out: Samples) -> int:
        """Fill `out` from its start with what is ready; return how many frames."""
        size, at = len(self._data), self.taken_frames % len(self._data)
        count = min(len(out), self.ready)
        before = min(count, size - at)
        out[:before] = self._data[at : at + before]
        out[before:count] = self._data[: count - before]
        self.taken_frames += count
        return count


def stereo(block: Samples) -> Samples:
    """Return a block of any number of channels as two: mono on both, more than two mixed in."""
    channels = block.shape[1]
    if channels == CHANNELS:
        return block
    if channels == 1:
        return np.repeat(block, CHANNELS, axis=1)
    rest = block[:, CHANNELS:].mean(axis=1, dtype=np.float32)[:, None]
    mixed: Samples = ((block[:, :CHANNELS] + rest) / 2).astype("<i2")
    return mixed
