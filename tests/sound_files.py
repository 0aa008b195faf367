"""Real audio files, short ones, in every format that may go up."""

from pathlib import Path

RATE_HZ = 48_000
SECONDS = 0.5

_WRITTEN = {
    "wav16": ("tone-16.wav", "WAV", "PCM_16"),
    "wav24": ("tone-24.wav", "WAV", "PCM_24"),
    "wavfloat": ("tone-float.wav", "WAV", "FLOAT"),
    "rf64": ("tone-rf64.wav", "RF64", "PCM_16"),
    "aiff": ("tone.aiff", "AIFF", "PCM_16"),
    "flac": ("tone.flac", "FLAC", "PCM_24"),
    "mp3": ("tone.mp3", "MP3", "MPEG_LAYER_III"),
    "ogg": ("tone.ogg", "OGG", "VORBIS"),
    "opus": ("tone.opus", "OGG", "OPUS"),
}


def make_sounds(folder: Path) -> dict[str, Path]:
    """Write half a second of stereo at 48 kHz in each format, and return the files by kind."""
    import numpy as np
    import soundfile

    times = np.arange(int(RATE_HZ * SECONDS)) / RATE_HZ
    left = 0.5 * np.sin(2 * np.pi * 440 * times)
    right = 0.25 * np.sin(2 * np.pi * 660 * times)
    samples = np.column_stack([left, right])
    made = {}
    for kind, (name, container, subtype) in _WRITTEN.items():
        made[kind] = folder / name
        soundfile.write(made[kind], samples, RATE_HZ, subtype=subtype, format=container)
    return made
