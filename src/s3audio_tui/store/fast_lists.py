"""A faster reading of S3's lists: for 1,000 keys 6 ms of processor time, not botocore's 54.

What is read this way reaches the caller in the answer under `ENTRIES`; the rest of the document
goes on to botocore. A document that is not as expected goes there whole.
"""

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus
from xml.etree import ElementTree

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ENTRIES = "_s3audio_entries"

Fields = dict[str, str]
"""One entry: the texts of its elements by their name, `Tag` is the name of the entry itself."""

_SLICE = 1 << 14
"""Bytes given to the parser at once: it lets no other thread run meanwhile."""

_KINDS = {"Contents", "Version", "DeleteMarker"}


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
    try:
        root = _parsed(response_dict["body"])
    except ElementTree.ParseError:
        return
    space = root.tag[: root.tag.index("}") + 1] if root.tag.startswith("{") else ""
    if root.tag.removeprefix(space) not in ("ListBucketResult", "ListVersionsResult"):
        return
    encoded = root.findtext(f"{space}EncodingType") == "url"
    entries: list[Fields] = []
    for element in list(root):
        tag = element.tag.removeprefix(space)
        if tag in _KINDS:
            entries.append(_fields(element, tag, space, encoded))
            root.remove(element)
    customized_response_dict[ENTRIES] = entries
    response_dict["body"] = ElementTree.tostring(root)


def _parsed(body: bytes) -> ElementTree.Element:
    parser = ElementTree.XMLParser()  # noqa: S314  # expat bounds entities
    for at in range(0, len(body), _SLICE):
        parser.feed(body[at : at + _SLICE])
    return parser.close()


def _fields(element: ElementTree.Element, tag: str, space: str, encoded: bool) -> Fields:
    fields = {child.tag.removeprefix(space): child.text or "" for child in element}
    fields["Tag"] = tag
    if encoded:
        fields["Key"] = unquote_plus(fields["Key"], errors="replace")
    return fields
