"""What holds for all files of the app."""

import re
from pathlib import Path

import pytest

import s3audio_tui.tui

FILES = sorted(Path(s3audio_tui.tui.__file__).parent.rglob("*.py"))
FOLDER = FILES[0].parent
IDS = [path.relative_to(FOLDER).as_posix() for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_no_file_is_a_room_for_everything(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_nothing_is_caught_that_was_not_foreseen(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"except\s*(?:Exception|\(.*\bException\b.*\))?\s*(?:as \w+)?:", text)


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.parent.name == "widgets"], ids=lambda path: path.stem
)
def test_no_widget_asks_the_store(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "s3audio_tui.store" not in text
    assert "boto" not in text
