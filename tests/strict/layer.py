"""The WSGI layer: every request passes the rules before moto sees it."""

import io
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from tests.strict import rules, sums
from tests.strict.bodies import check_body
from tests.strict.call import Call, S3Error
from tests.strict.faults import Bucket, Fault
from tests.strict.signature import authenticate

CONTROL = "/-/"
"""Addresses of the tests themselves; no bucket can be called so."""

Start = Callable[..., Any]
App = Callable[[dict[str, Any], Start], Iterable[bytes]]

_CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH")


class StrictLayer:
    """A WSGI app around moto's. Writes are carried out one after the other."""

    def __init__(self, app: App, clock: Callable[[], float] = time.time) -> None:
        self._app = app
        self._clock = clock
        self._writes = threading.RLock()
        self._state = threading.Lock()
        self._buckets: dict[str, Bucket] = defaultdict(Bucket)

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer one request, whose body is in memory already."""
        body = environ["wsgi.input"].read()
        call = Call.of(environ, body)
        if call.raw_path.startswith(CONTROL):
            return self._control(call, start_response)
        with self._state:
            fault = self._buckets[call.bucket].take(call)
        try:
            status, headers, answer = self._answer(call, environ, fault)
        except S3Error as error:
            status, headers, answer = _refusal(call, error)
        with self._state:
            self._buckets[call.bucket].note(call, int(status[:3]))
        if fault is not None and fault.body is not None:
            headers, answer = _spoilt(headers, answer, fault, call)
        start_response(status, headers)
        return [answer]

    def _answer(
        self, call: Call, environ: dict[str, Any], fault: Fault | None
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        if call.method == "OPTIONS":
            return self._moto(call, environ)
        signed = authenticate(call, self._clock)
        if fault is not None:
            self._delay(call.bucket, fault.delay_s)
            if fault.code is not None and not fault.after and fault.body != "late":
                raise fault.error(call)
        rules.check_rights(call, signed)
        rules.check_region(call, signed)
        rules.check_shape(call)
        rules.check_versions(call)
        if not sums.ignored(call):
            check_body(call, signed)
        if call.method in ("GET", "HEAD"):
            status, headers, answer = self._moto(call, environ)
            result = status, sums.shown(call, headers), answer
        else:
            with self._writes:
                rules.check_conditions(call)
                sums.check_parts(call)
                status, headers, answer = self._moto(call, environ)
                result = status, sums.kept(call, status, headers), answer
        if fault is not None and fault.after:
            raise fault.error(call)
        return result

    def _moto(
        self, call: Call, environ: dict[str, Any]
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        started: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _exc: Any = None) -> None:
            started[:] = [status, headers]

        answer = self._app(_for_moto(call, environ), start)
        data = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return started[0], started[1], data

    def _delay(self, name: str, delay_s: float) -> None:
        """Wait so long, or until a test switches the faults of the bucket."""
        ends, bucket = time.monotonic() + delay_s, self._buckets[name]
        faults_since = bucket.switched
        while (left_s := ends - time.monotonic()) > 0 and bucket.switched == faults_since:
            time.sleep(min(left_s, 0.02))

    def _control(self, call: Call, start_response: Start) -> Iterable[bytes]:
        """`PUT /-/BUCKET` sets its faults; `GET` gives what was asked; `DELETE` forgets both."""
        with self._state:
            bucket = self._buckets[call.key]
            bucket.switched += call.method != "GET"
            if call.method == "PUT":
                bucket.faults = msgspec.json.decode(call.body, type=list[Fault])
            elif call.method == "DELETE":
                del self._buckets[call.key]
            answer = msgspec.json.encode(bucket.asked) if call.method == "GET" else b""
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]


def _for_moto(call: Call, environ: dict[str, Any]) -> dict[str, Any]:
    """Return what moto gets: the body as meant, a path that its routes take whatever the key.

    moto reads the key from RAW_URI, and its routes match PATH_INFO, in which a newline or two
    slashes side by side would lead astray.
    """
    bucket = environ["PATH_INFO"].split("/")[1]
    path = f"/{bucket}/key" if call.key else environ["PATH_INFO"]
    inner = environ | {
        "wsgi.input": io.BytesIO(call.body),
        "CONTENT_LENGTH": str(len(call.body)),
        "PATH_INFO": path,
    }
    if call.headers.get("x-amz-content-sha256", "").startswith("STREAMING-"):
        inner["HTTP_X_AMZ_CONTENT_SHA256"] = "UNSIGNED-PAYLOAD"
        inner.pop("HTTP_CONTENT_ENCODING", None)
    for name, value in sums.headers_for_moto(call).items():
        inner[f"HTTP_{name.upper().replace('-', '_')}"] = value
    if call.method not in ("GET", "HEAD"):
        for name in _CONDITIONS:
            inner.pop(name, None)
    elif call.method == "HEAD" and "HTTP_IF_MATCH" in inner:
        inner["HTTP_IF_MATCH"] = f'"{inner["HTTP_IF_MATCH"].strip(chr(34))}"'
    return inner


def _refusal(call: Call, error: S3Error) -> tuple[str, list[tuple[str, str]], bytes]:
    answer = b"" if call.method == "HEAD" else error.xml()
    headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(answer)))]
    if "Region" in error.details:
        headers.append(("x-amz-bucket-region", error.details["Region"]))
    return f"{error.status} {error.code}", headers, answer


def _spoilt(
    headers: list[tuple[str, str]], answer: bytes, fault: Fault, call: Call
) -> tuple[list[tuple[str, str]], bytes]:
    """Return an answer that the line, or the store, has damaged."""
    if fault.body == "flip" and answer:
        middle = len(answer) // 2
        answer = answer[:middle] + bytes([answer[middle] ^ 1]) + answer[middle + 1 :]
    elif fault.body == "cut":
        answer = answer[: len(answer) // 2]
        headers = [*headers, ("X-Strict-Close", "cut")]
    elif fault.body == "drop":
        headers = [*headers, ("X-Strict-Close", "drop")]
    elif fault.body == "late":
        answer = fault.error(call).xml()
        headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
        headers.append(("Content-Length", str(len(answer))))
    return headers, answer
