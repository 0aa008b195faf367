"""The app opened on the terminal. Loads no command line, so that its first frame comes sooner."""

import os
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.errors import S3AudioError, UsageError

if TYPE_CHECKING:
    from s3audio_tui.library.opening import Library
    from s3audio_tui.tui.session import Session

_TIDY_S = 0.2
"""A last chance for transfers to remove their parts; the app has given them one before."""

_HANG_S = 0.3
"""How long threads that hang in the network may hold up the end of the program."""


_FRAMES = ("TEXTUAL_FPS", "120")
"""A key whose frame comes behind another one waits for half as long as Textual would let it."""

_SWITCH_S = 0.0005
"""How long a thread that computes may keep the screen waiting: a tenth of what Python lets it. With
a list being read beside it, the slowest keys took half as long."""


def open_settled(runtime: Runtime) -> int:
    """Open the app on the library that the settings name; return the exit code.

    Where they name none, the app asks where it is.
    """
    need_terminal(runtime)
    with runtime.library_if_named() as library:
        code = open_app(library, session=runtime.session())
    end_soon(code)
    return code


def need_terminal(runtime: Runtime) -> None:
    """Raise `UsageError` where there is no terminal to draw on."""
    if not (runtime.output.terminal and runtime.output.interactive):
        raise UsageError(
            "the app needs a terminal", "s3audio --help lists the commands that need none"
        )


def open_app(
    library: "Library | None", greeting: str = "", *, session: "Session | None" = None
) -> int:
    """Run the app on a library until the person leaves it; return the exit code.

    What ended the app though nobody foresaw it is raised, to be logged and said in one line.
    """
    os.environ.setdefault(*_FRAMES)  # Textual reads it once, when it is loaded
    from s3audio_tui.cli.state import log_folder
    from s3audio_tui.logs.stderr import kept_apart
    from s3audio_tui.tui.app import make_app
    from s3audio_tui.tui.loop import run
    from s3audio_tui.tui.terminal_words import own_title

    sys.setswitchinterval(_SWITCH_S)
    app = make_app(library, session=session, greeting=greeting)
    session = app.session
    try:
        with (
            kept_apart(log_folder(session.environ)),
            own_title(sys.__stderr__, session.environ, wanted=session.settings.title),
        ):
            run(app)
    finally:
        app.queue.close(_TIDY_S)
        app.session.ending.close()
    if app.failure is not None:
        raise app.failure
    if session.demo is not None and not app.return_code:  # nobody wanted it to end else
        from s3audio_tui.library.recording_plan import forget_finished, spool_for

        spool = spool_for(session.settings, session.state_folder, demo=True)
        with suppress(S3AudioError):  # what cannot be read stays
            forget_finished(spool, session.demo.endpoint_url)
    return app.return_code or 0


def end_soon(code: int) -> None:
    """End the program with `code` in a moment, also while a thread hangs in the network.

    The interpreter would wait for it, up to the minute that a store gets for an answer. What the
    user needs is written by now; parts that stay behind are listed and removed like any others.
    """

    def end() -> None:
        time.sleep(_HANG_S)
        os._exit(code)

    threading.Thread(target=end, name="s3audio-end", daemon=True).start()
