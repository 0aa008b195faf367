"""How a run of the program ends: with an exit code, and one line where something went wrong."""

import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping
from types import TracebackType

from s3audio_tui import logs
from s3audio_tui.cli import pipes
from s3audio_tui.cli.interrupt import INTERRUPTED, end_on_signals
from s3audio_tui.cli.output import Output, standard_output
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.cli.state import log_folder
from s3audio_tui.errors import NotAllowedError, NotFoundError, S3AudioError


def run_to_end(act: Callable[[Runtime], int | None], *, as_json: bool = False) -> int:
    """Run `act`, and return the exit code. Whatever it raises is said as the contract has it.

    `as_json` is for errors that come before the options are read.
    """
    output = standard_output()
    output.json = as_json
    _catch_the_rest(output, os.environ)
    end_on_signals()
    try:
        code = act(Runtime(output, os.environ))
        output.flush()
    except BrokenPipeError:
        return pipes.hush()
    except KeyboardInterrupt:
        output.say_now("interrupted")
        return INTERRUPTED
    except (S3AudioError, OSError) as error:
        failure = error if isinstance(error, S3AudioError) else _file_error(error)
        _tell(output, failure, error)
        return failure.exit_code
    return code or 0


def _tell(output: Output, failure: S3AudioError, error: BaseException) -> None:
    try:
        if output.verbose:
            _tell_trace(output, error)
        output.error(failure)
    except BrokenPipeError:
        pipes.hush()
    except OSError:
        pipes.hush_all()


def _tell_trace(output: Output, error: BaseException) -> None:
    import traceback

    from s3audio_tui.logs.redaction import redact

    trace = "".join(traceback.format_exception(error))
    for line in redact(trace, logs.secrets()).splitlines():
        output.say(line)


def _file_error(error: OSError) -> S3AudioError:
    reason = error.strerror or str(error)
    message = f"{error.filename}: {reason}" if error.filename else reason
    if isinstance(error, FileNotFoundError):
        return NotFoundError(message, "check the path")
    if isinstance(error, PermissionError):
        return NotAllowedError(message, "change its permissions, or choose another place")
    return S3AudioError(message, "see to it, and try again")


def _catch_the_rest(output: Output, environ: Mapping[str, str]) -> None:
    """Let an error that nobody foresaw be one line too, with its traceback in the log alone."""

    def say(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        logs.start(log_folder(environ), environ)
        logging.getLogger(logs.NAME).error("unforeseen error", exc_info=(kind, error, trace))
        from s3audio_tui.logs.redaction import redact

        text = redact(f"unforeseen error, {kind.__name__}: {error}", logs.secrets(environ))
        remedy = "run it again with --verbose, and report what it shows"
        _tell(output, S3AudioError(text, remedy), error.with_traceback(trace))

    def say_of_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            say(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = say
    threading.excepthook = say_of_thread
