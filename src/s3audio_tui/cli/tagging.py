"""`tag` and `meta`: what is kept beside a file's bytes, shown and changed."""

import click

from s3audio_tui.cli.interrupt import stoppable
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.output import Column
from s3audio_tui.cli.reporting import Words, planned, report
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import UsageError
from s3audio_tui.library import browse, properties, property_fields
from s3audio_tui.library.opening import Library
from s3audio_tui.library.properties import Change, Seen

_WORDS = Words("changed", "would change")
_REMOVE = click.option("--remove", metavar="K", multiple=True, help="Remove K; may be repeated.")


@click.command("tag", cls=Command)
@click.argument("names", metavar="KEY… [K=V…]", nargs=-1, required=True)
@_REMOVE
@click.pass_obj
def tag_command(runtime: Runtime, names: tuple[str, ...], remove: tuple[str, ...]) -> int:
    """Give files tags, or without K=V and --remove show those they have. Globs are taken.

    Tags that are not named stay. An argument with = is a tag; write a KEY with = in its name as
    s3://bucket/key. undo takes it back.
    """
    keys, tags = _told_apart(names, remove)
    with runtime.library() as library:
        if not tags:
            return _show(runtime, library, keys, "tags")
        return _change(runtime, library, keys, Change(tags=tags))


@click.command("meta", cls=Command)
@click.argument("names", metavar="KEY… [K=V…]", nargs=-1, required=True)
@_REMOVE
@click.option("--content-type", metavar="TYPE", default="", help="As audio/wav.")
@click.pass_obj
def meta_command(
    runtime: Runtime, names: tuple[str, ...], remove: tuple[str, ...], content_type: str
) -> int:
    """Change the metadata and the content type of files, or show them. Globs are taken.

    S3 does that by a copy of the file onto itself: its date is then now, all else stays. An
    argument with = is metadata; write a KEY with = in its name as s3://bucket/key. undo takes it
    back.
    """
    keys, metadata = _told_apart(names, remove)
    with runtime.library() as library:
        if not metadata and not content_type:
            return _show(runtime, library, keys, "metadata")
        return _change(runtime, library, keys, Change(metadata=metadata, content_type=content_type))


def _told_apart(
    names: tuple[str, ...], remove: tuple[str, ...]
) -> tuple[list[str], dict[str, str | None]]:
    """Return the keys, and what to set and (None) to remove."""
    keys = [name for name in names if name.startswith("s3://") or "=" not in name]
    changes: dict[str, str | None] = dict.fromkeys(remove)
    for pair in names:
        if pair not in keys:
            name, _, value = pair.partition("=")
            changes[name] = value
    if not keys:
        raise UsageError("no file is named", "give a KEY before the K=V")
    return keys, changes


def _change(runtime: Runtime, library: Library, patterns: list[str], change: Change) -> int:
    wrong = property_fields.mistake(change)
    if wrong:
        raise UsageError(wrong, "nothing was changed")
    keys = browse.expand(library, patterns)
    if runtime.dry_run:
        return report(runtime, (planned(key) for key in keys), _WORDS)
    with stoppable(runtime.output) as token:
        return report(runtime, properties.apply(library, keys, change, cancel=token), _WORDS)


def _show(runtime: Runtime, library: Library, patterns: list[str], what: str) -> int:
    keys = browse.expand(library, patterns)
    seen = dict(zip(keys, properties.look(library, keys), strict=True))
    if runtime.output.json:
        for key, one in seen.items():
            held = one.properties
            found = held.tags if what == "tags" else held.metadata
            more = {} if what == "tags" else {"content_type": held.content_type}
            runtime.output.record({"key": key, **more, what: found})
        return 0
    rows = [(key, *pair) for key, one in seen.items() for pair in _pairs(one, what)]
    columns: list[Column[tuple[str, str, str]]] = [
        Column("key", lambda row: row[0], "File"),
        Column("name", lambda row: row[1], "Name"),
        Column("value", lambda row: row[2], "Value"),
    ]
    if not runtime.output.rows(columns, rows):
        runtime.output.say(f"there are no {what}")
    return 0


def _pairs(one: Seen, what: str) -> list[tuple[str, str]]:
    held = one.properties
    if what == "tags":
        return sorted(held.tags.items())
    return [("content-type", held.content_type), *sorted(held.metadata.items())]
