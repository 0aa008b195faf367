"""What the headers of WAV (RIFF, RF64, Wave64) and AIFF say, read chunk by chunk.

Sources as in `pcm`; what is packed by Microsoft's list of formats, and Apple's AIFF-C.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from s3audio_tui.audio.formats import W64_RIFF, Format
from s3audio_tui.audio.guarded import GuardedFile
from s3audio_tui.audio.sound_info import SoundInfo, UnreadableError

_MOST_CHUNKS = 1000
_MOST_TEXT_BYTES = 64 * 1024
_UNKNOWN = (0, 0xFFFFFFFF)
"""What who writes a stream gives as the size of it."""
_W64_TAIL = bytes.fromhex("f3acd3118cd100c04f8edb8a")

SSND_BYTES = 8
"""What stands in the chunk before the sound of an AIFF. A smaller size of it tells nothing."""

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_LAWS = {6: "A-law", 7: "µ-law"}
_PACKED = {2: "MS ADPCM", 0x11: "IMA ADPCM", 0x31: "GSM610", 0x55: "MP3"}
_PACKED |= {0x40: "G721 32", 0x64: "G721 32", 0x45: "G726", 0x38: "NMS ADPCM"}
_NMS, _NMS_FRAMES = 0x38, 160
"""Of a packet, of which its header does not tell."""
_OPEN = (0, 8, _UNKNOWN[1])
"""What stands for the size of a file that was not ended."""

_INFO = {b"INAM": "title", b"IART": "artist", b"IPRD": "album", b"ICMT": "comment"}
_INFO |= {b"ICRD": "date", b"IGNR": "genre", b"ICOP": "copyright", b"ISFT": "software"}
_INFO |= {b"ITRK": "tracknumber"}
_AIFF_TEXTS = {b"NAME": "title", b"AUTH": "artist", b"ANNO": "comment", b"(c) ": "copyright"}

_AIFC_FLOATS = {b"fl32": 32, b"FL32": 32, b"fl64": 64, b"FL64": 64}
_AIFC_WHOLE = (b"", b"NONE", b"twos", b"sowt", b"in24", b"42n1", b"in32", b"23ni", b"raw ")
_AIFC_LAWS = {b"ulaw": "µ-law", b"ULAW": "µ-law", b"alaw": "A-law", b"ALAW": "A-law"}
_AIFC_PACKETS = {b"ima4": ("IMA ADPCM", 34, 64), b"GSM ": ("GSM610", 33, 160)}
"""How long a packet of one channel is, and its frames."""
_DWVW_BITS = (12, 16, 24)


@dataclass(slots=True)
class _Wave:
    """What the chunks of a WAV have said until now."""

    form: bytes = b""
    counted: int | None = None
    data_bytes: int | None = None
    real_bytes: int | None = None
    tags: dict[str, str] = field(default_factory=dict)


def read_chunks(file: GuardedFile, kind: Format, head: bytes) -> SoundInfo:
    """Return what a WAV or an AIFF says. Raises `UnreadableError`."""
    if kind.name == "aiff":
        return _aiff(file, kind, packed=head[8:12] == b"AIFC")
    return _wave(file, kind, head)


def _wave(file: GuardedFile, kind: Format, head: bytes) -> SoundInfo:
    found, order = _Wave(), "big" if head[:4] == b"RIFX" else "little"
    chunks = _w64_chunks(file) if head[:16] == W64_RIFF else _chunks(file, order)
    for name, at, size in chunks:
        _take(file, found, name, at, size, order)
    if found.data_bytes is None and not found.form:
        raise UnreadableError("it says nothing of its sound")
    if found.data_bytes is None:
        raise UnreadableError("there is no sound in it")
    return _told(kind, found, order)


def _take(file: GuardedFile, found: _Wave, name: bytes, at: int, size: int, order: str) -> None:
    if name == b"fmt ":
        found.form = _read(file, at, min(size, 40))
    elif name == b"ds64":
        data = _read(file, at, 28)
        found.real_bytes = int.from_bytes(data[8:16], "little")
        found.counted = int.from_bytes(data[16:24], "little") or None
    elif name == b"fact" and found.counted is None:
        found.counted = _number(_read(file, at, min(size, 8))[: 8 if size > 8 else 4], order)
    elif name == b"data" and found.data_bytes is None:
        found.data_bytes = 0 if _is_empty(file, at, size, order) else _there(file, found, at, size)
    elif name == b"LIST":
        found.tags |= _info(_read(file, at, min(size, _MOST_TEXT_BYTES)), order)


def _there(file: GuardedFile, found: _Wave, at: int, size: int) -> int:
    """Return how much of the sound is there, whatever is said of it."""
    left = max(0, file.size_bytes - at)
    if size == _UNKNOWN[1] and found.real_bytes is not None:
        size = found.real_bytes
    return left if size in _UNKNOWN else min(size, left)


def _told(kind: Format, found: _Wave, order: str) -> SoundInfo:
    if len(found.form) < 16:
        raise UnreadableError("it says nothing of its sound")
    form = struct.unpack((">" if order == "big" else "<") + "HHIIHH", found.form[:16])
    tag, channels, rate_hz, bytes_a_s, align, bits = form
    if tag == _EXTENSIBLE and len(found.form) >= 26:
        tag = _number(found.form[24:26], order)
    if not channels or not rate_hz:
        raise UnreadableError(f"it claims {channels} channels at {rate_hz} Hz")
    codec, depth, frames = "", None, found.counted
    there = found.data_bytes or 0
    if tag in (_PCM, _FLOAT):
        codec, depth = "float" if tag == _FLOAT else "PCM", -(-bits // 8) * 8
        if depth not in ((32, 64) if tag == _FLOAT else (8, 16, 24, 32)):
            raise UnreadableError(f"its samples have {bits} bits")
        frames = there // (channels * (4 if is_roomy(bits, align, channels) else depth // 8))
    elif tag in _LAWS:
        codec, frames = _LAWS[tag], there // channels
    elif tag in _PACKED:
        codec, frames = _PACKED[tag], _packed(found, there, tag, align, order)
    else:
        raise UnreadableError(f"its sound is packed in an unknown way ({tag:#x})")
    length_s = frames / rate_hz if frames is not None else None
    exact = length_s is not None
    if length_s is None and bytes_a_s:
        length_s = there / bytes_a_s
    return SoundInfo(kind.name, codec, length_s, exact, rate_hz, channels, depth, found.tags)


def _packed(found: _Wave, there: int, tag: int, align: int, order: str) -> int | None:
    """Return the frames: as they are counted, but not more than there is room for."""
    each = _number(found.form[18:20], order) if len(found.form) >= 20 else 0
    each = _NMS_FRAMES if tag == _NMS else each
    room = -(-there // align) * each if align and each else None
    if found.counted is None or room is None:
        return found.counted if room is None else room
    return min(found.counted, room)


def _aiff(file: GuardedFile, kind: Format, *, packed: bool) -> SoundInfo:
    common, there, tags = b"", None, dict[str, str]()
    for name, at, size in _chunks(file, "big"):
        if name == b"COMM":
            common = _read(file, at, min(size, 22))
        elif name == b"SSND":
            offset = _number(_read(file, at, 4), "big")
            left = file.size_bytes - at
            there = max(0, min(left if size < SSND_BYTES else size, left) - SSND_BYTES - offset)
        elif name in _AIFF_TEXTS:
            tags.setdefault(_AIFF_TEXTS[name], _text(_read(file, at, min(size, _MOST_TEXT_BYTES))))
    if len(common) < 18 or there is None:
        raise UnreadableError("it says nothing of its sound")
    channels, frames, bits = struct.unpack(">HIH", common[:8])
    rate_hz = extended(common[8:18])
    if not channels or not rate_hz:
        raise UnreadableError(f"it claims {channels} channels at {rate_hz} Hz")
    packing = common[18:22] if packed else b""
    codec, depth, room = _aiff_codec(packing, bits, channels, there)
    if packing == b"ima4":
        frames *= _AIFC_PACKETS[packing][2]
    length_s = min(frames or room, room) / rate_hz
    return SoundInfo(kind.name, codec, length_s, True, rate_hz, channels, depth, tags)


def _aiff_codec(
    packing: bytes, bits: int, channels: int, there: int
) -> tuple[str, int | None, int]:
    """Return the codec, the bits of a sample, and for how many frames there is room."""
    if packing in _AIFC_LAWS:
        return _AIFC_LAWS[packing], None, there // channels
    if packing in _AIFC_PACKETS:
        codec, size, frames = _AIFC_PACKETS[packing]
        return codec, None, -(-there // size) * frames // channels
    if packing == b"DWVW" and bits in _DWVW_BITS:
        return "DWVW", bits, there * 8 // channels
    if packing in _AIFC_FLOATS:
        codec, depth = "float", _AIFC_FLOATS[packing]
    elif packing in _AIFC_WHOLE:
        codec, depth = "PCM", -(-bits // 8) * 8
    else:
        raise UnreadableError("its sound is packed in an unknown way")
    if codec == "PCM" and depth not in ((8,) if packing == b"raw " else (8, 16, 24, 32)):
        raise UnreadableError(f"its samples have {bits} bits")
    return codec, depth, there // (depth // 8 * channels)


def is_roomy(bits: int, align: int, channels: int) -> bool:
    """Say whether the samples of a WAV are 24 bits, each in four bytes."""
    return bits == 24 and align == 4 * channels


def chunk_follows(riff_bytes: int, head: bytes, left: int, order: str = "little") -> bool:
    """Say whether a sound of size 0 is empty: its file was ended, and the next chunk begins there.

    `riff_bytes` is what a WAV says of its own size, `head` what follows in it, of `left` bytes.
    """
    named = len(head) == 8 and all(0x20 <= byte < 0x7F for byte in head[:4])
    return riff_bytes not in _OPEN and named and _number(head[4:], order) <= left - 8


def extended(number: bytes) -> int:
    """Return a whole number from an 80-bit float (IEEE 754 extended)."""
    exponent = int.from_bytes(number[:2], "big") & 0x7FFF
    mantissa = int.from_bytes(number[2:], "big")
    shift = exponent - 16383 - 63
    return mantissa >> -shift if -64 < shift <= 0 else 0


def _chunks(file: GuardedFile, order: str) -> Iterator[tuple[bytes, int, int]]:
    """Yield the names of chunks, where what they hold begins, and how long that is."""
    at = 12
    for _ in range(_MOST_CHUNKS):
        head = _read(file, at, 8)
        if len(head) < 8:
            return
        size = _number(head[4:], order)
        yield head[:4], at + 8, size
        if head[:4] == b"data" and size in _UNKNOWN and not _is_empty(file, at + 8, size, order):
            return
        if head[:4] == b"SSND" and size < SSND_BYTES:
            return
        at += 8 + size + size % 2


def _is_empty(file: GuardedFile, at: int, size: int, order: str) -> bool:
    if size:
        return False
    riff_bytes = _number(_read(file, 4, 4), order)
    return chunk_follows(riff_bytes, _read(file, at, 8), file.size_bytes - at, order)


def _w64_chunks(file: GuardedFile) -> Iterator[tuple[bytes, int, int]]:
    at = 40
    for _ in range(_MOST_CHUNKS):
        head = _read(file, at, 24)
        size = int.from_bytes(head[16:], "little")
        if len(head) < 24 or size < 24:
            return
        if head[4:16] == _W64_TAIL:
            yield head[:4], at + 24, size - 24
        at += -(-size // 8) * 8


def _info(data: bytes, order: str) -> dict[str, str]:
    tags: dict[str, str] = {}
    at = 4 if data[:4] == b"INFO" else len(data)
    while at + 8 <= len(data):
        size = _number(data[at + 4 : at + 8], order)
        if (name := _INFO.get(data[at : at + 4])) and size:
            tags.setdefault(name, _text(data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    return tags


def _text(data: bytes) -> str:
    data = data.partition(b"\0")[0]
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _read(file: GuardedFile, at: int, length: int) -> bytes:
    if at >= file.size_bytes:
        return b""
    file.seek(at)
    return file.read(length)


def _number(data: bytes, order: str) -> int:
    return int.from_bytes(data, "big" if order == "big" else "little")
