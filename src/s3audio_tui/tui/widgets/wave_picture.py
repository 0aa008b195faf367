"""The picture of a waveform in a widget: drawn once for a part of a sound, a size and a look."""

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from s3audio_tui.tui.wave_view import View

if TYPE_CHECKING:
    from s3audio_tui.audio.peaks import Peaks
    from s3audio_tui.drawing.cells import Cells
    from s3audio_tui.drawing.picture import Look
    from s3audio_tui.errors import S3AudioError


class Sound(msgspec.Struct, frozen=True, eq=False):
    """What is known of a sound."""

    peaks: "Peaks"
    frames: int
    """Of all of it, also of what has not arrived."""
    exact: bool = True
    rough: "Peaks | None" = None
    """A first look at all of it, for what is not known yet."""
    detail: "Peaks | None" = None
    detail_at: int = 0
    """A part in finer columns, and its first frame."""
    trouble: "S3AudioError | None" = None
    """Why no more of it comes."""

    @property
    def is_growing(self) -> bool:
        """Whether a part of it has not arrived."""
        return self.peaks.frames < self.frames

    @property
    def rate_hz(self) -> int:
        """Frames in a second."""
        return self.peaks.sample_rate_hz

    def finest(self, view: View) -> "tuple[Peaks, int]":
        """Return the finest peaks that there are of a part, and their first frame."""
        detail, at = self.detail, self.detail_at
        if detail is not None and at <= view.begin and view.end <= at + detail.frames:
            return detail, at
        return self.peaks, 0

    def is_too_coarse(self, view: View, width: int) -> bool:
        """Return whether a column of the picture is shorter than one of the peaks."""
        peaks, _ = self.finest(view)
        each = peaks.samples_per_pixel or peaks.frames / max(len(peaks), 1)
        return each > 1 and view.span < each * width


def cells_of(sound: Sound, view: View, width: int, height: int, look: "Look") -> "Cells":
    """Return the cells of a part of a sound; what is only known roughly is dim."""
    from s3audio_tui.drawing.cells import beside
    from s3audio_tui.drawing.levels import levels
    from s3audio_tui.drawing.picture import columns_a_cell, picture

    each = columns_a_cell(look)
    peaks, at = sound.finest(view)
    if peaks.samples_per_pixel == 1 and view.span <= width and sound.exact:
        from s3audio_tui.drawing.samples import lines, samples

        return lines(
            samples(peaks, view.begin, view.end + 1, at=at), view.span, width, height, look
        )
    found = levels(peaks, view.begin, view.end, width * each, at=at)
    drawn = picture(found, height, replace(look, exact=sound.exact))
    known = found.known // each
    if sound.rough is None or known >= width:
        return drawn
    guess = levels(sound.rough, view.begin, view.end, width * each)
    rough = picture(guess, height, replace(look, exact=False))
    return beside(drawn.part(0, known), rough.part(known, width))
