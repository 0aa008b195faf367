"""How samples are recorded: their rate, their channels, their bits."""

import msgspec

from s3audio_tui.errors import UsageError
from s3audio_tui.units import count_text

MOST_CHANNELS = 8
RATES_HZ = (8_000, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000)
"""What people record with, and so what a device is asked for."""


class SampleFormat(msgspec.Struct, frozen=True):
    """Whole numbers of 16 or 24 bits, little-endian, the channels of a frame side by side."""

    rate_hz: int = 48_000
    channels: int = 1
    bits: int = 16

    def __post_init__(self) -> None:
        """Refuse what nothing records. Raises `UsageError`."""
        if self.bits not in (16, 24):
            raise UsageError(f"{self.bits} bits cannot be recorded", "choose 16 or 24")
        if not 1 <= self.channels <= MOST_CHANNELS:
            raise UsageError(
                f"{self.channels} channels cannot be recorded", f"choose 1 to {MOST_CHANNELS}"
            )
        if not RATES_HZ[0] <= self.rate_hz <= RATES_HZ[-1]:
            raise UsageError(
                f"{self.rate_hz} Hz cannot be recorded",
                f"choose {RATES_HZ[0]} to {RATES_HZ[-1]}, such as 48000",
            )

    @property
    def frame_bytes(self) -> int:
        """How long a frame is."""
        return self.channels * self.bits // 8

    @property
    def second_bytes(self) -> int:
        """How long a second is."""
        return self.frame_bytes * self.rate_hz

    @property
    def words(self) -> str:
        """How a person calls it."""
        return f"{self.rate_hz} Hz, {count_text(self.channels, 'channel')}, {self.bits} bits"
