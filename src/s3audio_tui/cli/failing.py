"""How errors from outside the tree of `errors.py` become one sentence of it."""

import logging
import sys
import threading
import traceback
from collections.abc import Mapping
from types import TracebackType

import click

from s3audio_tui import logs
from s3audio_tui.cli.output import Output
from s3audio_tui.cli.state import log_folder
from s3audio_tui.errors import NotAllowedError, NotFoundError, S3AudioError, UsageError


def as_error(error: click.ClickException | S3AudioError | OSError) -> S3AudioError:
    """Return the error that says it to a person, with its exit code."""
    if isinstance(error, S3AudioError):
        return error
    if isinstance(error, click.ClickException):
        message = error.format_message().rstrip(".")
        ctx = error.ctx if isinstance(error, click.UsageError) else None
        page = ctx.command_path if ctx else "s3audio"
        return UsageError(message[:1].lower() + message[1:], f"see {page} --help")
    return _file_error(error)


def _file_error(error: OSError) -> S3AudioError:
    reason = error.strerror or str(error)
    message = f"{error.filename}: {reason}" if error.filename else reason
    if isinstance(error, FileNotFoundError):
        return NotFoundError(message, "check the path")
    if isinstance(error, PermissionError):
        return NotAllowedError(message, "change its permissions, or choose another place")
    return S3AudioError(message, "see to it, and try again")


def catch_the_rest(output: Output, environ: Mapping[str, str]) -> None:
    """Let an error that nobody foresaw be one line too, with its traceback in the log alone."""

    def say(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        logs.start(log_folder(environ), environ)
        logging.getLogger(logs.NAME).error("unforeseen error", exc_info=(kind, error, trace))
        text = logs.redact(f"unforeseen error, {kind.__name__}: {error}")
        if output.verbose:
            lines = traceback.format_exception(kind, error, trace)
            for line in logs.redact("".join(lines)).splitlines():
                output.say(line)
        output.error(S3AudioError(text, "run it again with --verbose, and report what it shows"))

    def say_of_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            say(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = say
    threading.excepthook = say_of_thread
