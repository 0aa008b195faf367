"""Downloads stay in their folder, and replace nothing unasked."""

import errno
import os
import threading
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from s3audio_tui.errors import ConflictError, NotFoundError, UsageError
from s3audio_tui.paths import folded, local_path, open_part
from tests import hostile

keys = st.text(st.characters(codec=None), max_size=120) | st.lists(
    st.sampled_from(
        [
            "..",
            ".",
            "",
            "a",
            "CON",
            "x.wav",
            "b ",
            "c.",
            "\\",
            "..\\..",
            "C:",
            "\0",
            "%2e",
            "é",
            "長" * 100,
        ]
    ),
    max_size=8,
).map("/".join)


def saved(folder: Path, relative: str, data: bytes = b"new", *, overwrite: bool = False) -> None:
    part = open_part(folder, relative)
    try:
        os.write(part.fd, data)
        part.publish(1_700_000_000.0, overwrite=overwrite)
    except BaseException:
        part.discard()
        raise
    finally:
        part.close()


@given(keys)
@example("/etc/passwd")
@example("a/" + "n" * 1000 + ".wav")
def test_a_path_stays_below(key: str) -> None:
    try:
        path = local_path(key)
    except UsageError:
        assert ".." in key or not key.strip("./")
        return
    assert not path.startswith("/")
    for segment in path.split("/"):
        assert segment not in ("", ".", "..")
        assert len(f"{segment}.part".encode()) <= 255
        assert segment[-1] not in " ."
        assert not any(char in '\\:*?"<>|' for char in segment)
        assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in segment)
    assert local_path(path) == path


@pytest.mark.parametrize("key", ["", "/", "///", "./.", ".."])
def test_no_name(key: str) -> None:
    with pytest.raises(UsageError):
        local_path(key)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("takes/2026/07 bridge.wav", "takes/2026/07 bridge.wav"),
        ("ラフ/ミックス.mp3", "ラフ/ミックス.mp3"),
        ("/etc/passwd", "etc/passwd"),
        ("a//b/./c", "a/b/c"),
        ("C:x", "C%3Ax"),
        ("CON", "%43ON"),
        ("com1.wav", "%63om1.wav"),
        ("comic.wav", "comic.wav"),
        ("name.", "name%2E"),
        ("name ", "name%20"),
        ("...", "..%2E"),
        ("a\x00\n\x1b.wav", "a%00%0A%1B.wav"),
        ("\x9b.wav", "%C2%9B.wav"),
        ("song\u202evaw.exe", "song%E2%80%AEvaw.exe"),
        ("bad\udcff.wav", "bad%3F.wav"),
    ],
)
def test_names(key: str, path: str) -> None:
    assert local_path(key) == path


def test_long_names_stay_apart_and_keep_their_ending() -> None:
    one, other = local_path("n" * 300 + "1.wav"), local_path("n" * 300 + "2.wav")
    assert one != other
    assert one.endswith(".wav")
    assert other.endswith(".wav")


def test_keys_that_land_on_one_name_are_noticed() -> None:
    for one, other in [
        ("Same.wav", "same.wav"),
        ("caf\u00e9.wav", "cafe\u0301.wav"),
        ("a//b", "a/b"),
        ("a:b", "a%3Ab"),
    ]:
        assert folded(local_path(one)) == folded(local_path(other))
    assert folded(local_path("a/b")) != folded(local_path("a-b"))


@pytest.mark.parametrize("name", hostile.KEYS)
def test_hostile_keys_on_the_disk(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    try:
        relative = local_path(hostile.KEYS[name])
    except UsageError:
        assert ".." in hostile.KEYS[name]
        return
    saved(folder, relative)
    assert (folder / relative).read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_publish(tmp_path: Path) -> None:
    saved(tmp_path, "a/b/c.wav", b"sound")
    file = tmp_path / "a/b/c.wav"
    assert file.read_bytes() == b"sound"
    assert file.stat().st_mtime == 1_700_000_000.0
    assert [path.name for path in file.parent.iterdir()] == ["c.wav"]


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    file.write_bytes(b"old")
    with pytest.raises(ConflictError, match="is there already"):
        saved(tmp_path, "a.wav")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]
    saved(tmp_path, "a.wav", overwrite=True)
    assert file.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [file]


