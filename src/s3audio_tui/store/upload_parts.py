"""The parts of one upload: sent side by side, each until it has arrived, then made the object."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from s3audio_tui.errors import BadBytesError
from s3audio_tui.store.arrival import Arrival, crc_kind, hashed
from s3audio_tui.store.attempts import SILENCES_OF_BYTES, again
from s3audio_tui.store.checksums import Guard, as_base64, combined
from s3audio_tui.store.multipart import Multipart, Part, Whole, Written, begin
from s3audio_tui.store.payload import OnSent, Payload, Source
from s3audio_tui.store.target import Target, Uploaded

_COMPOSITE = re.compile(r"[0-9a-f]{32}-(\d+)")


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A part that S3 has, as it was read here."""

    size_bytes: int
    crc: int | None


class Parts:
    """The parts of one object. Several threads may send some at once.

    `priority_bytes` is the size of the whole: small ones go first.
    """

    def __init__(
        self, target: Target, multipart: Multipart, guard: Guard, priority_bytes: int
    ) -> None:
        self._target = target
        self._guard = guard
        self._priority_bytes = priority_bytes
        self._lock = threading.Lock()
        self._arrived: dict[int, _Arrived] = {}
        self.multipart = multipart

    @property
    def size_bytes(self) -> int:
        """The bytes of all parts that have arrived."""
        with self._lock:
            return sum(part.size_bytes for part in self._arrived.values())

    def send(self, number: int, source: Source, on_sent: OnSent, check: Callable[[], None]) -> None:
        """Send part `number`, from 1 on, until it has arrived whole."""
        again(
            lambda _: self._send(number, source, on_sent, check), check, silences=SILENCES_OF_BYTES
        )

    def _send(
        self, number: int, source: Source, on_sent: OnSent, check: Callable[[], None]
    ) -> None:
        arrival = Arrival(self._guard)
        headers = {}
        if self._guard == "none":
            headers["Content-MD5"] = hashed(source, "none").md5_base64
        payload = Payload(source, on_sent, crc=arrival.crc, md5=arrival.md5)
        with self._target.store.wire.ask(
            "PUT",
            self._target.key,
            query={"partNumber": str(number), "uploadId": self.multipart.upload_id},
            headers=headers,
            payload=payload,
            size_bytes=self._priority_bytes,
            check=check,
        ) as answer:
            answer.read()
            arrival.compare(answer.headers, self._target.key)
        self._add(number, source.size_bytes, arrival, answer.headers.get("etag", ""))

    def adopt(self, part: Part, source: Source, check: Callable[[], None]) -> bool:
        """Return whether S3 has this part as `source` is now; then it need not be sent."""
        if part.size_bytes != source.size_bytes or self._guard == "none":
            return False
        arrival = hashed(source, self._guard, check)
        if arrival.crc is not None:
            same = part.checksums.get(arrival.crc.kind.upper()) == arrival.crc.base64
        else:
            same = arrival.md5 is not None and part.etag == arrival.md5.hex
        if same:
            self._add(part.number, part.size_bytes, arrival, f'"{part.etag}"')
        return same

    def _add(self, number: int, size_bytes: int, arrival: Arrival, etag: str) -> None:
        said = {"ETag": etag}
        if arrival.crc is not None:
            said[f"Checksum{arrival.crc.kind.upper()}"] = arrival.crc.base64
        with self._lock:
            value = None if arrival.crc is None else arrival.crc.value
            self._arrived[number] = _Arrived(size_bytes, value)
            self.multipart.add(number, said)

    def complete(self) -> Uploaded:
        """Make the object of the parts; compare what it came to be with what was read."""
        target, whole, size_bytes = self._target, self._whole(), self.size_bytes
        if not target.options.conditional:
            target.refuse_taken()
        conditions = target.conditions()
        written = self.multipart.complete(
            size_bytes,
            if_none_match="IfNoneMatch" in conditions,
            if_match=target.options.replace_etag if "IfMatch" in conditions else None,
            whole=whole,
        )
        self._compare(written)
        checksum = None if whole is None else whole.value
        return target.verified(written.etag, written.version_id, size_bytes, checksum)

    def _whole(self) -> Whole | None:
        kind = crc_kind(self._guard)
        if kind is None:
            return None
        parts = [self._arrived[number] for number in sorted(self._arrived)]
        crc = combined(kind, [(part.crc or 0, part.size_bytes) for part in parts])
        return Whole(kind.upper(), as_base64(kind, crc))

    def _compare(self, written: Written) -> None:
        """Raise `BadBytesError` where the ETag is that of other parts."""
        found, wanted = _COMPOSITE.fullmatch(written.etag), self.multipart.etag()
        ours = found is None or int(found[1]) != len(self.multipart.parts)
        if self._guard != "md5" or wanted is None or ours or written.etag == wanted:
            return
        self._target.take_back(written.etag, written.version_id)
        key = self._target.key
        raise BadBytesError(f"{key} is not in S3 as it was sent", "upload it again", key=key)


def begun(target: Target, guard: Guard) -> Multipart:
    """Begin an upload in parts."""
    asked: dict[str, Any] = target.properties()
    kind = crc_kind(guard)
    if kind is not None:
        asked |= {"ChecksumAlgorithm": kind.upper(), "ChecksumType": "FULL_OBJECT"}
    with target.explained():
        return begin(target.store, target.key, asked)
