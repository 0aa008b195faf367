"""`rm`: into the trash, or for good."""

import click

from s3audio_tui.cli.interrupt import stoppable
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.reporting import Words, planned, report
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.library import browse, trash
from s3audio_tui.library.opening import Library
from s3audio_tui.units import count_text


@click.command("rm", cls=Command)
@click.argument("keys", metavar="KEY…", nargs=-1, required=True)
@click.option("--permanent", is_flag=True, help="Remove them for good, all versions.")
@click.pass_obj
def rm_command(runtime: Runtime, keys: tuple[str, ...], permanent: bool) -> int:
    """Put files into the trash. A KEY may be a key, a prefix that ends in a slash, or a glob.

    trash restore and undo bring them back, unless they were removed for good.
    """
    said = "deleted for good" if permanent else "deleted"
    words = Words(said, "would delete for good" if permanent else "would delete")
    with runtime.library() as library:
        found = browse.expand(library, keys, markers=True)
        if runtime.dry_run:
            return report(runtime, (planned(key) for key in found), words)
        runtime.output.confirm(_question(library, found, permanent), yes=runtime.yes)
        with stoppable(runtime.output) as token:
            events = trash.delete(library, found, permanent=permanent, cancel=token)
            return report(runtime, events, words)


def _question(library: Library, keys: list[str], permanent: bool) -> str:
    what = keys[0] if len(keys) == 1 else count_text(len(keys), "file")
    if permanent:
        return f"remove {what} for good, with all versions"
    fate = trash.sentence(library, len(keys)).rstrip(".")
    return f"delete {what}; {fate[0].lower()}{fate[1:]}"
