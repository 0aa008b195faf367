"""`versions`: what a file was before, listed, restored, fetched, removed for good."""

from pathlib import Path

import click

from s3audio_tui.cli.options import Group, if_exists
from s3audio_tui.cli.output import Column
from s3audio_tui.cli.queueing import run_queue
from s3audio_tui.cli.reporting import Words, planned, report
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.library import versions
from s3audio_tui.library.events import ItemEvent
from s3audio_tui.library.keys import from_argument
from s3audio_tui.library.names import IfTaken
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.library.versions import Version
from s3audio_tui.units import age_text, rfc3339, size_text


@click.group("versions", cls=Group)
def versions_command() -> None:
    """List the versions of a file, restore one, fetch one, remove one for good."""


@versions_command.command("ls", short_help="List the versions of a file")
@click.argument("key", metavar="KEY")
@click.pass_obj
def ls_command(runtime: Runtime, key: str) -> None:
    """List all versions of KEY, the newest first, and when it was deleted."""
    now = runtime.clock()
    columns: list[Column[Version]] = [
        Column("key", lambda version: version.key),
        Column("id", lambda version: version.id, "Version"),
        Column(
            "modified",
            lambda version: rfc3339(version.modified),
            "Modified",
            lambda version: age_text(version.modified, now),
        ),
        Column("size_bytes", lambda version: version.size_bytes, "Size", _size, right=True),
        Column("state", lambda version: version.state, "State"),
        Column("etag", lambda version: version.etag or None),
    ]
    with runtime.library() as library:
        runtime.output.rows(columns, versions.listed(library, from_argument(library, key)))


def _size(version: Version) -> str:
    return "" if version.is_delete_marker else size_text(version.size_bytes)


@versions_command.command("restore", short_help="Make an older version the current one")
@click.argument("key", metavar="KEY")
@click.argument("version_id", metavar="ID")
@click.pass_obj
def restore_command(runtime: Runtime, key: str, version_id: str) -> int:
    """Copy version ID of KEY on top of what is there, which stays as an older version.

    undo takes it back.
    """
    words = Words("restored", "would restore")
    with runtime.library() as library:
        version = versions.find(library, from_argument(library, key), version_id)
        if runtime.dry_run:
            return report(runtime, [planned(version.key)], words)
        return report(runtime, [versions.restore(library, version.key, version.id)], words)


@versions_command.command("get", short_help="Download a version")
@click.argument("key", metavar="KEY")
@click.argument("version_id", metavar="ID")
@click.option("--to", metavar="DIR", default=".", help="The folder, else this one.")
@if_exists("skip", "rename", "overwrite", "fail")
@click.pass_obj
def get_command(
    runtime: Runtime, key: str, version_id: str, to: str, if_exists: IfTaken | None
) -> int:
    """Download version ID of KEY under its own name."""
    words = Words("downloaded", "would download")
    with runtime.library() as library:
        version = versions.find(library, from_argument(library, key), version_id)
        path = Path(to)
        if runtime.dry_run:
            return report(runtime, [planned(version.key, str(path))], words)
        if if_exists == "overwrite":
            runtime.confirm_overwriting(int((path / versions.file_name(version)).exists()))

        def start(queue: TransferQueue) -> list[ItemEvent]:
            versions.download(library, queue, version, path, if_exists=if_exists or "fail")
            return []

        return run_queue(runtime, library.settings, start, words)


@versions_command.command("rm", short_help="Remove a version for good")
@click.argument("key", metavar="KEY")
@click.argument("version_id", metavar="ID")
@click.pass_obj
def rm_command(runtime: Runtime, key: str, version_id: str) -> int:
    """Remove version ID of KEY for good; the others stay. Nothing brings it back."""
    words = Words("removed for good", "would remove for good")
    with runtime.library() as library:
        version = versions.find(library, from_argument(library, key), version_id)
        if runtime.dry_run:
            return report(runtime, [planned(version.key)], words)
        question = f"remove version {version.id} of {version.key} for good"
        runtime.output.confirm(question, yes=runtime.yes)
        return report(runtime, [versions.remove(library, version)], words)
