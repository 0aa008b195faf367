"""What is there already is found cheaply; which files of a folder are wanted."""

from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.library import arrived, upload
from s3audio_tui.library.filters import Filter
from s3audio_tui.library.opening import Library
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3


@pytest.mark.parametrize(
    ("include", "exclude", "taken"),
    [
        ([], [], ["a.wav", "deep/b.flac", "deep/er/c.wav", "take.wav/d.mp3"]),
        (["*.wav"], [], ["a.wav", "deep/er/c.wav", "take.wav/d.mp3"]),
        (["*.wav", "*.flac"], ["take.wav"], ["a.wav", "deep/b.flac", "deep/er/c.wav"]),
        ([], ["deep"], ["a.wav", "take.wav/d.mp3"]),
        ([], ["deep/*"], ["a.wav", "deep/er/c.wav", "take.wav/d.mp3"]),
        (["deep/"], ["deep/er/"], ["deep/b.flac"]),
        (["/*.wav"], [], ["a.wav"]),
        (["**/*.wav"], [], ["a.wav", "deep/er/c.wav"]),
        (["[ab].*"], [], ["a.wav", "deep/b.flac"]),
        (["*.WAV"], [], []),
    ],
)
def test_globs_choose_among_the_files_of_a_folder(
    include: list[str], exclude: list[str], taken: list[str]
) -> None:
    wanted = Filter(include, exclude)
    paths = ["a.wav", "deep/b.flac", "deep/er/c.wav", "take.wav/d.mp3"]
    assert [path for path in paths if wanted.takes(path)] == taken


def test_what_is_there_byte_for_byte_is_known_from_one_list(
    library: Library, s3_server: StrictS3, plain_s3: Any, tmp_path: Path, sounds: dict[str, Path]
) -> None:
    data = sounds["wav16"].read_bytes()
    for number in range(12):
        (tmp_path / f"{number}.wav").write_bytes(data + bytes([number]) * 50)
    items = upload.plan(library, [tmp_path]).items
    for item in items[:10]:
        plain_s3.put_object(Bucket=library.bucket, Key=item.key, Body=item.path.read_bytes())
    other = bytes(items[10].size_bytes)
    plain_s3.put_object(Bucket=library.bucket, Key=items[10].key, Body=other)
    s3_server.forget(library.bucket)
    there = arrived.known(library, [item.key for item in items])
    assert there.keys() == {item.key for item in items[:11]}
    same = arrived.same(library, items, there)
    assert same == {item.key for item in items[:10]}
    asked = [call.method for call in s3_server.asked(library.bucket)]
    assert asked == ["GET", "HEAD"], "a list, and the one that differs"


def test_what_may_not_be_looked_at_is_not_known(
    library: Library, s3_server: StrictS3, sounds: dict[str, Path]
) -> None:
    (item,) = upload.plan(library, [sounds["mp3"]]).items
    s3_server.set_faults(library.bucket, Fault(code="AccessDenied"))
    assert arrived.known(library, [item.key]) == {}
