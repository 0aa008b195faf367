"""Which part of a sound is in sight, and where in it a column is. A value; knows no widget."""

import msgspec

LEAST_FRAMES = 16
"""As far as one can zoom in."""

_TURNED = 10
"""What plays on stands behind so many parts of what is in sight, when that turns."""


class View(msgspec.Struct, frozen=True):
    """The frames from `begin` to `end` of a sound that has `frames`."""

    begin: int
    end: int
    frames: int

    @classmethod
    def whole(cls, frames: int) -> "View":
        """Return all of a sound."""
        return cls(0, max(frames, 1), max(frames, 1))

    @property
    def span(self) -> int:
        """How many frames are in sight."""
        return self.end - self.begin

    @property
    def is_whole(self) -> bool:
        """Whether all is in sight."""
        return self.span >= self.frames

    def zoomed(self, times: float, around: int) -> "View":
        """Return a part so many times as short; the frame `around` stays where it is."""
        least = min(LEAST_FRAMES, self.frames)
        span = max(least, min(round(self.span / times), self.frames))
        share = (around - self.begin) / self.span
        return self.part(round(around - share * span), span)

    def panned(self, frames: int) -> "View":
        """Return a part as long, farther to the right by so many frames, or to the left."""
        return self.part(self.begin + frames, self.span)

    def part(self, begin: int, span: int) -> "View":
        """Return a part that lies in the sound."""
        begin = max(0, min(begin, self.frames - span))
        return View(begin, begin + span, self.frames)

    def with_frame(self, frame: int) -> "View":
        """Return this part, or one as long in which a frame is in sight."""
        if self.holds(frame):
            return self
        return self.part(frame - self.span // 2, self.span)

    def turned_to(self, frame: int) -> "View":
        """Return this part, or one as long with a frame near its left, so that it can go on."""
        if self.holds(frame):
            return self
        return self.part(frame - self.span // _TURNED, self.span)

    def holds(self, frame: int) -> bool:
        """Return whether a frame is in sight."""
        return self.begin <= frame < self.end

    def column(self, frame: int, width: int) -> int:
        """Return in which column a frame is; it may be out of sight."""
        if self.span <= width:  # single samples: the column with which it begins
            return -(-(frame - self.begin) * width // self.span)
        # the columns' edges are cut towards zero, so this one may begin after the frame
        return ((frame - self.begin + 1) * width - 1) // self.span

    def frame(self, column: int, width: int) -> int:
        """Return the first frame of a column, in the sound."""
        at = self.begin + column * self.span // max(width, 1)
        return max(0, min(at, self.frames))
