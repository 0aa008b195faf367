"""`mv`, `cp`, `rm`, `trash`, `undo`, `redo`: what they change, ask and refuse."""

from collections.abc import Callable

import pytest

from tests.cli.conftest import Run
from tests.terminal import Start

Fill = Callable[..., None]
Stored = Callable[..., list[str]]


def test_mv_and_undo_and_redo(s3audio: Run, fill: Fill, stored: Stored) -> None:
    fill("a.wav")
    moved = s3audio("mv", "a.wav", "demos/b.wav", "--json")
    assert moved.code == 0
    done = next(line for line in moved.lines if line["event"] == "done")
    assert (done["key"], done["path"], done["bytes_total"]) == ("a.wav", "demos/b.wav", 5)
    assert moved.lines[-1]["event"] == "summary" and moved.lines[-1]["done"] == 1
    assert stored() == ["demos/b.wav"]
    assert s3audio("undo", "--dry-run").code == 0
    assert stored() == ["demos/b.wav"]
    undone = s3audio("undo", "--json")
    assert undone.code == 0 and undone.document["action"] == "rename"
    assert undone.document["items"][0]["event"] == "done"
    assert stored() == ["a.wav"]
    assert s3audio("redo").code == 0
    assert stored() == ["demos/b.wav"]
    nothing = s3audio("redo", "--json")
    assert nothing.code == 3 and nothing.error["code"] == "not_found"


def test_mv_of_a_prefix_and_of_what_is_taken(s3audio: Run, fill: Fill, stored: Stored) -> None:
    fill("demos/a.wav", "demos/deep/b.wav", "c.wav")
    assert s3audio("mv", "demos/", "takes/").code == 0
    assert stored() == ["c.wav", "takes/a.wav", "takes/deep/b.wav"]
    taken = s3audio("mv", "c.wav", "takes/a.wav", "--json")
    assert taken.code == 6 and taken.lines[0]["error"]["code"] == "conflict"
    assert s3audio("mv", "c.wav", "takes/a.wav", "--if-exists", "skip").code == 0
    assert s3audio("mv", "c.wav", "takes/a.wav", "--if-exists", "overwrite").code == 2
    assert stored() == ["c.wav", "takes/a.wav", "takes/deep/b.wav"]
    dry = s3audio("mv", "c.wav", "takes/a.wav", "--if-exists", "overwrite", "--dry-run")
    assert dry.code == 0 and dry.rows == [["c.wav", "takes/a.wav", ""]]
    assert s3audio("mv", "c.wav", "takes/a.wav", "--dry-run").code == 6
    assert s3audio("mv", "c.wav", "takes/a.wav", "--if-exists", "overwrite", "--yes").code == 0
    assert stored() == ["takes/a.wav", "takes/deep/b.wav"]
    assert s3audio("mv", "nothing.wav", "x.wav").code == 3


def test_cp(s3audio: Run, fill: Fill, stored: Stored) -> None:
    fill("a.wav", "demos/b.wav")
    assert s3audio("cp", "a.wav", "copies/", "--dry-run").rows == [["a.wav", "copies/a.wav", ""]]
    assert s3audio("cp", "a.wav", "copies/").rows == [["a.wav", "copies/a.wav", "5"]]
    assert s3audio("cp", "demos/", "copies/").code == 0
    assert stored() == ["a.wav", "copies/a.wav", "copies/b.wav", "demos/b.wav"]


@pytest.mark.parametrize("versioned_bucket", [False, True])
def test_rm_and_trash(
    outside: Run,
    use: Callable[[str], None],
    make_bucket: Callable[..., str],
    fill: Fill,
    stored: Stored,
    versioned_bucket: bool,
) -> None:
    bucket = make_bucket(versioned=versioned_bucket)
    use(bucket)
    fill("a.wav", "demos/b.wav", "demos/c.wav", into=bucket)
    refused = outside("rm", "a.wav", "--json")
    assert refused.code == 2 and "this would delete a.wav" in refused.error["message"]
    dry = outside("rm", "demos/*", "--dry-run")
    assert dry.code == 0 and [row[0] for row in dry.rows] == ["demos/b.wav", "demos/c.wav"]
    assert stored(bucket) == ["a.wav", "demos/b.wav", "demos/c.wav"]
    removed = outside("rm", "a.wav", "demos/*", "--yes", "--json")
    assert removed.code == 0 and removed.lines[-1]["done"] == 3
    assert stored(bucket) == []
    listed = outside("trash", "ls", "--json").lines
    assert sorted(line["key"] for line in listed) == ["a.wav", "demos/b.wav", "demos/c.wav"]
    kind = "delete-marker" if versioned_bucket else "moved"
    assert [list(line) for line in listed] == [["key", "deleted_at", "size_bytes", "kind"]] * 3
    assert {(line["kind"], line["size_bytes"]) for line in listed} == {(kind, 5)}
    assert listed[0]["deleted_at"].endswith("Z")
    assert outside("trash", "restore", "demos/*").code == 0
    assert stored(bucket) == ["demos/b.wav", "demos/c.wav"]
    assert outside("trash", "restore", "gone.wav").code == 3
    assert outside("trash", "empty").code == 2
    assert outside("trash", "empty", "--dry-run").rows == [["a.wav", "", ""]]
    assert outside("trash", "empty", "--yes").code == 0
    assert outside("trash", "ls").text == ""
    assert outside("trash", "empty").code == 0


def test_rm_permanent_leaves_no_version(
    outside: Run, versioned: str, fill: Fill, stored: Stored
) -> None:
    fill("a.wav", "a.wav", into=versioned)
    assert outside("rm", "a.wav", "--permanent").code == 2
    assert outside("rm", "a.wav", "--permanent", "-y").code == 0
    assert stored(versioned) == []
    assert outside("trash", "ls").text == ""


def test_undo_of_a_delete(s3audio: Run, fill: Fill, stored: Stored) -> None:
    fill("a.wav", "b.wav")
    assert s3audio("rm", "*.wav", "--yes").code == 0
    undone = s3audio("undo")
    assert undone.code == 0 and undone.text == "2 files restored\n"
    assert stored() == ["a.wav", "b.wav"]


def test_a_terminal_is_asked_before_a_delete(
    s3audio: Run, program: Start, fill: Fill, stored: Stored
) -> None:
    fill("a.wav")
    terminal = program("rm", "a.wav")
    terminal.wait_for("Go on? [y/N]")
    assert "Delete a.wav; it goes to the trash" in terminal.screen
    assert "can be restored. Go on?" in " ".join(terminal.screen.split())
    terminal.press("enter")
    assert terminal.wait_exit() == 130
    assert stored() == ["a.wav"]
    terminal = program("rm", "a.wav")
    terminal.wait_for("Go on? [y/N]")
    terminal.press("y", "enter")
    assert terminal.wait_exit() == 0
    assert stored() == []
