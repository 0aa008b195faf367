"""How a take shall be recorded."""

import msgspec

from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.library.takes import Home


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is settled before a take begins. `keys` is the name of a way to name its chunks."""

    form: SampleFormat = SampleFormat()
    chunk_s: float = 5.0
    name: str = ""
    most_s: float | None = None
    keys: str = "take"
    home: Home = Home()
