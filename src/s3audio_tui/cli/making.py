"""`mkdir`: new folders."""

import click

from s3audio_tui.cli.interrupt import stoppable
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.reporting import Words, planned, report
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.library import folders


@click.command("mkdir", cls=Command)
@click.argument("names", metavar="PREFIX…", nargs=-1, required=True)
@click.pass_obj
def mkdir_command(runtime: Runtime, names: tuple[str, ...]) -> int:
    """Make folders that hold nothing yet. undo removes them while they are empty.

    A folder that files are put into needs no making: it is there as soon as they are.
    """
    words = Words("made", "would make")
    with runtime.library() as library:
        if runtime.dry_run:
            keys = [folders.folder_key(library, name) for name in names]
            return report(runtime, (planned(key) for key in keys), words)
        with stoppable(runtime.output) as token:
            return report(runtime, folders.make(library, names, cancel=token), words)
