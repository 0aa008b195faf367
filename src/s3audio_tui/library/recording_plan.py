"""How a take shall be recorded, and where it waits for S3."""

import secrets
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.config import Settings
from s3audio_tui.errors import LimitError, S3AudioError
from s3audio_tui.library.opening import Library
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.takes import Begun, Home
from s3audio_tui.units import duration_text, parse_duration


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is settled before a take begins. `keys` is the name of a way to name its chunks."""

    form: SampleFormat = SampleFormat()
    chunk_s: float = 5.0
    name: str = ""
    most_s: float | None = None
    keys: str = "take"
    home: Home = Home()
    packs: bool = False
    """Whether its chunks become FLAC once they are whole."""
    stays: bool = False
    """Whether it is to stay on this machine."""

    def begun(self, now: datetime, device: str) -> Begun:
        """Return the first line of a take that begins now."""
        return Begun(
            id=f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}",
            name=self.name or f"Take of {now.astimezone():%Y-%m-%d %H:%M}",
            started_at=now,
            form=self.form,
            chunk_s=self.chunk_s,
            keys=self.keys,
            home=self.home,
            device=device,
            packs=self.packs,
            stays=self.stays,
        )


def plan_for(settings: Settings, library: Library | None, name: str = "") -> Plan:
    """Return what the settings say; without a library for a take that stays here."""
    form = SampleFormat(settings.record_rate, settings.record_channels, settings.record_bits)
    return Plan(
        form=form,
        chunk_s=parse_duration(settings.chunk),
        name=name,
        most_s=parse_duration(settings.record_max) if settings.record_max else None,
        keys=settings.record_layout,
        packs=settings.record_flac,
        home=Home() if library is None else home_of(library),
    )


def long_enough(most_s: float) -> LimitError:
    """Return what is said where a take may get no longer."""
    length = duration_text(most_s)
    return LimitError(f"the take is as long as it may be: {length}", "begin another one")


def home_of(library: Library) -> Home:
    """Return by what a take knows its library."""
    return Home(library.bucket, library.prefix, library.settings.endpoint_url or "")


def spool_for(settings: Settings, state_folder: Path, *, demo: bool = False) -> Spool:
    """Return where takes wait; those of the demo by themselves, with all that they have.

    The demo's store ends with the program, so what came there may be needed once more.
    """
    named = settings.spool_folder
    folder = Path(named).expanduser() if named else state_folder / "recordings"
    return Spool(folder / "demo", keeps=True) if demo else Spool(folder)


def forget_finished(spool: Spool, endpoint_url: str) -> None:
    """Remove the takes that are all in a store that ends now, as somebody wanted it to.

    Those that came to another one stay: perhaps that is gone, and they are nowhere else.
    """
    for take in spool.takes():
        if take.finished and take.home.endpoint_url == endpoint_url:
            with suppress(S3AudioError):
                Spool(spool.folder).hold(take.id).close(remove=True)
