"""Where a bucket's objects are over HTTP, and how one gets there: host, proxy, certificates."""

import base64
import os
import ssl
import sys
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPConnection, HTTPSConnection
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from s3audio_tui.errors import SettingsError
from s3audio_tui.store.response import Response

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONNECT_TIMEOUT_S = 10
READ_TIMEOUT_S = 60
_BLOCK_BYTES = 1024 * 1024
_ANY_KEY = "k"


@dataclass(frozen=True)
class Address:
    """The address of a bucket: `base` and a key make a URL. `region` is the one to sign for."""

    base: str
    region: str
    ca_bundle: str | None
    proxy: str | None

    def path(self, key: str) -> str:
        """Return the path of a key, encoded as S3 signs it; for no key that of the bucket."""
        base = self._parts.path
        return base + quote(key, safe="/~") if key else base.rstrip("/") or "/"

    def url(self, key: str, query: str = "") -> str:
        """Return the URL of a key."""
        return f"{self._origin}{self.path(key)}" + (f"?{query}" if query else "")

    def target(self, key: str, query: str = "") -> str:
        """Return what the request line names: a whole URL only for a proxy that is asked."""
        if self.proxy is not None and not self.is_secure:
            return self.url(key, query)
        return self.path(key) + (f"?{query}" if query else "")

    @cached_property
    def host(self) -> str:
        """The host as requests name and sign it: without the port that its scheme has anyway."""
        parts = self._parts
        usual = parts.port in (None, 443 if self.is_secure else 80)
        name = parts.hostname or ""
        name = f"[{name}]" if ":" in name else name
        return name if usual else f"{name}:{parts.port}"

    @cached_property
    def is_secure(self) -> bool:
        """Whether it is reached over TLS."""
        return self._parts.scheme == "https"

    @cached_property
    def is_loopback(self) -> bool:
        """Whether the store is on this machine."""
        host = self._parts.hostname or ""
        if host in ("127.0.0.1", "localhost"):
            return True
        from ipaddress import ip_address

        try:
            return ip_address(host).is_loopback
        except ValueError:
            return False

    @cached_property
    def proxy_headers(self) -> dict[str, str]:
        """What the proxy wants to know of the user."""
        found = urlsplit(self.proxy or "")
        if not found.username:
            return {}
        pair = f"{unquote(found.username)}:{unquote(found.password or '')}"
        return {"Proxy-Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}

    def connection(self) -> HTTPConnection:
        """Return a connection that opens itself with its first request."""
        parts = urlsplit(self.proxy) if self.proxy is not None else self._parts
        host, port = parts.hostname or "", parts.port
        if not self.is_secure:
            plain = _Plain(host, port, timeout=CONNECT_TIMEOUT_S, blocksize=_BLOCK_BYTES)
            plain.response_class = Response
            return plain
        made = _Secure(
            host, port, timeout=CONNECT_TIMEOUT_S, blocksize=_BLOCK_BYTES, context=self._tls
        )
        made.response_class = Response
        if self.proxy is not None:
            made.set_tunnel(self._parts.hostname or "", self._parts.port, self.proxy_headers)
        return made

    @cached_property
    def _parts(self) -> SplitResult:
        return urlsplit(self.base)

    @cached_property
    def _origin(self) -> str:
        return f"{self._parts.scheme}://{self._parts.netloc}"

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.ca_bundle or _usual_bundle())
        except OSError as error:
            raise SettingsError(
                f"the certificates in {self.ca_bundle} cannot be read ({error})",
                "check AWS_CA_BUNDLE",
            ) from error


class _Plain(HTTPConnection):
    """Waits less long for a connection than for an answer."""

    def connect(self) -> None:
        """Open it."""
        super().connect()
        self.sock.settimeout(READ_TIMEOUT_S)


class _Secure(HTTPSConnection):
    """The same over TLS."""

    def connect(self) -> None:
        """Open it."""
        super().connect()
        self.sock.settimeout(READ_TIMEOUT_S)


def _usual_bundle() -> str:
    """Return the certificates that botocore trusts; to load it for that takes long."""
    try:
        from certifi import where
    except ImportError:
        found = find_spec("botocore")
        return str(Path(found.origin).with_name("cacert.pem")) if found and found.origin else ""
    return where()


def address_of(client: "S3Client", bucket: str, ca_bundle: str | None) -> Address:
    """Return the bucket's address as botocore resolves it, with all its rules and settings.

    A link that it signs says all: host, style and region. Nothing is sent.
    """
    link = client.generate_presigned_url("get_object", {"Bucket": bucket, "Key": _ANY_KEY})
    base = link.partition("?")[0].removesuffix(_ANY_KEY)
    scope = parse_qs(urlsplit(link).query)["X-Amz-Credential"][0].split("/")
    return Address(base, scope[2], ca_bundle, environ_proxy(base))


def environ_proxy(base: str) -> str | None:
    """Return the proxy that the environment names for an address, as botocore finds it."""
    unnamed = not any(name.lower().endswith("_proxy") for name in os.environ)
    if unnamed and sys.platform == "linux":  # others keep proxies elsewhere too
        return None
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(base)
    proxy = None if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme)
    return f"http://{proxy}" if proxy is not None and "://" not in proxy else proxy
