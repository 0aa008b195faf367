"""S3's small XML documents."""

import pytest

from s3audio_tui.store.documents import completion, error_in, fields, read

_BOMB = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]><a>&c;</a>"""


def test_names_come_without_their_namespace() -> None:
    root = read(
        b'<A xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><B>1</B><C>&quot;x&quot;</C></A>'
    )
    assert root is not None and root.tag == "A"
    assert fields(root) == {"B": "1", "C": '"x"'}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a>",
        b"no",
        _BOMB.encode(),
        _BOMB.encode("utf-16"),
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x"><a/>',
        b'<?xml version="1.0" encoding="nothing"?><a/>',
    ],
)
def test_what_is_none_or_defines_entities_is_refused(body: bytes) -> None:
    assert read(body) is None
    assert error_in(body) is None
    assert fields(read(body)) == {}


def test_an_error_is_told_from_an_answer() -> None:
    assert error_in(b"<Error><Code>SlowDown</Code></Error>") == {"Code": "SlowDown"}
    assert error_in(b"<CompleteMultipartUploadResult/>") is None


def test_parts_are_written_as_they_are_read() -> None:
    sent: list[dict[str, str | int]] = [
        {"PartNumber": 1, "ETag": '"a&b"'},
        {"PartNumber": 2, "ETag": '"c<d"'},
    ]
    root = read(completion(sent))
    assert root is not None and root.tag == "CompleteMultipartUpload"
    assert [fields(part) for part in root] == [
        {"PartNumber": "1", "ETag": '"a&b"'},
        {"PartNumber": "2", "ETag": '"c<d"'},
    ]
