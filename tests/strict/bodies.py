"""Are the bytes those that were meant: signed payloads, aws-chunked bodies, checksums, MD5."""

import base64
import binascii
import functools
import hashlib
import hmac
import zlib
from collections.abc import Callable

from awscrt import checksums

from tests.strict.call import Call, S3Error
from tests.strict.signature import Signed

_EMPTY = hashlib.sha256(b"").hexdigest()
_PREFIX = "x-amz-checksum-"
_BY_DEFINITION_BYTES = 4096


def check_body(call: Call, signed: Signed) -> None:
    """Decode the body in place, and refuse one whose hash, checksum or MD5 is another."""
    payload = call.headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    if payload.startswith("STREAMING-"):
        _decode(call, signed, payload)
    elif payload != "UNSIGNED-PAYLOAD" and hashlib.sha256(call.body).hexdigest() != payload:
        raise S3Error(
            400,
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        )
    _check_md5(call)
    if not (call.method == "POST" and "uploadId" in call.names):
        _check_sums(call)


def _check_md5(call: Call) -> None:
    claimed = call.headers.get("content-md5")
    if claimed is None:
        return
    digest = _decoded(claimed, 16)
    if digest is None:
        raise S3Error(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
    if hashlib.md5(call.body, usedforsecurity=False).digest() != digest:
        raise S3Error(
            400, "BadDigest", "The Content-MD5 you specified did not match what we received."
        )


def _check_sums(call: Call) -> None:
    claimed = {
        name.removeprefix(_PREFIX): value
        for name, value in call.headers.items()
        if name.startswith(_PREFIX) and name.removeprefix(_PREFIX) in _SUMS
    }
    if len(claimed) > 1:
        raise S3Error(
            400,
            "InvalidRequest",
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
        )
    for algorithm, value in claimed.items():
        expected = _SUMS[algorithm](call.body)
        if _decoded(value, len(expected)) is None:
            raise S3Error(
                400, "InvalidRequest", f"Value for x-amz-checksum-{algorithm} header is invalid."
            )
        if base64.b64encode(expected).decode() != value:
            raise S3Error(
                400,
                "BadDigest",
                f"The {algorithm.upper()} you specified did not match the calculated checksum.",
            )


def _decoded(text: str, size: int) -> bytes | None:
    try:
        digest = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    return digest if len(digest) == size else None


def _decode(call: Call, signed: Signed, payload: str) -> None:
    """Take an aws-chunked body apart; its trailer becomes headers as if it had come in front."""
    chunks, trailer = _chunks(call.body)
    if payload.startswith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"):
        _check_chunks(chunks, signed)
    body = b"".join(data for data, _ in chunks)
    length = call.headers.get("x-amz-decoded-content-length")
    if length != str(len(body)):
        raise _incomplete()
    call.body = body
    announced = call.headers.get("x-amz-trailer", "").lower()
    if announced and announced not in trailer:
        raise S3Error(400, "MalformedTrailerError", "The request contained trailing data ...")
    call.headers |= {name: value for name, value in trailer.items() if name.startswith(_PREFIX)}


def _chunks(raw: bytes) -> tuple[list[tuple[bytes, str]], dict[str, str]]:
    chunks: list[tuple[bytes, str]] = []
    at = 0
    while True:
        end = raw.find(b"\r\n", at)
        if end < 0:
            raise _incomplete()
        size_text, _, extension = raw[at:end].decode("latin-1").partition(";")
        try:
            size = int(size_text, 16)
        except ValueError:
            raise _incomplete() from None
        data = raw[end + 2 : end + 2 + size]
        chunks.append((data, extension.removeprefix("chunk-signature=")))
        at = end + 2 + size
        if size == 0:
            break
        if raw[at : at + 2] != b"\r\n":
            raise _incomplete()
        at += 2
    trailer = {}
    for line in raw[at:].decode("latin-1").split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            trailer[name.strip().lower()] = value.strip()
    return chunks, trailer


def _check_chunks(chunks: list[tuple[bytes, str]], signed: Signed) -> None:
    previous = signed.signature
    for data, claimed in chunks:
        hashed = hashlib.sha256(data).hexdigest()
        lines = ("AWS4-HMAC-SHA256-PAYLOAD", signed.stamp, signed.scope, previous, _EMPTY, hashed)
        previous = hmac.new(signed.key, "\n".join(lines).encode(), hashlib.sha256).hexdigest()
        if previous != claimed:
            raise S3Error(403, "SignatureDoesNotMatch", "The signature of a chunk does not match.")


def _incomplete() -> S3Error:
    return S3Error(
        400,
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header.",
    )


@functools.cache
def _table(polynomial: int) -> list[int]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (polynomial if value & 1 else 0)
        table.append(value)
    return table


def _crc(data: bytes, name: str, polynomial: int, size: int) -> bytes:
    """Return a CRC: of small bodies by its definition, of large ones by a library, for speed."""
    if len(data) > _BY_DEFINITION_BYTES:
        made: int = getattr(checksums, name)(data)
        return made.to_bytes(size, "big")
    return _reflected(data, polynomial, size)


def _reflected(data: bytes, polynomial: int, size: int) -> bytes:
    table, mask = _table(polynomial), (1 << (8 * size)) - 1
    value = mask
    for byte in data:
        value = table[(value ^ byte) & 0xFF] ^ (value >> 8)
    return (value ^ mask).to_bytes(size, "big")


_SUMS: dict[str, Callable[[bytes], bytes]] = {
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "crc32c": lambda data: _crc(data, "crc32c", 0x82F63B78, 4),
    "crc64nvme": lambda data: _crc(data, "crc64nvme", 0x9A6C9329AC4BC9B5, 8),
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
}
