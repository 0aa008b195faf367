"""What of a connection is known without botocore, whose loading takes 0.3 s: a plain way in.

Keys from AWS's two variables, a store that is named by its address, and a region; of anything
else, such as profiles, roles and AWS's own addresses, botocore knows more, and is asked.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from s3audio_tui.store.address import Address, environ_proxy
from s3audio_tui.store.signature import Frozen

if TYPE_CHECKING:
    from s3audio_tui.store.client import Connection

_REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FILES = (
    ("AWS_CONFIG_FILE", "~/.aws/config"),
    ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]+[a-z0-9]")


@dataclass(frozen=True)
class Fixed:
    """Keys that stay as they are, in the clothes of botocore's credentials."""

    frozen: Frozen

    def get_frozen_credentials(self) -> Frozen:
        """Return them."""
        return self.frozen


@dataclass(frozen=True)
class Known:
    """All that a request needs."""

    address: Address
    keys: Fixed


def known(connection: "Connection", is_aws: Callable[[str], bool]) -> Known | None:
    """Return how a bucket is reached; None where botocore has to find it out."""
    keys = _keys(connection)
    region = connection.region or os.environ.get("AWS_REGION", "")
    endpoint = (connection.endpoint_url or "").rstrip("/")
    if (
        keys is None
        or connection.path_style is False
        or not _REGION.fullmatch(region)
        or not _BUCKET.fullmatch(connection.bucket)
        or not _is_plain(endpoint)
        or is_aws(endpoint)
    ):
        return None
    files = _settings_of_aws()
    if files is None:
        return None
    bundle = None
    if endpoint.startswith("https:"):
        bundle = os.environ.get("AWS_CA_BUNDLE")
        if not bundle and "ca_bundle" in files:
            return None
    base = f"{endpoint}/{connection.bucket}/"
    return Known(Address(base, region, bundle, environ_proxy(base)), keys)


def _keys(connection: "Connection") -> Fixed | None:
    environ = os.environ
    if connection.keys is not None:
        given = connection.keys
        return Fixed(Frozen(given.access_key_id, given.secret_access_key, None))
    access_key, secret_key = (
        environ.get(f"AWS_{n}") for n in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY")
    )
    named = connection.profile or environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE")
    if named or not access_key or not secret_key or environ.get("AWS_CREDENTIAL_EXPIRATION"):
        return None
    token = environ.get("AWS_SESSION_TOKEN") or environ.get("AWS_SECURITY_TOKEN")
    return Fixed(Frozen(access_key, secret_key, token))


def _is_plain(endpoint: str) -> bool:
    """Return whether it is an address of a host and perhaps a port, and nothing else."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    netloc = host if port is None else f"{host}:{port}"
    plain = re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", host) is not None
    return plain and endpoint in (f"http://{netloc}", f"https://{netloc}")


def _settings_of_aws() -> str | None:
    """Return the text of AWS's files; None where botocore would refuse one, and say why."""
    text = ""
    for variable, usual in _FILES:
        path = Path(os.environ.get(variable) or usual).expanduser()
        try:
            said = path.read_text()
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError):
            return None
        if said and not _is_read(said):
            return None
        text += said
    return text


def _is_read(said: str) -> bool:
    from configparser import Error, RawConfigParser

    try:
        RawConfigParser(default_section="").read_string(said)
    except Error:
        return False
    return True
