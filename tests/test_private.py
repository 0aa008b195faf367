"""Private files are private from the moment they exist."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from s3audio_tui.private import private_file, private_folder, replace_private


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_folders(tmp_path: Path) -> None:
    deep = private_folder(tmp_path / "a" / "b")
    assert (mode(deep), mode(deep.parent)) == (0o700, 0o700)
    assert private_folder(deep) == deep


def test_files(tmp_path: Path) -> None:
    file = private_file(tmp_path / "state" / "catalog.db")
    assert (mode(file), mode(file.parent)) == (0o600, 0o700)
    file.write_bytes(b"kept")
    assert private_file(file).read_bytes() == b"kept"


def test_replacing(tmp_path: Path) -> None:
    file = tmp_path / "x" / "settings.toml"
    replace_private(file, b"one")
    replace_private(file, b"two")
    assert file.read_bytes() == b"two"
    assert mode(file) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_failed_replacement_leaves_the_old(tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    (folder / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        replace_private(folder, b"x")
    assert list(tmp_path.iterdir()) == [folder]