def test_nothing_is_overwritten_on_a_disk_without_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    saved(tmp_path, "a.wav", b"one")
    with pytest.raises(ConflictError, match="is there already"):
        saved(tmp_path, "a.wav", b"two")
    assert (tmp_path / "a.wav").read_bytes() == b"one"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.wav").mkdir()
    with pytest.raises(ConflictError, match="is a folder"):
        saved(tmp_path, "a.wav", overwrite=True)


@pytest.mark.parametrize("plant", ["part", "folder"])
def test_a_planted_link_is_not_followed(tmp_path: Path, plant: str) -> None:
    folder, outside = tmp_path / "in", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    victim = outside / "victim.wav"
    victim.write_bytes(b"precious")
    if plant == "part":
        (folder / "sub").mkdir()
        (folder / "sub" / "a.wav.part").symlink_to(victim)
    else:
        (folder / "sub").symlink_to(outside)
    with pytest.raises(ConflictError):
        saved(folder, "sub/a.wav")
    assert victim.read_bytes() == b"precious"
    assert list(outside.iterdir()) == [victim]


def test_a_link_in_the_place_of_the_file_is_replaced_itself(tmp_path: Path) -> None:
    victim = tmp_path / "victim.wav"
    victim.write_bytes(b"precious")
    (tmp_path / "a.wav").symlink_to(victim)
    with pytest.raises(ConflictError):
        saved(tmp_path, "a.wav")
    saved(tmp_path, "a.wav", overwrite=True)
    assert victim.read_bytes() == b"precious"
    assert not (tmp_path / "a.wav").is_symlink()


def test_a_second_name_of_a_file_is_not_written_through(tmp_path: Path) -> None:
    """As a kill between the two steps of publishing leaves it."""
    finished = tmp_path / "a.wav"
    finished.write_bytes(b"finished")
    os.link(finished, tmp_path / "a.wav.part")
    part = open_part(tmp_path, "a.wav")
    part.discard()
    part.close()
    assert finished.read_bytes() == b"finished"


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_not_a_file_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "a.wav.part")
    with pytest.raises(ConflictError):
        open_part(tmp_path, "a.wav")


def test_a_left_part_is_used_again(tmp_path: Path) -> None:
    (tmp_path / "a.wav.part").write_bytes(b"left by a kill, and longer")
    saved(tmp_path, "a.wav", b"sound")
    assert (tmp_path / "a.wav").read_bytes() == b"sound"


def test_one_download_at_a_time(tmp_path: Path) -> None:
    first = open_part(tmp_path, "a.wav")
    with pytest.raises(ConflictError, match="another program"):
        open_part(tmp_path, "a.wav")
    first.discard()
    first.close()
    saved(tmp_path, "a.wav")


def test_a_part_that_was_swapped_is_not_published(tmp_path: Path) -> None:
    part = open_part(tmp_path, "a.wav")
    os.write(part.fd, b"ours")
    (tmp_path / "a.wav.part").unlink()
    (tmp_path / "a.wav.part").write_bytes(b"theirs")
    with pytest.raises(ConflictError, match="taken away"):
        part.publish(0.0, overwrite=True)
    part.discard()
    part.close()
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav.part"]


def test_many_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    """A finished file is never opened again as somebody's part and cut to nothing."""
    done: list[bytes] = []

    def run(data: bytes) -> None:
        for _ in range(100):
            try:
                saved(tmp_path, "a.wav", data)
                done.append(data)
            except ConflictError:
                continue

    threads = [threading.Thread(target=run, args=(bytes([i]) * 10_000,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1
    assert (tmp_path / "a.wav").read_bytes() == done[0]


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotFoundError, match="cannot be used"):
        open_part(tmp_path / "file", "a.wav")
    with pytest.raises(ConflictError, match="on the way"):
        open_part(tmp_path, "file/a.wav")


def test_nothing_stays_open(tmp_path: Path) -> None:
    before = set(Path("/dev/fd").iterdir())
    saved(tmp_path, "x/y/a.wav")
    for relative in ("x/y/a.wav/b.wav", "x"):
        with pytest.raises(ConflictError):
            saved(tmp_path, relative)
    assert set(Path("/dev/fd").iterdir()) <= before
