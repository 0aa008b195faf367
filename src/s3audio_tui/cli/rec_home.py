"""A take of another library than the one that is open: whether it goes up all the same."""

from typing import TYPE_CHECKING

from s3audio_tui.cli.output import Output
from s3audio_tui.cli.rec_way import Way
from s3audio_tui.errors import S3AudioError
from s3audio_tui.units import count_text

if TYPE_CHECKING:
    from s3audio_tui.library.spool import TakeFolder


class ElsewhereError(S3AudioError):
    """A take belongs to another library."""


def brought(output: Output, way: Way, folder: "TakeFolder", *, named: bool, here: bool) -> None:
    """Let a take that is held go to the library that is open, if it may.

    It may where it belongs there, or `here` was said; where it was `named`, and only the endpoint
    differs, a terminal is asked. Raises `ElsewhereError`, and what `take_homes.bring` raises.
    """
    from s3audio_tui.library.take_homes import bring, home_text, is_at_home, is_same_place

    take, there = folder.take, way.home
    text = f"{take.name} belongs to {home_text(take.home, there)}"
    goes = here or is_at_home(take.home, there, moves=False)
    if not goes and named and output.interactive and is_same_place(take.home, there):
        goes = _agrees(output, f"{text}, not {home_text(there, take.home)}")
    if not goes:
        remedy = f"open that, or send it to this one: s3audio rec recover {take.id} --here"
        raise ElsewhereError(text, remedy)
    bring(folder, there, way.library, partly=here)
    lost = sum(not each.frames and "and nowhere else" in each.error for each in take.chunks)
    if here and lost:
        output.say(f"{take.name}: {count_text(lost, 'chunk')} came to its own library alone")


def _agrees(output: Output, text: str) -> bool:
    answer = output.ask(f"{text}. Send it to this one? [y/N] ")
    return answer.lower() in ("y", "yes")
