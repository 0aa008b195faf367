"""Which of what was left is given up by its age."""

from pathlib import Path

from s3audio_tui.library.leftovers import Left, Leftover, before
from s3audio_tui.library.unfinished import Book, KeptUpload, Record, Unfinished
from tests.library.conftest import MakeLibrary

NOW, HOUR = 1_000_000_000.0, 3600.0


def left(of: Unfinished | Leftover, at: float) -> Left:
    return Left(1, "up", "a.wav", None, 0, None, at, False, of)


def test_what_others_began_lately_stays_unless_its_age_is_named(make_library: MakeLibrary) -> None:
    book: Book = make_library().unfinished
    kept = KeptUpload(str(Path("/a.wav")), "a.wav", 1, "fail")
    here = Unfinished(1, NOW, kept, Record(book, kept, 1, "gone"))
    there = Leftover("a.wav", "id", NOW, 5)
    new, old = left(there, NOW - HOUR), left(there, NOW - 25 * HOUR)
    mine = left(here, NOW)
    assert before([mine, new, old], NOW, None) == [mine, old]
    assert before([mine, new, old], NOW, HOUR) == [new, old]
    assert there.name == Leftover("a.wav", "id", 0, 0).name != Leftover("b.wav", "id", 0, 0).name
