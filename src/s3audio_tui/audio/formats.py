"""The audio formats that the program takes, told by a name's ending and by a file's first bytes.

What a header says beyond that is read in `header`.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of audio file. `name` is its word in scripts, `label` what a person reads."""

    name: str
    label: str
    endings: tuple[str, ...]
    """Lower case, with their dot; the first is the usual one."""
    content_type: str


FORMATS = (
    Format("wav", "WAV", (".wav", ".wave", ".w64"), "audio/wav"),
    Format("mp3", "MP3", (".mp3",), "audio/mpeg"),
    Format("aiff", "AIFF", (".aiff", ".aif", ".aifc"), "audio/aiff"),
    Format("flac", "FLAC", (".flac",), "audio/flac"),
    Format("ogg", "Ogg", (".ogg", ".oga"), "audio/ogg"),
    Format("opus", "Opus", (".opus",), "audio/ogg; codecs=opus"),
    Format("m4a", "M4A", (".m4a", ".m4b"), "audio/mp4"),
    Format("aac", "AAC", (".aac",), "audio/aac"),
    Format("webm", "WebM", (".webm", ".weba"), "audio/webm"),
)

_BY_NAME = {kind.name: kind for kind in FORMATS}
_BY_ENDING = {ending: kind for kind in FORMATS for ending in kind.endings}

W64_RIFF = bytes.fromhex("726966662e91cf11a5d628db04c10000")
W64_WAVE = bytes.fromhex("77617665f3acd3118cd100c04f8edb8a")
"""What Sony's Wave64, a WAV for more than 4 GiB, begins with; a length stands between them."""

_MP4_BRANDS = tuple(
    brand.encode()
    for brand in ("M4A ", "M4B ", "mp41", "mp42", "isom", "iso2", "iso4", "iso5", "iso6", "dash")
)

_MP3_KBPS = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits a second of Layer III by index, in MPEG 1 (True), and in MPEG 2 and 2.5."""
_MP3_RATES_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def by_name(name: str) -> Format:
    """Return the format called `name`, as `wav`. Raises `KeyError` for another word."""
    return _BY_NAME[name]


def by_ending(file_name: str) -> Format | None:
    """Return the format that the ending of a name or key stands for, in any case of letters."""
    _, dot, ending = file_name.rpartition("/")[2].rpartition(".")
    return _BY_ENDING.get(dot + ending.lower()) if dot else None


def endings_text() -> str:
    """Return the formats' usual endings for a sentence: `.wav, .mp3, …`."""
    return ", ".join(kind.endings[0] for kind in FORMATS)


def sniff(head: bytes, size_bytes: int) -> Format | None:
    """Return the format that a file of `size_bytes` is, by its first bytes; None if none of ours.

    4 KiB of `head` are plenty for all but MP3 behind a long tag, where the tag alone decides.
    """
    name = (
        _sniff_chunks(head)
        or _sniff_ogg(head)
        or _sniff_mp4(head)
        or _sniff_webm(head)
        or _sniff_frames(head, size_bytes)
    )
    return _BY_NAME[name] if name else None


def _sniff_chunks(head: bytes) -> str:
    if head[:4] in (b"RIFF", b"RF64", b"RIFX") and head[8:12] == b"WAVE":
        return "wav"
    if head[:16] == W64_RIFF and head[24:40] == W64_WAVE:
        return "wav"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    return "flac" if head[:4] == b"fLaC" else ""


def _sniff_ogg(head: bytes) -> str:
    """By the first packet: Vorbis and FLAC in Ogg are `ogg`, Opus is `opus`, video is none."""
    if head[:4] != b"OggS" or len(head) < 28:
        return ""
    packet = head[27 + head[26] :]
    if packet.startswith(b"OpusHead"):
        return "opus"
    return "ogg" if packet.startswith((b"\x01vorbis", b"\x7fFLAC")) else ""


def _sniff_mp4(head: bytes) -> str:
    return "m4a" if head[4:8] == b"ftyp" and head[8:12] in _MP4_BRANDS else ""


def _sniff_webm(head: bytes) -> str:
    """By the document type in the EBML header (RFC 8794), which tells WebM from Matroska."""
    if head[:4] != b"\x1a\x45\xdf\xa3":
        return ""
    size, at = _ebml_size(head, 4)
    end = min(len(head), at + size)
    while at + 2 < end:
        name_bytes = 9 - head[at].bit_length()
        name = head[at : at + name_bytes]
        size, at = _ebml_size(head, at + name_bytes)
        if name == b"\x42\x82":
            return "webm" if head[at : at + size].rstrip(b"\0") == b"webm" else ""
        at += size
    return ""


def _ebml_size(head: bytes, at: int) -> tuple[int, int]:
    """Return the number at `at`, whose leading zeros tell its length, and where it ends."""
    length = 9 - head[at : at + 1].ljust(1)[0].bit_length()
    value = int.from_bytes(head[at : at + length], "big")
    return value & ~(1 << 7 * length), at + length


def _sniff_frames(head: bytes, size_bytes: int) -> str:
    start = id3_bytes(head)
    if start >= len(head):
        return "mp3" if 0 < start < size_bytes else ""
    if head[start : start + 4] == b"fLaC":
        return "flac"
    while start < len(head) and head[start] == 0:  # some encoders pad behind the tag
        start += 1
    if _two_frames(head, start, size_bytes, mp3_frame_bytes):
        return "mp3"
    return "aac" if _two_frames(head, start, size_bytes, adts_frame_bytes) else ""


def id3_bytes(head: bytes) -> int:
    """Return the length of the ID3v2 tag that `head` begins with, its own header included, or 0."""
    if len(head) < 10 or head[:3] != b"ID3" or any(byte & 0x80 for byte in head[6:10]):
        return 0
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return 10 + size + (10 if head[5] & 0x10 else 0)


def _two_frames(
    head: bytes, start: int, size_bytes: int, frame_bytes: Callable[[bytes, int], int]
) -> bool:
    """Whether a frame stands at `start`, and another where it ends, or the file ends there."""
    length = frame_bytes(head, start)
    if not length:
        return False
    return start + length == size_bytes or frame_bytes(head, start + length) > 0


def mp3_frame_bytes(data: bytes, at: int) -> int:
    """Return the length of the MPEG Layer III frame at `at`, 0 if there is none."""
    if len(data) < at + 4 or data[at] != 0xFF or data[at + 1] & 0xE6 != 0xE2:
        return 0
    version = data[at + 1] >> 3 & 3
    rate_index, rate_kbps_index = data[at + 2] >> 2 & 3, data[at + 2] >> 4
    if version == 1 or rate_index == 3 or rate_kbps_index in (0, 15):
        return 0
    bits = (144000 if version == 3 else 72000) * _MP3_KBPS[version == 3][rate_kbps_index]
    return bits // _MP3_RATES_HZ[version][rate_index] + (data[at + 2] >> 1 & 1)


def adts_frame_bytes(data: bytes, at: int) -> int:
    """Return the length of the AAC frame in ADTS at `at`, 0 if there is none."""
    if len(data) < at + 7 or data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0:
        return 0
    length = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    return length if length > 7 and data[at + 2] >> 2 & 15 < 13 else 0
