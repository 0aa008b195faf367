"""The log: a private file that rotates, with every action on S3 in it and no secret.

Whatever is logged passes one formatter, which redacts keys, tokens and presigned signatures and
keeps each record's text from acting on a terminal or faking another record.
"""

import logging
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NAME = "s3audio"
"""The logger that all of the program writes to, or to children of it."""

_SECRET_VARIABLES = (
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    "S3AUDIO_UPLOAD_TOKEN",
)


class _Log(logging.Handler):
    """Opens the file with the first record: until then it costs nothing, not even its imports."""

    def __init__(self, path: Path, secrets: list[str]) -> None:
        super().__init__()
        self._path = path
        self._secrets = secrets
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, or leave it out where there can be no file."""
        if self._file is None:
            from s3audio_tui.logs.file import PrivateLog

            try:
                self._file = PrivateLog(self._path, self._secrets)
            except OSError:
                self._file = logging.NullHandler()
        self._file.handle(record)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
        super().close()


def start(folder: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Log to `s3audio.log` in `folder` from now on; return its path.

    Secrets that `environ` holds are redacted wherever they occur. Libraries' own debugging is
    not recorded: botocore's would hold signatures. A folder that cannot be is no error.
    """
    stop()
    path = folder / "s3audio.log"
    logger = logging.getLogger(NAME)
    logger.addHandler(_Log(path, secrets(environ)))
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return path


def secrets(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return the secrets that `environ` holds, to be redacted wherever they occur."""
    return [environ[name] for name in _SECRET_VARIABLES if environ.get(name)]


def stop() -> None:
    """Close the log, if there is one."""
    logger = logging.getLogger(NAME)
    for handler in [one for one in logger.handlers if isinstance(one, _Log)]:
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


def action(operation: str, subject: str, answer: str, started: float) -> None:
    """Record an action that went past `watch`; `started` is in seconds of `time.monotonic`."""
    took_ms = (time.monotonic() - started) * 1000
    logging.getLogger(NAME).info("%s %s: %s, %.0f ms", operation, subject, answer, took_ms)


def _subject(params: Mapping[str, Any]) -> str:
    place = f"s3://{params.get('Bucket', '')}/{params.get('Key', params.get('Prefix', ''))}"
    source = params.get("CopySource")
    if isinstance(source, Mapping):
        return f"{place} from {source.get('Key', '')}"
    return place if params.get("Delete") is None else f"{place} {_deleted(params['Delete'])}"


def _deleted(request: Mapping[str, Any]) -> str:
    keys = [str(item.get("Key", "")) for item in request.get("Objects", [])]
    return f"({len(keys)}) {' '.join(keys)}"
