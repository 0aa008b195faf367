"""Who is asking: Signature Version 4 recomputed, in the header and in presigned addresses.

Source: AWS, "Authenticating Requests (AWS Signature Version 4)".
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote_to_bytes

from tests.strict.call import Call, S3Error
from tests.strict.identities import KNOWN, Identity

MAX_SKEW_S = 15 * 60
MAX_LIFE_S = 7 * 24 * 3600

_HEADER = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=([^/,]+)/(\d{8})/([^/,]+)/([^/,]+)/aws4_request, *"
    r"SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})"
)
_SCOPE = re.compile(r"([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request")


@dataclass(frozen=True)
class Signed:
    """A request whose signature is right. `key` signs the chunks of a streamed body."""

    identity: Identity
    region: str
    key: bytes
    scope: str
    stamp: str
    signature: str


@dataclass(frozen=True)
class _Claim:
    access_key_id: str
    day: str
    region: str
    service: str
    signed_headers: list[str]
    signature: str
    stamp: str
    payload: str
    token: str | None

    @property
    def scope(self) -> str:
        return f"{self.day}/{self.region}/{self.service}/aws4_request"


def authenticate(call: Call, clock: Callable[[], float]) -> Signed:
    """Return who signed the call; raise S3's error where AWS would refuse the signature."""
    presigned = "X-Amz-Signature" in call.names
    if "authorization" in call.headers and presigned:
        raise S3Error(400, "InvalidArgument", "Only one auth mechanism allowed")
    if "Signature" in call.names or call.headers.get("authorization", "").startswith("AWS "):
        raise S3Error(
            400,
            "InvalidRequest",
            "The authorization mechanism you have provided is not supported. "
            "Please use AWS4-HMAC-SHA256.",
        )
    if presigned:
        claim = _from_query(call)
        _check_life(call, claim, clock())
    elif "authorization" in call.headers:
        claim = _from_header(call)
        if abs(clock() - _instant(claim.stamp)) > MAX_SKEW_S:
            raise S3Error(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            )
    else:
        raise S3Error(403, "AccessDenied", "Access Denied")
    return _verify(call, claim)


def _verify(call: Call, claim: _Claim) -> Signed:
    identity = KNOWN.get(claim.access_key_id)
    if identity is None:
        raise S3Error(
            403,
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
            AWSAccessKeyId=claim.access_key_id,
        )
    _check_headers(call, claim)
    key = _signing_key(identity.secret_access_key, claim)
    hashed = hashlib.sha256(_canonical(call, claim)).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{claim.stamp}\n{claim.scope}\n{hashed}"
    expected = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, claim.signature):
        raise S3Error(
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method.",
        )
    if claim.token != identity.token:
        raise S3Error(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
    if identity.state == "expired":
        raise S3Error(400, "ExpiredToken", "The provided token has expired.")
    return Signed(identity, claim.region, key, claim.scope, claim.stamp, claim.signature)


def _from_header(call: Call) -> _Claim:
    match = _HEADER.fullmatch(call.headers["authorization"].strip())
    if match is None:
        raise S3Error(400, "AuthorizationHeaderMalformed", "The authorization header is malformed.")
    payload = call.headers.get("x-amz-content-sha256")
    if payload is None:
        raise S3Error(
            400,
            "InvalidRequest",
            "Missing required header for this request: x-amz-content-sha256",
        )
    key_id, day, region, service, names, signature = match.groups()
    stamp = call.headers.get("x-amz-date", "")
    token = call.headers.get("x-amz-security-token")
    return _Claim(key_id, day, region, service, names.split(";"), signature, stamp, payload, token)


def _from_query(call: Call) -> _Claim:
    match = _SCOPE.fullmatch(call.asked("X-Amz-Credential") or "")
    if match is None or call.asked("X-Amz-Algorithm") != "AWS4-HMAC-SHA256":
        raise _bad_query("Error parsing the X-Amz-Credential parameter.")
    key_id, day, region, service = match.groups()
    names = (call.asked("X-Amz-SignedHeaders") or "").split(";")
    payload = call.headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    return _Claim(
        key_id,
        day,
        region,
        service,
        names,
        call.asked("X-Amz-Signature") or "",
        call.asked("X-Amz-Date") or "",
        payload,
        call.asked("X-Amz-Security-Token"),
    )


def _check_life(call: Call, claim: _Claim, now: float) -> None:
    expires = call.asked("X-Amz-Expires") or ""
    if not expires.isdigit():
        raise _bad_query("X-Amz-Expires should be a number")
    if int(expires) > MAX_LIFE_S:
        raise _bad_query("X-Amz-Expires must be less than a week (in seconds)")
    made = _instant(claim.stamp)
    if made > now + MAX_SKEW_S:
        raise S3Error(403, "AccessDenied", "Request is not valid yet")
    if now > made + int(expires):
        raise S3Error(403, "AccessDenied", "Request has expired")


def _bad_query(message: str) -> S3Error:
    return S3Error(400, "AuthorizationQueryParametersError", message)


def _instant(stamp: str) -> float:
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise S3Error(
            403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header"
        ) from None


def _check_headers(call: Call, claim: _Claim) -> None:
    needed = {"host"} | {name for name in call.headers if name.startswith("x-amz-")}
    if claim.service != "s3":
        raise S3Error(400, "AuthorizationHeaderMalformed", f"incorrect service {claim.service!r}")
    missing = needed - set(claim.signed_headers)
    if missing:
        raise S3Error(
            403,
            "AccessDenied",
            "There were headers present in the request which were not signed",
            HeadersNotSigned=", ".join(sorted(missing)),
        )


def _signing_key(secret: str, claim: _Claim) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (claim.day, claim.region, claim.service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def _canonical(call: Call, claim: _Claim) -> bytes:
    path = quote(unquote_to_bytes(call.raw_path), safe="/-_.~")
    pairs = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in call.query
        if name != "X-Amz-Signature"
    )
    query = "&".join(f"{name}={value}" for name, value in pairs)
    headers = "".join(
        f"{name}:{' '.join(call.headers.get(name, '').split())}\n" for name in claim.signed_headers
    )
    lines = (call.method, path, query, headers, ";".join(claim.signed_headers), claim.payload)
    return "\n".join(lines).encode("latin-1")
