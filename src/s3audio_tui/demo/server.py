"""The demo's S3 server: `python -m s3audio_tui.demo.server`, a process of its own.

It listens on 127.0.0.1, fills itself, prints one line of JSON that says how to reach it, and
ends when its standard input does, or on SIGTERM or SIGINT. It leaves no file.
"""

import argparse
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from datetime import datetime
from types import FrameType
from typing import TYPE_CHECKING

from s3audio_tui.demo import making, songbook

if TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

_STDIN = 0
BUCKET = "demo"
REGION = "eu-central-1"
ACCESS_KEY_ID = "demo"
SECRET_ACCESS_KEY = "demodemo"  # noqa: S105 - the server takes any, and ends with the demo


def main(arguments: list[str] | None = None) -> int:
    """Serve until the standard input ends; return the exit code."""
    options = _options(arguments)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    os.environ["MOTO_S3_DEFAULT_KEY_BUFFER_SIZE"] = str(2**30)  # in memory, never on the disk
    _let_signals_end_the_input()
    folder = tempfile.mkdtemp(prefix="s3audio-demo-") if options.folder else None
    try:
        with _filled(options.now) as server:
            _tell(server, folder)
            _serve_until_told(server)
    except BrokenPipeError:  # nobody is there to be told
        return 1
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


def _let_signals_end_the_input() -> None:
    """Make SIGTERM and SIGINT the same as the end of the standard input, where all ends in order.

    An exception out of the handler could come amid the clean-up, or be lost in a callback.
    """
    nothing = os.open(os.devnull, os.O_RDONLY)

    def told(_signal: int, _frame: FrameType | None) -> None:
        os.dup2(nothing, _STDIN)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m s3audio_tui.demo.server")
    parser.add_argument(
        "--now",
        type=_instant,
        default=time.time(),
        help="date the files from this instant (RFC 3339)",
    )
    parser.add_argument(
        "--folder", action="store_true", help="make a private folder too, and remove it at the end"
    )
    return parser.parse_args(arguments)


def _instant(text: str) -> float:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("write it with its zone, as 2026-11-20T09:30:00Z")
    return moment.timestamp()


def _filled(now: float) -> "BaseWSGIServer":
    """Return the server, listening and filled."""
    files = songbook.files()
    workers = making.start(files)
    try:
        from s3audio_tui.demo import filling  # 0.4 s with moto, in which the workers are busy

        server = _listening()
        filling.fill(BUCKET, REGION, files, making.results(workers, len(files)), now)
    finally:
        making.end(workers)
    return server


def _listening() -> "BaseWSGIServer":
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    class Handler(MotoRequestHandler):
        """Speaks HTTP/1.1, answers at once, and writes no log."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing."""

    app = DomainDispatcherApplication(create_backend_app)
    return make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)


def _tell(server: "BaseWSGIServer", folder: str | None) -> None:
    told = {
        "endpoint_url": f"http://127.0.0.1:{server.server_port}",
        "bucket": BUCKET,
        "region": REGION,
        "access_key_id": ACCESS_KEY_ID,
        "secret_access_key": SECRET_ACCESS_KEY,
    }
    if folder is not None:
        told["folder"] = folder
    print(json.dumps(told), flush=True)  # noqa: T201 - this line is what the process is for


def _serve_until_told(server: "BaseWSGIServer") -> None:
    """Answer in other threads until the standard input ends."""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while os.read(_STDIN, 4096):
        pass


if __name__ == "__main__":
    sys.exit(main())
