"""`bookmarks`: folders and searches kept under names, as the app keeps them."""

import click

from s3audio_tui.catalog.search import parse
from s3audio_tui.cli.options import Group
from s3audio_tui.cli.output import Column
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import UsageError
from s3audio_tui.library import bookmarks
from s3audio_tui.library.addresses import address_of_open
from s3audio_tui.library.keys import from_argument
from s3audio_tui.library.remembered import Bookmark, recall, remember


@click.group("bookmarks", cls=Group)
def bookmarks_command() -> None:
    """List, keep, rename and remove bookmarks: folders and searches of any library."""


@bookmarks_command.command("ls", short_help="List the bookmarks")
@click.pass_obj
def ls_command(runtime: Runtime) -> None:
    """List the bookmarks of all libraries."""
    columns: list[Column[Bookmark]] = [
        Column("name", lambda each: each.name, "Name"),
        Column("url", lambda each: each.address.url, "Library"),
        Column("prefix", lambda each: each.prefix, "Folder"),
        Column("search", lambda each: each.search or None, "Search"),
        Column("profile", lambda each: each.address.profile),
        Column("region", lambda each: each.address.region),
        Column("endpoint_url", lambda each: each.address.endpoint_url),
    ]
    if not runtime.output.rows(columns, recall(runtime.state_folder()).bookmarks):
        runtime.output.say("there is no bookmark yet: s3audio bookmarks add keeps one")


@bookmarks_command.command("add", short_help="Keep a folder or a search")
@click.argument("name")
@click.argument("prefix", metavar="[PREFIX]", default="")
@click.option("--search", metavar="QUERY", default="", help="What is looked for there.")
@click.pass_obj
def add_command(runtime: Runtime, name: str, prefix: str, search: str) -> None:
    """Keep a folder of the library under NAME, or with --search what is found in it."""
    mistakes = parse(search, runtime.clock()).mistakes
    if mistakes:
        raise UsageError("the search has a mistake", mistakes[0].sentence)
    with runtime.library() as library:
        folder = from_argument(library, prefix).strip("/")
        kept = Bookmark(
            name=name,
            address=address_of_open(library),
            prefix=f"{folder}/" if folder else "",
            search=search,
        )
    folder_ = runtime.state_folder()
    bookmarks.check_name(recall(folder_), name)
    if not runtime.dry_run:
        remember(folder_, bookmarks.added(kept))
    runtime.output.say(f"{'would keep' if runtime.dry_run else 'kept'} {name}")


@bookmarks_command.command("rm", short_help="Remove bookmarks; no file is touched")
@click.argument("names", metavar="NAME…", nargs=-1, required=True)
@click.pass_obj
def rm_command(runtime: Runtime, names: tuple[str, ...]) -> None:
    """Remove bookmarks. What they lead to is not touched."""
    folder = runtime.state_folder()
    for name in names:
        bookmarks.named(recall(folder), name)
    if not runtime.dry_run:
        remember(folder, bookmarks.removed(names))
    runtime.output.say(f"{'would remove' if runtime.dry_run else 'removed'} {', '.join(names)}")


@bookmarks_command.command("rename", short_help="Give a bookmark another name")
@click.argument("old")
@click.argument("new")
@click.pass_obj
def rename_command(runtime: Runtime, old: str, new: str) -> None:
    """Give the bookmark OLD the name NEW."""
    change = bookmarks.renamed(old, new)
    folder = runtime.state_folder()
    if runtime.dry_run:
        change(recall(folder))
    else:
        remember(folder, change)
    runtime.output.say(f"{'would call' if runtime.dry_run else 'called'} {old} {new}")
