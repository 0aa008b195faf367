"""`quota`: how much room is left."""

import click

from s3audio_tui.cli.options import Command, size_value
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.library import quota
from s3audio_tui.units import size_text

_SIZES = ("limit_bytes", "used_bytes", "available_bytes", "pending_bytes")


@click.command("quota", cls=Command)
@click.option(
    "--set",
    "limit_bytes",
    metavar="SIZE",
    callback=size_value,
    help="Give the user this limit, as 5GB.",
)
@click.pass_obj
def quota_command(runtime: Runtime, limit_bytes: int | None) -> None:
    """Show how much room the user has, all bytes counted: trash, old versions, unfinished parts."""
    output = runtime.output
    with runtime.library() as library:
        if limit_bytes is not None and runtime.dry_run:
            output.say(f"would give {library.user} {size_text(limit_bytes)}; nothing was done")
            limit_bytes = None
        if limit_bytes is None:
            status = quota.status(library, measure_now=not runtime.dry_run)
        else:
            status = quota.set_limit(library, limit_bytes)
    output.fields(
        {
            "user": status.user,
            "limit_bytes": status.limit_bytes,
            "used_bytes": status.used_bytes,
            "available_bytes": status.available_bytes,
            "file_count": status.file_count,
            "percent": status.percent,
            "exceeded": status.exceeded,
            "pending_bytes": status.pending_bytes,
        },
        {name: size_text(getattr(status, name)) for name in _SIZES}
        | {"percent": f"{status.percent:g} %"},
    )
    if status.advisory:
        output.say("this store has no conditional writes, so the limit is advisory")
