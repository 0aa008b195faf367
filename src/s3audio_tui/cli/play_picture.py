"""The waveform of what is played, as rows of text; it grows while it is made."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import groupby

from s3audio_tui.audio.told import Now
from s3audio_tui.cancel import CancelToken
from s3audio_tui.drawing.cells import Cells, Marks, Role, beside, mark
from s3audio_tui.drawing.glyphs import Glyphs
from s3audio_tui.drawing.levels import levels
from s3audio_tui.drawing.picture import Look, picture
from s3audio_tui.errors import S3AudioError
from s3audio_tui.library import waveforms
from s3audio_tui.library.sources import ObjectSource, Source
from s3audio_tui.library.waveforms import Shown

_MOST_ROWS = 7
_LEAST_ROWS = 3
_OTHER_LINES = 2
"""The line below it, and one of what was there before."""
_LEAVE_S = 2.0

_COLORS = {
    Role.PLAYED_PEAK: "36",
    Role.PLAYED_RMS: "36",
    Role.LINE: "2",
    Role.DIM: "2",
    Role.CLIP: "31",
}


class PlayPicture:
    """Makes the waveform on a thread of its own, and draws what is known of it."""

    def __init__(self, source: Source, glyphs: Glyphs, *, color: bool, share: bool) -> None:
        self._source, self._glyphs = source, glyphs
        self._color, self._share = color, share
        self._cancel = CancelToken()
        self._thread = threading.Thread(target=self._work, name="s3audio-picture", daemon=True)
        self._latest: Shown | None = None
        self._drawn: tuple[Shown, int, int, Cells] | None = None

    def begin(self) -> None:
        """Begin to make it; once the sound is heard, which it would delay else."""
        if not self._thread.ident:
            self._thread.start()

    def close(self) -> None:
        """Stop making it."""
        self._cancel.cancel()
        if self._thread.ident:
            self._thread.join(_LEAVE_S)

    def rows(self, now: Now, columns: int, lines: int) -> list[str]:
        """Return the rows for a terminal of that size: none where nothing is known, or no room."""
        shown, height = self._latest, min(_MOST_ROWS, lines - _OTHER_LINES)
        width = columns - 1  # behind a full line terminals differ
        if shown is None or height < _LEAST_ROWS or width < 1:
            return []
        cells = self._cells(shown, width, height).part(0, width)
        duration_s = _frames(shown) / shown.peaks.sample_rate_hz
        at = round(width * min(1.0, now.at_s / duration_s)) if duration_s else 0
        head = None if self._color else min(at, width - 1)
        mark(cells, Marks(played=at, head=head, ascii=self._glyphs is Glyphs.ASCII))
        texts = cells.text()
        if not self._color:
            return texts
        return [_colored(text, fore.tolist()) for text, fore in zip(texts, cells.fore, strict=True)]

    def _cells(self, shown: Shown, width: int, height: int) -> Cells:
        """Return the picture without marks; drawn once for as long as nothing has changed."""
        drawn = self._drawn
        if drawn is None or drawn[0] is not shown or drawn[1:3] != (width, height):
            drawn = (shown, width, height, self._draw(shown, width, height))
            self._drawn = drawn
        return drawn[3]

    def _draw(self, shown: Shown, width: int, height: int) -> Cells:
        whole = max(_frames(shown), 1)
        look = Look(glyphs=self._glyphs, stereo=False, exact=shown.exact)
        found = levels(shown.peaks, 0, whole, width)
        cells = picture(found, height, look)
        if shown.rough is None or found.known >= width:
            return cells
        rest = picture(levels(shown.rough, 0, whole, width), height, replace(look, exact=False))
        return beside(cells.part(0, found.known), rest.part(found.known, width))

    def _work(self) -> None:
        with suppress(S3AudioError, OSError):  # who plays says what is wrong with it
            for shown in self._values():
                self._latest = shown

    def _values(self) -> Iterator[Shown]:
        source, cancel = self._source, self._cancel
        if isinstance(source, ObjectSource):
            return waveforms.shown(source.library, source.row, cancel=cancel, share=self._share)
        return waveforms.shown_file(source.path, cancel=cancel)


def _frames(shown: Shown) -> int:
    return max(shown.frames or 0, shown.peaks.frames)


def _colored(text: str, roles: list[int]) -> str:
    parts = []
    for role, pairs in groupby(zip(roles, text, strict=True), key=lambda pair: pair[0]):
        part, code = "".join(char for _, char in pairs), _COLORS.get(Role(role))
        parts.append(f"\x1b[{code}m{part}\x1b[0m" if code else part)
    return "".join(parts)
