"""The map of the house names every room."""

from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
ROOMS = [
    path
    for folder in ("catalog", "library", "store", "tui")
    for path in sorted((HOUSE / "src" / "s3audio_tui" / folder).glob("*.py"))
    if path.stem != "__init__"
]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: f"{room.parent.name}-{room.stem}")
def test_a_room_is_on_the_map(room: Path) -> None:
    page = HOUSE / "docs" / "architecture.md"
    assert f"`{room.stem}`" in page.read_text(encoding="utf-8")
