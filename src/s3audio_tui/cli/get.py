"""`get`: download."""

import os
from collections.abc import Iterator, Sequence
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
from s3audio_tui.errors import UsageError
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


@click.command("get", cls=Command)
@click.argument("keys", metavar="KEY…", nargs=-1, required=True)
@click.option("--to", metavar="DIR", default=".", help="The folder, else this one; - is stdout.")
@click.option("--zip", "archive", metavar="FILE", help="All into one zip.")
@options.if_exists(*asking.CHOICES)
@options.jobs()
@options.limit_rate()
@options.patterns("prefixes")
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
) -> int:
    """Download files. A KEY may be a key, a prefix that ends in a slash, or a glob.

    Without --if-exists a file that is there already is asked about on a terminal, else it fails.

    A GLOB without a slash is for the names of files and folders, one with a slash for the path
    below the prefix that was given.
    """
    if archive and to != ".":
        raise UsageError("--to and --zip say two places", "give one of them")
    wanted = Filter(include, exclude)
    with runtime.library(**options.at_once(jobs), limit_rate=limit_rate) as library:
        if to == _STDOUT:
            return _to_stdout(runtime, library, keys)
        if archive:
            return _to_zip(runtime, library, keys, Path(archive), if_exists, wanted)
        plan = download.plan(library, keys, Path(to), wanted=wanted)
        if runtime.dry_run:
            return report(runtime, _dry_run(plan, if_exists), _WORDS)
        settled = asking.settle(runtime, if_exists, plan.items, _path, _taken)
        needed = sum(download.needed_bytes(items, choice) for choice, items in settled.items())
        download.check_room(Path(to), needed)

        def start(queue: TransferQueue) -> Iterator[ItemEvent]:
            yield from plan.refused
            for choice, items in settled.items():
                download.submit(library, queue, items, if_exists=choice)

        return run_queue(runtime, library.settings, start, _WORDS)


def _to_stdout(runtime: Runtime, library: Library, patterns: Sequence[str]) -> int:
    if runtime.output.terminal:
        raise UsageError("audio is not for a terminal", "send it into a pipe or a file")
    keys = browse.expand(library, patterns)
    if len(keys) != 1:
        raise UsageError(f"{len(keys)} files cannot go to stdout", "name one")
    if runtime.dry_run:
        runtime.output.say(f"would write {keys[0]} to stdout; nothing was done")
        return 0
    with stoppable(runtime.output) as token:
        getting.stream_to(library, keys[0], runtime.output.binary, token)
    return 0


def _to_zip(
    runtime: Runtime,
    library: Library,
    patterns: Sequence[str],
    target: Path,
    given: Given | None,
    wanted: Filter,
) -> int:
    plan = download.plan(library, patterns, target.parent, wanted=wanted)
    if runtime.dry_run:
        intents = (planned(item.key, str(target), item.size_bytes) for item in plan.items)
        return report(runtime, chain(plan.refused, intents), _WORDS)
    choice = _choice(runtime, target, given) if os.path.lexists(target) else "fail"
    place = zipping.place_for(target, choice)
    if place is None:
        left = [Skipped(str(target), str(target), "it is there already")]
        return report(runtime, left, _WORDS)
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
