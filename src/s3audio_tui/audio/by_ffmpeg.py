"""Sound by FFmpeg (PyAV): MP3, Ogg, Opus, M4A, AAC and WebM."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

import av
import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.resampler import AudioResampler
from av.container import InputContainer

from s3audio_tui.audio.bare_frames import entry_at
from s3audio_tui.audio.clusters import into_webm
from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.fragments import Fragments, fragments_of
from s3audio_tui.audio.frames import adts_frame, mp3_frame
from s3audio_tui.audio.ogg_pages import into_ogg
from s3audio_tui.audio.planes import Planes
from s3audio_tui.audio.spliced import spliced
from s3audio_tui.errors import NotAudioError

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame

    from s3audio_tui.audio.decode import Sound
    from s3audio_tui.audio.entering import Wanted

_BLOCK_FRAMES = 1 << 15
"""Frames of a thousand samples are joined to so many, and then made 16 bits or compared: to do that
with each takes as long as to decode it."""
_BLOCK_SAMPLES = 1 << 17
_BEFORE_S = 0.2
_NEED_NO_END = frozenset({"ogg", "matroska"})
_CODECS = frozenset({"mp3", "mp3float", "vorbis", "opus", "flac", "aac", "alac"})


def by_ffmpeg(file: BinaryIO, name: str, demuxer: str, wanted: "Wanted") -> "Sound":
    """Open it as what it is: `demuxer` is FFmpeg's word. Raises `NotAudioError`.

    A sound from a frame other than its first on is right to some milliseconds where its format
    tells times; else as `bare_frames` says.
    """
    from s3audio_tui.audio.decode import Sound

    fragments = None
    if wanted.first and demuxer == "mov":
        fragments = fragments_of(file, wanted.size_bytes)
    reads_on = not wanted.first or fragments is not None
    container = _container(file, name, demuxer, from_start=reads_on)
    stream = next(iter(container.streams.audio), None)
    if stream is None or stream.codec_context is None or stream.codec_context.name not in _CODECS:
        raise NotAudioError(f"{name} holds no sound that is known", "look at the original")
    rate_hz, channels = stream.codec_context.sample_rate, stream.codec_context.channels
    surplus = _Surplus(wanted.first)
    part = None
    if rate_hz and fragments is not None:
        part = _fragment(file, fragments, wanted, container)
    elif rate_hz and wanted.first:
        part = _part(file, demuxer, wanted, container)
    if part is not None:
        container = _container(part.file, name, demuxer, from_start=fragments is not None)
        surplus = part.surplus
    opened = _Opened(container, name, channels)
    bulk = None if wanted.first else partial(_bulk, opened)
    return Sound(rate_hz, channels, None, partial(_blocks, opened, surplus), bulk)


class _Forward:
    """A file as FFmpeg sees a stream: it cannot look for a length or a table at its end."""

    def __init__(self, file: BinaryIO) -> None:
        self.read = file.read


def _container(
    file: BinaryIO, name: str, demuxer: str, *, from_start: bool = False
) -> InputContainer:
    file.seek(0)
    seen = _Forward(file) if from_start and demuxer in _NEED_NO_END else file
    options = {"format_whitelist": demuxer}
    if from_start:
        options["fflags"] = "+ignidx"  # else all fragments of an M4A are looked for, at its opening
    try:
        return av.open(seen, "r", demuxer, container_options=options)
    except (av.FFmpegError, ValueError) as error:
        raise _damaged(name, error) from None


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a file is decoded where FFmpeg would read, or look, through much of it."""

    file: BinaryIO
    surplus: "_Surplus"


def _part(
    file: BinaryIO, demuxer: str, wanted: "Wanted", container: InputContainer
) -> _Part | None:
    stream = container.streams.audio[0]
    if demuxer in ("ogg", "matroska"):
        start_s = float((stream.start_time or 0) * (stream.time_base or 1))
        if demuxer == "ogg":
            found = into_ogg(file, wanted, stream.sample_rate, round(start_s * stream.sample_rate))
        else:
            found = into_webm(file, wanted, stream.sample_rate)
        if found is None:
            return None
        head, entry = found
        part = spliced(head, file, entry.at, wanted.size_bytes)
        return _Part(part, _Surplus(wanted.first, start_s=start_s))
    parse = {"mp3": mp3_frame, "aac": adts_frame}.get(demuxer)
    entered = entry_at(file, parse, wanted, stream.sample_rate) if parse else None
    if entered is None:
        return None
    part = spliced(b"", file, entered.at, wanted.size_bytes)
    return _Part(part, _Surplus(wanted.first, entered=entered.frame))


def _fragment(
    file: BinaryIO, fragments: Fragments, wanted: "Wanted", container: InputContainer
) -> _Part:
    """Return what is left without the fragments before a frame, or all, to be read on."""
    start_s = _start_s(container)
    part = fragments.from_frame(wanted.first, container.streams.audio[0].sample_rate)
    goes = part is not None
    return _Part(part or file, _Surplus(wanted.first, start_s=start_s, goes=goes))


