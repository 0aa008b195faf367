"""Where the markers of a take lie in what a microphone has heard, which goes on in a pause."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from s3audio_tui.audio.meter import Meter
    from s3audio_tui.library.recording import Recording
    from s3audio_tui.library.takes import Take

_SHOWN_S = 60.0


class Place(msgspec.Struct, frozen=True):
    """A marker, at a frame of all that its meter has heard."""

    frame: int
    word: str


class Places:
    """Takes note, part by part, of how far the take is behind what was heard."""

    def __init__(self) -> None:
        self._behind: dict[tuple[str, int], tuple[Meter, int]] = {}

    def see(self, recording: "Recording") -> None:
        """Take note, if a part has begun."""
        folder = recording.folder
        if folder is None or recording.state != "recording":
            return
        part = (folder.take.id, len(folder.take.parts) - 1)
        if part not in self._behind and part[1] >= 0:
            meter = recording.meter
            self._behind[part] = (meter, meter.frames - recording.frame)

    def of(self, recording: "Recording") -> tuple[Place, ...]:
        """Return the markers of the last minute, the oldest first."""
        folder, meter = recording.folder, recording.meter
        if folder is None or not folder.take.markers:
            return ()
        since = meter.frames - _SHOWN_S * folder.take.form.rate_hz
        found = (each for each in self._placed(folder.take, meter) if each.frame >= since)
        return tuple(sorted(found, key=lambda each: each.frame))

    def _placed(self, take: "Take", meter: "Meter") -> Iterator[Place]:
        begins = [part.first_frame for part in take.parts]
        for marker in take.markers:
            number = sum(begin <= marker.frame for begin in begins) - 1
            heard, behind = self._behind.get((take.id, number), (None, 0))
            if heard is meter:
                yield Place(marker.frame + behind, marker.word)
