"""What is wrong with an address, for one who is just choosing it: closer than the error alone."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from s3audio_tui.errors import (
    CredentialsError,
    NotAllowedError,
    NotFoundError,
    S3AudioError,
    UnreachableError,
    WrongRegionError,
)
from s3audio_tui.store.failures import not_s3
from s3audio_tui.store.unanswered import no_credentials

if TYPE_CHECKING:
    from s3audio_tui.store.client import Connection

_LOG_IN = {
    "sso": "run: aws sso login --profile {name}",
    "login": "run: aws login --profile {name}",
    "process": "see why the program of profile {name} gives no keys",
    "role": "see whether profile {name} may take on its role",
}
_NO_KEYS = "give keys or a profile, or log in with aws configure or aws sso login"
_NAMELESS = ("301", "302", "307", "308", "400", "404", "405", "500")
"""What a plain web server answers: a store's error has a name. 500 is botocore's for a page."""


def explained(error: S3AudioError, connection: "Connection", kind: str = "") -> S3AudioError:
    """Return the error with the cause looked into; `kind` is how the profile logs in."""
    if isinstance(error, CredentialsError):
        return _of_login(error, connection, kind)
    if _answered_by_other(error, connection):
        return _not_s3(connection)
    if isinstance(error, WrongRegionError):
        return error
    if isinstance(error, NotFoundError):
        return NotFoundError(error.message, "check its name, and whose keys these are")
    if isinstance(error, NotAllowedError) and connection.bucket:
        return NotAllowedError(
            error.message, f"{error.remedy}, or name a folder that you may list: s3://bucket/folder"
        )
    if isinstance(error, UnreachableError):
        return _of_network(error, connection)
    return error


def _of_login(error: CredentialsError, connection: "Connection", kind: str) -> S3AudioError:
    behind = _clock_behind_s(error)
    if "clock" in error.message and behind is not None:
        way = "behind" if behind > 0 else "ahead of"
        return CredentialsError(
            f"this machine's clock is {_about(abs(behind))} {way} the store's", "set the clock"
        )
    name = connection.profile or ""
    if not name and error.message == no_credentials().message:
        return CredentialsError("no keys were found for it", _NO_KEYS)
    if not name or kind not in _LOG_IN or "no AWS profile" in error.message:
        return error
    message = error.message
    if message == no_credentials().message:
        message = f"the profile {name} gives no credentials"
    return CredentialsError(message, _LOG_IN[kind].format(name=name))


def _about(seconds: float) -> str:
    """Return a length as a person says it: `20 min`, `3 h`, `2 days`."""
    for unit, name in ((86_400, "days"), (3_600, "h")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds / 60:.0f} min"


def _clock_behind_s(error: S3AudioError) -> float | None:
    """Return by how many seconds the store's clock is before ours, as its answer says."""
    date = _answer(error).get("HTTPHeaders", {}).get("date")
    try:
        theirs = parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
    return (theirs - datetime.now(UTC)).total_seconds() if theirs else None


def _answer(error: S3AudioError) -> dict[str, Any]:
    found: dict[str, Any] = getattr(error.__cause__, "response", {}).get("ResponseMetadata", {})
    return found


def _answered_by_other(error: S3AudioError, connection: "Connection") -> bool:
    """Return whether a plain web server answered."""
    headers = _answer(error).get("HTTPHeaders", {})
    if connection.endpoint_url is None or "x-amz-request-id" in headers:
        return False
    code = getattr(error.__cause__, "response", {}).get("Error", {}).get("Code", "")
    return code in _NAMELESS or error.message == not_s3().message


def _not_s3(connection: "Connection") -> UnreachableError:
    address = connection.endpoint_url or ""
    remedy = "check the address: a store has often another one for S3 than for its web pages"
    if address.startswith("http://"):
        remedy = "check the address, and whether it begins with https://"
    return UnreachableError(f"what answers at {_host(address)} is not an S3 store", remedy)


def _of_network(error: UnreachableError, connection: "Connection") -> UnreachableError:
    from botocore import exceptions as theirs

    cause = error.__cause__
    where = _host(connection.endpoint_url) if connection.endpoint_url else "AWS"
    if isinstance(cause, theirs.SSLError):
        return _of_certificate(str(cause), where)
    if isinstance(cause, theirs.EndpointConnectionError):
        if "NameResolution" in repr(cause.kwargs.get("error")):
            return UnreachableError(
                f"there is no host {where}", "check the address and the network"
            )
        return UnreachableError(
            f"nothing answers at {where}", "check the address, its port and the network"
        )
    if isinstance(cause, theirs.ConnectTimeoutError):
        return UnreachableError(
            f"{where} does not answer", "check the address, the network, and what is between"
        )
    return error


def _of_certificate(said: str, where: str) -> UnreachableError:
    if "WRONG_VERSION" in said.upper().replace(" ", "_"):
        return UnreachableError(
            f"what answers at {where} is not encrypted",
            "write http:// before the address, if the network between is your own",
        )
    if "expired" in said:
        return UnreachableError(
            f"the certificate of {where} has expired", "tell who runs the store"
        )
    if "mismatch" in said or "not valid for" in said:
        return UnreachableError(
            f"the certificate of {where} is for another name", "check the address"
        )
    return UnreachableError(
        f"this machine does not trust the certificate of {where}",
        "set AWS_CA_BUNDLE to the file of who signed it",
    )


def _host(address: str) -> str:
    return urlsplit(address).netloc.rpartition("@")[2]
