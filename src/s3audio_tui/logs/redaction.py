"""Secrets taken out of text, whatever form they have there."""

import re
from collections.abc import Iterable

HIDDEN = "[redacted]"

_NAMES = (
    r"(?<![a-z0-9])(?:(?:aws[-_]?)?(?:secret[-_]?)?access[-_]?key(?:[-_]?id)?|secret[-_]?key"
    r"|(?:aws[-_]?|x-amz-)?(?:security|session|id|access|refresh|auth)[-_]?token|token"
    r"|pass(?:word|wd)?|(?:client[-_]?)?secret|(?:x-amz-)?(?:signature|credential))"
)
_SIGN = r"[\"']?(?:\s*:\s*|\s+=\s*|=\s+|=(?=b?[\"']))"
_VALUE = r"(?:b?\"[^\"]*\"|b?'[^']*'|[^\s,;})<>]+)"


def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


_PATTERNS = (
    # in an address
    (_pattern(rf"({_NAMES}(?:=|%3D))[^&\s\"'<>,;)]+"), rf"\1{HIDDEN}"),
    # in a settings file, JSON, or what Python prints
    (_pattern(rf"({_NAMES}{_SIGN}){_VALUE}"), rf"\1{HIDDEN}"),
    # in XML
    (_pattern(rf"(<({_NAMES})>)[^<]*(</\2>)"), rf"\1{HIDDEN}\3"),
    # in headers
    (_pattern(r"(authorization[\"']?\s*[:=]\s*[\"']?)[^\r\n\"']+"), rf"\1{HIDDEN}"),
    (_pattern(r"\b(bearer|basic|aws4-hmac-sha256)\s+[^\s\"']+"), rf"\1 {HIDDEN}"),
    # by their own shape: AWS key ids, JSON web tokens, user and password in an address
    (re.compile(r"\b(?:A3T|AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA)[A-Z0-9]{12,}\b"), HIDDEN),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?"), HIDDEN),
    (_pattern(r"\b([a-z][a-z0-9+.-]*://)[^\s/@\"']+@"), rf"\1{HIDDEN}@"),
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` with what looks like a secret, and the given `secrets`, replaced."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
