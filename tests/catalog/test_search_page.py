"""The page about search: what it shows can be typed, and every field is on it."""

import re
from pathlib import Path

import pytest

from s3audio_tui.catalog.fields import FIELDS
from s3audio_tui.catalog.query import Query, parse

PAGE = (Path(__file__).parents[2] / "docs" / "search.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `(.+?)` \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_is_understood(text: str) -> None:
    found = parse(text, 0.0)
    assert found != Query() and found.mistakes == ()
    fields = re.findall(r"(?:^| )-?([a-z]+):", text)
    assert len(found.tests) + len(found.refused) == len(fields)


def test_every_field_has_an_example() -> None:
    for field in FIELDS:
        for name in field.names:
            assert any(f"{name}:" in text for text in EXAMPLES), name


def test_the_mistake_that_is_shown_is_said_so() -> None:
    (mistake,) = parse("kick size:ten", 0.0).mistakes
    assert f"size:ten cannot be searched for: {mistake.sentence}" in PAGE
