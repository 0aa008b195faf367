"""Faults that a test switches on for a bucket, and the list of what was asked of it."""

import msgspec

from tests.strict.call import Call, S3Error

_STATUS = {
    "AccessDenied": 403,
    "ConditionalRequestConflict": 409,
    "EntityTooLarge": 400,
    "ExpiredToken": 400,
    "InternalError": 500,
    "InvalidObjectState": 403,
    "InvalidRequest": 400,
    "NoSuchUpload": 404,
    "NotImplemented": 501,
    "OperationAborted": 409,
    "PreconditionFailed": 412,
    "RequestTimeout": 400,
    "RequestTimeTooSkewed": 403,
    "ServiceUnavailable": 503,
    "SlowDown": 503,
}


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What goes wrong, for the next `times` calls that fit (0: for all).

    `method`, `key` (exact), `prefix` (of the key) and `query` (the name of a parameter, as
    `uploadId` or `list-type`; with `-` in front, one that must be missing) choose the calls.
    `code` is the error answered; without one the call is carried out. `after` carries it out
    and then answers the error, as when an answer is lost on the way. `delay_s` waits first,
    at most until the faults are switched again.
    `body` changes the answer's bytes: `flip` turns one bit, `cut` ends after half of them,
    `drop` closes the connection without a word, `late` is 200 with the error in the body.
    """

    method: str | None = None
    key: str | None = None
    prefix: str | None = None
    query: str | None = None
    code: str | None = None
    after: bool = False
    delay_s: float = 0.0
    body: str | None = None
    times: int = 0
    skip: int = 0
    """How many calls that fit are let through before."""

    def fits(self, call: Call) -> bool:
        """Whether the call is one of those meant."""
        query = self.query or ""
        return (
            self.method in (None, call.method)
            and self.key in (None, call.key)
            and call.key.startswith(self.prefix or "")
            and (not query or (query.lstrip("-") in call.names) != query.startswith("-"))
        )

    def error(self, call: Call) -> S3Error:
        """Return the error to answer."""
        code = self.code or "InternalError"
        return S3Error(_STATUS[code], code, f"{code} was asked for by the test.", Key=call.key)


class Asked(msgspec.Struct):
    """A call that came, and the status answered."""

    method: str
    key: str
    query: dict[str, str]
    range: str
    size_bytes: int
    status: int


class Bucket(msgspec.Struct):
    """What the tests know of a bucket."""

    faults: list[Fault] = []
    asked: list[Asked] = []
    switched: int = 0
    """How often faults were switched on or off."""

    def take(self, call: Call) -> Fault | None:
        """Return the fault for this call, and count it down."""
        for fault in self.faults:
            if not fault.fits(call):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.times == 1:
                self.faults = [other for other in self.faults if other is not fault]
            elif fault.times:
                fault.times -= 1
            return fault
        return None

    def note(self, call: Call, status: int) -> None:
        """Remember the call."""
        query = {name: value for name, value in call.query if not name.startswith("X-Amz-")}
        size = len(call.body)
        self.asked.append(
            Asked(call.method, call.key, query, call.headers.get("range", ""), size, status)
        )
