"""The waveform of one file made behind the screen: one at a time, and the last one wanted."""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from s3audio_tui import courtesy, logs
from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import CancelledError, NotAudioError, S3AudioError
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.widgets.wave_picture import Sound

if TYPE_CHECKING:
    from concurrent.futures import Future

    from textual.timer import Timer

    from s3audio_tui.library.opening import Library
    from s3audio_tui.library.waveforms import Shown

_LOG = logging.getLogger(logs.NAME)

Make = Callable[[Row, CancelToken], "Iterator[Shown]"]
"""Makes a waveform, on a thread; yields what is known of it, more and more."""

Told: TypeAlias = Sound | S3AudioError | None
"""What is known of a sound, why nothing is, or nothing yet."""

Tell = Callable[[Told], None]
OnLoop = Callable[[Callable[[], None]], object]
After = Callable[[float, Callable[[], None]], "Timer"]

_PATIENCE_S = 0.06
"""The cursor may be on its way to another row."""

_STILL_S, _AT_ONCE_S = 0.2, 0.005
"""Where it has stood still so long, the first row that it goes to need not wait."""

_MOST_KNOWN = 50


def made_of(library: "Library", row: Row, cancel: CancelToken) -> "Iterator[Shown]":
    """Yield the waveform of a file of a library."""
    from s3audio_tui.library import waveforms  # on a thread, with what decodes sound

    library.decoders.stand_by()
    yield from waveforms.shown(library, row, cancel=cancel)


def make_ready(library: "Library") -> None:
    """Load what makes and draws waveforms, and start a decoder, before somebody waits for them."""
    courtesy.after_you()
    library.decoders.warm()
    from s3audio_tui.drawing import picture  # noqa: F401 - so that the loop need not load it
    from s3audio_tui.library import waveforms  # noqa: F401


class WaveSide:
    """Runs what makes a waveform, and tells all who follow it.

    All methods return at once; they are called on the loop.
    """

    def __init__(self, make: Make, pool: DaemonPool, on_loop: OnLoop, after: After) -> None:
        """Take what makes a waveform, threads for it, a way back to the loop, and a timer."""
        self._make, self._pool, self._on_loop, self._after = make, pool, on_loop, after
        self._row: Row | None = None
        self._wanted: Row | None = None
        self._token = CancelToken()
        self._timer: Timer | None = None
        self._known: dict[tuple[str, str], Sound] = {}
        self._tells: list[Tell] = []
        self._latest: Told = None
        self._held = False
        self._moved_at = -_STILL_S

    @property
    def waiting(self) -> bool:
        """Whether one shall be made in a moment."""
        return self._timer is not None

    def follow(self, tell: Tell) -> Callable[[], None]:
        """Tell what is known now, and what comes; return what ends that."""
        self._tells.append(tell)
        tell(self._latest)
        return partial(self._forget, tell)

    def _forget(self, tell: Tell) -> None:
        if tell in self._tells:
            self._tells.remove(tell)

    def close(self) -> None:
        """Make nothing any more, and tell nobody."""
        self._tells.clear()
        self._held = False
        self.look_at(None)

    def hold(self, row: Row) -> Callable[[], None]:
        """Look at a file whatever else is wanted meanwhile; return what ends that."""
        wanted, self._held = self._wanted, False
        self.look_at(row)
        self._wanted, self._held = wanted, True
        return self._release

    def _release(self) -> None:
        self._held = False
        self.look_at(self._wanted)

    def look_at(self, row: Row | None) -> None:
        """Make the waveform of a file, and no other one any more."""
        self._wanted = row
        if self._held or _version(row) == _version(self._row):
            return
        self._row = row
        self._leave()
        known = self._known.get(_version(row)) if row is not None else None
        self._tell(known)
        if row is not None and known is None:
            still = monotonic() - self._moved_at >= _STILL_S
            patience_s = _AT_ONCE_S if still else _PATIENCE_S
            self._timer = self._after(patience_s, partial(self._begin, row))
        self._moved_at = monotonic()

    def look_again(self) -> None:
        """Try once more what could not be read; a sound that is to blame itself stays as it is."""
        latest = self._latest
        failed = latest.trouble if isinstance(latest, Sound) else latest
        if self._row is not None and failed is not None and not isinstance(failed, NotAudioError):
            self._leave()
            self._begin(self._row)

    def _leave(self) -> None:
        self._token.cancel()
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _begin(self, row: Row) -> None:
        self._timer, self._token = None, CancelToken()
        running = self._pool.submit(partial(self._run, row, self._token))
        running.add_done_callback(partial(self._see_end, row, self._token))

    def _run(self, row: Row, token: CancelToken) -> None:
        try:
            token.check()
            for value in self._make(row, token):
                token.check()
                self._on_loop(partial(self._take, row, token, sound_of(value, row), value.done))
        except CancelledError:
            return
        except S3AudioError as error:
            self._on_loop(partial(self._take, row, token, error, False))

    def _see_end(self, row: Row, token: CancelToken, ended: "Future[None]") -> None:
        """Say, on the thread still, that an error has come which nobody foresaw."""
        error = ended.exception()
        if error is None or token.cancelled:
            return
        _LOG.error("unforeseen error, the waveform of %s", row.key, exc_info=error)
        told = S3AudioError(
            f"the waveform cannot be made: unforeseen error, {type(error).__name__}",
            "the log says more",
        )
        with suppress(RuntimeError):  # the app has ended, and its loop with it
            self._on_loop(partial(self._take, row, token, told, False))

    def _take(self, row: Row, token: CancelToken, value: Told, done: bool) -> None:
        if token.cancelled:
            return
        if isinstance(value, S3AudioError) and isinstance(self._latest, Sound):
            value = replace(self._latest, trouble=value)  # what there was stays to be seen
        if done and isinstance(value, Sound):
            if len(self._known) >= _MOST_KNOWN:
                del self._known[next(iter(self._known))]
            self._known[_version(row)] = value
        self._tell(value)

    def _tell(self, value: Told) -> None:
        self._latest = value
        for tell in [*self._tells]:
            tell(value)


def _version(row: Row | None) -> tuple[str, str]:
    return (row.key, row.etag) if row is not None else ("", "")


def sound_of(value: "Shown", row: Row) -> Sound:
    """Return what a widget shows; where the length is not known, what the catalog thinks."""
    peaks, frames = value.peaks, value.frames
    if frames is None and not value.done:
        frames = round((row.duration_s or 0) * peaks.sample_rate_hz)
    whole = max(frames or 0, peaks.frames)
    return Sound(peaks, whole, value.exact, value.rough)
