"""The connection to one bucket: one boto3 client, safe in any thread."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from s3audio_tui import logs
from s3audio_tui.errors import SettingsError
from s3audio_tui.store import fast_lists
from s3audio_tui.store.address import address_of
from s3audio_tui.store.failures import failures
from s3audio_tui.store.known import known
from s3audio_tui.store.unanswered import no_credentials
from s3audio_tui.store.wire import Wire

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.session import Session as BotocoreSession
    from mypy_boto3_s3 import S3Client

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 60
MAX_ATTEMPTS = 4

_AWS_HOSTS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
FALLBACK_REGION = "us-east-1"
"""For a store that is asked without a region, and does not say its own."""


@dataclass(frozen=True)
class Keys:
    """Keys that are in no file and no variable, such as those of the demo."""

    access_key_id: str
    secret_access_key: str = field(repr=False)


@dataclass(frozen=True)
class Connection:
    """How a bucket is reached. What is None is found as every AWS tool finds it."""

    bucket: str
    """Empty where only the account is asked."""
    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    path_style: bool | None = None
    """Bucket in the path; None: for every store but AWS."""
    checksums: Literal["auto", "when_supported", "when_required"] = "auto"
    """`when_supported`, `when_required`; `auto`: the first for AWS, the second elsewhere."""
    max_connections: int = 32
    keys: Keys | None = None
    read_timeout_s: int = READ_TIMEOUT_S
    max_attempts: int = MAX_ATTEMPTS


@dataclass(frozen=True)
class Store:
    """One bucket, connected: what every function of this layer takes first."""

    bucket: str
    region: str
    endpoint_url: str | None
    """None for AWS."""
    wire: Wire = field(compare=False)
    """The way that bytes in bulk take."""
    made: "Callable[[], S3Client]" = field(compare=False)
    """Returns boto3's client, always the same one."""

    @property
    def client(self) -> "S3Client":
        """boto3's client. Where it was not needed to connect, it takes 0.3 s the first time."""
        return self.made()


def connect(connection: Connection) -> Store:
    """Connect to the bucket. Asks the network only if no region is named anywhere.

    Raises `CredentialsError` when botocore's whole chain finds no credentials, or no such
    profile, and `SettingsError` for an address or region that is none.
    """
    found = known(connection, _is_aws)
    if found is None:
        return connect_by_botocore(connection)
    address = found.address

    def later() -> "S3Client":
        with failures(connection.bucket):
            return _client(_session(connection)[0], connection, address.region)

    patience_s = connection.read_timeout_s
    wire = Wire(lambda: address, connection.bucket, found.keys, patience_s)
    return Store(connection.bucket, address.region, connection.endpoint_url, wire, _once(later))


def connect_by_botocore(connection: Connection) -> Store:
    """Connect to the bucket as botocore finds it, which takes 0.3 s."""
    with failures(connection.bucket):
        session, inner = _session(connection)
        credentials = session.get_credentials()
        if credentials is None:
            raise no_credentials()
        region = session.region_name
        client = _client(session, connection, region or FALLBACK_REGION)
        if not region:
            found = _region_of_bucket(client, connection.bucket) if connection.bucket else None
            region = found or FALLBACK_REGION
            if region != FALLBACK_REGION:
                client = _client(session, connection, region)
    address, bundle = client.meta.endpoint_url, inner.get_config_variable("ca_bundle")
    wire = Wire(
        lambda: address_of(client, connection.bucket, bundle),
        connection.bucket,
        credentials,  # type: ignore[arg-type]  # whose stubs think that keys may be None
        connection.read_timeout_s,
    )
    endpoint_url = None if _is_aws(address) else address
    return Store(connection.bucket, region, endpoint_url, wire, lambda: client)


def _once(make: "Callable[[], S3Client]") -> "Callable[[], S3Client]":
    """Return a function that makes the client for whoever asks first, in any thread."""
    lock = threading.Lock()
    kept: list[S3Client] = []

    def made() -> "S3Client":
        with lock:
            if not kept:
                kept.append(make())
            return kept[0]

    return made


def _session(connection: Connection) -> tuple["Session", "BotocoreSession"]:
    """Return boto3's session, and botocore's inside it."""
    import botocore.session
    from boto3.session import Session

    inner = botocore.session.get_session()
    if connection.keys is None:
        made = Session(
            profile_name=connection.profile,
            region_name=connection.region,
            botocore_session=inner,
        )
        return made, inner
    made = Session(
        aws_access_key_id=connection.keys.access_key_id,
        aws_secret_access_key=connection.keys.secret_access_key,
        region_name=connection.region,
        botocore_session=inner,
    )
    return made, inner


def _client(session: "Session", connection: Connection, region: str) -> "S3Client":
    """Return a client; made twice where AWS's own variables or profile name another address."""
    custom = connection.endpoint_url is not None and not _is_aws(connection.endpoint_url)
    client = _made(session, connection, region, custom)
    if not custom and not _is_aws(client.meta.endpoint_url):
        client = _made(session, connection, region, custom=True)
    _follow_no_redirect(client)
    logs.watch(client)
    fast_lists.install(client)
    return client


def _made(session: "Session", connection: Connection, region: str, custom: bool) -> "S3Client":
    from botocore.config import Config

    checksums = connection.checksums
    if checksums == "auto":
        checksums = "when_required" if custom else "when_supported"
    style = _addressing_style(connection.path_style, custom)
    config = Config(
        region_name=region,
        signature_version="s3v4",
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=connection.read_timeout_s,
        max_pool_connections=connection.max_connections,
        tcp_keepalive=True,
        retries={"mode": "standard", "total_max_attempts": connection.max_attempts},
        request_checksum_calculation=checksums,
        response_checksum_validation=checksums,
        s3={"addressing_style": style},
    )
    try:
        client: S3Client = session.client("s3", endpoint_url=connection.endpoint_url, config=config)
    except ValueError:
        raise SettingsError(
            f"{connection.endpoint_url} is not an address", "write it as https://s3.example.org"
        ) from None
    return client


def _addressing_style(path_style: bool | None, custom: bool) -> Literal["auto", "path", "virtual"]:
    if path_style is None:
        return "path" if custom else "auto"
    return "path" if path_style else "virtual"


def _is_aws(address: str) -> bool:
    return (urlsplit(address).hostname or "").endswith(_AWS_HOSTS)


def _follow_no_redirect(client: "S3Client") -> None:
    """Keep botocore from following a bucket to its region unasked.

    It would cost a second request each time, and hide a setting that is wrong: links signed
    before the first redirect lead nowhere, and the screen names another region.
    """

    def mark(context: dict[str, Any], **_: Any) -> None:
        context.setdefault("s3_redirect", {})["redirected"] = True

    client.meta.events.register("before-call.s3", mark)


def _region_of_bucket(client: "S3Client", bucket: str) -> str | None:
    """Ask for the bucket; S3 names its region even to those who may not read it."""
    from botocore.exceptions import ClientError

    try:
        headers = client.head_bucket(Bucket=bucket)["ResponseMetadata"]["HTTPHeaders"]
    except ClientError as error:
        headers = error.response["ResponseMetadata"]["HTTPHeaders"]
    return headers.get("x-amz-bucket-region")
