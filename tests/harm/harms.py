"""What a line can do to requests and answers, as data, and whether it does it to this one."""

from collections import Counter
from random import Random
from typing import Literal
from urllib.parse import parse_qsl, unquote

import msgspec

from tests.harm.http import Head

Kind = Literal[
    "refuse",  # cuts the connection, and for a moment nobody listens
    "reset-up",  # cuts it in the midst of the request's body
    "reset-down",  # cuts it in the midst of the answer
    "lost",  # lets the request be carried out, and cuts before the answer
    "delay",  # waits
    "trickle",  # lets a few bytes through at a time, either way
    "error-500",  # InternalError, sometimes before the body has been read
    "slow-down",  # 503 SlowDown, likewise
    "denied",  # 403 AccessDenied
    "expired",  # 400 ExpiredToken
    "truncate-up",  # drops the end of the body, and lowers Content-Length to fit
    "truncate-down",  # ends the answer before its Content-Length
    "short-down",  # drops the end of the answer, and lowers Content-Length to fit
    "flip-up",  # turns one bit of the bytes on their way up
    "flip-down",  # turns one bit of the bytes on their way down
    "repeat-request",  # sends the request twice; gives the first answer, or the second
    "repeat-answer",  # gives the answer twice
    "late-error",  # 200 with an <Error> inside to Complete and Copy, carried out or not
    "hang",  # never answers
]

_BODY_UP = ("reset-up", "truncate-up", "flip-up")
_BODY_DOWN = ("truncate-down", "short-down", "flip-down")
_OWN = ".s3audio/"
"""What the program keeps for itself is left alone."""

_SURE_AFTER = 2
"""Where chance has not harmed the first one that fits, this one is harmed."""


class Plan(msgspec.Struct, frozen=True):
    """Which harm is done, how often, and where. The same plan harms the same requests.

    `prefix` is that of the keys meant. A plan without a kind does none.
    """

    kind: Kind | None = None
    rate: float = 0.0
    seed: int = 0
    prefix: str = ""
    delay_s: float = 0.3
    hold_at: int | None = None
    """After so many bytes, of either way, nothing passes any more until the next plan."""

    hold_after: int | None = None
    """Likewise after so many objects or parts have arrived, and the program was told."""


class Asked(msgspec.Struct):
    """A request that passed, and what became of it. Bytes are those of the bodies that passed."""

    method: str
    bucket: str
    key: str
    query: dict[str, str]
    range: str
    connection: int
    harm: str | None = None
    status: int = 0
    """0 until an answer passed whole."""
    up_bytes: int = 0
    down_bytes: int = 0

    @classmethod
    def of(cls, head: Head, connection: int) -> "Asked":
        """Read the first line of a request."""
        method, target, _ = head.first.split(" ", 2)
        path, _, query = target.partition("?")
        _, bucket, *key = path.split("/")
        return cls(
            method,
            unquote(bucket),
            unquote("/".join(key)),
            dict(parse_qsl(query, keep_blank_values=True)),
            head.get("range") or "",
            connection,
        )

    @property
    def is_put_of_bytes(self) -> bool:
        """Whether it brings bytes of a file: whole, or a part."""
        theirs = bool(self.key) and not self.key.startswith(_OWN)
        return self.method == "PUT" and theirs and set(self.query) <= _BYTES_QUERY

    @property
    def is_get_of_bytes(self) -> bool:
        """Whether it asks for bytes of an object."""
        return self.method == "GET" and bool(self.key) and set(self.query) <= _READ_QUERY


_BYTES_QUERY = {"partNumber", "uploadId", "x-id"}
_READ_QUERY = {"versionId", "partNumber", "x-id"}


class Dice:
    """Says which requests a plan harms: by their names and how often they came, not by time."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._times: Counter[str] = Counter()
        self._fitting = 0
        self._harmed = 0

    def draw(self, asked: Asked, head: Head) -> Random | None:
        """Return chances for the harm to this request; None where none is done."""
        plan = self.plan
        if plan.kind is None or not _fits(plan, asked, head):
            return None
        query = sorted((k, v) for k, v in asked.query.items() if k != "uploadId")
        name = f"{plan.seed} {plan.kind} {asked.method} {asked.key} {query} {asked.range}"
        self._times[name] += 1
        self._fitting += 1
        chances = Random(f"{name} {self._times[name]}")
        rare = plan.kind == "late-error"
        sure = self._harmed == 0 and (rare or self._fitting == _SURE_AFTER)
        if chances.random() >= plan.rate and not sure:
            return None
        self._harmed += 1
        return chances


def _fits(plan: Plan, asked: Asked, head: Head) -> bool:
    if not asked.key.startswith(plan.prefix) or asked.key.startswith(_OWN):
        return False
    kind = plan.kind
    if kind in _BODY_UP:
        return asked.is_put_of_bytes and head.length != 0
    if kind in _BODY_DOWN:
        return asked.is_get_of_bytes
    if kind == "late-error":
        completes = asked.method == "POST" and "uploadId" in asked.query
        return completes or head.get("x-amz-copy-source") is not None
    if kind in ("denied", "expired"):  # who may not end an upload cannot clear it away
        return not (asked.method == "DELETE" and "uploadId" in asked.query)
    return True
