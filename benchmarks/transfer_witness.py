"""Whoever compares the bytes of a transfer, in a process of its own, with neither side's code.

Files and objects are told apart by name and SHA-256. All functions raise `WrongError`.
"""

import hashlib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from transfer_peers import BUCKET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

HIDDEN = ".s3audio/"
_BLOCK = 1 << 20
_AN_HOUR_S = 3600


class WrongError(Exception):
    """Something did not arrive, or not as it was sent."""


def make_bucket() -> None:
    """Make the bucket."""
    _client().create_bucket(Bucket=BUCKET)


def check_up(folder: Path, prefix: str) -> None:
    """Compare the objects below the prefix with the files of a folder."""
    sent = _hashes(folder)
    with ThreadPoolExecutor(2) as pool:
        shown = (key for key in _keys(prefix) if not key.startswith(prefix + HIDDEN))
        there = dict(pool.map(_hash_of_object, shown))
    _compare(sent, {key.removeprefix(prefix): value for key, value in there.items()})
    unfinished = _client().list_multipart_uploads(Bucket=BUCKET, Prefix=prefix)
    if unfinished.get("Uploads"):
        raise WrongError("parts were left behind")


def check_down(source: Path, folder: Path) -> None:
    """Compare the files of two folders."""
    _compare(_hashes(source), _hashes(folder))


def check_list(expected: int, listed: Path) -> None:
    """Look for every key, once."""
    found = (re.search(r"take-\d{5}\.wav", line) for line in listed.read_text().splitlines())
    names = [each[0] for each in found if each]
    if sorted(names) != sorted(listed_name(number) for number in range(expected)):
        raise WrongError(f"{len(names)} keys, {len(set(names))} of {expected}")


def listed_name(number: int) -> str:
    """Return the name of an object that is there to be listed."""
    return f"take-{number:05}.wav"


def clear(prefix: str) -> None:
    """Remove all objects below the prefix."""
    keys = list(_keys(prefix))
    for at in range(0, len(keys), 1000):
        some = [{"Key": key} for key in keys[at : at + 1000]]
        _client().delete_objects(Bucket=BUCKET, Delete={"Objects": some, "Quiet": True})  # type: ignore[typeddict-item]


def _compare(sent: dict[str, str], there: dict[str, str]) -> None:
    wrong = [name for name, value in sent.items() if there.get(name) != value]
    if wrong or len(sent) != len(there):
        raise WrongError(
            f"{len(wrong)} of {len(sent)} are wrong, as {wrong[:3]}; {len(there)} came"
        )


@cache
def _client() -> "S3Client":
    import boto3

    client: S3Client = boto3.client("s3")
    return client


def _keys(prefix: str) -> Iterator[str]:
    for page in _client().get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix):
        for found in page.get("Contents", []):
            yield found["Key"]


def _hash_of_object(key: str) -> tuple[str, str]:
    link = urlsplit(_link(key))
    connection = HTTPConnection(link.netloc)
    connection.request("GET", f"{link.path}?{link.query}")
    answer, made = connection.getresponse(), hashlib.sha256()
    while block := answer.read(_BLOCK):
        made.update(block)
    connection.close()
    return key, made.hexdigest() if answer.status == 200 else str(answer.status)


@cache
def _link(key: str) -> str:
    return _client().generate_presigned_url(
        "get_object", {"Bucket": BUCKET, "Key": key}, ExpiresIn=_AN_HOUR_S
    )


def _hashes(folder: Path) -> dict[str, str]:
    return {path.name: _hash_of_file(path, path.stat().st_mtime_ns) for path in folder.iterdir()}


@cache
def _hash_of_file(path: Path, _: int) -> str:
    made, room = hashlib.sha256(), bytearray(_BLOCK)
    with open(path, "rb", buffering=0) as file:
        while size := file.readinto(room):
            made.update(memoryview(room)[:size])
    return made.hexdigest()
