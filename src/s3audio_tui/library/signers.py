"""Who gives addresses to which a chunk may be sent: a command or a service of the user's choice.

Both get a `Wanted` as JSON and answer with a `Given`, so that a recorder needs no keys of S3. The
token and the addresses are secrets: no error and no log says them.
"""

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec

from s3audio_tui.config import Settings
from s3audio_tui.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    QuotaError,
    S3AudioError,
    SettingsError,
    UnreachableError,
    UsageError,
)
from s3audio_tui.logs.redaction import redact
from s3audio_tui.store.payload import Held, Payload
from s3audio_tui.store.unsigned import Reply, place_of, send

_COMMAND_S = 30.0
_SERVICE_S = 20.0
_LOOK_S = 0.1
_LONGEST = 300
_MOST_BYTES = 256 * 1024

_EX_UNAVAILABLE, _EX_TEMPFAIL, _EX_NOPERM = 69, 75, 77
"""Exit codes of sysexits.h by which a command says why it has no address."""

_WHERE = "see to upload_command"

Check = Callable[[], None]
"""Asked again and again while somebody waits; may raise."""


class Checksum(msgspec.Struct, frozen=True):
    """What S3 shall compare; the value in base64."""

    algorithm: str
    value: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What shall be sent. `index` is None for the take's document; `content_md5` is in base64.

    With `replace` the same bytes may lie there already, and may be written over.
    """

    take: str
    name: str
    index: int | None
    key: str
    size_bytes: int
    sha256: str
    content_type: str
    metadata: Mapping[str, str]
    checksum: Checksum
    content_md5: str
    replace: bool = False


class Given(msgspec.Struct, frozen=True):
    """Where it goes, by PUT. `key` says where it lies then, if that is not where it was wanted.

    `headers` are sent as they are. `expires_at` as RFC 3339, or in seconds since 1970.
    """

    url: str
    headers: dict[str, str] = {}
    key: str = ""
    expires_at: datetime | float | None = None


class Signer(Protocol):
    """Gives addresses."""

    def ask(self, wanted: Wanted, check: Check) -> Given:
        """Return where something may be sent. Raises `S3AudioError`."""


def signer_for(settings: Settings) -> Signer | None:
    """Return who gives addresses, as the settings say; None where they name nobody."""
    if settings.upload_command and settings.upload_url:
        raise SettingsError("there are an upload_command and an upload_url", "keep one of them")
    if settings.upload_command:
        return Command(settings.upload_command)
    if settings.upload_url:
        return Service(settings.upload_url, settings.upload_token)
    return None


class Command:
    """A command: it reads a line of JSON, and writes one. No shell looks at it."""

    def __init__(self, line: str, limit_s: float = _COMMAND_S) -> None:
        """Raises `SettingsError` where that is no command."""
        self._limit_s = limit_s
        try:
            self._words = shlex.split(line)
        except ValueError as error:
            raise SettingsError(f"upload_command cannot be read: {error}", "mend it") from None
        if not self._words:
            raise SettingsError("upload_command is empty", "name a command, or leave it out")
        self._words[0] = str(Path(self._words[0]).expanduser())
        self._name = Path(self._words[0]).name

    def ask(self, wanted: Wanted, check: Check) -> Given:
        """As `Signer.ask`."""
        code, output, words = self._run(msgspec.json.encode(wanted) + b"\n", check)
        if code:
            raise self._failed(code, words)
        return _given(output, f"{self._name} answers", _WHERE)

    def _run(self, data: bytes, check: Check) -> tuple[int, bytes, bytes]:
        try:
            process = subprocess.Popen(
                self._words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for the recorder, which still needs it
            )
        except OSError as error:
            raise SettingsError(f"{self._name} cannot be run: {error.strerror}", _WHERE) from None
        try:
            return self._waited(process, data, check)
        finally:
            if process.poll() is None:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()

    def _waited(
        self, process: "subprocess.Popen[bytes]", data: bytes, check: Check
    ) -> tuple[int, bytes, bytes]:
        until, left = time.monotonic() + self._limit_s, data
        while True:
            check()
            try:
                output, words = process.communicate(left, timeout=_LOOK_S)
            except subprocess.TimeoutExpired:
                left = b""  # it has been taken
                if time.monotonic() > until:
                    raise UnreachableError(
                        f"{self._name} gave no address within {self._limit_s:g} s", _WHERE
                    ) from None
            else:
                return process.returncode, output, words

    def _failed(self, code: int, words: bytes) -> S3AudioError:
        said = _short(words.decode("utf-8", "replace").strip().rpartition("\n")[2])
        text = f"{self._name} gave no address" + (f": {said}" if said else f" (exit code {code})")
        if code in (_EX_UNAVAILABLE, _EX_TEMPFAIL):
            return UnreachableError(text, _WHERE)
        return (NotAllowedError if code == _EX_NOPERM else S3AudioError)(text, _WHERE)


class Service:
    """A service: it is asked by POST, with a bearer token where there is one."""

    def __init__(self, url: str, token: str = "", patience_s: float = _SERVICE_S) -> None:
        """Raises `SettingsError` where it cannot be asked so that the token stays secret."""
        try:
            self._host = place_of(url).host
        except UsageError as error:
            raise SettingsError(f"upload_url: {error.message}", error.remedy) from None
        if not all("!" <= char <= "~" for char in token):
            raise SettingsError("upload_token holds what no token may", "give it as it was given")
        self._url, self._token, self._patience_s = url, token, patience_s

    def ask(self, wanted: Wanted, check: Check) -> Given:
        """As `Signer.ask`."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        payload = Payload(Held(msgspec.json.encode(wanted)), lambda _: None)
        try:
            reply = send(
                "POST", self._url, headers, payload, patience_s=self._patience_s, check=check
            )
        except UnreachableError as error:
            raise UnreachableError(
                f"{self._host}, which gives addresses, cannot be reached ({error.message})",
                "see to the network, and to upload_url",
            ) from None
        if reply.status not in (200, 201):
            raise self._refused(reply)
        return _given(reply.body, f"{self._host} answers", "see to upload_url")

    def _refused(self, reply: Reply) -> S3AudioError:
        status, said = reply.status, self._said(reply.body)
        why = f": {said}" if said else f" ({status})"
        if status in (401, 403):
            text = f"{self._host} refuses an address{why}"
            return NotAllowedError(text, "see to upload_token")
        if status in (402, 413, 507):
            return QuotaError(f"{self._host} has no room for it{why}", "make room there")
        if status in (408, 425, 429) or status >= 500:
            return UnreachableError(f"{self._host} gives no address just now{why}", "wait")
        if status in (404, 405, 410):
            text = f"{self._host} gives no addresses there{why}"
            return NotFoundError(text, "see to upload_url")
        if 300 <= status < 400:
            text = f"{self._host} sends us elsewhere, where the token does not go"
            return SettingsError(text, "name the final address as upload_url")
        if status == 409:
            return ConflictError(f"{self._host} says that the name is taken{why}", "look there")
        return S3AudioError(f"{self._host} gives no address{why}", "ask whoever runs it")

    def _said(self, body: bytes) -> str:
        """Return what the service says is wrong, in its `error` or `message`."""
        with suppress(msgspec.MsgspecError, ValueError):
            found = msgspec.json.decode(body)
            if isinstance(found, dict):
                said = next((found[name] for name in ("error", "message") if name in found), "")
                secrets = [self._token] if self._token else []
                return _short(said, secrets) if isinstance(said, str) else ""
        return ""


def _given(data: bytes, who: str, remedy: str) -> Given:
    """Read an answer. What it holds is not said: there may be a secret in it."""
    try:
        given = msgspec.json.decode(data[:_MOST_BYTES], type=Given, strict=True)
    except (msgspec.MsgspecError, ValueError):
        raise S3AudioError(f'{who} with something else than {{"url": …}}', remedy) from None
    try:
        place_of(given.url)
    except UsageError as error:
        raise S3AudioError(f"{who} with an address to avoid: {error.message}", remedy) from None
    for name, value in given.headers.items():
        if not _is_header(name, value):
            raise S3AudioError(f"{who} with headers that cannot be sent", remedy)
    return given


def _is_header(name: str, value: str) -> bool:
    token = bool(name) and all(char.isascii() and (char.isalnum() or char in "-_") for char in name)
    return token and all(" " <= char <= "~" for char in value)


def _short(text: str, secrets: list[str] | None = None) -> str:
    return redact(text, secrets or ())[:_LONGEST]
