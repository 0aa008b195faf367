"""Record: the recorder's screen, and takes that were left behind."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from s3audio_tui.tui.desk import Browser
from s3audio_tui.tui.screens.rec_left import LeftDialog
from s3audio_tui.tui.screens.recorder import RecorderScreen
from s3audio_tui.tui.widgets.status_line import Said
from s3audio_tui.units import count_text

if TYPE_CHECKING:
    from s3audio_tui.errors import S3AudioError
    from s3audio_tui.library.left_takes import LeftTake


async def show(desk: Browser) -> None:
    """Show the recorder; before that, takes that were left behind: others than those here once."""
    side = desk.recorder
    here = [each for each in side.left if each.wants_care]
    ids = {each.take.id for each in side.left}
    if (here or ids - side.listed) and not side.is_on:
        side.listed |= ids
        answer = await desk.ask(LeftDialog(side.left, desk.clock()))
        if answer == "finish":
            failed = await side.finish_left(desk.library)
            desk.say(_finished(here, failed))
        if answer != "record":
            return
    path = await desk.ask(RecorderScreen(side, desk.library, desk.remember_soon))
    if path is not None:
        folder = path[: path.rfind("/") + 1]
        desk.go(desk.place.into(folder), cursor_key=path if path != folder else None)
    desk.settle()


def _finished(here: "Sequence[LeftTake]", failed: "Mapping[str, S3AudioError]") -> Said:
    """Return what became of the takes that were left behind."""
    whole = sum(each.take.id not in failed for each in here)
    done = f"{count_text(whole, 'recording')} made whole"
    if not failed:
        return Said(done, "", "good")
    left = count_text(len(failed), "recording")
    names = {each.take.id: each.take.name for each in here}
    why = [f"{names.get(key, key)}: {error.message}" for key, error in failed.items()]
    sentence = f"{left} could not be made whole" + (f", {done}" if whole else "")
    return Said(sentence, "; ".join(why), "wrong")
