"""`rec`: record in chunks that go up as they come; find and finish what was interrupted."""

from collections.abc import Sequence
from queue import SimpleQueue
from typing import TYPE_CHECKING

import click
import msgspec

from s3audio_tui.cli.interrupt import stops
from s3audio_tui.cli.lost_readers import heedless
from s3audio_tui.cli.options import Group
from s3audio_tui.cli.output import Column
from s3audio_tui.cli.quiet import quiet_libraries
from s3audio_tui.cli.rec_begin import begin, chunk_text, length_text, would_record
from s3audio_tui.cli.rec_drop import drop_command
from s3audio_tui.cli.rec_recover import recover_command
from s3audio_tui.cli.rec_report import RecReport, Told, in_words, of_chunk
from s3audio_tui.cli.rec_takes import join_command, ls_command
from s3audio_tui.cli.rec_way import Way, way_of
from s3audio_tui.cli.rows import rows
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.cli.values import Value
from s3audio_tui.units import rate_text

if TYPE_CHECKING:
    from s3audio_tui.audio.input_devices import InputDevice
    from s3audio_tui.library.chunk_sending import ChunkSending
    from s3audio_tui.library.recording import Recording

_TIDY_S = 10.0
"""How long transfers that are left may take to end."""


@click.group("rec", cls=Group, invoke_without_command=True)
@click.option("--chunk", metavar="T", callback=chunk_text, help="How long a chunk is: 1s to 10m.")
@click.option(
    "--duration",
    metavar="T",
    callback=length_text,
    help="How long to record; else until Ctrl-C.",
)
@click.option("--device", metavar="D", help="What records: part of its name, or its number.")
@click.option("--name", metavar="N", default="", help="What the take is called.")
@click.option("--rate", type=click.IntRange(8000, 192_000), metavar="HZ", help="Frames a second.")
@click.option(
    "--channels", type=click.IntRange(1, 8), metavar="N", help="1 is mono, 2 is stereo; up to 8."
)
@click.option("--bits", type=click.Choice(["16", "24"]), help="Of a sample.")
@click.option("--flac", is_flag=True, default=None, help="Pack chunks, without loss.")
@click.option("--no-upload", is_flag=True, help="Leave the take on this machine.")
@click.pass_context
def rec_command(
    context: click.Context,
    chunk: str | None,
    duration: str | None,
    device: str | None,
    name: str,
    rate: int | None,
    channels: int | None,
    bits: str | None,
    flac: bool | None,
    no_upload: bool,
) -> int:
    """Record from a microphone, in chunks; each goes up as soon as it is full.

    Ctrl-C ends the recording, and all of it goes up. Ctrl-C once more leaves what has not gone up
    on this machine, for `s3audio rec recover`. While the network is gone the recording goes on.
    A terminal that is closed ends it as the first Ctrl-C does; who stops reading ends nothing.
    """
    if context.invoked_subcommand is not None:
        return 0
    runtime: Runtime = context.obj
    given = {
        "chunk": chunk,
        "record_max": duration,
        "input_device": device,
        "record_rate": rate,
        "record_channels": channels,
        "record_bits": None if bits is None else int(bits),
        "record_flac": flac,
    }
    with way_of(runtime, upload=not no_upload, **given) as way, quiet_libraries(runtime):
        return _record(runtime, way, name)


def _record(runtime: Runtime, way: Way, name: str) -> int:
    from s3audio_tui.audio.input import Microphone
    from s3audio_tui.library.chunk_sending import ChunkSending
    from s3audio_tui.library.recording import Recording
    from s3audio_tui.library.recording_plan import plan_for, spool_for
    from s3audio_tui.library.transfers import queue_for

    plan = plan_for(way.settings, way.library, name)
    plan = msgspec.structs.replace(plan, stays=way.door is None)
    if runtime.dry_run:
        runtime.output.say(would_record(way, plan))
        return 0
    told: SimpleQueue[Told] = SimpleQueue()
    queue = queue_for(way.settings)
    sending: ChunkSending | None = None
    if way.door is not None:
        sending = ChunkSending(way.door, queue, lambda folder, at: told.put(of_chunk(folder, at)))
    recording = Recording(
        spool_for(way.settings, runtime.state_folder()),
        Microphone(way.settings.input_device),
        plan,
        lambda recording, what: told.put(in_words(recording.folder, what)),
        sending,
    )
    try:
        return _recorded(runtime, recording, sending, told)
    finally:
        recording.close()
        queue.close(_TIDY_S)


def _recorded(
    runtime: Runtime,
    recording: "Recording",
    sending: "ChunkSending | None",
    told: "SimpleQueue[Told]",
) -> int:
    """Record, send, and tell of it, until all is done; return the exit code."""
    output = runtime.output
    with heedless(output) as lost, stops(output, *_answers(sending)) as asked:
        begin(recording)
        if sending is not None and recording.folder is not None:
            sending.prepare(recording.folder)
        with rows(output) as show:
            report = RecReport(output, recording, sending, told, show, lost)
            while recording.state == "recording" and not asked.end.cancelled:
                report.look()
            recording.close()
            report.rest(asked.leave)
        code = report.finish()
    return code or lost.code


def _answers(sending: "ChunkSending | None") -> tuple[str, str]:
    """Return what is said to the first and to the second Ctrl-C."""
    if sending is None:
        return "stopping", "stopping still"
    return (
        "stopping, and sending what is left; Ctrl-C again leaves that here",
        "stopping at once; what is not in S3 stays here",
    )


def _rates(device: "InputDevice") -> str:
    """Return which rates it can do, in few words."""
    if not device.rates_hz:
        return ""
    least, most = rate_text(min(device.rates_hz)), rate_text(max(device.rates_hz))
    return least if least == most else f"{least} to {most}"


@rec_command.command("devices", short_help="List what can record")
@click.pass_obj
def devices_command(runtime: Runtime) -> None:
    """List the devices that record, and what they can do."""
    from s3audio_tui.audio.input import Microphone

    with quiet_libraries(runtime):
        there = Microphone().devices()

    def listed(numbers: Sequence[int]) -> Value:
        return numbers if runtime.output.json else " ".join(str(each) for each in numbers)

    columns: list[Column[InputDevice]] = [
        Column("number", lambda each: each.number, "Number", right=True),
        Column("name", lambda each: each.name),
        Column("channels", lambda each: each.channels, "Channels", right=True),
        Column(
            "rate_hz", lambda each: each.rate_hz, "Rate", lambda each: rate_text(each.rate_hz), True
        ),
        Column(
            "default", lambda each: each.is_default, "Usual", lambda each: "yes" * each.is_default
        ),
        Column("rates_hz", lambda each: listed(each.rates_hz), "Rates", _rates),
        Column("bits", lambda each: listed(each.bits), "Bits"),
        Column("", lambda each: each.name, "Name"),  # last, where a long one breaks nothing
    ]
    if not runtime.output.rows(columns, there):
        runtime.output.say("there is no microphone")


rec_command.add_command(recover_command)


rec_command.add_command(ls_command)
rec_command.add_command(join_command)
rec_command.add_command(drop_command)
