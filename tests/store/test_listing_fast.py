"""Pages of lists as stores write them: read by one expression they say what a parser says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3audio_tui.store import fast_lists
from s3audio_tui.store.fast_lists import Fields, Listed

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>'
    "<Prefix></Prefix><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>"
    "<NextContinuationToken>t</NextContinuationToken>"
)
FOLDERS = "<CommonPrefixes><Prefix>a%2Fb+c%2F</Prefix></CommonPrefixes></ListBucketResult>"
KEY = "<Key>a%2Fb+%C3%A9%1B.wav</Key><LastModified>2026-11-21T13:00:00.000Z</LastModified>"
AWS = (
    f"<Contents>{KEY}<ETag>&quot;e1&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>"
    "<ChecksumType>FULL_OBJECT</ChecksumType><Size>7</Size><StorageClass>STANDARD</StorageClass>"
    "</Contents>"
)
CEPH = (
    f'<Contents>{KEY}<ETag>"e1"</ETag><Size>7</Size><StorageClass>STANDARD</StorageClass>'
    "<Type>Normal</Type></Contents>"
)
OWNED = (
    f"<Contents>\n  {KEY}<ETag>e1</ETag><Size>7</Size>\n<Owner><ID>1</ID><DisplayName>n"
    "</DisplayName></Owner><StorageClass>STANDARD</StorageClass>\n</Contents>\n"
)
ODD = (
    f"<Contents>{KEY}<ETag>&quot;e1&quot;</ETag><Size>7</Size><ChecksumType/>"
    "<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress></RestoreStatus>"
    "<StorageClass>STANDARD</StorageClass></Contents>"
)
COMMENTED = CEPH.replace("<Size>", "<!-- <Size>9</Size> --><Size>")


def said(listed: Listed | None) -> tuple[list[Fields], list[str], bool, str]:
    """Return what a page says, without what only one of the two ways tells."""
    assert listed is not None
    names = ("Key", "LastModified", "Size", "StorageClass")
    entries = [{name: entry[name] for name in names} for entry in listed.entries]
    for entry, plain in zip(listed.entries, entries, strict=True):
        plain["ETag"] = entry["ETag"].strip('"')
    return entries, listed.folders, listed.more, listed.token


def parsed(body: bytes, monkeypatch: pytest.MonkeyPatch) -> Listed | None:
    with monkeypatch.context() as patch:
        patch.setattr(fast_lists, "_plain", lambda _: None)
        return fast_lists.read(body)


@pytest.mark.parametrize(
    ("objects", "is_plain"),
    [
        ([AWS] * 3, True),
        ([CEPH] * 3, True),
        ([OWNED] * 3, True),
        ([AWS, CEPH, OWNED], True),
        ([AWS, ODD], False),
        ([COMMENTED, AWS], False),
        ([AWS.replace("a%2F", "a&amp;"), AWS], False),
        ([], False),
    ],
    ids=["aws", "ceph", "owned", "mixed", "odd", "comment", "entity", "empty"],
)
def test_both_ways_say_the_same(
    objects: list[str], is_plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = (HEAD + "".join(objects) + FOLDERS).encode()
    found = fast_lists.read(body)
    assert said(found) == said(parsed(body, monkeypatch))
    assert (fast_lists._plain(body) is not None) == is_plain
    assert found is not None
    assert (found.folders, found.token) == (["a/b c/"], "t")
    assert len(found.entries) == len(objects)


def test_keys_come_whole() -> None:
    found = fast_lists.read((HEAD + AWS + FOLDERS).encode())
    assert found is not None
    [entry] = found.entries
    assert entry["Key"] == "a/b é\x1b.wav"
    assert entry["ETag"].strip('"') == "e1"


def test_objects_between_folders_are_left_to_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    between = "<CommonPrefixes><Prefix>a%2F</Prefix></CommonPrefixes>"
    body = (HEAD + AWS + between + CEPH + "</ListBucketResult>").encode()
    assert said(fast_lists.read(body)) == said(parsed(body, monkeypatch))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>not here</html>",
        (HEAD + AWS).encode(),
        (HEAD + AWS[:90] + FOLDERS).encode(),
        HEAD.encode() + b"\xff\xfe" + AWS.encode(),
    ],
)
def test_what_is_no_page_is_none(body: bytes) -> None:
    assert fast_lists.read(body) is None


@given(
    st.binary(max_size=200) | st.integers(0, 900).map(lambda at: (HEAD + AWS + CEPH)[:at].encode())
)
def test_no_bytes_make_it_fail(body: bytes) -> None:
    fast_lists.read(body)
