"""`get`: download."""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

import click

from s3audio_tui.cli import asking, options
from s3audio_tui.cli.asking import Given, Intent
from s3audio_tui.cli.interrupt import stoppable
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.queueing import run_queue
from s3audio_tui.cli.reporting import Words, planned, report
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import NotAllowedError, UsageError
from s3audio_tui.library import archive as archives
from s3audio_tui.library import browse, download, getting, zipping
from s3audio_tui.library.download import DownloadPlan
from s3audio_tui.library.events import ItemEvent, Skipped
from s3audio_tui.library.filters import Filter
from s3audio_tui.library.getting import DownloadItem
from s3audio_tui.library.names import IfTaken
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue

_WORDS = Words("downloaded", "would download")
_STDOUT = "-"

_Wake = Callable[[Library, DownloadPlan], tuple[DownloadPlan, list[ItemEvent]]]


class _Command(Command):
    """Takes `--restore` alone for the usual tier."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments."""
        end = args.index("--") if "--" in args else len(args)
        named = [arg if arg != "--restore" else "--restore=standard" for arg in args[:end]]
        return super().parse_args(ctx, named + args[end:])


@click.command("get", cls=_Command)
@click.argument("keys", metavar="KEY…", nargs=-1, required=True)
@click.option("--to", metavar="DIR", default=".", help="The folder, else this one; - is stdout.")
@click.option("--zip", "archive", metavar="FILE", help="All into one zip.")
@options.if_exists(*asking.CHOICES)
@options.jobs()
@options.limit_rate()
@options.patterns("prefixes")
@click.option(
    "--restore",
    metavar="[=TIER]",
    type=click.Choice(archives.TIERS),
    help="Ask S3 for files in the archive: standard, bulk or expedited.",
)
@click.option("--wait", is_flag=True, help="With --restore: wait until they have come.")
@click.pass_obj
def get_command(
    runtime: Runtime,
    keys: tuple[str, ...],
    to: str,
    archive: str | None,
    if_exists: Given | None,
    jobs: int | None,
    limit_rate: str | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    restore: archives.Tier | None,
    wait: bool,
) -> int:
    """Download files. A KEY may be a key, a prefix that ends in a slash, or a glob.

    Without --if-exists a file that is there already is asked about on a terminal, else it fails.

    A GLOB without a slash is for the names of files and folders, one with a slash for the path
    below the prefix that was given.

    Files in an archive, such as Glacier, are asked for with --restore, and downloaded when they
    have come: by this command with --wait, else by the next.
    """
    if archive and to != ".":
        raise UsageError("--to and --zip say two places", "give one of them")
    if wait and not restore:
        raise UsageError("--wait is for files in the archive", "add --restore")
    wanted = Filter(include, exclude)
    wake = partial(_woken, runtime, tier=restore, wait=wait)
    with runtime.library(**options.at_once(jobs), limit_rate=limit_rate) as library:
        if to == _STDOUT:
            return _to_stdout(runtime, library, keys, wake)
        if archive:
            return _to_zip(runtime, library, keys, Path(archive), if_exists, wanted, wake)
        plan = download.plan(library, keys, Path(to), wanted=wanted)
        plan, early = wake(library, plan)
        if runtime.dry_run:
            return report(runtime, chain(early, _dry_run(plan, if_exists)), _WORDS)
        settled = asking.settle(runtime, if_exists, plan.items, _path, _taken)
        needed = sum(download.needed_bytes(items, choice) for choice, items in settled.items())
        download.check_room(Path(to), needed)

        def start(queue: TransferQueue) -> Iterator[ItemEvent]:
            yield from [*plan.refused, *early]
            for choice, items in settled.items():
                download.submit(library, queue, items, if_exists=choice)

        return run_queue(runtime, library.settings, start, _WORDS)


def _woken(
    runtime: Runtime,
    library: Library,
    plan: DownloadPlan,
    tier: archives.Tier | None,
    wait: bool,
) -> tuple[DownloadPlan, list[ItemEvent]]:
    """Return what of a plan can be read, and what became of the rest, which is asked for."""
    if runtime.dry_run:
        woken = archives.foretold(library, plan.items, tier)
        return DownloadPlan(woken.awake, plan.refused), woken.events
    if tier is None:
        return plan, []
    with stoppable(runtime.output) as token:
        woken = archives.wake(
            library, plan.items, tier, wait=wait, cancel=token, told=runtime.output.say
        )
    return DownloadPlan(woken.awake, plan.refused), woken.events


def _to_stdout(runtime: Runtime, library: Library, patterns: Sequence[str], wake: _Wake) -> int:
    if runtime.output.terminal:
        raise UsageError("audio is not for a terminal", "send it into a pipe or a file")
    keys = browse.expand(library, patterns)
    if len(keys) != 1:
        raise UsageError(f"{len(keys)} files cannot go to stdout", "name one")
    if runtime.dry_run:
        runtime.output.say(f"would write {keys[0]} to stdout; nothing was done")
        return 0
    _, early = wake(library, DownloadPlan([DownloadItem(keys[0], Path(), keys[0])], []))
    if early:
        return report(runtime, early, _WORDS) or NotAllowedError.exit_code
    with stoppable(runtime.output) as token:
        verified = getting.stream_to(library, keys[0], runtime.output.binary, token)
    if verified == "size":
        runtime.output.say(f"{keys[0]}: {getting.ONLY_SIZE}")
    return 0


def _to_zip(
    runtime: Runtime,
    library: Library,
    patterns: Sequence[str],
    target: Path,
    given: Given | None,
    wanted: Filter,
    wake: _Wake,
) -> int:
    plan = download.plan(library, patterns, target.parent, wanted=wanted)
    if runtime.dry_run:
        plan, early = wake(library, plan)
        intents = (planned(item.key, str(target), item.size_bytes) for item in plan.items)
        return report(runtime, chain(plan.refused, early, intents), _WORDS)
    choice = _choice(runtime, target, given) if os.path.lexists(target) else "fail"
    place = zipping.place_for(target, choice)
    if place is None:
        left = [Skipped(str(target), str(target), "it is there already")]
        return report(runtime, left, _WORDS)
    plan, early = wake(library, plan)
    if early:
        return report(runtime, chain(plan.refused, early), _WORDS) or NotAllowedError.exit_code
    download.check_room(place.parent, plan.total_bytes)
    with stoppable(runtime.output) as token:
        events = zipping.to_zip(
            library, plan.items, place, overwrite=choice == "overwrite", cancel=token
        )
        return report(runtime, chain(plan.refused, events), _WORDS)


def _choice(runtime: Runtime, target: Path, given: Given | None) -> IfTaken:
    """Return what to do with a zip that is there already."""
    (choice,) = asking.settle(runtime, given, [target], str, lambda items: set(map(str, items)))
    return choice


def _path(item: DownloadItem) -> str:
    return str(item.path)


def _taken(items: Sequence[DownloadItem]) -> set[str]:
    return {_path(item) for item in items if item.path.exists()}


def _dry_run(plan: DownloadPlan, choice: Given | None) -> Iterator[ItemEvent]:
    yield from plan.refused
    intents = [Intent(item.key, _path(item), _path(item), item.size_bytes) for item in plan.items]
    yield from asking.dry_run(intents, _taken(plan.items), choice)
