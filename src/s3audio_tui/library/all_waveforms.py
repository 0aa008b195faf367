"""Peaks for a whole library: of all sounds that have none, a few at a time; it can be resumed."""

import os
import threading
from collections.abc import Iterator, Sequence

from s3audio_tui.audio.peaks import Peaks
from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Row
from s3audio_tui.errors import NotAllowedError, NotAudioError
from s3audio_tui.library import glances, kept_waveforms
from s3audio_tui.library.each import Emit, each
from s3audio_tui.library.events import Done, ItemEvent, Noted, Progress, Started
from s3audio_tui.library.opening import Library
from s3audio_tui.library.sidecars import PEAKS, peaks_key
from s3audio_tui.library.sources import ObjectSource
from s3audio_tui.library.waveforms import growing
from s3audio_tui.store import spans

_WORKERS = 4
_WINDOW = 500


def without_peaks(library: Library, *, force: bool = False) -> list[Row]:
    """Return the sounds that have no peaks in the bucket, with `force` all; one list tells.

    Those of who may not write are on this machine. The catalog has to be up to date.
    """
    there = set() if force else _shared(library)
    writes = library.may_write()
    found: list[Row] = []
    keys = list(library.catalog.all_keys())
    for at in range(0, len(keys), _WINDOW):
        for row in library.catalog.rows(keys[at : at + _WINDOW]):
            if not row.format or peaks_key(row.key, row.etag) in there:
                continue
            if force or writes or not library.peaks.has(row.key, row.etag):
                found.append(row)
    return found


def _shared(library: Library) -> set[str]:
    try:
        return {
            library.relative(entry.key)
            for page in spans.pages(library.store, library.full(PEAKS))
            for entry in page
        }
    except NotAllowedError:
        return set()


def make_all(
    library: Library, rows: Sequence[Row], *, force: bool = False, cancel: CancelToken | None = None
) -> Iterator[ItemEvent]:
    """Make the peaks of these, and yield what happens. What was done stays, wherever it stops."""
    token, written, lock = cancel or CancelToken(), [0], threading.Lock()
    told: list[str] = []

    def act(row: Row, emit: Emit) -> None:
        emit(Started(row.key, "", row.size_bytes))

        def tell(text: str) -> None:
            with lock:
                if text not in told:
                    told.append(text)
                    emit(Noted(row.key, "", text))

        data = None if force else library.peaks.get(row.key, row.etag)
        if data is None:
            data = _made(library, row, token, emit)
        size = kept_waveforms.share(library, row, data, tell, replace=force)
        with lock:
            written[0] += size
        emit(Done(row.key, "", row.size_bytes))

    workers = min(_WORKERS, os.cpu_count() or 1)
    try:
        yield from each(rows, act, lambda row: (row.key, ""), token, workers=workers)
    finally:
        kept_waveforms.settle(library, written[0])


def _made(library: Library, row: Row, token: CancelToken, emit: Emit) -> bytes:
    made: Peaks | None = None
    with ObjectSource(library, row).open(token) as opened:
        for shown in growing(opened):
            made = shown.peaks
            if shown.frames:
                done = row.size_bytes * made.frames // shown.frames
                emit(Progress(row.key, "", min(done, row.size_bytes), row.size_bytes))
    if made is None:
        raise NotAudioError(f"{row.key} holds no sound", "look at the original", key=row.key)
    glances.keep(library, row, made)
    return kept_waveforms.keep(library, row, made)
