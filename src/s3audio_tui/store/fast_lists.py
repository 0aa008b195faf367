"""A faster reading of S3's lists: for 1,000 keys 2 ms of processor time, not botocore's 54.

Objects written as all known stores write them are read by one expression, others and versions by
a parser in 6 ms. What boto3 lists and is read this way reaches the caller in the answer under
`ENTRIES`; the rest of the document goes on to botocore, or all where it is not as expected.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus
from xml.etree import ElementTree

from s3audio_tui.courtesy import after_you, in_steps

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ENTRIES = "_s3audio_entries"

Fields = dict[str, str]
"""One entry: the texts of its elements by their name, `Tag` is the name of the entry itself."""

_SLICE = 1 << 14
"""Bytes given to the parser, characters to the expression: no other thread runs meanwhile."""

_UNUSED = (
    r"(?:<(?:ChecksumAlgorithm|ChecksumType|Type)>[^<]*</\w+>\s*"
    r"|<Owner>\s*(?:<(?:ID|DisplayName)>[^<]*</\w+>\s*)*</Owner>\s*)*"
)
_OBJECT = re.compile(
    r"<Contents>\s*<Key>([^<&]*)</Key>\s*<LastModified>([^<&]*)</LastModified>\s*"
    r"<ETag>(?:&quot;|&#34;|\")?([^<&\"]*)(?:&quot;|&#34;|\")?</ETag>\s*"
    rf"{_UNUSED}<Size>(\d+)</Size>\s*{_UNUSED}"
    rf"(?:<StorageClass>([^<&]*)</StorageClass>\s*)?{_UNUSED}</Contents>"
)
_END = "</Contents>"
_FIRST, _LAST = b"<Contents>", _END.encode()
_ODD = (b"<CommonPrefixes>", b"<!")

_KINDS = {"Contents", "Version", "DeleteMarker"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list of objects: they, the prefixes beside them, and where the next begins."""

    entries: list[Fields]
    folders: list[str]
    more: bool
    token: str
    """Empty where the store names none."""


def read(body: bytes) -> Listed | None:
    """Read a page; None for what is none."""
    try:
        plain = _plain(body)
        found = _parsed(body if plain is None else plain[1])
        entries, space = _taken_out(found) if plain is None else (plain[0], _space(found))
    except (ElementTree.ParseError, KeyError):
        return None
    if found.tag != f"{space}ListBucketResult":
        return None
    encoded = found.findtext(f"{space}EncodingType") == "url"
    folders = [each.text or "" for each in found.iterfind(f"{space}CommonPrefixes/{space}Prefix")]
    return Listed(
        entries,
        [unquote_plus(each, errors="replace") for each in folders] if encoded else folders,
        found.findtext(f"{space}IsTruncated") == "true",
        found.findtext(f"{space}NextContinuationToken") or "",
    )


def read_versions(body: bytes) -> tuple[list[Fields], Fields] | None:
    """Read a page of a list of versions: they, and the texts beside them; None for what is none."""
    try:
        root = _parsed(body)
        entries, space = _taken_out(root)
    except (ElementTree.ParseError, KeyError):
        return None
    if root.tag != f"{space}ListVersionsResult":
        return None
    beside = {child.tag.removeprefix(space): child.text or "" for child in root}
    if beside.get("EncodingType") == "url":
        beside["NextKeyMarker"] = unquote_plus(beside.get("NextKeyMarker", ""), errors="replace")
    return entries, beside


def install(client: "S3Client") -> None:
    """Make this client read its lists of objects and of versions the fast way.

    The `*` brings this before botocore's own look for an error, which parses all that it gets.
    """
    for operation in ("ListObjectsV2", "ListObjectVersions"):
        client.meta.events.register(f"before-parse.*.{operation}", _read)


def _read(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    if response_dict["status_code"] != 200:
        return
    plain = _plain(response_dict["body"])
    if plain is not None:
        customized_response_dict[ENTRIES], response_dict["body"] = plain
        return
    try:
        root = _parsed(response_dict["body"])
    except ElementTree.ParseError:
        return
    if root.tag.removeprefix(_space(root)) in ("ListBucketResult", "ListVersionsResult"):
        customized_response_dict[ENTRIES] = _taken_out(root)[0]
        response_dict["body"] = ElementTree.tostring(root)


def _taken_out(root: ElementTree.Element) -> tuple[list[Fields], str]:
    """Take the entries out of a list; return them, and the namespace of all."""
    space = _space(root)
    encoded = root.findtext(f"{space}EncodingType") == "url"
    entries: list[Fields] = []
    for element in in_steps(list(root)):
        tag = element.tag.removeprefix(space)
        if tag in _KINDS:
            entries.append(_fields(element, tag, space, encoded))
            root.remove(element)
    return entries, space


def _space(root: ElementTree.Element) -> str:
    return root.tag[: root.tag.index("}") + 1] if root.tag.startswith("{") else ""


def _plain(body: bytes) -> tuple[list[Fields], bytes] | None:
    """Return the objects of a list whose keys are encoded, and the rest; None for any other."""
    begin, end = body.find(_FIRST), body.rfind(_LAST) + len(_LAST)
    rest, objects = body[:begin] + body[end:], body[begin:end]
    listed = begin > 0 and b"<ListBucketResult" in rest
    if not listed or b"<EncodingType>url</EncodingType>" not in rest:
        return None
    try:
        found = [each for piece in _pieces(objects.decode()) for each in _OBJECT.findall(piece)]
    except UnicodeDecodeError:
        return None
    if len(found) != objects.count(_FIRST) or any(odd in objects for odd in _ODD):
        return None
    entries: list[Fields] = [
        {
            "Key": _decoded(key),
            "LastModified": modified,
            "ETag": etag,
            "Size": size,
            "StorageClass": storage_class,
        }
        for key, modified, etag, size, storage_class in in_steps(found)
    ]
    return entries, rest


def _pieces(objects: str) -> Iterator[str]:
    """Yield whole entries, some at a time."""
    begin = 0
    while begin < len(objects):
        found = objects.find(_END, begin + _SLICE)
        end = found + len(_END) if found >= 0 else len(objects)
        yield objects[begin:end]
        begin = end
        after_you()


def _decoded(key: str) -> str:
    folder, slash, name = key.rpartition("%2F")
    if "%" in name or "+" in name:
        name = unquote_plus(name, errors="replace")
    return f"{_folder(folder)}/{name}" if slash else name


@lru_cache(maxsize=64)
def _folder(encoded: str) -> str:
    """Return the folder that most keys of a page share, decoded once."""
    return unquote_plus(encoded, errors="replace")


def _parsed(body: bytes) -> ElementTree.Element:
    parser = ElementTree.XMLParser()  # noqa: S314  # expat bounds entities
    for at in range(0, len(body), _SLICE):
        parser.feed(body[at : at + _SLICE])
        after_you()
    return parser.close()


def _fields(element: ElementTree.Element, tag: str, space: str, encoded: bool) -> Fields:
    fields = {child.tag.removeprefix(space): child.text or "" for child in element}
    fields["Tag"] = tag
    if encoded:
        fields["Key"] = _decoded(fields["Key"])
    return fields
