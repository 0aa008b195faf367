"""`waveform`: peaks of a sound, as text, a picture or a file; and those of a whole library."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Literal

import click

from s3audio_tui.cli.options import Command
from s3audio_tui.cli.reporting import Words, planned, report
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import UsageError

if TYPE_CHECKING:
    from s3audio_tui.cli.waveform_forms import Asked, Form
    from s3audio_tui.library.waveforms import Engine

_FORMATS = ("text", "json", "dat", "audiowaveform-json", "png")

_WITH_BITS = ("dat", "audiowaveform-json")


@click.command("waveform", cls=Command)
@click.argument("name", metavar="KEY|FILE", required=False)
@click.option("--peaks", type=click.IntRange(1, 1_000_000), metavar="N", help="Exactly N columns.")
@click.option(
    "--samples-per-pixel",
    type=click.IntRange(1, 1 << 30),
    metavar="N",
    help="Columns of N frames each; 256 where a file is written.",
)
@click.option("--bits", type=click.Choice(("8", "16")), help="Of dat and its JSON; 16 by itself.")
@click.option("--split-channels", is_flag=True, help="Each channel by itself, not one for all.")
@click.option(
    "--engine",
    type=click.Choice(("auto", "local", "sparse", "lambda")),
    default="auto",
    help="auto takes peaks that are there; local reads the sound; sparse a few places of it.",
)
@click.option("--format", "form", type=click.Choice(_FORMATS), help="text, or json with --json.")
@click.option("--output", metavar="F", help="The file that gets it, instead of stdout.")
@click.option("--all", "all_", is_flag=True, help="Make the peaks of all files that have none.")
@click.option("--force", is_flag=True, help="With --all: of those that have some, too.")
@click.pass_obj
def waveform_command(
    runtime: Runtime,
    name: str | None,
    peaks: int | None,
    samples_per_pixel: int | None,
    bits: Literal["8", "16"] | None,
    split_channels: bool,
    engine: "Engine",
    form: "Form | None",
    output: str | None,
    all_: bool,
    force: bool,
) -> int | None:
    """Show the waveform of KEY, or of FILE: what begins with / or ./ or ~, or is no key.

    text is a picture as wide as the terminal. json has pairs of the greatest and the least sample,
    from -1 to 1, 200 of them if nothing is said. dat and audiowaveform-json are the files of
    audiowaveform. png is a picture, 1000 columns wide if nothing is said.

    Peaks are kept on this machine, and in the bucket for all who use it, if you may write there.
    --all makes those that are missing; stopped, it goes on the next time.
    """
    if all_:
        if name is not None or output is not None or form is not None:
            raise UsageError("--all takes no file and writes none", "give either a KEY or --all")
        if peaks or samples_per_pixel or bits or split_channels or engine != "auto":
            raise UsageError(
                "--all keeps all that a waveform may need", "give it alone, or --force"
            )
        return _all(runtime, force=force)
    if not name:
        raise UsageError("no file is named", "give a KEY, a FILE or --all")
    if force:
        raise UsageError("--force goes with --all", "--engine local makes one anew")
    if peaks and samples_per_pixel:
        raise UsageError("--peaks and --samples-per-pixel exclude each other", "give one of them")
    from s3audio_tui.cli.waveform_forms import Asked

    chosen: Form = form or ("json" if runtime.output.json else "text")
    if bits and chosen not in _WITH_BITS:
        raise UsageError(f"{chosen} has no --bits", "add --format dat or audiowaveform-json")
    asked = Asked(
        form=chosen,
        count=peaks or 0,
        samples_per_pixel=samples_per_pixel or 0,
        bits=8 if bits == "8" else 16,
        split=split_channels,
        engine=engine,
        output=None if output == "-" else output,
    )
    _one(runtime, name, asked)
    return None


def _one(runtime: Runtime, name: str, asked: "Asked") -> None:
    from s3audio_tui.cli.waveform_forms import one
    from s3audio_tui.library.sources import is_path, named

    with ExitStack() as stack:
        library = None if is_path(name) else stack.enter_context(runtime.library_if_named())
        one(runtime, named(library, name), asked)


def _all(runtime: Runtime, *, force: bool) -> int:
    from s3audio_tui.library import all_waveforms, browse

    words = Words("measured", "would measure", paths=False)
    with runtime.library() as library:
        with runtime.output.status() as status:
            for state in browse.refresh(library):
                status(f"reading the list: {state.total:,} objects")
        rows = all_waveforms.without_peaks(library, force=force)
        if runtime.dry_run:
            return report(runtime, [planned(row.key, "", row.size_bytes) for row in rows], words)
        events = all_waveforms.make_all(library, rows, force=force)
        return report(runtime, events, words, sum(row.size_bytes for row in rows))
