"""`play`: listen to a file, from S3 or from this machine; the devices that play."""

from contextlib import ExitStack, suppress
from functools import partial
from queue import Empty, SimpleQueue
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from s3audio_tui.cli.interrupt import INTERRUPTED
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.output import Column
from s3audio_tui.cli.play_ahead import Ahead, begin_decoder, load_player, load_sound, open_catalog
from s3audio_tui.cli.play_place import check_place, clock, counted_s, place_value
from s3audio_tui.cli.quiet import quiet_libraries
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import DeviceError, S3AudioError, UsageError

if TYPE_CHECKING:
    from s3audio_tui.audio.player import Player
    from s3audio_tui.audio.told import Event, Now
    from s3audio_tui.cli.play_picture import PlayPicture
    from s3audio_tui.library.sources import Source

_LOOK_S = 0.1
_MOST_BAR = 60
_TIMES = 24
"""Cells that the times and the sign take beside the bar."""
_LATENCY_S = 0.5
"""Nobody presses a key here, so the card may have much in store."""


@click.command("play", cls=Command)
@click.argument("name", metavar="KEY|FILE", required=False)
@click.option(
    "--from",
    "from_s",
    metavar="T",
    default="0",
    callback=place_value,
    help="Where to begin, as 90, 1m30s or 1:30.",
)
@click.option(
    "--volume",
    type=click.IntRange(0, 100),
    metavar="0..100",
    default=100,
    help="How loud, in percent of what the file has.",
)
@click.option("--device", metavar="D", help="What plays: part of its name, or its number.")
@click.option("--devices", "lists", is_flag=True, help="List what can play, and play nothing.")
@click.pass_obj
def play_command(
    runtime: Runtime,
    name: str | None,
    from_s: float,
    volume: int,
    device: str | None,
    lists: bool,
) -> int:
    """Play KEY, or FILE, which begins with / or ./ or is no key. Ctrl-C ends it.

    An object comes by ranges, so that the first sound is there at once, however long it is. On a
    terminal its waveform is drawn above the time, and grows where nobody has made it yet.
    """
    if lists:
        if name is not None:
            raise UsageError("--devices plays nothing", "leave out one of them")
        _list(runtime)
        return 0
    if name is None:
        raise UsageError("no file is named", "give a KEY or a FILE")
    wanted = runtime.settings(output_device=device).output_device
    return _play(runtime, name, from_s=from_s, volume=volume / 100, device=wanted)


def _list(runtime: Runtime) -> None:
    from s3audio_tui.audio import devices

    with quiet_libraries(runtime):
        there = devices.found(devices.portaudio())
    columns: list[Column[devices.Device]] = [
        Column("number", lambda each: each.number, "Number", right=True),
        Column("name", lambda each: each.name, "Name"),
        Column(
            "default", lambda each: each.is_default, "Usual", lambda each: "yes" * each.is_default
        ),
    ]
    if not runtime.output.rows(columns, there):
        runtime.output.say("there is no sound device")


def _play(runtime: Runtime, name: str, *, from_s: float, volume: float, device: str) -> int:
    """Play it; return the exit code."""
    with ExitStack() as stack:
        stack.enter_context(quiet_libraries(runtime))
        begun = begin_decoder(stack, name)
        ahead = Ahead(stack)
        ahead.begin(load_sound)
        from s3audio_tui.library.sources import is_path, named

        library = None if is_path(name) else stack.enter_context(runtime.library_if_named())
        if library is not None:
            ahead.begin(partial(open_catalog, library))
        ahead.begin(load_player)
        source = named(library, name)
        from s3audio_tui.audio.apart import Decoders
        from s3audio_tui.audio.output import SoundCard
        from s3audio_tui.audio.player import Player
        from s3audio_tui.library.playing import track_of

        decoders = Decoders(begun=begun)
        stack.callback(decoders.close)
        decoders.stand_by()
        events: SimpleQueue[Event] = SimpleQueue()
        card = SoundCard(device, latency_s=_LATENCY_S)
        player = Player(card, events.put, volume=volume)
        stack.callback(player.close)
        player.play([track_of(source, decoders)], from_s=from_s)
        picture = _picture(runtime, source)
        if picture is not None:
            stack.callback(picture.close)
        try:
            if not _listen(runtime, player, events, from_s, picture) and from_s:
                check_place(name, counted_s(source), from_s)
        except KeyboardInterrupt:
            at_s = player.now().at_s
            going_on = f" at {clock(at_s)}; --from {clock(at_s)} goes on there" if at_s else ""
            runtime.output.say(f"stopped{going_on}")
            return INTERRUPTED
        return 0


def _picture(runtime: Runtime, source: "Source") -> "PlayPicture | None":
    """Return what draws the waveform, where a person looks at a terminal and has not said no."""
    from s3audio_tui.cli.play_picture import PlayPicture
    from s3audio_tui.drawing.glyphs import glyphs_for
    from s3audio_tui.library.sources import ObjectSource

    output = runtime.output
    wanted = not isinstance(source, ObjectSource) or source.library.settings.waveforms
    if not output.progress or not wanted:
        return None
    glyphs = glyphs_for(runtime.environ, output.stderr.encoding, colours=False)
    return PlayPicture(source, glyphs, color=output.color, share=not runtime.dry_run)


def _listen(
    runtime: Runtime,
    player: "Player",
    events: "SimpleQueue[Event]",
    from_s: float,
    picture: "PlayPicture | None",
) -> bool:
    """Show where it is until it ends; return whether it came on. Raises what ends it early."""
    from s3audio_tui.audio.told import Changed, Ended, Failed, Halted
    from s3audio_tui.cli.rows import rows

    came_on = False
    with rows(runtime.output) as show:
        while True:
            event: Event | None = None
            with suppress(Empty):
                event = events.get(timeout=_LOOK_S)
            match event:
                case Changed():
                    check_place(event.now.name, event.now.duration_s, from_s)
                case Failed() | Halted():
                    raise _told(event.error, player.now())
                case Ended():
                    return came_on
            now = player.now()
            came_on = came_on or now.at_s > from_s
            if picture is not None and now.state == "playing":
                picture.begin()
            show(_line(now), picture.rows(now, *get_terminal_size()) if picture else [])


def _told(error: S3AudioError | OSError, now: "Now") -> S3AudioError | OSError:
    """Return an error, with where to go on where a device has gone."""
    if isinstance(error, DeviceError) and now.frame:
        at = clock(now.at_s)
        return DeviceError(f"{error.message}, at {at}", f"begin again --from {int(now.at_s)}")
    return error


def _line(now: "Now") -> str:
    """Return where it is, as a line: `▶ 0:12 ━━━━━━━━┄┄┄┄┄┄┄┄ 0:24`."""
    if not now.sample_rate_hz:
        return "… opening"
    sign = "…" if now.state == "buffering" else "▶"
    if not now.duration_s:
        return f"{sign} {clock(now.at_s)}"
    width = max(0, min(_MOST_BAR, get_terminal_size().columns - _TIMES))
    done = round(width * min(1.0, now.at_s / now.duration_s))
    return f"{sign} {clock(now.at_s)} {'━' * done}{'┄' * (width - done)} {clock(now.duration_s)}"
