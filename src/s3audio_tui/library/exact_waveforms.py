"""Peaks of a whole sound as somebody wants them: so many, or of so many frames each."""

from collections.abc import Callable
from dataclasses import dataclass

from s3audio_tui.audio.columns import Columns, mixed
from s3audio_tui.audio.growing import finest
from s3audio_tui.audio.peaks import Peaks, peaks_of
from s3audio_tui.cancel import CancelToken
from s3audio_tui.library import kept_waveforms
from s3audio_tui.library.sources import FileSource, ObjectSource, Opened, Source
from s3audio_tui.library.waveforms import Made


@dataclass(frozen=True, slots=True)
class Wanted:
    """Exactly `count` columns, or else columns of `samples_per_pixel` frames.

    Each channel by itself where they are `split`, else one for all.
    """

    count: int = 0
    samples_per_pixel: int = 0
    split: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Exact:
    """The peaks, and where they come from."""

    peaks: Peaks
    made: Made
    channels: int
    """Of the sound itself."""


def exact(
    source: Source,
    wanted: Wanted,
    *,
    anew: bool = False,
    cancel: CancelToken | None = None,
    tell: Callable[[str], None] = lambda text: None,
    share: bool = True,
) -> Exact:
    """Return the peaks as they are wanted, of kept ones where these can be the same.

    Otherwise, and where they are made `anew`, the sound is decoded: twice where its length has to
    be known and is not. What else is found by it is kept. The rest is as in `waveforms.shown`.
    """
    token = cancel or CancelToken()
    known = None if anew else _known(source)
    if known is not None and (peaks := _of_kept(known[0], wanted)) is not None:
        return Exact(peaks, known[1], known[0].channels)
    frames = known[0].frames if known is not None and known[0].rms is not None else None
    found, base = _decoded(source, wanted, token, frames)
    if known is None and isinstance(source, ObjectSource):
        library, row = source.library, source.row
        data = kept_waveforms.keep(library, row, base)
        if share:
            written = kept_waveforms.share(library, row, data, tell, replace=anew)
            kept_waveforms.settle(library, written)
    return found


def _known(source: Source) -> tuple[Peaks, Made] | None:
    """Return peaks that are exactly those of the sound: what lies beside it need not be."""
    if isinstance(source, FileSource):
        return None
    found = kept_waveforms.find(source.library, source.row)
    return None if found is None or found.place == "beside" else (found.peaks, found.place)


def _of_kept(found: Peaks, wanted: Wanted) -> Peaks | None:
    each = found.samples_per_pixel
    plain = wanted.split or found.channels == 1
    if wanted.count or not plain or wanted.samples_per_pixel % each:
        return None
    times = wanted.samples_per_pixel // each
    return found if times == 1 else found.coarser(times)


def _decoded(
    source: Source, wanted: Wanted, token: CancelToken, frames: int | None
) -> tuple[Exact, Peaks]:
    """Decode it, and once more where its length was not known; return also what is kept."""
    with source.open(token) as opened:
        expected = opened.sound.frames if frames is None else frames
        found, base = _one_pass(opened, wanted, expected)
    if found is not None and (not wanted.count or base.frames == expected):
        return Exact(found, "local", base.channels), base
    with source.open(token) as opened:
        again, _ = _one_pass(opened, wanted, base.frames)
    return Exact(again or base, "local", base.channels), base


def _one_pass(opened: Opened, wanted: Wanted, frames: int | None) -> tuple[Peaks | None, Peaks]:
    """Return what is wanted, if the length that it needs is known, and what is kept."""
    sound = opened.sound
    each = finest(sound.frames, opened.size_bytes, sound.channels)
    base = Columns(sound.channels, each)
    channels = sound.channels if wanted.split else 1
    columns: Columns | None = None
    if not wanted.count:
        columns = Columns(channels, wanted.samples_per_pixel, energy=False)
    elif frames is not None:
        columns = Columns(channels, count=wanted.count, frames_all=frames, energy=False)
    for block in opened.blocks():
        base.add(block)
        if columns is not None:
            columns.add(block if wanted.split else next(mixed(iter((block,)))))
    rate_hz, pixel = sound.sample_rate_hz, wanted.samples_per_pixel
    found = None if columns is None else peaks_of(columns, rate_hz, pixel)
    return found, peaks_of(base, rate_hz, each)
