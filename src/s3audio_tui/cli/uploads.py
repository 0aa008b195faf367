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
from s3audio_tui.library import leftovers, resuming
from s3audio_tui.library.events import ItemEvent
from s3audio_tui.library.leftovers import Left, Leftover
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.library.unfinished import Unfinished
from s3audio_tui.units import age_text, count_text, rfc3339, size_text

_WORDS = Words("finished", "would finish")
_GIVEN_UP = Words("given up", "would give up")


@click.group("uploads", cls=Group)
def uploads_command() -> None:
    """List, finish or give up the transfers that were left unfinished.

    Downloads are among them, and uploads that others began.
    """


@uploads_command.command("ls", short_help="List what was left unfinished")
@click.pass_obj
def ls_command(runtime: Runtime) -> None:
    """List what was left unfinished: on this machine, then in the bucket, whoever began it.

    What the bucket has of it is paid for. Ids that begin with u are uploads of other machines, or
    of other programs: they can be given up, and not be finished from here.
    """
    now = runtime.clock()
    columns: list[Column[Left]] = [
        Column("id", lambda left: left.id, "Id", right=True),
        Column("kind", lambda left: left.kind, "Way"),
        Column("key", lambda left: left.key),
        Column("path", lambda left: left.path),
        Column(
            "bytes_done",
            lambda left: left.bytes_done,
            "Arrived",
            lambda left: size_text(left.bytes_done) if left.bytes_done else "",
            right=True,
        ),
        Column(
            "bytes_total",
            lambda left: left.bytes_total,
            "Of",
            lambda left: "" if left.bytes_total is None else size_text(left.bytes_total),
            right=True,
        ),
        Column(
            "started_at",
            lambda left: rfc3339(left.at),
            "Started",
            lambda left: age_text(left.at, now),
        ),
        Column("resumable", lambda left: left.resumable, "Can go on", _can_go_on),
        Column("", lambda left: left.key, "Name"),
    ]
    with runtime.library() as library:
        found = leftovers.everything(library)
    runtime.output.rows(columns, found)
    runtime.output.say(_sum(found))


def _sum(found: Sequence[Left]) -> str:
    if not found:
        return "nothing was left unfinished"
    paid_bytes = sum(left.bytes_done for left in found if left.kind == "up")
    if not paid_bytes:
        return f"{len(found)} unfinished"
    return f"{len(found)} unfinished; {size_text(paid_bytes)} lie in the bucket, and are paid for"


def _can_go_on(left: Left) -> str:
    if left.resumable:
        return "yes"
    return "no, the file is gone" if isinstance(left.of, Unfinished) else "no, not from here"


@uploads_command.command("resume", short_help="Finish what was left")
@click.argument("ids", metavar="[ID…]", nargs=-1)
@options.jobs()
@options.limit_rate()
@click.pass_obj
def resume_command(
    runtime: Runtime, ids: tuple[str, ...], jobs: int | None, limit_rate: str | None
) -> int:
    """Finish what was left on this machine, or only the transfers with these ids.

    What had arrived before is not sent again.
    """
    with runtime.library(**options.at_once(jobs), limit_rate=limit_rate) as library:
        chosen = _of_here(library, ids)
        if not chosen and not runtime.output.json:
            runtime.output.say("nothing was left unfinished")
            return 0
        if runtime.dry_run:
            return report(runtime, _planned(chosen), _WORDS)

        def start(queue: TransferQueue) -> Sequence[ItemEvent]:
            library.unfinished.take([each.record for each in chosen])
            resuming.offer(library, queue, chosen)
            queue.retry_all()
            return ()

        return run_queue(runtime, library.settings, start, _WORDS)


def _of_here(library: Library, ids: tuple[str, ...]) -> list[Unfinished]:
    """Return what this machine can finish: all of it, or what the ids name."""
    here = {str(each.id): each for each in library.unfinished.interrupted()}
    for wanted in ids:
        if wanted.startswith("u"):
            raise UsageError(f"{wanted} was not begun here", "only its own machine can finish it")
        if wanted not in here:
            raise _missing(wanted)
    return [here[wanted] for wanted in dict.fromkeys(ids)] if ids else list(here.values())


def _missing(wanted: str) -> NotFoundError:
    return NotFoundError(
        f"nothing that was left has the id {wanted}", "s3audio uploads ls shows what is"
    )


@uploads_command.command("abort", short_help="Give up what was left")
@click.argument("ids", metavar="[ID…]", nargs=-1)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="All of this machine, and what others began over a day ago.",
)
@click.option(
    "--older-than",
    "older_s",
    metavar="AGE",
    callback=options.duration_value,
    help="All that was begun so long ago, as 7d.",
)
@click.pass_obj
def abort_command(
    runtime: Runtime, ids: tuple[str, ...], everything: bool, older_s: float | None
) -> int:
    """Give up transfers: they are not offered again, and no parts of them stay in the bucket.

    Local files stay as they are. It asks before it removes parts that were not sent from here:
    another machine may still be sending them.
    """
    if bool(ids) + everything + (older_s is not None) != 1:
        raise UsageError(
            "it is not said which", "give ids of s3audio uploads ls, or --all, or --older-than 7d"
        )
    with runtime.library() as library:
        left = leftovers.everything(library)
        if ids:
            chosen = _named(left, ids)
        else:
            chosen = leftovers.before(left, runtime.clock(), older_s)
        if runtime.dry_run:
            return report(runtime, (planned(one.key, one.path or "") for one in chosen), _GIVEN_UP)
        elsewhere = sum(isinstance(one.of, Leftover) for one in chosen)
        if elsewhere:
            what = count_text(elsewhere, "upload")
            runtime.output.confirm(f"remove the parts of {what} begun elsewhere", yes=runtime.yes)
        return report(runtime, leftovers.give_up(library, chosen), _GIVEN_UP)


def _named(left: Sequence[Left], ids: tuple[str, ...]) -> list[Left]:
    by_id = {str(one.id): one for one in left}
    for wanted in ids:
        if wanted not in by_id:
            raise _missing(wanted)
    return [by_id[wanted] for wanted in dict.fromkeys(ids)]


def _planned(chosen: Sequence[Unfinished]) -> Iterator[ItemEvent]:
    for left in chosen:
        yield planned(left.kept.key, left.kept.path)
