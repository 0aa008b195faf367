"""`share`: a link to a file."""

import click

from s3audio_tui.cli.options import Command, duration_value
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.library import sharing
from s3audio_tui.library.keys import from_argument
from s3audio_tui.units import rfc3339


@click.command("share", cls=Command)
@click.argument("key", metavar="KEY")
@click.option(
    "--for",
    "for_s",
    metavar="TIME",
    callback=duration_value,
    help="How long it works, as 15m, 2h or 7d, which is the most.",
)
@click.option(
    "--download/--stream",
    default=False,
    help="To download under its own name (1 h), or to listen (15 min), which is the default.",
)
@click.option("--qr", is_flag=True, help="Draw it as a QR code too, on stderr.")
@click.pass_obj
def share_command(
    runtime: Runtime, key: str, for_s: float | None, download: bool, qr: bool
) -> None:
    """Make a link with which anybody may listen to or download KEY, without keys, for a while."""
    output = runtime.output
    with runtime.library() as library:
        share = sharing.share(library, from_argument(library, key), for_s=for_s, download=download)
    if qr:
        from s3audio_tui.cli.qr import qr_code

        output.draw(qr_code(share.url))
    expires_at = rfc3339(int(share.expires_at))
    if output.json:
        output.record({"url": share.url, "expires_at": expires_at, "key": share.key})
        return
    output.value(share.url)
    output.say(f"works until {expires_at}; whoever has it needs no keys")
