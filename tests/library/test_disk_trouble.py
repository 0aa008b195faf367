"""Disks that are full or read-only, and paths that no disk can have."""

import errno
import os
from pathlib import Path

import pytest

from s3audio_tui import private
from s3audio_tui.errors import NotAllowedError, S3AudioError, UnsupportedError
from s3audio_tui.library import bookmarks, local_files, undo
from s3audio_tui.library.download import free_bytes
from s3audio_tui.library.opening import Library
from s3audio_tui.library.remembered import Address, Bookmark, recall, remember
from s3audio_tui.library.saving import keep
from s3audio_tui.store.client import Keys
from s3audio_tui.store.profiles import add_profile

KEYS = Keys("AKIA1", "secret")
ADDED = bookmarks.added(Bookmark(name="b", address=Address(url="s3://bucket/")))


@pytest.mark.parametrize("room", [0, 9, 40])
def test_a_disk_that_is_full_leaves_no_half_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    file = tmp_path / "credentials"
    environ = {"AWS_SHARED_CREDENTIALS_FILE": str(file), "AWS_CONFIG_FILE": str(tmp_path / "c")}
    file.write_text("[mine]\naws_access_key_id = A\n")
    before, write = file.read_bytes(), os.write

    def full(fd: int, data: bytes) -> int:
        if not room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(fd, data[:room])

    with monkeypatch.context() as patched:
        patched.setattr("s3audio_tui.store.profiles.os.write", full)
        with pytest.raises(S3AudioError, match="No space left"):
            add_profile(environ, "nas", KEYS)
    assert file.read_bytes() == before
    assert "[nas]" in add_profile(environ, "nas", KEYS).read_text(), "it can be tried again"


def read_only(path: Path, data: bytes) -> None:
    raise PermissionError(errno.EACCES, "Permission denied", str(path))


def test_files_that_cannot_be_written_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(tmp_path, ADDED)
    before = recall(tmp_path)
    for module in ("remembered", "saving"):
        monkeypatch.setattr(f"s3audio_tui.library.{module}.replace_private", read_only)
    with pytest.raises(NotAllowedError, match=r"remembered\.json cannot be written"):
        remember(tmp_path, bookmarks.removed({"b"}))
    assert recall(tmp_path) == before
    address = Address(url="s3://bucket/", name="mine")
    with pytest.raises(NotAllowedError, match=r"settings\.toml cannot be written"):
        keep(tmp_path / "settings.toml", {}, address, usual=True)


def test_what_was_being_written_is_taken_away_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("s3audio_tui.private.os.fsync", full)
    with pytest.raises(S3AudioError, match="No space left"), private.writing(tmp_path / "x"):
        private.replace_private(tmp_path / "x", b"data")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["/" + "x" * 400, "/a\0b", "/" + "x/" * 4000])
def test_a_text_that_no_path_can_be_is_not_there(text: str) -> None:
    path = Path(text)
    assert not local_files.exists(path) and not local_files.is_file(path)
    assert path not in local_files.places([text])
    assert local_files.beginning(text).is_dir()
    assert free_bytes(path) is not None
    assert local_files.paths_there(text) == []


def test_an_act_of_a_later_version_is_named(library: Library) -> None:
    act = library.journal.begin("sideways")  # type: ignore[arg-type]
    library.journal.add_item(act, {"odd": "1"})
    library.journal.finish(act)
    with pytest.raises(UnsupportedError, match="sideways"):
        undo.undo(library)
    assert library.journal.last_done() is not None
