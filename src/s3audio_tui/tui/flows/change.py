"""Rename, delete, restore, undo, redo."""

from collections.abc import Iterator, Sequence
from functools import partial

from s3audio_tui.cancel import CancelToken
from s3audio_tui.catalog.rows import Folder
from s3audio_tui.errors import UsageError
from s3audio_tui.library import rename as renaming
from s3audio_tui.library import trash
from s3audio_tui.library import undo as history
from s3audio_tui.library.browse import files_in
from s3audio_tui.library.events import Done, ItemEvent
from s3audio_tui.library.history import Undone
from s3audio_tui.library.targets import check_renamed
from s3audio_tui.library.trash import TrashEntry
from s3audio_tui.text import safe
from s3audio_tui.tui.desk import Browser, Desk, Outcome
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.targets import Target, named
from s3audio_tui.tui.widgets.row_editor import RowEditor
from s3audio_tui.tui.widgets.status_line import Said
from s3audio_tui.tui.widgets.window import key_of
from s3audio_tui.units import count_text, size_text

_NAMED = 3
"""So many names a dialog lists; of more it says the number."""


async def rename(desk: Browser) -> None:
    """Let another name be typed in the row of a file or folder, and give it that."""
    item = desk.item
    if item is None:
        return
    old = key_of(item)
    end = "/" if isinstance(item, Folder) else ""
    name = old.removesuffix(end)
    folder, name = name[: name.rfind("/") + 1], name[name.rfind("/") + 1 :]

    def target(text: str) -> str:
        return old if text == safe(name) else folder + text.strip().strip("/") + end

    async def check(text: str) -> None:
        if not text.strip().strip("/"):
            raise UsageError("a name is needed")
        if "/" in text.strip().strip("/"):
            raise UsageError("a name cannot have a /: move it to another folder instead")
        await desk.pools.rows.run(partial(check_renamed, desk.library, old, target(text)))

    stem = safe(name).rpartition(".")[0] if not end else ""
    editor = RowEditor(
        name,
        chosen=len(stem) or len(safe(name)),
        where=lambda: desk.name_region,
        check=check,
    )
    text = await desk.ask(editor)
    if text is None or target(text) == old:
        return
    new = target(text)
    files = item.files if isinstance(item, Folder) else 1
    outcome = await desk.follow(
        f"Renaming {name}",
        files,
        lambda token: renaming.move(desk.library, old, new, cancel=token),
    )
    desk.settle(new if outcome.done else None)
    named = f"{len(outcome.done):,} files of {name}" if end and files > 1 else name
    desk.say(said(outcome, f"{named} renamed to {new[len(folder) :]}", "z takes it back"))


async def delete(desk: Browser) -> None:
    """Ask, then put files and whole folders into the trash."""
    targets = desk.targets
    chosen = [target.key for target in targets]
    keys = await desk.pools.store.run(partial(files_in, desk.library, chosen, markers=True))
    files = sum(not key.endswith("/") for key in keys)
    size_bytes = sum(target.bytes for target in targets)
    sentence = await desk.pools.store.run(partial(trash.sentence, desk.library, len(keys)))
    what = count_text(files, "file") if files else "an empty folder"
    dialog = Confirm(
        f"Delete {what}, {size_text(size_bytes)}?",
        names=_names(targets),
        sentence=sentence,
        keep="Keep",
        act="Delete",
    )
    if not await desk.ask(dialog):
        return
    outcome = await desk.follow(
        "Deleting", len(keys), lambda token: trash.delete(desk.library, keys, cancel=token)
    )
    desk.unmark()
    desk.settle()
    desk.say(said(outcome, f"{named(outcome.done)} deleted", "z takes it back"))


def _names(targets: Sequence[Target]) -> str:
    names = [target.name for target in targets]
    if len(names) > _NAMED:
        return ", ".join(names[:_NAMED]) + f" and {len(names) - _NAMED:,} more"
    return ", ".join(names)


async def restore(desk: Desk, entries: Sequence[TrashEntry]) -> None:
    """Put files from the trash back where they were."""
    outcome = await desk.follow(
        "Restoring",
        len(entries),
        lambda token: trash.restore(desk.library, entries, cancel=token),
    )
    done = outcome.done[0] if len(outcome.done) == 1 else count_text(len(outcome.done), "file")
    desk.settle()
    desk.say(said(outcome, f"{done} restored", "in the library z takes it back"))


async def empty(desk: Desk, entries: Sequence[TrashEntry]) -> None:
    """Ask, then remove what is in the trash for good."""
    total = size_text(sum(entry.size_bytes for entry in entries))
    what = count_text(len(entries), "file")
    dialog = Confirm(
        f"Delete {what}, {total}, for good?",
        sentence="Nothing can bring them back after this.",
        keep="Keep",
        act="Delete for good",
    )
    if not await desk.ask(dialog):
        return
    outcome = await desk.follow(
        "Emptying the trash",
        len(entries),
        lambda token: trash.empty(desk.library, entries, cancel=token),
    )
    desk.settle()
    desk.say(said(outcome, f"{len(outcome.done):,} deleted for good"))


async def undo(desk: Desk) -> None:
    """Take back the last change."""
    await _turn(desk, "Taking back", "Z does it again", back=True)


async def redo(desk: Desk) -> None:
    """Do again what was taken back."""
    await _turn(desk, "Doing again", "z takes it back", back=False)


async def _turn(desk: Desk, title: str, hint: str, *, back: bool) -> None:
    """Turn the last act, and say in words what was turned."""
    turned: list[Undone] = []
    action = await desk.pools.rows.run(partial(history.upcoming, desk.library, back=back))

    def start(token: CancelToken) -> Iterator[ItemEvent]:
        turned.append((yield from history.turning(desk.library, back=back, cancel=token)))

    name, total = (history.words(action), len(action.items)) if action else ("", 1)
    outcome = await desk.follow(f"{title} {name}".rstrip(), total, start)
    done = [event for event in turned[0].events if isinstance(event, Done)]
    desk.settle((done[0].path or done[0].key) if done else None)
    desk.say(said(outcome, turned[0].sentence, hint))


def said(outcome: Outcome, sentence: str, hint: str = "") -> Said:
    """Return what became of a job: `sentence`, or what failed, was stopped or left out."""
    if outcome.failed:
        return outcome.said(sentence)
    if outcome.stopped:
        return Said(f"stopped: {len(outcome.done):,} done", hint, "note")
    if outcome.skipped and not outcome.done:
        return Said(f"nothing done: {outcome.skipped[0].reason}", tone="note")
    return Said(sentence, hint)
