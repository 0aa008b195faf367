"""`demo`: a local S3 server full of sounds, and the app on it."""

import os
import shlex
import signal
from collections.abc import MutableMapping
from contextlib import closing, suppress

import click

from s3audio_tui.cli.opening import end_soon, need_terminal, open_app
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.config import Settings
from s3audio_tui.demo.run import DemoServer, running
from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.opening import open_library
from s3audio_tui.library.recording_plan import spool_for
from s3audio_tui.tui.session import Session
from s3audio_tui.units import count_text

_GREETING = "a library to try things on, on this machine; it is gone when you quit"
_MAX_SIZE = "1GB"
"""Room to try a long upload, and to kill it: as much as the quota has."""

_OTHER_ACCOUNT = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN")


@click.command("demo", cls=Command)
@click.option("--serve", is_flag=True, help="Only serve, and say how to reach it.")
@click.pass_obj
def demo_command(runtime: Runtime, serve: bool) -> int:
    """Start a local S3 server with sounds in it, and open the app on it.

    It needs no account and no network, and leaves nothing behind. With --serve any other S3
    client can look in, until Ctrl-C.
    """
    if not serve:
        need_terminal(runtime)
    with running() as server:
        if serve:
            _tell(runtime, server)
            signal.pause()
            return 0
        _log_in(server, os.environ)
        usual = runtime.settings()
        settings = Settings(
            library=f"s3://{server.bucket}",
            region=server.region,
            endpoint_url=server.endpoint_url,
            max_size=_MAX_SIZE,
            theme=usual.theme,
            keys=usual.keys,
            download_folder=usual.download_folder,
            spool_folder=str(spool_for(usual, runtime.state_folder()).folder),
        )
        session = Session(
            settings, server.folder / "settings.toml", server.folder, os.environ, runtime.clock
        )
        session.demo = server
        with closing(
            open_library(settings, state_folder=server.folder, clock=runtime.clock)
        ) as library:
            code = open_app(library, _GREETING, session=session)
        left = 0
        with suppress(S3AudioError):
            left = len(spool_for(settings, server.folder, demo=True).takes())
    if left:
        what = count_text(left, "recording")
        verb = "stays" if left == 1 else "stay"
        runtime.output.say(
            f"{what} of the demo {verb} here; the next s3audio demo offers to finish"
        )
    end_soon(code)
    return code


def _variables(server: DemoServer) -> dict[str, str]:
    """Return the variables with which this program and any other S3 client reach the server."""
    return {
        "AWS_ENDPOINT_URL": server.endpoint_url,
        "AWS_REGION": server.region,
        "AWS_DEFAULT_REGION": server.region,
        "AWS_ACCESS_KEY_ID": server.access_key_id,
        "AWS_SECRET_ACCESS_KEY": server.secret_access_key,
        "S3AUDIO_LIBRARY": f"s3://{server.bucket}",
        "S3AUDIO_MAX_SIZE": _MAX_SIZE,
    }


def _log_in(server: DemoServer, environ: MutableMapping[str, str]) -> None:
    """Let this process, whose only store it is, use the server's keys; past any proxy."""
    for name in _OTHER_ACCOUNT:
        environ.pop(name, None)
    past = ",".join(filter(None, (environ.get("NO_PROXY"), "127.0.0.1")))
    environ.update(_variables(server) | {"NO_PROXY": past, "no_proxy": past})


def _tell(runtime: Runtime, server: DemoServer) -> None:
    output = runtime.output
    if output.json:
        output.record(
            {
                "endpoint_url": server.endpoint_url,
                "bucket": server.bucket,
                "region": server.region,
                "access_key_id": server.access_key_id,
                "secret_access_key": server.secret_access_key,
            }
        )
        return
    for name, value in _variables(server).items():
        output.value(f"export {name}={shlex.quote(value)}")
    output.flush()
    output.say(f"serving s3://{server.bucket} at {server.endpoint_url} until Ctrl-C")
