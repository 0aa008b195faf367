"""`mv` and `cp`: rename and copy."""

import click

from s3audio_tui.cli.asking import Intent, dry_run
from s3audio_tui.cli.interrupt import stoppable
from s3audio_tui.cli.options import Command, if_exists
from s3audio_tui.cli.reporting import Words, report
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.library import rename
from s3audio_tui.library.opening import Library
from s3audio_tui.library.rename import IfTaken, Pair
from s3audio_tui.library.taken import taken

_CHOICES = ("fail", "skip", "overwrite")


@click.command("mv", cls=Command)
@click.argument("source", metavar="SRC")
@click.argument("target", metavar="DST")
@if_exists(*_CHOICES)
@click.pass_obj
def mv_command(runtime: Runtime, source: str, target: str, if_exists: IfTaken | None) -> int:
    """Rename SRC to DST, or a whole prefix where SRC ends in a slash.

    Each file is copied with all its properties, verified, and only then deleted.
    A DST that ends in a slash is a folder to move into. undo takes it back.
    """
    words = Words("renamed", "would rename")
    return _act(runtime, source, target, if_exists or "fail", words, moves=True)


@click.command("cp", cls=Command)
@click.argument("source", metavar="SRC")
@click.argument("target", metavar="DST")
@if_exists(*_CHOICES)
@click.pass_obj
def cp_command(runtime: Runtime, source: str, target: str, if_exists: IfTaken | None) -> int:
    """Copy SRC to DST, or a whole prefix where SRC ends in a slash."""
    words = Words("copied", "would copy")
    return _act(runtime, source, target, if_exists or "fail", words, moves=False)


def _act(
    runtime: Runtime, source: str, target: str, choice: IfTaken, words: Words, *, moves: bool
) -> int:
    with runtime.library() as library:
        pairs = rename.pairs(library, source, target)
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
