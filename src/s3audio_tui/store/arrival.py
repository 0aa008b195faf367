"""Whether bytes arrived as they were read: hashed while they leave, compared with the answer."""

import base64
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime

from s3audio_tui.errors import BadBytesError, NotAllowedError, NotFoundError
from s3audio_tui.store.checksums import KINDS, Crc, Guard, Hasher, Kind, Md5
from s3audio_tui.store.client import Store
from s3audio_tui.store.heads import CHECKSUM_MODE, ObjectHead, of_headers
from s3audio_tui.store.lanes import QUESTION
from s3audio_tui.store.payload import BLOCK_BYTES, Source

_MD5 = re.compile("[0-9a-f]{32}")
_ROUNDED_S = 2.0
"""S3 tells the time in whole seconds."""


class Arrival:
    """One attempt to send bytes: what is hashed meanwhile, compared with what came of it."""

    def __init__(self, guard: Guard) -> None:
        kind = crc_kind(guard)
        self.crc = None if kind is None else Crc(kind)
        self.md5 = Md5() if guard == "md5" else None

    @property
    def md5_base64(self) -> str:
        """The MD5 as a header has it."""
        digest = "" if self.md5 is None else self.md5.hex
        return base64.b64encode(bytes.fromhex(digest)).decode()

    def compare(self, headers: Mapping[str, str], key: str) -> None:
        """Raise `BadBytesError` where the answer tells of other bytes.

        A store that says nothing of the checksum has compared it with the one that was sent.
        """
        if self.crc is not None:
            said = headers.get(f"x-amz-checksum-{self.crc.kind}", self.crc.base64)
            wrong = said != self.crc.base64
        else:
            etag = headers.get("etag", "").strip('"')
            wrong = self.md5 is not None and plain(headers, etag) and etag != self.md5.hex
        if wrong:
            raise BadBytesError(f"{key} was damaged on the way", "try again", key=key)


def crc_kind(guard: Guard) -> Kind | None:
    """Return the checksum that the store keeps, if it is one."""
    return next((kind for kind in KINDS if kind == guard), None)


def plain(headers: Mapping[str, str], etag: str) -> bool:
    """Return whether an ETag is the MD5 of the bytes: not where a key of KMS encrypts them."""
    encryption = headers.get("x-amz-server-side-encryption", "AES256")
    return encryption == "AES256" and bool(_MD5.fullmatch(etag))


def hashed(source: Source, guard: Guard, check: Callable[[], None] = lambda: None) -> Arrival:
    """Return what the bytes hash to now; reads them all. `check` may raise meanwhile."""
    made = Arrival("md5" if guard == "none" else guard)
    into = made.crc or made.md5
    if into is not None:
        hash_into(source, into, check)
    return made


def hash_into(source: Source, made: Hasher, check: Callable[[], None] = lambda: None) -> None:
    """Hash all bytes of a source; `check` may raise meanwhile."""
    room = memoryview(bytearray(min(source.size_bytes, BLOCK_BYTES)))
    for at in range(0, source.size_bytes, BLOCK_BYTES):
        check()
        data = room[: min(BLOCK_BYTES, source.size_bytes - at)]
        source.read_into(data, at)
        made.update(data)


def made_since(store: Store, key: str, began: float) -> ObjectHead | None:
    """Return the object if it was made since `began`, of the monotonic clock; None where not.

    Its age is told by the store's own clock. None, too, where one may not look.
    """
    with (
        suppress(NotAllowedError, NotFoundError, KeyError, ValueError),
        store.wire.ask("HEAD", key, headers=CHECKSUM_MODE, size_bytes=QUESTION) as answer,
    ):
        answer.read()
        found = of_headers(key, answer.headers)
        now = parsedate_to_datetime(answer.headers["date"]).timestamp()
        young = now - found.modified <= time.monotonic() - began + _ROUNDED_S
        return found if young else None
    return None
