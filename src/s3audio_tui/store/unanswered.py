"""What botocore says went wrong before or without an answer, turned into our tree of errors."""

from s3audio_tui.errors import (
    BadBytesError,
    CredentialsError,
    S3AudioError,
    SettingsError,
    UnreachableError,
    UsageError,
)


def of_client(error: Exception, bucket: str) -> S3AudioError | None:
    """Return what an error means that botocore raised before or without an answer."""
    from botocore import exceptions as theirs

    inner = getattr(error, "kwargs", {}).get("error")
    if isinstance(inner, S3AudioError):
        return inner
    if isinstance(error, theirs.NoCredentialsError):
        return no_credentials()
    if isinstance(error, theirs.ProfileNotFound):
        return CredentialsError(
            f"there is no AWS profile {error.kwargs.get('profile', '')}",
            "aws configure list-profiles shows those that there are",
        )
    if isinstance(error, theirs.PartialCredentialsError):
        return CredentialsError(
            f"the credentials are incomplete, {error.kwargs.get('cred_var', '')} is missing",
            "set the access key and the secret key both",
        )
    logins = (theirs.SSOError, theirs.LoginError, theirs.TokenRetrievalError)
    others = (theirs.CredentialRetrievalError, theirs.NoAuthTokenError)
    if isinstance(error, (*logins, *others, theirs.MetadataRetrievalError)):
        return CredentialsError("the log-in has expired, or failed", "log in again: aws sso login")
    return _of_network(error, bucket)


def _of_network(error: Exception, bucket: str) -> S3AudioError:
    from botocore import exceptions as theirs

    address = getattr(error, "kwargs", {}).get("endpoint_url", "")
    where = f" at {_host(address)}" if address else ""
    if isinstance(error, theirs.SSLError):
        return UnreachableError(
            f"the store{where} has no certificate that this machine trusts",
            "check the address, or set AWS_CA_BUNDLE",
        )
    if isinstance(error, theirs.ProxyConnectionError):
        return UnreachableError("the proxy cannot be reached", "check HTTPS_PROXY")
    if isinstance(error, (theirs.EndpointConnectionError, theirs.ConnectTimeoutError)):
        return UnreachableError(
            f"nothing answers{where}", "check the network, --endpoint-url and --region"
        )
    if isinstance(error, theirs.ReadTimeoutError):
        return UnreachableError(f"the store{where} stopped answering", "try again")
    if isinstance(error, (theirs.FlexibleChecksumError, theirs.ChecksumError)):
        return BadBytesError("the bytes were damaged on the way", "try again")
    if isinstance(error, (theirs.ConfigParseError, theirs.ConfigNotFound)):
        return SettingsError(f"the AWS settings cannot be read: {error}", "mend ~/.aws/config")
    if isinstance(error, (theirs.NoRegionError, theirs.InvalidRegionError)):
        return SettingsError("the region is not one", "give --region, as eu-central-1")
    if isinstance(error, theirs.ParamValidationError):
        if "bucket name" in str(error).lower():
            return UsageError(f"{bucket} is not the name of a bucket", "check --library")
        return UsageError(f"S3 does not take this: {error}", "change it")
    broken = (theirs.HTTPClientError, theirs.ConnectionError, theirs.IncompleteReadError)
    if isinstance(error, broken):
        return UnreachableError(f"the connection{where} broke", "try again")
    return S3AudioError(f"the S3 client failed: {error}", "see the log")


def no_credentials() -> CredentialsError:
    """Return the error for a chain in which no credentials were found."""
    return CredentialsError(
        "there are no AWS credentials",
        "log in with aws configure or aws sso login, name a --profile, "
        "or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    )


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0].rpartition("@")[2]
