"""The sound card's side of a player: what it takes, at which volume, and what of it is heard."""

import time

import numpy as np

from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.ring import CHANNELS
from s3audio_tui.audio.run import Mark, Run

START_S = 0.05
"""So much is decoded before the first sound."""
_REFILL_S = 0.5
"""So much before it goes on after it had to wait, lest it stutter."""

LEAD_S = 0.05
"""Silence before the first sound: some sound servers swallow what comes while they wake up."""


class Feed:
    """Copies from a run to the card; what is not there in time is silence. No method waits.

    `run`, `paused` and `volume` are set from outside; `latency_s` and `sample_rate_hz` are the open
    stream's. `waits` says whether there is silence because nothing is there yet.
    """

    def __init__(self, volume: float) -> None:
        self.run: Run | None = None
        self.volume = self._gain = volume
        self.paused = False
        self.waits = True
        self.latency_s = 0.0
        self.sample_rate_hz = 0
        self._lead_frames = 0
        self._need_s = START_S
        self._silent_frames = 0
        self._filled_at = 0.0

    def take_from(self, run: Run | None) -> None:
        """Take from this one from now on, once it has enough."""
        self.waits, self._need_s, self._silent_frames = True, START_S, 0
        self.run = run

    def opens(self, sample_rate_hz: int) -> None:
        """Take note that a stream is being opened: first it gets a little silence."""
        self.sample_rate_hz = sample_rate_hz
        self._lead_frames = int(LEAD_S * sample_rate_hz)

    def is_silent_for(self, seconds: float) -> bool:
        """Whether all that was taken was heard, and silence for so long."""
        return self._silent_frames >= (self.latency_s + seconds) * self.sample_rate_hz

    def heard(self) -> Mark | None:
        """Return which frame of which sound is at the ear: what was taken, less what is on its way.

        None where nothing was decoded yet.
        """
        run = self.run
        if run is None or run.ring is None:
            return None
        since = 0.0
        if not self._silent_frames and self._filled_at:
            since = (time.monotonic() - self._filled_at) * run.sample_rate_hz
        late = int(self.latency_s * run.sample_rate_hz - since) - self._silent_frames
        at = max(0, run.ring.taken_frames - max(0, late))
        mark = run.mark(at)
        return Mark(at, mark.index, mark.frame + at - mark.at)

    def fill(self, buffer: memoryview) -> None:
        """Fill what the card wants next."""
        out = self._behind_lead(np.frombuffer(buffer, "<i2").reshape(-1, CHANNELS))
        paused, run = self.paused, self.run
        goal = 0.0 if paused else self.volume
        count = 0
        if run is not None and (self._gain or not paused):
            count = self._take(run, out)
        out[count:] = 0
        self._level(out[:count], goal)
        missing = len(out) - count
        self._silent_frames = self._silent_frames + missing if missing else 0
        self._filled_at = time.monotonic()

    def _behind_lead(self, out: Samples) -> Samples:
        silent = min(self._lead_frames, len(out))
        self._lead_frames -= silent
        out[:silent] = 0
        return out[silent:]

    def _take(self, run: Run, out: Samples) -> int:
        ring, done = run.ring, run.done
        if ring is None or run.sample_rate_hz != self.sample_rate_hz:
            return 0
        enough = ring.is_full or ring.ready >= self._need_s * run.sample_rate_hz
        if self.waits and not (done or enough):
            return 0
        self.waits = False
        count = ring.take(out)
        if count < len(out) and not done:
            self.waits, self._need_s = True, _REFILL_S
        return count

    def _level(self, out: Samples, goal: float) -> None:
        """Turn it to the volume, from the one before in a straight line, lest it clicks."""
        before, self._gain = self._gain, goal
        if len(out) and not before == goal == 1.0:
            gains = np.linspace(before, goal, len(out), dtype=np.float32)[:, None]
            np.copyto(out, out * gains, casting="unsafe")
