"""`bookmarks`, and the columns of `ls`."""

from collections.abc import Callable

from tests.cli.conftest import Run

Fill = Callable[..., None]


def test_bookmarks_are_kept_listed_renamed_and_removed(s3audio: Run, bucket: str) -> None:
    assert s3audio("bookmarks", "ls").text == ""
    assert s3audio("bookmarks", "add", "november", "takes/2026-11").code == 0
    assert s3audio("bookmarks", "add", "long", "--search", "dur:>1h").code == 0
    first, second = s3audio("--json", "bookmarks", "ls").lines
    assert (first["name"], first["prefix"], first["search"]) == ("november", "takes/2026-11/", None)
    assert (second["prefix"], second["search"]) == ("", "dur:>1h")
    assert first["url"] == f"s3://{bucket}/" and first["endpoint_url"]
    assert s3audio("bookmarks", "rename", "long", "over 1 h").code == 0
    assert s3audio("bookmarks", "rm", "november").code == 0
    assert [row[0] for row in s3audio("bookmarks", "ls").rows] == ["over 1 h"]


def test_what_is_wrong_with_a_bookmark(s3audio: Run) -> None:
    s3audio("bookmarks", "add", "a")
    taken = s3audio("bookmarks", "add", "a", "--json")
    assert (taken.code, taken.error["code"]) == (6, "conflict")
    assert s3audio("bookmarks", "rm", "b").code == 3
    assert s3audio("bookmarks", "rename", "b", "c").code == 3
    wrong = s3audio("bookmarks", "add", "c", "--search", "size:>10mbb")
    assert wrong.code == 2 and "size: a number with kb, mb or gb" in wrong.err
    assert s3audio("--dry-run", "bookmarks", "rm", "a").code == 0
    assert len(s3audio("bookmarks", "ls").rows) == 1


def test_columns_of_a_list(s3audio: Run, fill: Fill) -> None:
    fill("a.wav", "b.flac")
    assert s3audio("ls", "--columns", "size_bytes,key").rows == [["5", "a.wav"], ["5", "b.flac"]]
    assert s3audio("ls", "--columns", "size, key").rows == [["5", "a.wav"], ["5", "b.flac"]]
    (line, _) = s3audio("ls", "--json", "--columns", "bit_depth,name").lines
    assert line == {"bit_depth": None, "name": "a.wav"}
    wrong = s3audio("ls", "--columns", "weight")
    assert wrong.code == 2 and "there is no column weight" in wrong.err
