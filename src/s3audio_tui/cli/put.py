"""`put`: upload."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from s3audio_tui.cli import asking, options
from s3audio_tui.cli.asking import Given, Intent
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.queueing import run_queue
from s3audio_tui.cli.reporting import Words, report
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import UsageError
from s3audio_tui.library import upload
from s3audio_tui.library.events import ItemEvent
from s3audio_tui.library.keys import from_argument
from s3audio_tui.library.opening import Library
from s3audio_tui.library.put import UploadItem
from s3audio_tui.library.spool import spooled
from s3audio_tui.library.taken import heads, taken
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.library.upload import UploadPlan
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.units import age_text, parse_size, size_text

_WORDS = Words("uploaded", "would upload", path_first=True)
_STDIN = "-"


@click.command("put", cls=Command)
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--to", metavar="PREFIX", default="", help="The folder to upload into.")
@click.option(
    "--layout",
    metavar="NAME",
    help="plain, dated, uploads, staged, recorder, or a template such as {user}/{name}.",
)
@click.option("--name", metavar="NAME", help="The file name of what comes from stdin.")
@options.if_exists(*asking.CHOICES)
@click.option(
    "--tag",
    "tags",
    metavar="K=V",
    multiple=True,
    callback=options.tag_values,
    help="A tag for each object; may be given several times.",
)
@options.jobs()
@click.option(
    "--limit-rate",
    "limit_rate",
    metavar="R",
    help="Bytes a second for all together, as 2MB/s.",
)
@click.pass_obj
def put_command(
    runtime: Runtime,
    files: tuple[str, ...],
    to: str,
    layout: str | None,
    name: str | None,
    if_exists: Given | None,
    tags: dict[str, str],
    jobs: int | None,
    limit_rate: str | None,
) -> int:
    """Upload audio files, and folders whole. - is what comes from stdin, and needs --name.

    Without --if-exists a name that is taken is asked about on a terminal, else it fails.
    """
    _check_name(files, name)
    given = options.at_once(jobs) | {"layout": layout, "limit_rate": limit_rate}
    with runtime.library(**given) as library, ExitStack() as stack:
        max_bytes = parse_size(library.settings.max_size)
        stdin = runtime.output.stdin.buffer
        paths = [
            stack.enter_context(spooled(stdin, name, max_bytes))
            if file == _STDIN and name
            else Path(file)
            for file in files
        ]
        names = {str(path): file for path, file in zip(paths, files, strict=True)}
        plan = upload.plan(library, paths, to=from_argument(library, to))
        told = partial(_as_named, names=names)
        if runtime.dry_run:
            return report(runtime, told(_dry_run(library, plan, if_exists)), _WORDS)
        there: dict[str, ObjectHead] = {}

        def find_taken(items: Sequence[UploadItem]) -> set[str]:
            there.update(heads(library, [item.key for item in items]))
            return set(there)

        both = partial(_both, there=there, now=library.clock())
        settled = asking.settle(runtime, if_exists, plan.items, _key, find_taken, both)

        def start(queue: TransferQueue) -> Iterator[ItemEvent]:
            yield from _left_out(plan)
            choices = {item.key: choice for choice, items in settled.items() for item in items}
            yield from upload.submit(library, queue, plan.items, choices=choices, tags=tags)

        return run_queue(runtime, library.settings, start, _WORDS, told)


def _check_name(files: tuple[str, ...], name: str | None) -> None:
    if files.count(_STDIN) > 1:
        raise UsageError("stdin can be read once", "give - once")
    if _STDIN in files and not name:
        raise UsageError("what comes from stdin has no name", "give one, as --name take.wav")
    if name and _STDIN not in files:
        raise UsageError("--name is for what comes from stdin", "give - as FILE, or leave it out")


def _key(item: UploadItem) -> str:
    return item.key


def _both(item: UploadItem, there: Mapping[str, ObjectHead], now: float) -> str:
    """Return in words what both files are."""
    head = there[item.key]
    theirs = f"{size_text(head.size_bytes)}, {age_text(head.modified, now)}"
    return f" ({theirs}; yours: {size_text(item.size_bytes)}, {age_text(item.modified, now)})"


def _taken(library: Library, items: Sequence[UploadItem]) -> set[str]:
    return taken(library, [item.key for item in items])


def _left_out(plan: UploadPlan) -> list[ItemEvent]:
    return [*plan.refused, *plan.skipped]


def _dry_run(library: Library, plan: UploadPlan, choice: Given | None) -> Iterator[ItemEvent]:
    yield from _left_out(plan)
    intents = [Intent(item.key, str(item.path), item.key) for item in plan.items]
    yield from asking.dry_run(intents, _taken(library, plan.items), choice)


def _as_named(events: Iterable[ItemEvent], names: Mapping[str, str]) -> Iterator[ItemEvent]:
    """Yield the events with each path as it was given: stdin is `-`, not the file it went to."""
    for event in events:
        yield replace(event, path=names.get(event.path, event.path))
