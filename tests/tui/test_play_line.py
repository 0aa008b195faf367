"""The line of what was heard and what comes, by itself."""

from contextlib import nullcontext
from typing import Any, cast

from s3audio_tui.audio.run import Track
from s3audio_tui.catalog.rows import Row
from s3audio_tui.tui.play_queue import Entry, PlayQueue


def line(*names: str) -> PlayQueue:
    """Return a queue of which the first plays; a track of each is with the player."""
    queue = PlayQueue()
    for name in names:
        row, nothing = Row(name, 1, 0.0, name, "", ""), cast(Any, nullcontext)
        track = Track(name, nothing)
        queue.entries.append(Entry(cast(Any, None), row, by_hand=True, track=track))
    queue.go(0)
    return queue


def names(queue: PlayQueue) -> str:
    return "".join(entry.row.key for entry in queue.entries)


def test_what_was_moved_while_it_was_heard() -> None:
    queue = line("a", "b", "c", "d")
    _, b, c, d = queue.entries
    heard = [cast(Track, b.track), cast(Track, c.track)]
    queue.move(c, -1)
    queue.move(d, -2)
    assert names(queue) == "adcb"
    assert queue.went_on(heard)
    assert queue.current is c and names(queue) == "abcd"


def test_what_was_taken_out_just_as_it_began() -> None:
    queue = line("a", "b", "c")
    _, b, c = queue.entries
    queue.remove(c)
    assert not queue.went_on([cast(Track, b.track), cast(Track, c.track)])
    assert names(queue) == "ab"
