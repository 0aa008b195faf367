"""Checksums, against the values that their catalogue gives for "123456789", and each other."""

import base64
import hashlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3audio_tui.store.checksums import (
    KINDS,
    Crc,
    Kind,
    Md5,
    combined,
    composite_etag,
    from_base64,
)

CHECKS: dict[Kind, int] = {
    "crc64nvme": 0xAE8B14860A799888,
    "crc32c": 0xE3069283,
    "crc32": 0xCBF43926,
}
"""The check values of the catalogue of parametrised CRC algorithms (Greg Cook)."""


@pytest.mark.parametrize("kind", KINDS)
def test_the_check_value(kind: Kind) -> None:
    crc = Crc(kind)
    crc.update(memoryview(b"1234"))
    crc.update(memoryview(b"56789"))
    assert (crc.value, crc.size_bytes) == (CHECKS[kind], 9)
    assert from_base64(crc.base64) == crc.value


def test_base64_is_big_endian() -> None:
    crc = Crc("crc32")
    crc.update(memoryview(b"s3"))
    assert base64.b64decode(crc.base64) == zlib.crc32(b"s3").to_bytes(4, "big")


@given(st.lists(st.binary(max_size=60), max_size=6), st.sampled_from(KINDS))
def test_the_whole_from_its_parts(parts: list[bytes], kind: Kind) -> None:
    whole = Crc(kind)
    known = []
    for part in parts:
        crc = Crc(kind)
        crc.update(memoryview(part))
        known.append((crc.value, len(part)))
        whole.update(memoryview(part))
    assert combined(kind, known) == whole.value


def test_md5_and_the_etag_of_parts() -> None:
    md5 = Md5()
    md5.update(memoryview(b"abc"))
    assert md5.hex == "900150983cd24fb0d6963f7d28e17f72"
    twice = hashlib.md5(bytes.fromhex(md5.hex) * 2, usedforsecurity=False).hexdigest()
    assert composite_etag([md5.hex, md5.hex]) == f"{twice}-2"
