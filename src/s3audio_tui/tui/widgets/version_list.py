"""The versions of a file, one a line: which is current, when, how large, and its id."""

from collections.abc import Sequence

from s3audio_tui.library.versions import Version
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import left, right
from s3audio_tui.tui.widgets.line_list import LineList, Piece
from s3audio_tui.units import age_text, size_text, stamp_text

_STATES = {"current": "accent", "older": "text", "deleted": "warning"}


class VersionList(LineList):
    """Lists versions, the newest first."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._versions: Sequence[Version] = ()
        self._now = 0.0

    def show(self, versions: Sequence[Version], now: float) -> None:
        """List these; ages are told as of `now`."""
        self._versions, self._now = versions, now
        self.relist(
            len(versions), next((i for i, v in enumerate(versions) if v.state == "older"), 0)
        )

    @property
    def version(self) -> Version | None:
        """The one under the cursor."""
        return self._versions[self.cursor] if self.cursor < len(self._versions) else None

    def pieces(self, line: int, width: int) -> list[Piece]:
        """Return what a line shows."""
        version = self._versions[line]
        stamp = stamp_text(version.modified)[:16]
        size = "" if version.is_delete_marker else size_text(version.size_bytes)
        return [
            (" ● " if version.is_current else "   ", "accent"),
            (left(version.state, 9), _STATES[version.state]),
            (left(stamp, 18), "text"),
            (left(age_text(version.modified, self._now), 14), "dim"),
            (right(size, 9), "text"),
            ("   ", "text"),
            (left(safe(version.id), max(0, width - 57)), "faint"),
        ]
