"""What a file's header says of its sound, read with few reads, whatever the file may hold.

It runs in the program itself, on what strangers uploaded, so no library in C sees a byte of it. WAV
and AIFF are read in `chunk_headers`, FLAC and Ogg in `xiph_headers`, WebM in `webm`; M4A, and the
tags of MP3, by tinytag. How long MP3 and AAC in ADTS are is counted, or guessed, in `frames`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, cast

from s3audio_tui.audio.chunk_headers import read_chunks
from s3audio_tui.audio.counted import counted_samples
from s3audio_tui.audio.formats import Format, by_ending, by_name, endings_text, id3_bytes, sniff
from s3audio_tui.audio.frames import (
    Frame,
    Parse,
    ReadWindow,
    adts_frame,
    duration_s,
    first_frame,
    mp3_frame,
)
from s3audio_tui.audio.guarded import GuardedFile
from s3audio_tui.audio.mp4 import fragments_s, goes_on, index_end
from s3audio_tui.audio.sound_info import SoundInfo as SoundInfo
from s3audio_tui.audio.sound_info import UnreadableError
from s3audio_tui.audio.webm import read_webm
from s3audio_tui.audio.xiph_headers import read_flac, read_ogg
from s3audio_tui.errors import NotAudioError

_HEAD_BYTES = 64 * 1024
_MAX_CHANNELS = 64
_MAX_RATE_HZ = 1_000_000
_MAX_DURATION_S = 100 * 24 * 3600.0
_LEAST_BYTES_A_S = 10
"""What no sound is packed into, not even silence: a header that says so lies."""
_MAX_TAGS = 40
_MAX_TAG_CHARS = 1000

_NO_TAGS = {"filename", "filesize", "duration", "channels", "bitrate", "bitdepth", "samplerate"}
_NO_TAGS |= {"mime_type", "is_lossless"}


def read_header(
    file: BinaryIO, name: str, size_bytes: int, window: ReadWindow | None = None
) -> SoundInfo:
    """Return what the header of `file` says. `file` can seek; it is left open.

    With `window`, a range of it of which nothing around is needed is read by that.

    Raises `NotAudioError`, with `name` in it, for whatever cannot be read as audio, and what
    `file.read` itself raises: an object may change or be out of reach.
    """
    guarded = GuardedFile(file, size_bytes, window=window)
    head = guarded.read(_HEAD_BYTES)
    guarded.raise_failure()
    kind = sniff(head, size_bytes)
    if kind is None:
        raise _not_ours(head, name)
    try:
        info = _sane(_READERS[kind.name](guarded, kind, head), size_bytes)
    except UnreadableError as error:
        guarded.raise_failure()
        raise NotAudioError(
            f"{name} cannot be read as {kind.label}: {error}",
            error.remedy,
            key=name,
        ) from None
    guarded.raise_failure()
    return info


def check_file(path: Path) -> SoundInfo:
    """Return what the header of a local file says, if its ending and its content agree.

    Raises `NotAudioError` with the reason and what to do, and `OSError` where it cannot be read.
    """
    name = str(path)
    named = _named(name)
    with path.open("rb") as file:
        info = read_header(file, name, path.stat().st_size)
    _check_named(path, named, by_name(info.format))
    return info


def check_beginning(name: str, head: bytes) -> SoundInfo:
    """Return what the first bytes of a longer stream say, if they agree with its name's ending.

    The length is not told: many who write a stream do not know it. Raises `NotAudioError`.
    """
    named, kind = _named(name), sniff(head, len(head))
    if kind is None:
        raise _not_ours(head, name)
    _check_named(Path(name), named, kind)
    try:
        info = read_header(BytesIO(head), name, len(head))
    except NotAudioError:
        return SoundInfo(kind.name, "")  # what it says may stand at its end
    return replace(info, duration_s=None, exact=False)


def _named(name: str) -> Format:
    named = by_ending(name)
    if named is None:
        raise NotAudioError(
            f"{name} does not end as an audio file does",
            f"the endings are {endings_text()}",
            key=name,
        )
    return named


def check_ending(name: str, made: str) -> None:
    """Raise `NotAudioError` where a name does not end as the format that is `made` does."""
    _check_named(Path(name), _named(name), by_name(made))


def _check_named(path: Path, named: Format, found: Format) -> None:
    if found is not named and not (named.name == "ogg" and found.name == "opus"):
        raise NotAudioError(
            f"{path} is {found.label}, but is named {path.suffix}",
            f"rename it to {path.stem}{found.endings[0]}",
            key=str(path),
        )


def _not_ours(head: bytes, name: str) -> NotAudioError:
    if not head:
        return NotAudioError(f"{name} is empty", "look at the original", key=name)
    if _is_text(head):
        return NotAudioError(f"{name} is text, not audio", "choose an audio file", key=name)
    return NotAudioError(
        f"{name} is no audio of a known format", f"the formats are {endings_text()}", key=name
    )


def _is_text(head: bytes) -> bool:
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = head[:4096].decode(encoding, "replace").rstrip("\ufffd")
    return all((char >= " " and char != "\ufffd") or char in "\t\n\r\f\x1b" for char in text)


def _read_mp3(guarded: GuardedFile, kind: Format, head: bytes) -> SoundInfo:
    tags = _tags(_tinytag(guarded, "a.mp3", duration=False))
    start = id3_bytes(head)
    data = guarded.window(start, _HEAD_BYTES) if start + 4096 > len(head) else head[start:]
    found = first_frame(mp3_frame, data, 0)
    if found is None:
        raise UnreadableError("there is no sound in it")
    place, frame = found
    start += place
    samples = counted_samples(data[place:], frame, guarded.size_bytes - start)
    length_s, exact = samples / frame.rate_hz if samples else None, True
    if not samples:
        length_s, exact = _length(guarded, mp3_frame, start, frame)
    rate_hz, channels = frame.rate_hz, frame.channels
    return SoundInfo(kind.name, "MP3", length_s, exact, rate_hz, channels, tags=tags)


def _read_adts(guarded: GuardedFile, kind: Format, head: bytes) -> SoundInfo:
    found = first_frame(adts_frame, head, id3_bytes(head))
    if found is None:
        raise UnreadableError("there is no sound in it")
    start, frame = found
    length_s, exact = _length(guarded, adts_frame, start, frame)
    return SoundInfo(kind.name, "AAC", length_s, exact, frame.rate_hz, frame.channels)


def _length(
    guarded: GuardedFile, parse: Parse, start: int, frame: Frame
) -> tuple[float | None, bool]:
    return duration_s(parse, frame.kind, guarded.window, start, guarded.size_bytes)


def _read_m4a(guarded: GuardedFile, kind: Format, head: bytes) -> SoundInfo:
    whole_bytes, guarded.size_bytes = guarded.size_bytes, index_end(head) or guarded.size_bytes
    tag = _tinytag(guarded, "a.m4a")
    codec = str(tag.get("mime_type", "")).partition('codecs="')[2].rstrip('"')
    if not codec:
        raise UnreadableError("there is no sound in it")
    is_alac, length_s = codec == "alac", tag.get("duration")
    exact = bool(length_s)
    told = fragments_s(head, guarded.window, whole_bytes) if goes_on(head, guarded) else None
    if told is not None:  # else tinytag may know the first of them
        length_s, exact = told
    return SoundInfo(
        kind.name,
        "ALAC" if is_alac else "AAC" if codec.startswith("mp4a.40") else codec,
        length_s or None,
        exact=exact,
        sample_rate_hz=tag.get("samplerate"),
        channels=tag.get("channels"),
        bit_depth=tag.get("bitdepth") if is_alac else None,
        tags=_tags(tag),
    )


def _tinytag(guarded: GuardedFile, name: str, *, duration: bool = True) -> dict[str, Any]:
    """Return tinytag's fields; `name` chooses its parser."""
    from tinytag import TinyTag, TinyTagException

    guarded.seek(0)
    try:
        tag = TinyTag.get(filename=name, file_obj=cast(BinaryIO, guarded), duration=duration)
    except TinyTagException as error:
        raise UnreadableError(str(error)) from None
    return dict(tag.as_dict())


