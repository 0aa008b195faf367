"""The demo's list of files: somebody's folders, with names that a terminal must cope with."""

import unicodedata
from collections import Counter
from itertools import pairwise

from s3audio_tui.audio.formats import by_ending
from s3audio_tui.demo.file import File
from s3audio_tui.demo.making import Made
from s3audio_tui.paths import local_path
from s3audio_tui.text import safe


def test_about_forty_files_are_there(files: list[File]) -> None:
    there = {file.key for file in files if file.deleted_days_ago is None}
    assert 40 <= len(there) <= 46
    assert {key.partition("/")[0] for key in there} == {
        *("takes", "stems", "voice", "podcast", "samples")
    }


def test_some_have_versions_and_three_are_in_the_trash(files: list[File]) -> None:
    versions = Counter(file.key for file in files)
    assert [key for key, count in versions.items() if count == 2] == [
        "takes/2026-11/07-bridge.wav",
        "takes/2026-11/08-outro.flac",
    ]
    assert sum(file.deleted_days_ago is not None for file in files) == 3


def test_ages_make_sense(files: list[File]) -> None:
    assert max(file.age_days for file in files) < 200
    for before, after in pairwise(files):
        assert before.key != after.key or before.age_days > after.age_days
    for file in files:
        assert file.deleted_days_ago is None or 0 < file.deleted_days_ago < file.age_days


def test_names_are_awkward_but_not_hostile(files: list[File]) -> None:
    keys = {file.key for file in files}
    text = "".join(keys)
    assert all(safe(key) == key for key in keys)
    assert all(local_path(key) == key for key in keys)
    assert set("[]()% ,") < set(text)
    assert max(len(key) for key in keys) > 140
    assert max(len(key.encode()) for key in keys) < 1024
    assert any(unicodedata.category(char) == "Mn" for char in text)
    for script in ("GREEK", "ARABIC", "HIRAGANA", "KATAKANA", "CJK"):
        assert any(unicodedata.name(char, "").startswith(script) for char in text), script


def test_each_format_is_there_and_each_file_is_what_its_name_says(made: dict[str, Made]) -> None:
    kinds = set()
    for key, content in made.items():
        named = by_ending(key)
        assert named is not None and named.name == content.sound.format, key
        kinds.add((content.sound.format, content.sound.codec, content.sound.bit_depth))
    assert kinds == {
        ("wav", "PCM", 16),
        ("wav", "PCM", 24),
        ("wav", "float", 32),
        ("flac", "FLAC", 16),
        ("flac", "FLAC", 24),
        ("mp3", "MP3", None),
        ("ogg", "Vorbis", None),
        ("opus", "Opus", None),
    }


def test_all_fits_into_the_usual_quota_and_memory(made: dict[str, Made]) -> None:
    sizes = [len(content.data) for content in made.values()]
    assert 50e6 < sum(sizes) < 200e6
    assert max(sizes) < 20e6


def test_one_lasts_half_an_hour(made: dict[str, Made]) -> None:
    lengths = {key: content.sound.duration_s or 0 for key, content in made.items()}
    (long,) = [key for key, length_s in lengths.items() if length_s > 600]
    assert round(lengths[long]) == 1800
    assert made[long].sound.exact
