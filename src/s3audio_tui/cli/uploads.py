"""`uploads`: transfers that an earlier run did not finish, found, finished or given up."""

from collections.abc import Iterator, Sequence

import click

from s3audio_tui.cli import options
from s3audio_tui.cli.options import Group
from s3audio_tui.cli.output import Column
from s3audio_tui.cli.queueing import run_queue
from s3audio_tui.cli.reporting import Words, planned, report
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import NotFoundError, UsageError
from s3audio_tui.library import resuming
from s3audio_tui.library.events import Done, ItemEvent
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.library.unfinished import Unfinished
from s3audio_tui.units import age_text, rfc3339, size_text

_WORDS = Words("finished", "would finish")
_GIVEN_UP = Words("given up", "would give up")


@click.group("uploads", cls=Group)
def uploads_command() -> None:
    """List, finish or give up the transfers that an earlier run left unfinished.

    Downloads are among them.
    """


@uploads_command.command("ls", short_help="List what was left unfinished")
@click.pass_obj
def ls_command(runtime: Runtime) -> None:
    """List what was left unfinished on this machine, the oldest first."""
    now = runtime.clock()
    columns: list[Column[Unfinished]] = [
        Column("id", lambda left: left.id, "Id", right=True),
        Column("kind", lambda left: resuming.kind_of(left.kept), "Way"),
        Column("key", lambda left: left.kept.key),
        Column("path", lambda left: left.kept.path),
        Column("bytes_done", lambda left: 0),
        Column(
            "bytes_total",
            lambda left: left.kept.size_bytes,
            "Size",
            lambda left: size_text(left.kept.size_bytes),
            right=True,
        ),
        Column(
            "started_at",
            lambda left: rfc3339(left.at),
            "Started",
            lambda left: age_text(left.at, now),
        ),
        Column(
            "resumable",
            lambda left: resuming.can_resume(left.kept),
            "Can go on",
            lambda left: "yes" if resuming.can_resume(left.kept) else "no, the file is gone",
        ),
        Column("", lambda left: left.kept.key, "Name"),
    ]
    with runtime.library() as library:
        if not runtime.output.rows(columns, library.unfinished.interrupted()):
            runtime.output.say("nothing was left unfinished")


@uploads_command.command("resume", short_help="Finish what was left")
@click.argument("ids", metavar="[ID…]", nargs=-1, type=int)
@options.jobs()
@click.pass_obj
def resume_command(runtime: Runtime, ids: tuple[int, ...], jobs: int | None) -> int:
    """Finish what was left, or only the transfers with these ids. Each begins anew.

    What had arrived before is not sent again.
    """
    with runtime.library(**options.at_once(jobs)) as library:
        chosen = _chosen(library, ids)
        if runtime.dry_run:
            return report(runtime, _planned(chosen), _WORDS)

        def start(queue: TransferQueue) -> Sequence[ItemEvent]:
            resuming.offer(library, queue, chosen)
            queue.retry_all()
            return ()

        return run_queue(runtime, library.settings, start, _WORDS)


@uploads_command.command("abort", short_help="Give up what was left")
@click.argument("ids", metavar="[ID…]", nargs=-1, type=int)
@click.option("--all", "everything", is_flag=True, help="All of it.")
@click.pass_obj
def abort_command(runtime: Runtime, ids: tuple[int, ...], everything: bool) -> int:
    """Give up transfers: they are not offered again. Local files stay as they are."""
    if bool(ids) == everything:
        raise UsageError("it is not said which", "give ids of s3audio uploads ls, or --all")
    with runtime.library() as library:
        chosen = _chosen(library, ids)
        if runtime.dry_run:
            return report(runtime, _planned(chosen), _GIVEN_UP)
        library.unfinished.forget(chosen)
        done = [Done(left.kept.key, left.kept.path, 0) for left in chosen]
        return report(runtime, done, _GIVEN_UP)


def _chosen(library: Library, ids: tuple[int, ...]) -> list[Unfinished]:
    left = {each.id: each for each in library.unfinished.interrupted()}
    missing = [wanted for wanted in ids if wanted not in left]
    if missing:
        raise NotFoundError(
            f"nothing that was left has the id {missing[0]}", "s3audio uploads ls shows what is"
        )
    return [left[wanted] for wanted in dict.fromkeys(ids)] if ids else list(left.values())


def _planned(chosen: Sequence[Unfinished]) -> Iterator[ItemEvent]:
    for left in chosen:
        yield planned(left.kept.key, left.kept.path)
