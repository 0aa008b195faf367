"""Headers that go along to an address which somebody else signed: what S3 compares, and keeps."""

import base64
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from s3audio_tui.errors import BadBytesError, NotAllowedError
from s3audio_tui.library.signers import Given, Wanted
from s3audio_tui.store.documents import error_in
from s3audio_tui.store.unsigned import Reply

_SIGNED = ("x-amz-signedheaders", "x-goog-signedheaders")
_REMEDY = "see to what gives the addresses"


def headers_for(
    given: Given, wanted: Wanted, unwelcome: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Return what is sent along: what was given, what was signed and is known here, a checksum.

    No store takes an `x-amz-` header that was not signed, and some no Content-MD5; what is
    `unwelcome` is added by nobody. Raises `BadBytesError` where a checksum was given that is of
    other bytes.
    """
    known, is_signed = _known(wanted), _says_what_is_signed(given)
    made = {name: known[name] for name in _signed_in(given) if name in known}
    made |= {name.lower(): value for name, value in given.headers.items()}
    for name in ("host", "content-length", "transfer-encoding", "connection"):
        made.pop(name, None)  # they are for whoever sends
    for name in ("content-md5", "x-amz-checksum-sha256"):
        if made.get(name, known[name]) != known[name]:
            text = f"the address for {wanted.key} is for other bytes"
            raise BadBytesError(text, _REMEDY, key=wanted.key)
    if not has_checksum(made, given):
        if not is_signed:
            raise NotAllowedError(
                f"the address for {wanted.key} is signed in a way that allows no checksum",
                "let it be signed with Signature Version 4, or give the headers to send",
                key=wanted.key,
            )
        if "content-md5" not in unwelcome:
            made["content-md5"] = known["content-md5"]
    if is_signed and "content-type" not in unwelcome:
        made.setdefault("content-type", known["content-type"])
    return made


def may_replace(given: Given, wanted: Wanted, *, ours: bool) -> bool:
    """Return whether an address lets nothing but the same bytes be written over.

    `ours`: bytes of ours were sent there, so that without any condition they are what is replaced.
    """
    headers = headers_for(given, wanted)
    if headers.get("if-match") == _known(wanted)["if-match"]:
        return True
    return ours and "if-none-match" not in headers


def _signed_in(given: Given) -> list[str]:
    """Return the names of the headers that were signed with an address, in small letters."""
    asked = _asked_in(given)
    names = next((asked[name] for name in _SIGNED if name in asked), "")
    return names.lower().split(";")


def _says_what_is_signed(given: Given) -> bool:
    return not _asked_in(given).keys().isdisjoint(_SIGNED)


def _asked_in(given: Given) -> dict[str, str]:
    return {name.lower(): value for name, value in parse_qsl(urlsplit(given.url).query)}


def has_checksum(headers: Mapping[str, str], given: Given) -> bool:
    """Return whether the store compares the bytes with a checksum."""
    names = {*headers, *_asked_in(given)}
    return "content-md5" in headers or any(each.startswith("x-amz-checksum-") for each in names)


def unsigned(reply: Reply, headers: Mapping[str, str], given: Given) -> frozenset[str]:
    """Return which headers the store refuses because they were not signed, and nobody gave."""
    said = (error_in(reply.body) or {}) if reply.status == 403 else {}
    named = {name.strip().lower() for name in said.get("HeadersNotSigned", "").split(",")}
    ours = {"content-md5", "content-type"} & set(headers)
    return frozenset((named & ours) - {name.lower() for name in given.headers})


def _known(wanted: Wanted) -> dict[str, str]:
    return {
        "content-type": wanted.content_type,
        "content-md5": wanted.content_md5,
        "if-none-match": "*",
        "if-match": f'"{base64.b64decode(wanted.content_md5).hex()}"',
        "x-amz-checksum-sha256": wanted.checksum.value,
        "x-amz-sdk-checksum-algorithm": wanted.checksum.algorithm,
        **{f"x-amz-meta-{name.lower()}": text for name, text in wanted.metadata.items()},
    }
