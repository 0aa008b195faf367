"""Where one was: the places behind and ahead, as a browser keeps them. Values, no reading."""

import msgspec

from s3audio_tui.tui.place import Place

_KEPT = 100


class Visit(msgspec.Struct, frozen=True):
    """A place, the row that the cursor stood on, and at which line of the screen that was."""

    place: Place
    cursor_key: str | None = None
    line: int | None = None


class Past(msgspec.Struct):
    """The places that one left, the latest last."""

    _behind: list[Visit] = msgspec.field(default_factory=list)
    _ahead: list[Visit] = msgspec.field(default_factory=list)

    @property
    def can_go_back(self) -> bool:
        """Whether there is a place behind."""
        return bool(self._behind)

    @property
    def can_go_forward(self) -> bool:
        """Whether one has gone back before."""
        return bool(self._ahead)

    def left(self, here: Visit) -> None:
        """Note that one goes elsewhere from here."""
        self._ahead.clear()
        if self._behind and self._behind[-1].place == here.place:
            self._behind.pop()
        self._behind.append(here)
        del self._behind[:-_KEPT]

    def stood_in(self, prefix: str) -> str | None:
        """Return the row on which one left a folder last."""
        seen = (v for v in reversed(self._behind) if v.place.prefix == prefix)
        return next((v.cursor_key for v in seen if not v.place.searching), None)

    def back(self, here: Visit) -> Visit | None:
        """Return the place before, and note the one that is left; None where there is none."""
        return _step(self._behind, self._ahead, here)

    def forward(self, here: Visit) -> Visit | None:
        """Return the place from which one went back; None where there is none."""
        return _step(self._ahead, self._behind, here)


def _step(source: list[Visit], goal: list[Visit], here: Visit) -> Visit | None:
    if not source:
        return None
    goal.append(here)
    return source.pop()
