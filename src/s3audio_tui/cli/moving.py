"""`mv` and `cp`: rename, move and copy."""

import click

from s3audio_tui.cli.asking import Intent, dry_run
from s3audio_tui.cli.interrupt import stoppable
from s3audio_tui.cli.options import Command, if_exists
from s3audio_tui.cli.reporting import Words, report
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import ConflictError, UsageError
from s3audio_tui.library import browse, bulk_rename, rename, targets
from s3audio_tui.library.bulk_rename import Change
from s3audio_tui.library.events import Failed
from s3audio_tui.library.names import IfTaken
from s3audio_tui.library.opening import Library
from s3audio_tui.library.rename import Pair
from s3audio_tui.library.taken import taken

_CHOICES = ("fail", "skip", "rename", "overwrite")
_RENAMED = Words("renamed", "would rename")


@click.command("mv", cls=Command)
@click.argument("names", metavar="SRC… DST", nargs=-1, required=True)
@click.option("--edit", is_flag=True, help="Edit the names of all SRC in your editor.")
@if_exists(*_CHOICES)
@click.pass_obj
def mv_command(
    runtime: Runtime, names: tuple[str, ...], edit: bool, if_exists: IfTaken | None
) -> int:
    """Rename SRC to DST, or a whole prefix where SRC ends in a slash.

    A DST that ends in a slash is a folder to move into; several SRC, or a glob, need one. Each
    file is copied with all its properties, verified, and only then deleted. undo takes it back.

    With --edit there is no DST: the names open in $VISUAL or $EDITOR, one a line, to be changed.
    Files may trade names.
    """
    if edit:
        if if_exists not in (None, "fail"):
            raise UsageError("--edit overwrites nothing", "leave --if-exists out")
        return _edit(runtime, names)
    return _act(runtime, names, if_exists or "fail", _RENAMED, moves=True)


@click.command("cp", cls=Command)
@click.argument("names", metavar="SRC… DST", nargs=-1, required=True)
@if_exists(*_CHOICES)
@click.pass_obj
def cp_command(runtime: Runtime, names: tuple[str, ...], if_exists: IfTaken | None) -> int:
    """Copy SRC to DST, or a whole prefix where SRC ends in a slash.

    A DST that ends in a slash is a folder to copy into; several SRC, or a glob, need one.
    """
    return _act(runtime, names, if_exists or "fail", Words("copied", "would copy"), moves=False)


def _act(
    runtime: Runtime, names: tuple[str, ...], choice: IfTaken, words: Words, *, moves: bool
) -> int:
    *sources, target = names
    if not sources:
        raise UsageError("one name alone says not where to", "give SRC and DST")
    with runtime.library() as library:
        pairs = targets.planned(library, sources, target)
        if runtime.dry_run:
            intents = [Intent(pair.source, pair.target, pair.target) for pair in pairs]
            return report(runtime, dry_run(intents, _taken(library, pairs), choice), words)
        if choice == "overwrite":
            runtime.confirm_overwriting(len(_taken(library, pairs)))
        act = rename.move_pairs if moves else rename.copy_pairs
        with stoppable(runtime.output) as token:
            events = act(library, pairs, if_exists=choice, cancel=token)
            return report(runtime, events, words, sum(pair.size_bytes for pair in pairs))


def _taken(library: Library, pairs: list[Pair]) -> set[str]:
    return taken(library, [pair.target for pair in pairs])


def _edit(runtime: Runtime, patterns: tuple[str, ...]) -> int:
    from s3audio_tui.editor import edited

    with runtime.library() as library:
        keys = browse.expand(library, patterns)
        text = edited(bulk_rename.as_text(keys), runtime.environ, "names.txt")
        plan = bulk_rename.read(library, keys, text)
        if plan.mistake:
            raise UsageError(plan.mistake, "keep one name a line, in their order; nothing was done")
        if plan.problems:
            return report(runtime, (_failed(change) for change in plan.problems), _RENAMED)
        pairs = bulk_rename.pairs(library, plan)
        if runtime.dry_run:
            intents = [Intent(pair.source, pair.target, pair.target) for pair in pairs]
            return report(runtime, dry_run(intents, set(), "fail"), _RENAMED)
        with stoppable(runtime.output) as token:
            return report(runtime, rename.move_pairs(library, pairs, cancel=token), _RENAMED)


def _failed(change: Change) -> Failed:
    error = ConflictError(f"{change.target}: {change.problem}", "nothing was done")
    return Failed(change.source, change.target, error)
