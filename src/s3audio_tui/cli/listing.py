"""`ls` and `sync`: what is there."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal

import click

from s3audio_tui.catalog.search import Mistake, Query, Sort, View, parse
from s3audio_tui.cli.columns import Entry, chosen_columns, entry_columns, entry_key
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import NotFoundError, UsageError
from s3audio_tui.library import browse
from s3audio_tui.library.browse import Refresh
from s3audio_tui.library.keys import from_argument
from s3audio_tui.library.opening import Library
from s3audio_tui.text import safe
from s3audio_tui.units import age_text, count_text

SortName = Literal["name", "size", "modified", "duration", "format"]

_WINDOW = 10_000


@click.command("ls", cls=Command)
@click.argument("prefix", metavar="[PREFIX]", default="")
@click.option(
    "--sort", type=click.Choice(("name", "size", "modified", "duration", "format")), default="name"
)
@click.option("--reverse", is_flag=True, help="The other way round.")
@click.option("--search", metavar="QUERY", help="Words and fields, as 'kick dur:<30s'.")
@click.option("--limit", type=click.IntRange(0), metavar="N", help="At most N lines.")
@click.option("--recursive", is_flag=True, help="All files below, without folders.")
@click.option("--columns", metavar="A,B,…", help="These fields, in this order.")
@click.option("--refresh", is_flag=True, help="Ask S3 first, even where that takes long.")
@click.pass_obj
def ls_command(
    runtime: Runtime,
    prefix: str,
    sort: SortName,
    reverse: bool,
    search: str | None,
    limit: int | None,
    recursive: bool,
    columns: str | None,
    refresh: bool,
) -> None:
    """List the folders and files below PREFIX, or all that matches a search.

    A library that answers quickly is asked each time. A large one is read from the catalog, and
    stderr says how old that is: --refresh and sync bring it up to date.

    A search has words, "two words", and fields: ext:wav format:flac size:>10mb dur:<30s rate:48k
    ch:stereo bits:24 after:2026-01-31 before:7d name:kick in:drums/. A - before one turns it round.

    --columns takes the names that --json has, codec and bit_depth; or size, length, rate, bits.
    """
    query = _read_search(runtime, search) if search else None
    wanted = chosen_columns(columns, runtime.clock()) if columns else None
    with runtime.library() as library:
        place = from_argument(library, prefix)
        _bring_up_to_date(runtime, library, place, asked=refresh)
        order = Sort(sort, reverse)
        deep = recursive or query is not None
        found = (
            _deep(runtime, library, place, query, order) if deep else _flat(library, place, order)
        )
        fields = wanted or entry_columns(runtime.clock(), _folder_of(library, place))
        count = runtime.output.rows(fields, islice(found, limit))
        if not count and place and query is None and limit != 0:
            raise NotFoundError(
                f"nothing here is named {place}", "s3audio ls shows what there is", key=place
            )


def _read_search(runtime: Runtime, search: str) -> Query:
    """Return the search, read; on a terminal a mistake is pointed at before the error is said."""
    query = parse(search, runtime.clock())
    if not query.mistakes:
        return query
    first = query.mistakes[0]
    term = search[first.start : first.end]
    runtime.output.hint(f"  {search}", f"  {_carets(search, query.mistakes)}")
    raise UsageError(f"{term} cannot be searched for", first.sentence)


def _carets(search: str, mistakes: Iterable[Mistake]) -> str:
    from rich.cells import cell_len

    carets = ""
    for mistake in mistakes:
        carets = carets.ljust(cell_len(safe(search[: mistake.start])))
        carets += "^" * cell_len(safe(search[mistake.start : mistake.end]))
    return carets


def _bring_up_to_date(runtime: Runtime, library: Library, place: str, *, asked: bool) -> None:
    if asked or browse.is_stale(library, place):
        _refresh(runtime, library, place)
        return
    at = browse.last_refreshed(library, place)
    if at is not None:
        age = age_text(at, runtime.clock())
        when = "a moment ago" if age == "now" else age
        runtime.output.say(f"as S3 was {when}; --refresh asks it again")


def _refresh(runtime: Runtime, library: Library, place: str) -> Refresh:
    state = Refresh(0, 0, 0, 0, 0.0, done=False)
    with runtime.output.status() as status:
        for state in browse.refresh(library, place):
            status(f"reading the list: {state.total:,} objects")
    return state


def _deep(
    runtime: Runtime, library: Library, place: str, query: Query | None, order: Sort
) -> Iterator[Entry]:
    view = View(library.catalog, place, recursive=True, query=query, sort=order)
    if unread := view.unread():
        what = count_text(unread, "file")
        runtime.output.say(f"not looked at: {what} whose header was not read yet")
    return _windows(view)


def _flat(library: Library, place: str, order: Sort) -> Iterator[Entry]:
    """Yield the folder named `place`, else what begins so, as S3 itself takes a prefix."""
    folder = _folder_of(library, place)
    begin = "" if folder == f"{place}/" else place
    view = View(library.catalog, folder, recursive=False, query=None, sort=order)
    yield from (entry for entry in _windows(view) if entry_key(entry).startswith(begin))


def _folder_of(library: Library, place: str) -> str:
    """Return the folder that `place` names, with or without its slash, else the one it is in."""
    if place and not place.endswith("/") and library.catalog.totals(f"{place}/").files:
        return f"{place}/"
    folder = place.rpartition("/")[0]
    return f"{folder}/" if "/" in place else ""


def _windows(view: View) -> Iterator[Entry]:
    offset = 0
    while window := view.window(offset, _WINDOW):
        yield from window
        offset += len(window)


@click.command("sync", cls=Command)
@click.pass_obj
def sync_command(runtime: Runtime) -> None:
    """Bring the catalog up to date from S3: what was added, changed and removed since."""
    output = runtime.output
    with runtime.library() as library:
        if runtime.dry_run:
            output.say(f"would read the list of s3://{library.bucket}/{library.prefix}")
            return
        state = _refresh(runtime, library, "")
    output.fields(
        {
            "added": state.added,
            "changed": state.changed,
            "removed": state.removed,
            "total": state.total,
            "seconds": round(state.seconds, 3),
        }
    )
