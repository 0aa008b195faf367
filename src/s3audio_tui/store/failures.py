"""What S3, its client and the network say went wrong, turned into our tree of errors."""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from s3audio_tui.errors import (
    BadBytesError,
    ConflictError,
    CredentialsError,
    LimitError,
    NotAllowedError,
    NotFoundError,
    S3AudioError,
    UnreachableError,
    UnsupportedError,
    UsageError,
    WrongRegionError,
)
from s3audio_tui.store.unanswered import of_client

_LOG_IN = "log in again, as with aws sso login, or set new keys"

_NOT_FOUND = {
    "404": "there is no {key}",
    "NoSuchKey": "there is no {key}",
    "NotFound": "there is no {key}",
    "NoSuchVersion": "that version of {key} is gone",
}
_CREDENTIALS = {
    "ExpiredToken": ("the credentials have expired", _LOG_IN),
    "ExpiredTokenException": ("the credentials have expired", _LOG_IN),
    "RequestExpired": ("the credentials have expired", _LOG_IN),
    "TokenRefreshRequired": ("the credentials have expired", _LOG_IN),
    "InvalidToken": ("the session token is not valid", _LOG_IN),
    "InvalidAccessKeyId": (
        "the store does not know this access key",
        "check the access key id, --profile and --endpoint-url",
    ),
    "SignatureDoesNotMatch": (
        "the secret key does not fit the access key",
        "set the secret access key again",
    ),
    "RequestTimeTooSkewed": (
        "this machine's clock is wrong by more than 15 minutes",
        "set the clock",
    ),
}
_BUSY = {"SlowDown", "ServiceUnavailable", "RequestLimitExceeded", "TooManyRequests", "Throttling"}
_BUSY |= {"ThrottlingException"}
_LIMITS = {
    "EntityTooLarge": ("it is larger than the store takes", "split it"),
    "KeyTooLongError": ("its name is longer than 1,024 bytes", "choose a shorter name"),
    "MetadataTooLarge": ("its metadata is over 2 kB", "choose a shorter file name"),
    "InvalidTag": ("the store does not take these tags", "give at most 10 short ones"),
    "BadRequest": ("the store does not take these tags", "give at most 10 short ones"),
    "XMinioStorageFull": ("the store is full", "make room there"),
    "QuotaExceeded": ("the store's own quota is used up", "make room there"),
}
_BAD_BYTES = {"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "InvalidChecksum"}
_BAD_BYTES |= {"IncompleteBody", "XAmzContentChecksumMismatch"}
_BAD_BYTES |= {"InvalidChunkSizeError", "MalformedTrailerError"}  # of a body sent in chunks
_BAD_CHECKSUM = re.compile(r"x-amz-checksum-\w+ .*invalid")
"""S3 says no more than "InvalidRequest" of a checksum that was damaged on the way."""

_RACES = {"ConditionalRequestConflict", "OperationAborted"}
_WRONG_REGION = {"PermanentRedirect", "AuthorizationHeaderMalformed", "TemporaryRedirect"}
_WRONG_REGION |= {"IllegalLocationConstraintException", "301", "307"}

_ACTIONS = {
    "ListBuckets": ("list the buckets of", "s3:ListAllMyBuckets"),
    "ListObjectsV2": ("list", "s3:ListBucket"),
    "ListObjectVersions": ("list the versions in", "s3:ListBucketVersions"),
    "ListMultipartUploads": ("list the unfinished uploads in", "s3:ListBucketMultipartUploads"),
    "GetObject": ("read", "s3:GetObject"),
    "HeadObject": ("read", "s3:GetObject"),
    "PutObject": ("write", "s3:PutObject"),
    "CopyObject": ("copy to", "s3:PutObject, s3:GetObject and s3:GetObjectTagging"),
    "UploadPartCopy": ("copy to", "s3:PutObject and s3:GetObject"),
    "CreateMultipartUpload": ("write", "s3:PutObject"),
    "UploadPart": ("write", "s3:PutObject"),
    "CompleteMultipartUpload": ("write", "s3:PutObject"),
    "AbortMultipartUpload": ("end the upload of", "s3:AbortMultipartUpload"),
    "DeleteObject": ("delete", "s3:DeleteObject"),
    "DeleteObjects": ("delete", "s3:DeleteObject"),
    "GetObjectTagging": ("read the tags of", "s3:GetObjectTagging"),
    "PutObjectTagging": ("change the tags of", "s3:PutObjectTagging"),
    "GetBucketVersioning": ("ask about versions in", "s3:GetBucketVersioning"),
}


class UploadGoneError(ConflictError):
    """There is no such upload in parts: somebody ended it, or it became the object already."""


class SilentError(UnreachableError):
    """Nothing came for longer than it is waited for."""

    def __init__(self) -> None:
        super().__init__(
            "the store stopped answering",
            "check the network and the address of the store, then try again",
        )


class RacedError(ConflictError):
    """Two writes met, and the store wants this one again."""


def failures(bucket: str, key: str | None = None) -> AbstractContextManager[None]:
    """Return a context that turns every failure of client, network or S3 into an `S3AudioError`.

    Meant for requests alone: an `OSError` in it is taken for one of the network.
    """
    return _Failures(bucket, key)


class _Failures(AbstractContextManager[None]):
    """A class, so that botocore's errors are imported only once there is one."""

    def __init__(self, bucket: str, key: str | None = None) -> None:
        self._bucket = bucket
        self._key = key

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Raise ours in place of theirs."""
        if error is None or isinstance(error, S3AudioError):
            return
        ours = translated(error, self._bucket, self._key)
        if ours is not None:
            raise ours from error


def translated(error: BaseException, bucket: str, key: str | None) -> S3AudioError | None:
    """Return the error of ours that says what `error` means; None if it is not one of S3's."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError
    from urllib3.exceptions import HTTPError

    if isinstance(error, ClientError):
        return refused(error.response, bucket, key, error.operation_name)
    if isinstance(error, BotoCoreError):
        return of_client(error, bucket)
    if isinstance(error, ResponseParserError):
        return not_s3()
    if isinstance(error, (HTTPError, OSError)):
        return UnreachableError("the connection broke", "try again", key=key)
    return None


def refused(
    response: Mapping[str, Any], bucket: str, key: str | None = None, operation: str = ""
) -> S3AudioError:
    """Return what an error answer of S3 means, as botocore parses it; HEAD has only a status."""
    said = response.get("Error", {})
    answer = response.get("ResponseMetadata", {})
    code, status = str(said.get("Code", "")), answer.get("HTTPStatusCode", 0)
    headers = answer.get("HTTPHeaders", {})
    name = key if key is not None else bucket
    if code in _WRONG_REGION:
        return _wrong_region(said, headers, bucket)
    if code in _CREDENTIALS:
        return CredentialsError(*_CREDENTIALS[code])
    if code == "NoSuchBucket" or (code in _NOT_FOUND and key is None):
        return NotFoundError(
            f"there is no bucket {bucket}", "check its name, --profile and --endpoint-url"
        )
    gone = (status == 405 or code == "405") and "x-amz-delete-marker" in headers
    if code in _NOT_FOUND or gone:
        text = _NOT_FOUND.get(code, "{key} is deleted").format(key=name)
        return NotFoundError(text, "s3audio ls --refresh shows what is there", key=key)
    if code == "NoSuchUpload":
        return UploadGoneError("the upload was ended by somebody else", "start it again", key=key)
    if code == "InvalidObjectState":
        return NotAllowedError(
            f"{name} is in the archive",
            "ask S3 for it with s3audio get --restore, which takes hours",
            key=key,
        )
    return _by_kind(code, status, said, bucket, key, operation)


def _by_kind(
    code: str,
    status: int,
    said: Mapping[str, Any],
    bucket: str,
    key: str | None,
    operation: str,
) -> S3AudioError:
    name = key if key is not None else bucket
    if code in _LIMITS:
        return LimitError(*_LIMITS[code], key=key)
    if code in _BAD_BYTES or _BAD_CHECKSUM.search(said.get("Message") or ""):
        return BadBytesError(f"{name} was damaged on the way", "try again", key=key)
    if code in _BUSY or status in (429, 503):
        return UnreachableError("the store is too busy", "try again in a minute", key=key)
    if status >= 500 and status != 501:
        return UnreachableError("the store failed", "try again in a minute", key=key)
    if code == "RequestTimeout":
        return UnreachableError("the connection is too slow, or broke", "try again", key=key)
    if status in (409, 412):
        kind = RacedError if code in _RACES else ConflictError
        return kind(
            f"{name} was changed by somebody else, or the name is taken", "look again", key=key
        )
    if status == 416:
        return ConflictError(f"{name} is shorter than it was", "look again", key=key)
    if status in (405, 501) or code == "NotImplemented":
        return UnsupportedError("the store cannot do this", "use another store for it", key=key)
    if status in (401, 403):
        return _denied(bucket, key, operation)
    if code == "InvalidBucketName":
        return UsageError(f"{bucket} is not the name of a bucket", "check --library")
    detail = f"{code}: {said['Message']}" if said.get("Message") else f"{code or status}"
    return S3AudioError(f"the store refused it ({detail})", "see the log", key=key)


def _denied(bucket: str, key: str | None, operation: str) -> NotAllowedError:
    doing, right = _ACTIONS.get(operation, ("do that to", ""))
    of_bucket = key is None or "Bucket" in right
    what = (f"the bucket {bucket}" if bucket else "this account") if of_bucket else key
    remedy = f"ask for the right {right}" if right else "ask whoever owns the bucket"
    return NotAllowedError(f"you may not {doing} {what}", remedy, key=key)


def _wrong_region(
    said: Mapping[str, Any], headers: Mapping[str, str], bucket: str
) -> WrongRegionError:
    found = re.search(r"expecting '([a-z0-9-]+)'", str(said.get("Message", "")))
    endpoint = re.search(r"s3[.-]([a-z0-9-]+)\.amazonaws", str(said.get("Endpoint", "")))
    region = headers.get("x-amz-bucket-region") or said.get("Region")
    if not region and (match := found or endpoint):
        region = match[1]
    if not region:
        return WrongRegionError(
            f"the bucket {bucket} is in another region", "give the right one with --region"
        )
    message, remedy = f"the bucket {bucket} is in {region}", f"give --region {region}"
    return WrongRegionError(message, remedy, region=region)


def retried(error: S3AudioError) -> bool:
    """Return whether the request had been sent before: perhaps it was done then, answer lost."""
    answer = getattr(error.__cause__, "response", {}).get("ResponseMetadata", {})
    return bool(answer.get("RetryAttempts"))


def not_s3() -> UnreachableError:
    """Return the error for an answer that no S3 store gives."""
    return UnreachableError(
        "what answers is not an S3 store", "check the address after --endpoint-url"
    )
