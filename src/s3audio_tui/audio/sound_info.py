"""What a header says of a sound, or why it cannot be read."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SoundInfo:
    """What is known of a sound; None where the header does not tell. `tags` are raw text."""

    format: str
    """A name of `formats.FORMATS`, by content."""
    codec: str
    duration_s: float | None = None
    exact: bool = False
    """Whether the header counts the duration, so that it is no estimate from a bit rate."""
    sample_rate_hz: int | None = None
    channels: int | None = None
    bit_depth: int | None = None
    tags: dict[str, str] = field(default_factory=dict)


class UnreadableError(Exception):
    """The header does not hold what it should, for this reason."""

    def __init__(
        self, reason: str, remedy: str = "it may be damaged; look at the original"
    ) -> None:
        super().__init__(reason)
        self.remedy = remedy
