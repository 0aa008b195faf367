"""The log file: private, rotating, one redacted and harmless line a record."""

import logging
import time
from collections.abc import Iterable
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from s3audio_tui.logs.redaction import redact
from s3audio_tui.private import private_file, private_folder
from s3audio_tui.text import safe

_MAX_BYTES = 1_000_000
_KEPT_FILES = 4
_MIN_SECRET_LENGTH = 8
"""A shorter word is not taken for a secret: it would redact half the log."""


class RedactingFormatter(logging.Formatter):
    """One line a record (an exception's traceback follows it), in UTC, redacted and safe."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(process)d %(levelname)s %(message)s")
        self.datefmt = "%Y-%m-%dT%H:%M:%S"
        self.converter = time.gmtime
        self._secrets = tuple(word for word in secrets if len(word) >= _MIN_SECRET_LENGTH)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """Return the record's line; line breaks in it are shown, not made."""
        return safe(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """Return the whole record, with the exception's traceback where it has one."""
        lines = redact(super().format(record), self._secrets).splitlines()
        return "\n".join(safe(line) for line in lines)


class PrivateLog(RotatingFileHandler):
    """A rotating log file, 0600 from its first byte. A full disk does not stop the program."""

    def __init__(self, path: Path, secrets: Iterable[str]) -> None:
        private_folder(path.parent)
        super().__init__(path, maxBytes=_MAX_BYTES, backupCount=_KEPT_FILES, encoding="utf-8")
        self.setFormatter(RedactingFormatter(secrets))

    def _open(self) -> TextIOWrapper:
        private_file(Path(self.baseFilename))
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Leave the record out: the log is no reason to fail, or to write on the screen."""
