"""`rec`: record in chunks that go up as they come; find and finish what was interrupted."""

from collections.abc import Sequence
from queue import SimpleQueue
from typing import TYPE_CHECKING

import click
import msgspec

from s3audio_tui.cli.interrupt import stoppable
from s3audio_tui.cli.options import Group
from s3audio_tui.cli.output import Column
from s3audio_tui.cli.quiet import quiet_libraries
from s3audio_tui.cli.rec_drop import drop_command
from s3audio_tui.cli.rec_recover import recover_command
from s3audio_tui.cli.rec_report import RecReport, Told, in_words, of_chunk, would_record
from s3audio_tui.cli.rec_takes import join_command, ls_command
from s3audio_tui.cli.rec_way import Way, way_of
from s3audio_tui.cli.rows import rows
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.cli.values import Value

if TYPE_CHECKING:
    from s3audio_tui.audio.input_devices import InputDevice

_TIDY_S = 10.0
"""How long transfers that are left may take to end."""


@click.group("rec", cls=Group, invoke_without_command=True)
@click.option("--chunk", metavar="T", help="How long a chunk is: 1s to 10m.")
@click.option("--duration", metavar="T", help="How long to record; else until Ctrl-C.")
@click.option("--device", metavar="D", help="What records: part of its name, or its number.")
@click.option("--name", metavar="N", default="", help="What the take is called.")
@click.option("--rate", type=int, metavar="HZ", help="Frames a second.")
@click.option("--channels", type=int, metavar="N", help="1 is mono, 2 is stereo.")
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
        recording.start()
        if sending is not None and recording.folder is not None:
            sending.prepare(recording.folder)
        with rows(runtime.output) as show:
            report = RecReport(runtime.output, recording, sending, told, show)
            with stoppable(runtime.output) as leaves:
                with stoppable(runtime.output) as token:
                    while recording.state == "recording" and not token.cancelled:
                        report.look()
                recording.close()  # once more Ctrl-C does not cut that short
                report.rest(leaves)
        queue.close(_TIDY_S)
        return report.finish()
    finally:
        recording.close()
        queue.close(_TIDY_S)


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
        Column("name", lambda each: each.name, "Name"),
        Column("channels", lambda each: each.channels, "Channels", right=True),
        Column("rate_hz", lambda each: each.rate_hz, "Rate", right=True),
        Column(
            "default", lambda each: each.is_default, "Usual", lambda each: "yes" * each.is_default
        ),
        Column("rates_hz", lambda each: listed(each.rates_hz), "Rates"),
        Column("bits", lambda each: listed(each.bits), "Bits"),
    ]
    if not runtime.output.rows(columns, there):
        runtime.output.say("there is no microphone")


rec_command.add_command(recover_command)


rec_command.add_command(ls_command)
rec_command.add_command(join_command)
rec_command.add_command(drop_command)
