"""`put`: upload."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from s3audio_tui.cli import asking, options
from s3audio_tui.cli.asking import Given, Intent
from s3audio_tui.cli.interrupt import stoppable
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.queueing import run_queue
from s3audio_tui.cli.reporting import Words, planned, report
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import S3AudioError, UsageError
from s3audio_tui.library import arrived, incoming, upload
from s3audio_tui.library.arrived import Known
from s3audio_tui.library.events import Failed, ItemEvent
from s3audio_tui.library.filters import Filter
from s3audio_tui.library.incoming import STREAM as _STDIN
from s3audio_tui.library.incoming import Incoming
from s3audio_tui.library.keys import from_argument
from s3audio_tui.library.names import IfTaken
from s3audio_tui.library.opening import Library
from s3audio_tui.library.put import UploadItem
from s3audio_tui.library.taken import taken
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.library.upload import UploadPlan
from s3audio_tui.units import age_text, size_text

_WORDS = Words("uploaded", "would upload", path_first=True)


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
@options.limit_rate()
@options.patterns("folders")
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
    include: tuple[str, ...],
    exclude: tuple[str, ...],
) -> int:
    """Upload audio files, and folders whole. - is what comes from stdin, and needs --name.

    A file that is there already, byte for byte, is skipped whatever --if-exists says, so that the
    same command can be run again. Without --if-exists another name that is taken is asked about on
    a terminal, else it fails.

    A GLOB without a slash is for the names of files and folders, one with a slash for the path
    below the folder that was given.
    """
    _check_name(files, name)
    given = options.at_once(jobs) | {"layout": layout, "limit_rate": limit_rate}
    with runtime.library(**given) as library:
        paths = [Path(file) for file in files if file != _STDIN]
        wanted, below = Filter(include, exclude), from_argument(library, to)
        plan = upload.plan(library, paths, to=below, wanted=wanted)
        stream = _stream(runtime, library, plan, name, below) if name else None
        found = _look(runtime, library, plan)
        if runtime.dry_run:
            return report(runtime, _dry_run(found, if_exists), _WORDS)
        both = partial(_both, there=found.there, now=library.clock())
        settled = asking.settle(runtime, if_exists, found.items, _key, found.taken, both)
        if stream is not None and if_exists == "overwrite" and not runtime.yes:
            runtime.confirm_overwriting(len(taken(library, [stream.key])))

        def start(queue: TransferQueue) -> Iterator[ItemEvent]:
            yield from found.left_out
            choices = {item.key: choice for choice, items in settled.items() for item in items}
            yield from upload.submit(library, queue, found.items, choices=choices, tags=tags)
            if stream is not None:
                yield from incoming.submit(
                    library, queue, stream, if_exists=_unasked(if_exists), tags=tags
                )

        return run_queue(runtime, library.settings, start, _WORDS)


def _unasked(given: Given | None) -> IfTaken:
    """Return what becomes of a name that is taken where nobody can be asked."""
    return "fail" if given is None or given == "ask" else given


def _stream(
    runtime: Runtime, library: Library, plan: UploadPlan, name: str, to: str
) -> Incoming | None:
    """Read the beginning of stdin; where it cannot go up, the plan has the reason."""
    key = name
    try:
        key = incoming.key_of(library, name, to)
        upload.free_of({item.key for item in plan.items}, key)
        if runtime.dry_run:
            plan.skipped.append(planned(key, _STDIN))
            return None
        return incoming.opened(library, runtime.output.stdin.buffer, name, to)
    except S3AudioError as error:
        plan.refused.append(Failed(key, _STDIN, error))
        return None


@dataclass(frozen=True)
class _Found:
    """What is to be uploaded; what is there under those names; what is left out, and why."""

    items: list[UploadItem]
    there: Mapping[str, Known]
    left_out: list[ItemEvent]

    def taken(self, items: Sequence[UploadItem]) -> set[str]:
        """Return the names that other files have."""
        return {item.key for item in items} & self.there.keys()


def _look(runtime: Runtime, library: Library, plan: UploadPlan) -> _Found:
    """Ask S3 what is there, and leave out what is there byte for byte."""
    with stoppable(runtime.output) as token:
        there = arrived.known(library, [item.key for item in plan.items], token)
        same = arrived.same(library, plan.items, there, token)
    left_out: list[ItemEvent] = [*plan.refused, *plan.skipped]
    left_out += [arrived.skipped(item) for item in plan.items if item.key in same]
    return _Found([item for item in plan.items if item.key not in same], there, left_out)


def _check_name(files: tuple[str, ...], name: str | None) -> None:
    if files.count(_STDIN) > 1:
        raise UsageError("stdin can be read once", "give - once")
    if _STDIN in files and not name:
        raise UsageError("what comes from stdin has no name", "give one, as --name take.wav")
    if name and _STDIN not in files:
        raise UsageError("--name is for what comes from stdin", "give - as FILE, or leave it out")


def _key(item: UploadItem) -> str:
    return item.key


def _both(item: UploadItem, there: Mapping[str, Known], now: float) -> str:
    """Return in words what both files are."""
    known = there[item.key]
    theirs = f"{size_text(known.size_bytes)}, {age_text(known.modified, now)}"
    return f" ({theirs}; yours: {size_text(item.size_bytes)}, {age_text(item.modified, now)})"


def _dry_run(found: _Found, choice: Given | None) -> Iterator[ItemEvent]:
    yield from found.left_out
    intents = [Intent(item.key, str(item.path), item.key, item.size_bytes) for item in found.items]
    yield from asking.dry_run(intents, found.taken(found.items), choice)