def _read_webm(guarded: GuardedFile, kind: Format, head: bytes) -> SoundInfo:
    found = read_webm(head, guarded.window, guarded.size_bytes)
    if found.has_video:
        raise UnreadableError("it holds a video", "take the sound out of it first")
    if not found.codec:
        raise UnreadableError("there is no sound in it")
    length_s, rate_hz = found.duration_s, found.sample_rate_hz
    return SoundInfo(kind.name, found.codec, length_s, found.exact, rate_hz, found.channels)


_READERS: dict[str, Callable[[GuardedFile, Format, bytes], SoundInfo]] = {
    "wav": read_chunks,
    "aiff": read_chunks,
    "flac": read_flac,
}
_READERS |= {"ogg": read_ogg, "opus": read_ogg}
_READERS |= {"mp3": _read_mp3, "m4a": _read_m4a, "aac": _read_adts, "webm": _read_webm}


def _tags(found: Mapping[str, object]) -> dict[str, str]:
    tags: dict[str, str] = {}
    for name, value in found.items():
        text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
        if text and name not in _NO_TAGS and len(tags) < _MAX_TAGS:
            tags[name[:_MAX_TAG_CHARS]] = text[:_MAX_TAG_CHARS]
    return tags


def _sane(info: SoundInfo, size_bytes: int) -> SoundInfo:
    """Return the info without what cannot be; refuse a sound that nothing could play."""
    if info.channels is not None and not 1 <= info.channels <= _MAX_CHANNELS:
        raise UnreadableError(f"it claims {info.channels:,} channels")
    if info.sample_rate_hz is not None and not 1 <= info.sample_rate_hz <= _MAX_RATE_HZ:
        raise UnreadableError(f"it claims a sample rate of {info.sample_rate_hz:,} Hz")
    if info.format == "mp3" and info.sample_rate_hz is None:
        raise UnreadableError("there is no sound in it")
    length, most_s = info.duration_s, min(_MAX_DURATION_S, 1 + size_bytes / _LEAST_BYTES_A_S)
    info = replace(info, tags=_tags(info.tags))
    if length is not None and not (math.isfinite(length) and 0 <= length <= most_s):
        info = replace(info, duration_s=None, exact=False)
    return info
