"""The profiles of AWS's own files: those that are there, and one more for a store's keys."""

import errno
import fcntl
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from s3audio_tui.errors import ConflictError, UsageError
from s3audio_tui.private import private_file, writing
from s3audio_tui.store.failures import failures

if TYPE_CHECKING:
    from s3audio_tui.store.client import Keys

Kind = Literal["keys", "sso", "login", "role", "process", "other"]

_KINDS: tuple[tuple[str, Kind], ...] = (
    ("sso_session", "sso"),
    ("sso_start_url", "sso"),
    ("login_session", "login"),
    ("role_arn", "role"),
    ("credential_process", "process"),
    ("aws_access_key_id", "keys"),
)
_NAME = re.compile(r"[A-Za-z0-9_.@+-]+")
_UNFIT = re.compile(r"[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class Profile:
    """A way to log in. `name` is empty for the keys in the variables."""

    name: str
    region: str
    endpoint_url: str
    kind: Kind
    found_in: str
    """Words for a person: the file, or the variables."""


def profiles(environ: Mapping[str, str]) -> list[Profile]:
    """Return the profiles of AWS's files, and the keys in the variables, first those that count.

    Raises `SettingsError` for a file that cannot be read.
    """
    paths = _files(environ)
    config, credentials = _sections(paths[0], of_profiles=True), _sections(paths[1])
    names = list(dict.fromkeys([*config, *credentials]))
    found = [_profile(name, config, credentials, environ) for name in names]
    usual = environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE") or "default"
    found.sort(key=lambda profile: profile.name != usual)
    return _of_variables(environ) + found


def _of_variables(environ: Mapping[str, str]) -> list[Profile]:
    if not environ.get("AWS_ACCESS_KEY_ID"):
        return []
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or ""
    address = environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL") or ""
    return [Profile("", region, address, "keys", "the variables of this shell")]


def _profile(
    name: str,
    config: Mapping[str, Any],
    credentials: Mapping[str, Any],
    environ: Mapping[str, str],
) -> Profile:
    values = {**config.get(name, {}), **credentials.get(name, {})}
    kind: Kind = next((kind for option, kind in _KINDS if option in values), "other")
    path = _files(environ)[name not in config]
    region, address = values.get("region", ""), values.get("endpoint_url", "")
    return Profile(name, str(region), str(address), kind, _short(path))


def _files(environ: Mapping[str, str]) -> tuple[Path, Path]:
    """Return AWS's settings and its credentials."""
    config = environ.get("AWS_CONFIG_FILE") or "~/.aws/config"
    credentials = environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"
    return Path(config).expanduser(), Path(credentials).expanduser()


def credentials_path(environ: Mapping[str, str]) -> Path:
    """Return the file of AWS's credentials."""
    return _files(environ)[1]


def _sections(path: Path, *, of_profiles: bool = False) -> dict[str, Any]:
    """Return the profiles of one file; in the credentials every section is one."""
    from botocore.configloader import load_config, raw_config_parse

    if not path.is_file():
        return {}
    with failures(""):
        read = load_config(str(path))["profiles"] if of_profiles else raw_config_parse(str(path))
    return dict(read)


def _short(path: Path) -> str:
    return f"~/{path.relative_to(Path.home())}" if path.is_relative_to(Path.home()) else str(path)


def add_profile(environ: Mapping[str, str], name: str, keys: "Keys") -> Path:
    """Append a profile with these keys to AWS's credentials; return the file, which is 0600.

    What the file has stays as it is; a profile that has these keys already is as good. Raises
    `UsageError` for a name or key that the file cannot hold, and `ConflictError` where there is a
    profile of that name with others.
    """
    check_new(name, keys)
    path = credentials_path(environ)
    with writing(path):
        fd = os.open(private_file(path), os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            if _sections(path).get(name) != _options(keys):
                need_free(environ, name)
                _append(fd, name, keys)
        finally:
            os.close(fd)
    return path


def check_new(name: str, keys: "Keys") -> None:
    """Raise `UsageError` for a name or keys that a profile cannot have."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is not a name for a profile", "take letters, digits, - _ . without spaces"
        )
    pairs = ((keys.access_key_id, "access key id"), (keys.secret_access_key, "secret access key"))
    for text, what in pairs:
        if not text or _UNFIT.search(text):
            raise UsageError(f"the {what} is empty, or has a space in it", "paste it again")


def need_free(environ: Mapping[str, str], name: str) -> None:
    """Raise `ConflictError` where there is a profile of that name."""
    if any(profile.name == name for profile in profiles(environ)):
        raise ConflictError(
            f"there is an AWS profile {name} already", "use it, or choose another name"
        )


def _options(keys: "Keys") -> dict[str, str]:
    return {
        "aws_access_key_id": keys.access_key_id,
        "aws_secret_access_key": keys.secret_access_key,
    }


def _append(fd: int, name: str, keys: "Keys") -> None:
    size = os.fstat(fd).st_size
    gap = "" if not size else "\n" if os.pread(fd, 1, size - 1) == b"\n" else "\n\n"
    lines = [f"[{name}]", *(f"{option} = {value}" for option, value in _options(keys).items())]
    os.fchmod(fd, 0o600)
    data = "".join((gap, *(f"{line}\n" for line in lines))).encode()
    written = 0
    try:
        written = os.write(fd, data)
        os.fsync(fd)
    finally:
        if written < len(data):  # half a profile would stand in the way of the whole one
            os.ftruncate(fd, size)
    if written < len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
