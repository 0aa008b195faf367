"""`trash ls`, `trash restore`, `trash empty`: what was deleted and can come back."""

import re

import click

from s3audio_tui.cli.interrupt import stoppable
from s3audio_tui.cli.options import Group
from s3audio_tui.cli.output import Column
from s3audio_tui.cli.reporting import Words, planned, report
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import NotFoundError
from s3audio_tui.library import browse, trash
from s3audio_tui.library.keys import from_argument
from s3audio_tui.library.opening import Library
from s3audio_tui.library.trash import TrashEntry
from s3audio_tui.units import age_text, count_text, rfc3339, size_text


@click.group("trash", cls=Group)
def trash_command() -> None:
    """List, restore or empty the trash."""


@trash_command.command("ls", short_help="List what is in the trash")
@click.pass_obj
def ls_command(runtime: Runtime) -> None:
    """List what is in the trash, the latest first."""
    now = runtime.clock()
    columns: list[Column[TrashEntry]] = [
        Column("key", lambda entry: entry.key),
        Column(
            "deleted_at",
            lambda entry: rfc3339(entry.deleted_at),
            "Deleted",
            lambda entry: age_text(entry.deleted_at, now),
        ),
        Column(
            "size_bytes",
            lambda entry: entry.size_bytes,
            "Size",
            lambda entry: size_text(entry.size_bytes),
            right=True,
        ),
        Column("kind", lambda entry: entry.kind),
        Column("", lambda entry: entry.key, "Name"),
    ]
    with runtime.library() as library:
        if not runtime.output.rows(columns, trash.entries(library)):
            runtime.output.say("the trash is empty")


@trash_command.command("restore", short_help="Put files back where they were")
@click.argument("keys", metavar="KEY…", nargs=-1, required=True)
@click.pass_obj
def restore_command(runtime: Runtime, keys: tuple[str, ...]) -> int:
    """Put files back where they were. Globs are taken."""
    words = Words("restored", "would restore")
    with runtime.library() as library:
        chosen = _chosen(library, keys)
        if runtime.dry_run:
            return report(runtime, (planned(entry.key) for entry in chosen), words)
        with stoppable(runtime.output) as token:
            return report(runtime, trash.restore(library, chosen, token), words)


@trash_command.command("empty", short_help="Remove what is in the trash for good")
@click.pass_obj
def empty_command(runtime: Runtime) -> int:
    """Remove what is in the trash for good."""
    words = Words("removed for good", "would remove for good")
    with runtime.library() as library:
        entries = trash.entries(library)
        if runtime.dry_run:
            return report(runtime, (planned(entry.key) for entry in entries), words)
        if entries:
            size = size_text(sum(entry.size_bytes for entry in entries))
            what = count_text(len(entries), "file")
            runtime.output.confirm(f"remove {what} for good, {size}", yes=runtime.yes)
        with stoppable(runtime.output) as token:
            return report(runtime, trash.empty(library, entries, token), words)


def _chosen(library: Library, patterns: tuple[str, ...]) -> list[TrashEntry]:
    keys = [from_argument(library, pattern) for pattern in patterns]
    if not any(map(browse.may_be_many, keys)):
        return trash.find(library, keys)
    latest: dict[str, TrashEntry] = {}
    for entry in trash.entries(library):
        latest.setdefault(entry.key, entry)
    chosen: dict[str, TrashEntry] = {}
    for pattern in keys:
        wanted = re.compile(browse.glob_expression(pattern), re.DOTALL)
        found = [pattern] if pattern in latest else [key for key in latest if wanted.fullmatch(key)]
        if not found:
            raise NotFoundError(
                f"nothing in the trash is named {pattern}",
                "s3audio trash ls shows what is there",
                key=pattern,
            )
        chosen.update((key, latest[key]) for key in found)
    return list(chosen.values())
