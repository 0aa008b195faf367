"""The log: a private file that rotates, with every action on S3 in it and no secret.

Whatever is logged passes one formatter, which redacts keys, tokens and presigned signatures and
keeps each record's text from acting on a terminal or faking another record.
"""

import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

from s3audio_tui.private import private_file, private_folder
from s3audio_tui.text import safe

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NAME = "s3audio"
"""The logger that all of the program writes to, or to children of it."""

HIDDEN = "[redacted]"

_MAX_BYTES = 1_000_000
_KEPT_FILES = 4
_MIN_SECRET_LENGTH = 8
"""A shorter word is not taken for a secret: it would redact half the log."""

_SECRET_VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")

_NAMES = (
    r"(?<![a-z0-9])(?:(?:aws[-_]?)?(?:secret[-_]?)?access[-_]?key(?:[-_]?id)?|secret[-_]?key"
    r"|(?:aws[-_]?|x-amz-)?(?:security|session|id|access|refresh|auth)[-_]?token|token"
    r"|pass(?:word|wd)?|(?:client[-_]?)?secret|(?:x-amz-)?(?:signature|credential))"
)
_VALUE = r"(?:b?\"[^\"]*\"|b?'[^']*'|[^\s,;})<>]+)"


def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


_PATTERNS = (
    # in an address
    (_pattern(rf"({_NAMES}(?:=|%3D))[^&\s\"'<>,;)]+"), rf"\1{HIDDEN}"),
    # in a settings file, JSON, or what Python prints
    (_pattern(rf"({_NAMES}[\"']?(?:\s*:\s*|\s+=\s*|=\s+|=(?=b?[\"']))){_VALUE}"), rf"\1{HIDDEN}"),
    # in XML
    (_pattern(rf"(<({_NAMES})>)[^<]*(</\2>)"), rf"\1{HIDDEN}\3"),
    # in headers
    (_pattern(r"(authorization[\"']?\s*[:=]\s*[\"']?)[^\r\n\"']+"), rf"\1{HIDDEN}"),
    (_pattern(r"\b(bearer|basic|aws4-hmac-sha256)\s+[^\s\"']+"), rf"\1 {HIDDEN}"),
    # by their own shape: AWS key ids, JSON web tokens, user and password in an address
    (re.compile(r"\b(?:A3T|AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA)[A-Z0-9]{12,}\b"), HIDDEN),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?"), HIDDEN),
    (_pattern(r"\b([a-z][a-z0-9+.-]*://)[^\s/@\"']+@"), rf"\1{HIDDEN}@"),
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` with what looks like a secret, and the given `secrets`, replaced."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


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


def start(folder: Path, environ: Mapping[str, str] = os.environ) -> Path | None:
    """Log to `s3audio.log` in `folder` from now on; return its path, None if that cannot be.

    Secrets that `environ` holds are redacted wherever they occur. Libraries' own debugging is
    not recorded: botocore's would hold signatures.
    """
    logging.getLogger(NAME).addHandler(logging.NullHandler())
    path = folder / "s3audio.log"
    secrets = [environ[name] for name in _SECRET_VARIABLES if environ.get(name)]
    try:
        handler = PrivateLog(path, secrets)
    except OSError:
        return None
    stop()
    logger = logging.getLogger(NAME)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return path


def stop() -> None:
    """Close the log, if there is one."""
    logger = logging.getLogger(NAME)
    for handler in [one for one in logger.handlers if isinstance(one, PrivateLog)]:
        logger.removeHandler(handler)
        handler.close()


def watch(client: "S3Client", clock: Callable[[], float] = time.monotonic) -> None:
    """Record each action of `client` on S3: what, on which object, the answer, the milliseconds.

    A presigned URL is recorded as the signing that it is, without the URL.
    """
    logger = logging.getLogger(NAME)
    events = client.meta.events

    def begin(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        context[NAME] = (clock(), _subject(params))

    def end(
        http_response: Any,
        parsed: dict[str, Any],
        model: Any,
        context: dict[str, Any],
        **_: object,
    ) -> None:
        code = parsed.get("Error", {}).get("Code", "")
        _record(model.name, context, f"{http_response.status_code} {code}".rstrip())

    def fail(exception: Exception, context: dict[str, Any], event_name: str, **_: object) -> None:
        _record(event_name.rpartition(".")[2], context, f"{type(exception).__name__}: {exception}")

    def sign(request: Any, signature_version: object, operation_name: str, **_: object) -> None:
        if isinstance(signature_version, str) and signature_version.endswith("-query"):
            logger.info("Presign%s %s", operation_name, str(request.url).partition("?")[0])

    def _record(operation: str, context: dict[str, Any], answer: str) -> None:
        started, subject = context.get(NAME, (clock(), ""))
        logger.info("%s %s: %s, %.0f ms", operation, subject, answer, (clock() - started) * 1000)

    events.register("provide-client-params.s3.*", begin)
    events.register("after-call.s3.*", end)
    events.register("after-call-error.s3.*", fail)
    events.register("before-sign.s3.*", sign)


def _subject(params: Mapping[str, Any]) -> str:
    place = f"s3://{params.get('Bucket', '')}/{params.get('Key', params.get('Prefix', ''))}"
    source = params.get("CopySource")
    if isinstance(source, Mapping):
        return f"{place} from {source.get('Key', '')}"
    return place if params.get("Delete") is None else f"{place} {_deleted(params['Delete'])}"


def _deleted(request: Mapping[str, Any]) -> str:
    keys = [str(item.get("Key", "")) for item in request.get("Objects", [])]
    return f"({len(keys)}) {' '.join(keys)}"
