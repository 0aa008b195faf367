"""The app opened on the terminal. Loads no command line, so that its first frame comes sooner."""

from typing import TYPE_CHECKING

from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import UsageError

if TYPE_CHECKING:
    from s3audio_tui.library.opening import Library

_TIDY_S = 10.0
"""How long transfers that were given up may take to remove their parts."""


def open_settled(runtime: Runtime) -> int:
    """Open the app on the library that the settings name; return the exit code."""
    need_terminal(runtime)
    with runtime.library() as library:
        return open_app(library)


def need_terminal(runtime: Runtime) -> None:
    """Raise `UsageError` where there is no terminal to draw on."""
    if not (runtime.output.terminal and runtime.output.interactive):
        raise UsageError(
            "the app needs a terminal", "s3audio --help lists the commands that need none"
        )


def open_app(library: "Library") -> int:
    """Run the app on a library until the person leaves it; return the exit code."""
    from s3audio_tui.library.transfers import TransferQueue
    from s3audio_tui.tui.app import make_app

    queue = TransferQueue(library.settings.jobs)
    app = make_app(library, queue=queue)
    try:
        app.run()
    finally:
        queue.close(_TIDY_S)
    return app.return_code or 0
