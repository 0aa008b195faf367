"""`share`: links to files."""

import click

from s3audio_tui.cli.options import Command, duration_value
from s3audio_tui.cli.output import Output
from s3audio_tui.cli.reporting import exit_code
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.library import browse, sharing
from s3audio_tui.library.events import Failed
from s3audio_tui.library.keys import from_argument
from s3audio_tui.library.sharing import Share
from s3audio_tui.units import rfc3339


@click.command("share", cls=Command)
@click.argument("keys", metavar="KEY…", nargs=-1, required=True)
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
    runtime: Runtime, keys: tuple[str, ...], for_s: float | None, download: bool, qr: bool
) -> int:
    """Make a link with which anybody may listen to or download KEY, without keys, for a while.

    Several KEYs, a prefix that ends in a slash, and globs give a link for each file.
    """
    output = runtime.output
    with runtime.library() as library:
        if len(keys) == 1 and not browse.may_be_many(keys[0]):
            key = from_argument(library, keys[0])
            made = sharing.share(library, key, for_s=for_s, download=download)
            _tell(output, made, qr=qr)
            _say_until(output, made)
            return 0
        found = browse.expand(library, keys)
        links = sharing.share_all(library, found, for_s=for_s, download=download)
    for link in links:
        if isinstance(link, Failed):
            output.fail(link.error, link.key)
        else:
            _tell(output, link, qr=qr)
    for link in links[-1:]:
        if not isinstance(link, Failed):
            _say_until(output, link)
    return exit_code([link for link in links if isinstance(link, Failed)])


def _tell(output: Output, share: Share, *, qr: bool) -> None:
    if qr:
        from s3audio_tui.library.qr import qr_code

        output.draw(qr_code(share.url))
    if output.json:
        expires_at = rfc3339(int(share.expires_at))
        output.record({"url": share.url, "expires_at": expires_at, "key": share.key})
    else:
        output.value(share.url)


def _say_until(output: Output, share: Share) -> None:
    if not output.json:
        sooner = ", or until the log-in ends that signed it" if share.temporary else ""
        expires_at = rfc3339(int(share.expires_at))
        output.say(f"works until {expires_at}{sooner}; whoever has it needs no keys")
