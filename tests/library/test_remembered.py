"""What is remembered on this machine, when somebody else wrote into its file."""

import json
from pathlib import Path

import msgspec
import pytest

from s3audio_tui.errors import UsageError
from s3audio_tui.library import bookmarks
from s3audio_tui.library.remembered import Address, Bookmark, Remembered, recall, remember

HOME = Address(url="s3://bucket/")
KEPT = Bookmark(name="kept", address=HOME, prefix="a/")
ODD = {
    "recents": [{"url": ""}, {"url": "nonsense"}, {"url": "s3://"}, {"url": "s3://bucket/"}],
    "bookmarks": [
        {"name": "", "address": {"url": "s3://bucket/"}},
        {"name": "far", "address": {"url": "\x1b[31m"}},
        {"name": "long", "address": {"url": "s3://bucket/"}, "prefix": "p/" * 50_000},
        {"name": "kept", "address": {"url": "s3://bucket/"}, "prefix": "a/"},
        7,
    ],
    "hidden_panels": ["details", "a b", "\x1b[31m", 'q"'],
    "upload_folders": ["a\0b", "x" * 5000, "/music"],
    "download_folder": "a\0b",
    "theme": ["no", "text"],
    "of a later version": {"x": 1},
}


def test_what_is_no_use_is_left_out_and_the_rest_counts(tmp_path: Path) -> None:
    (tmp_path / "remembered.json").write_text(json.dumps(ODD))
    assert recall(tmp_path) == Remembered(
        recents=(HOME,),
        bookmarks=(KEPT,),
        hidden_panels=("details",),
        upload_folders=("/music",),
    )


BROKEN = [b"", b"\0", b"[]", b'{"bookmarks": [', b'{"theme": "\\ud800"}', b'{"x":' + b"[" * 100_000]


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_a_file_that_cannot_be_read_is_put_aside(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "remembered.json"
    file.write_bytes(content)
    assert recall(tmp_path) == Remembered()
    assert file.read_bytes() == content, "a look changes nothing"
    remember(tmp_path, bookmarks.added(KEPT))
    assert recall(tmp_path).bookmarks == (KEPT,)
    assert (tmp_path / "remembered.broken").read_bytes() == content


def test_a_refused_change_leaves_a_broken_file_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "remembered.json").write_bytes(b"{")
    with pytest.raises(UsageError):
        remember(tmp_path, bookmarks.added(msgspec.structs.replace(KEPT, name="n" * 201)))
    assert (tmp_path / "remembered.json").read_bytes() == b"{"


def test_a_long_name_is_made_short_enough_to_be_kept() -> None:
    long = "n" * 1000
    first = bookmarks.free_name(Remembered(), long)
    now = bookmarks.added(msgspec.structs.replace(KEPT, name=first))(Remembered())
    second = bookmarks.free_name(now, long)
    assert second != first
    bookmarks.check_name(now, second)
