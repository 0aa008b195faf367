"""What proves an object that came in parts: the sizes of the parts, found out or guessed."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress

from s3audio_tui.errors import S3AudioError
from s3audio_tui.store.asking import Said, ask
from s3audio_tui.store.attempts import again, passing
from s3audio_tui.store.client import MAX_ATTEMPTS, Store
from s3audio_tui.store.documents import fields, read
from s3audio_tui.store.heads import ObjectHead, versioned
from s3audio_tui.store.lanes import QUESTION
from s3audio_tui.store.proof import SIZE, Proof, of_whole, plain_etag
from s3audio_tui.store.transfer import MIB

_MARKER = "x-amz-part-number-marker"

_MOST_ASKED = 1000
"""So many parts are asked for their sizes one by one."""

_USUAL_MIB = (8, 5, 16, 50, 64, 10, 15, 20, 25, 32, 100, 128, 200, 256, 512, 1024)
"""The sizes of parts that programs use, where the store does not tell them."""


def proof_of(
    store: Store, head: ObjectHead, version_id: str | None, check: Callable[[], None]
) -> Proof:
    """Return what proves the object; asks the store for its parts only where that is needed."""
    whole = of_whole(head)
    if whole is not None:
        return whole
    for name, value in head.checksums.items():
        found = re.fullmatch(r"(.+)-(\d+)", value)
        if found:
            proof = Proof(name.lower(), value, "checksum")
            return _with_parts(store, head, proof, int(found[2]), version_id, check)
    if head.parts and plain_etag(head):
        proof = Proof("md5", head.etag, "etag")
        return _with_parts(store, head, proof, head.parts, version_id, check)
    return SIZE


def exact(
    store: Store,
    head: ObjectHead,
    proof: Proof,
    version_id: str | None,
    check: Callable[[], None],
) -> Proof:
    """Return the proof with the sizes of its parts as the store has them; `SIZE` if it is mute."""
    if proof.sure:
        return proof
    sizes: list[int] = []
    if len(proof.parts) <= _MOST_ASKED:
        for number in range(1, len(proof.parts) + 1):
            size_bytes = _part_bytes(store, head, number, version_id, check)
            if size_bytes is None:
                break
            sizes.append(size_bytes)
    if sum(sizes) != head.size_bytes:
        return SIZE
    return proof.in_parts(sizes)


def _with_parts(
    store: Store,
    head: ObjectHead,
    proof: Proof,
    count: int,
    version_id: str | None,
    check: Callable[[], None],
) -> Proof:
    if proof.verified == "checksum":
        told = list(_told(store, head, proof.kind, version_id))
        sizes = [size_bytes for size_bytes, _ in told]
        if len(told) == count and sum(sizes) == head.size_bytes:
            return proof.in_parts(sizes, [digest for _, digest in told])
    first = _part_bytes(store, head, 1, version_id, check)
    if first is None:
        first = next(usual_sizes(head.size_bytes, count), 0)
    sizes = [first] * (count - 1)
    sizes.append(head.size_bytes - sum(sizes))
    if 0 < sizes[-1] <= first:
        return proof.in_parts(sizes, sure=count == 1)
    return exact(store, head, proof.in_parts([0] * count, sure=False), version_id, check)


def _told(
    store: Store, head: ObjectHead, kind: str, version_id: str | None
) -> Iterator[tuple[int, str]]:
    """Yield the size and the checksum of each part, as far as the store tells them."""
    query = {"attributes": "", **versioned(version_id)}
    headers = {"x-amz-object-attributes": "ETag,ObjectParts"}
    more = True

    def page(_: int) -> Said:
        return ask(store, "GET", head.key, "GetObjectAttributes", query=query, headers=headers)

    with suppress(S3AudioError, KeyError, ValueError):
        while more:
            root = read(again(page, attempts=MAX_ATTEMPTS).body)
            found = None if root is None else root.find("ObjectParts")
            if root is None or found is None:
                return
            if (root.findtext("ETag") or "").strip('"') != head.etag:
                return
            for part in map(fields, found.iterfind("Part")):
                yield int(part["Size"]), part.get(f"Checksum{kind.upper()}", "")
            marker = found.findtext("NextPartNumberMarker") or ""
            more = found.findtext("IsTruncated") == "true" and marker != headers.get(_MARKER, "")
            headers[_MARKER] = marker


def _part_bytes(
    store: Store,
    head: ObjectHead,
    number: int,
    version_id: str | None,
    check: Callable[[], None],
) -> int | None:
    """Return the size of one part; None where the store does not tell."""
    query = {"partNumber": str(number), **versioned(version_id)}

    def ask(_: int) -> int | None:
        with store.wire.ask(
            "HEAD", head.key, query=query, size_bytes=QUESTION, check=check
        ) as answer:
            answer.read()
            size_bytes = int(answer.headers.get("content-length", "0"))
            counted = "x-amz-mp-parts-count" in answer.headers or answer.status == 206
            return size_bytes if counted and 0 < size_bytes < head.size_bytes else None

    try:
        return again(ask, check)
    except S3AudioError as error:
        if passing(error):
            raise
        return None


def usual_sizes(size_bytes: int, count: int) -> Iterator[int]:
    """Yield the sizes of which so many make the whole, the most usual first."""
    smallest = -(-size_bytes // count)
    for wanted in (*_USUAL_MIB, -(-smallest // MIB)):
        part_bytes = wanted * MIB
        if (count - 1) * part_bytes < size_bytes <= count * part_bytes:
            yield part_bytes
