"""Rename many in the editor, move, copy, make folders."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from s3audio_tui.errors import UsageError
from s3audio_tui.library import bulk_rename, folders, targets
from s3audio_tui.library import rename as renaming
from s3audio_tui.library.names import IfTaken
from s3audio_tui.library.taken import clashing
from s3audio_tui.tui.desk import Browser
from s3audio_tui.tui.flows.change import said
from s3audio_tui.tui.screens.folder_picker import FolderPicker, Folders
from s3audio_tui.tui.screens.prompt import Prompt
from s3audio_tui.tui.screens.rename_preview import RenamePreview
from s3audio_tui.tui.screens.taken_names import TakenNames
from s3audio_tui.tui.widgets.status_line import Said

_LOOKING = Said("Looking which names are free …", tone="busy")


async def edit_names(desk: Browser) -> None:
    """Open the names in the editor, show what would change, and change it."""
    keys = [target.key for target in desk.targets]
    text = bulk_rename.as_text(keys)
    while True:
        text = desk.edit(text, "names.txt")
        desk.say(_LOOKING)
        plan = await desk.pools.store.run(partial(bulk_rename.read, desk.library, keys, text))
        if not plan.changes and not plan.mistake:
            desk.say(Said("No name was changed", tone="note"))
            return
        count = len(plan.changes)
        desk.say(Said(f"{count:,} of {len(keys):,} names edited" if count else plan.mistake))
        answer = await desk.ask(RenamePreview(plan, len(keys)))
        if answer is None:
            desk.say(Said("Nothing was renamed", tone="note"))
            return
        if answer == "start":
            break
    pairs = await desk.pools.store.run(partial(bulk_rename.pairs, desk.library, plan))
    outcome = await desk.follow(
        "Renaming",
        len(pairs),
        lambda token: renaming.move_pairs(desk.library, pairs, cancel=token),
    )
    desk.unmark()
    desk.settle(plan.changes[0].target if outcome.done else None)
    done = _files(len(outcome.done), pairs[0].target if len(pairs) == 1 else "")
    desk.say(said(outcome, f"{done} renamed", "z takes it back"))


def _files(count: int, name: str) -> str:
    return name.rstrip("/").rpartition("/")[2] or f"{count:,} files"


async def move(desk: Browser) -> None:
    """Ask for a folder, and move what is chosen into it."""
    await _carry(desk, moves=True)


async def copy(desk: Browser) -> None:
    """Ask for a folder, and copy what is chosen into it."""
    await _carry(desk, moves=False)


async def _carry(desk: Browser, *, moves: bool) -> None:
    keys = [target.key for target in desk.targets]
    what = desk.targets[0].name.rstrip("/") if len(keys) == 1 else f"{len(keys):,} items"
    title = f"{'Move' if moves else 'Copy'} {what} into"
    picker = FolderPicker(title, desk.place.prefix, _folders(desk, keys, moves=moves))
    folder = await desk.ask(picker)
    if folder is None:
        return
    pairs = await desk.pools.store.run(partial(targets.carried, desk.library, keys, folder))
    pairs = [pair for pair in pairs if not moves or pair.source != pair.target]
    beside = _are_in(keys, folder)
    desk.say(_LOOKING)
    wanted = [] if beside else [pair.target for pair in pairs]
    names = await desk.pools.store.run(partial(clashing, desk.library, wanted))
    choice: IfTaken = "rename" if beside else "fail"
    if names:
        desk.say(Said(f"{len(names):,} of {len(pairs):,} names are taken"))
        kept = await desk.pools.store.run(partial(_kept, desk))
        answer = await desk.ask(TakenNames(names, len(pairs), kept))
        if answer is None:
            desk.say(Said(f"Nothing was {'moved' if moves else 'copied'}"))
            return
        choice = answer
    act = renaming.move_pairs if moves else renaming.copy_pairs
    outcome = await desk.follow(
        "Moving" if moves else "Copying",
        len(pairs),
        lambda token: act(desk.library, pairs, if_exists=choice, cancel=token),
    )
    desk.unmark()
    desk.settle()
    done = _files(len(outcome.done), pairs[0].source if len(pairs) == 1 else "")
    where = folder or desk.library.label
    verb = "moved" if moves else "copied"
    left = f", {len(outcome.skipped):,} left out" if outcome.skipped else ""
    desk.say(said(outcome, f"{done} {verb} to {where}{left}", "z takes it back"))


def _kept(desk: Browser) -> str:
    """Return where what is overwritten can be found again."""
    versions = desk.library.versioned()
    return "stays there as an older version" if versions else "goes to the trash"


def _are_in(keys: Sequence[str], folder: str) -> bool:
    return all(key[: key.rfind("/", 0, -1) + 1] == folder for key in keys)


def _folders(desk: Browser, keys: Sequence[str], *, moves: bool) -> Folders:
    """Return what the folder picker needs to know."""

    async def check(folder: str) -> None:
        if any(key.endswith("/") and folder.startswith(key) for key in keys):
            raise UsageError("a folder cannot go into itself", "choose another")
        if _are_in(keys, folder) and (moves or any(key.endswith("/") for key in keys)):
            it = "it is" if len(keys) == 1 else "they are"
            raise UsageError(f"{it} here already", "choose another folder")
        if folder:
            folders.folder_key(desk.library, folder)

    return folders_of(desk, check)


def folders_of(desk: Browser, check: Callable[[str], Awaitable[None]]) -> Folders:
    """Return the folders of the library to choose from, those that pass `check`."""

    async def make(name: str) -> str:
        return await desk.pools.store.run(partial(_make, desk, name))

    return Folders(lambda: desk.library.catalog, desk.library.label, desk.pools.rows, check, make)


def _make(desk: Browser, name: str) -> str:
    return folders.make_one(desk.library, name)


async def new_folder(desk: Browser) -> None:
    """Ask for a name, and make a folder where one is."""
    prefix, made = desk.place.prefix, list[str]()

    async def check(name: str) -> None:
        made[:] = [await desk.pools.store.run(partial(_make, desk, prefix + name.strip()))]

    prompt = Prompt(f"New folder in {prefix or desk.library.label}", verb="make it", check=check)
    if await desk.ask(prompt) is None:
        return
    desk.settle(f"{prefix}{made[0][len(prefix) :].partition('/')[0]}/")
    desk.say(Said(f"{made[0]} made", "z takes it back"))
