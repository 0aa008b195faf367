"""Names as the editor gets them, and back."""

import pytest

from s3audio_tui.library import bulk_rename
from s3audio_tui.library.opening import Library
from tests.library.conftest import MakeLibrary


@pytest.fixture
def library(make_library: MakeLibrary) -> Library:
    return make_library(versioned=False)


def test_a_per_cent_sign_beside_an_odd_character_stays_one(library: Library) -> None:
    keys = ["a%41\x1b.wav", "b%41.wav"]
    text = bulk_rename.as_text(keys)
    assert text == "a%2541%1B.wav\nb%41.wav\n"
    plan = bulk_rename.read(library, keys, text.replace(".wav", ".flac"))
    assert [change.target for change in plan.changes] == ["a%41\x1b.flac", "b%41.flac"]
