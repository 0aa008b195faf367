"""How a take shall be recorded, and where it waits for S3."""

from pathlib import Path

import msgspec

from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.config import Settings
from s3audio_tui.library.opening import Library
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.takes import Home
from s3audio_tui.units import parse_duration


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is settled before a take begins. `keys` is the name of a way to name its chunks."""

    form: SampleFormat = SampleFormat()
    chunk_s: float = 5.0
    name: str = ""
    most_s: float | None = None
    keys: str = "take"
    home: Home = Home()


def plan_for(settings: Settings, library: Library | None, name: str = "") -> Plan:
    """Return what the settings say; without a library for a take that stays here."""
    form = SampleFormat(settings.record_rate, settings.record_channels, settings.record_bits)
    return Plan(
        form=form,
        chunk_s=parse_duration(settings.chunk),
        name=name,
        most_s=parse_duration(settings.record_max) if settings.record_max else None,
        keys=settings.record_layout,
        home=Home() if library is None else home_of(library),
    )


def home_of(library: Library) -> Home:
    """Return by what a take knows its library."""
    return Home(library.bucket, library.prefix, library.settings.endpoint_url or "")


def spool_for(settings: Settings, state_folder: Path) -> Spool:
    """Return where takes wait."""
    named = settings.spool_folder
    return Spool(Path(named).expanduser() if named else state_folder / "recordings")