def _start_s(container: InputContainer) -> float:
    """Return the time of the first frame; an Opus has some before it that are left out."""
    with suppress(av.FFmpegError, StopIteration):
        if (time := next(container.decode(audio=0)).time) is not None:
            return time
    stream = container.streams.audio[0]
    return float((stream.start_time or 0) * (stream.time_base or 1))


@dataclass(frozen=True, slots=True)
class _Opened:
    """What is decoded."""

    container: InputContainer
    name: str
    channels: int


def _blocks(opened: _Opened, surplus: "_Surplus") -> Iterator[Samples]:
    resampler: AudioResampler | None = None
    for joined in _joined(opened, surplus):
        resampler = resampler or AudioResampler("s16", joined.layout, joined.sample_rate)
        yield from surplus.without(_samples(resampler, joined, opened))


def _bulk(opened: _Opened) -> Iterator[Samples | Planes]:
    """Yield floats as they are, and 16 bits of all else."""
    resampler: AudioResampler | None = None
    work = np.empty(_BLOCK_FRAMES, np.float32)
    for joined in _joined(opened, _Surplus(0)):
        resampler = resampler or AudioResampler("s16", joined.layout, joined.sample_rate)
        if joined.format.name != "fltp":
            yield from _samples(resampler, joined, opened)
            continue
        planes = [
            np.frombuffer(memoryview(plane), np.float32, joined.samples) for plane in joined.planes
        ]
        yield Planes(planes, work, partial(_whole, resampler, joined, opened))


def _joined(opened: _Opened, surplus: "_Surplus") -> Iterator["AudioFrame"]:
    """Yield frames that are joined to large ones. Those before a fault are good, and yielded before
    it is raised."""
    failure: Exception | None = None
    joined, begun = AudioFifo(), False
    most = max(1, min(_BLOCK_FRAMES, _BLOCK_SAMPLES // opened.channels))
    stream = opened.container.streams.audio[0]
    decode = stream.codec_context.decode  # by the container it takes a twentieth longer
    try:
        surplus.go_before(opened.container)
        for packet in opened.container.demux(stream):
            for frame in decode(packet):
                if not begun:
                    begun = _begins(frame, opened.channels, surplus)
                frame.pts = None
                joined.write(frame)
            while (whole := joined.read(most)) is not None:
                yield whole
    except (av.FFmpegError, ValueError) as error:
        failure = error
    if (rest := joined.read(0, partial=True)) is not None:
        yield rest
    if failure is not None:
        raise _damaged(opened.name, failure) from None


class _Surplus:
    """What lies between the place to which FFmpeg can go and the frame that is wanted."""

    def __init__(
        self,
        first: int,
        *,
        entered: int | None = None,
        start_s: float | None = None,
        goes: bool = False,
    ) -> None:
        """With `entered` it begins with that frame. With `start_s` it is before the frame, and
        tells the time of a sound that began at `start_s`; FFmpeg need not go on unless it `goes`.
        """
        self._goes = goes or (entered is None and start_s is None and first > 0)
        self._tells = entered is None and first > 0
        self._first = first
        self._frames = first - (entered or 0)
        self._start_s = start_s

    def go_before(self, container: InputContainer) -> None:
        """Go a little before the frame, since decoders need a start."""
        if not self._goes:
            return
        stream = container.streams.audio[0]
        unit = float(stream.time_base or 1)
        if self._start_s is None:
            self._start_s = (stream.start_time or 0) * unit
        at_s = self._start_s + max(0.0, self._first / stream.sample_rate - _BEFORE_S)
        with suppress(av.FFmpegError):  # then it is decoded from its start
            container.seek(int(at_s / unit), stream=stream)

    def begins(self, frame: "AudioFrame") -> None:
        """Take note of where it has gone."""
        if self._tells and frame.time is not None:
            at = round((frame.time - (self._start_s or 0.0)) * frame.sample_rate)
            self._frames = max(0, self._first - at)

    def without(self, blocks: Iterator[Samples]) -> Iterator[Samples]:
        """Yield the blocks behind it."""
        for block in blocks:
            if self._frames < len(block):
                yield block[self._frames :]
            self._frames = max(0, self._frames - len(block))


def _begins(frame: "AudioFrame", channels: int, surplus: "_Surplus") -> bool:
    if frame.layout.nb_channels != channels:
        raise ValueError("it has other channels than it says")
    surplus.begins(frame)
    return True


def _samples(resampler: AudioResampler, joined: "AudioFrame", opened: _Opened) -> Iterator[Samples]:
    joined.pts = None
    try:
        frames = resampler.resample(joined)
    except (av.FFmpegError, ValueError) as error:
        raise _damaged(opened.name, error) from None
    for frame in frames:
        data = np.frombuffer(memoryview(frame.planes[0]), "<i2", frame.samples * opened.channels)
        yield data.reshape(-1, opened.channels)


def _whole(resampler: AudioResampler, joined: "AudioFrame", opened: _Opened) -> Samples:
    return np.concatenate(list(_samples(resampler, joined, opened)))


def _damaged(name: str, error: Exception) -> NotAudioError:
    why = getattr(error, "strerror", None) or str(error)
    return NotAudioError(f"{name} cannot be decoded: {why}", "look at the original", key=name)
