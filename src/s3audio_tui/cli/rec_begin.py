"""How a recording on the command line begins; and that none stays which has no sound."""

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from s3audio_tui.cli.rec_way import Way
from s3audio_tui.errors import S3AudioError, UsageError
from s3audio_tui.units import count_text, duration_text, parse_duration

if TYPE_CHECKING:
    from s3audio_tui.library.recording import Recording
    from s3audio_tui.library.recording_plan import Plan
    from s3audio_tui.library.spool import TakeFolder


def chunk_text(ctx: click.Context, option: click.Parameter, text: str | None) -> str | None:
    """Return how long a chunk is to be, as it was written, for an option's callback."""
    if text is not None and not 1 <= _seconds(text) <= 600:
        raise click.BadParameter(f"{text!r} is not a length of 1s to 10m", ctx, option)
    return text


def length_text(ctx: click.Context, option: click.Parameter, text: str | None) -> str | None:
    """Return how long to record, as it was written, for an option's callback."""
    if text is not None and _seconds(text) <= 0:
        raise click.BadParameter(f"{text!r} is not a length, such as 90s, 15m or 2h", ctx, option)
    return text


def _seconds(text: str) -> float:
    """Return how many seconds are meant; 0 for what is no length."""
    try:
        return parse_duration(text)
    except UsageError:
        return 0.0


def would_record(way: Way, plan: "Plan") -> str:
    """Return what a recording would be."""
    form = plan.form
    where = f"s3://{plan.home.bucket}/{plan.home.prefix}" if plan.home.bucket else ""
    return (
        f"would record {form.rate_hz} Hz, {count_text(form.channels, 'channel')}, {form.bits} bits"
        f" from {way.settings.input_device or 'the usual microphone'}"
        f" in chunks of {duration_text(plan.chunk_s)}"
        f"{' as FLAC' if plan.packs else ''}"
        f"{f' to {where}' if where else ', and send them' if way.door else ', to stay here'}"
    )


def begin(recording: "Recording") -> None:
    """Begin to record. Raises what keeps it from that; no empty take stays behind then."""
    try:
        recording.start()
    except S3AudioError:
        recording.close()
        if recording.folder is not None:
            drop_empty(recording.folder)
        raise


def drop_empty(folder: "TakeFolder") -> bool:
    """Take the folder of a take away in which no sound is; return whether it was so."""
    chunks = folder.take.chunks
    from s3audio_tui.library.take_lines import NOTHING_YET
    from s3audio_tui.library.takes import Finished

    if folder.left_over() or not all(each.error == NOTHING_YET for each in chunks):
        return False

    with suppress(S3AudioError):  # a full disk: then it stays, and holds nothing
        folder.say(Finished(""))
    folder.close(remove=True)
    return True
