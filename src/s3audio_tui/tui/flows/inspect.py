"""Look into files: properties and sums, tags and metadata, older versions."""

from functools import partial
from pathlib import Path

from s3audio_tui.catalog.rows import Folder, Row
from s3audio_tui.catalog.sums import sums
from s3audio_tui.errors import LimitError
from s3audio_tui.library import details, remembered
from s3audio_tui.library import properties as editing
from s3audio_tui.library import versions as older
from s3audio_tui.library.browse import files_in
from s3audio_tui.library.property_fields import Change
from s3audio_tui.library.versions import Version
from s3audio_tui.tui import properties_text as words
from s3audio_tui.tui.desk import Browser
from s3audio_tui.tui.flows.share import share
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.screens.properties import PropertiesScreen
from s3audio_tui.tui.screens.tag_form import TagForm
from s3audio_tui.tui.screens.versions import VersionsScreen
from s3audio_tui.tui.targets import Target, named
from s3audio_tui.tui.widgets.facts import Section
from s3audio_tui.tui.widgets.status_line import Said
from s3audio_tui.units import age_text, size_text

_MOST = 1000
"""So many files in one form: each is asked for its tags first."""

_MOST_READ = 300
"""So many headers are read for the length of many files."""


async def properties(desk: Browser) -> None:
    """Show what is known, and go on to what the person wants next."""
    targets = desk.targets
    single = len(targets) == 1 and not targets[0].is_folder
    screen = await (_of_one(desk, targets[0].key) if single else _of_many(desk, targets))
    answer = await desk.ask(screen)
    if answer == "tags":
        await _edit(desk, targets)
    elif answer == "share":
        await share(desk)
    elif answer == "versions":
        await _show_versions(desk, targets[0].key)


async def _of_one(desk: Browser, key: str) -> PropertiesScreen:
    library, now = desk.library, desk.clock()
    row = await desk.pools.rows.run(lambda: library.catalog.get(key))

    async def load() -> list[Section]:
        found = await desk.pools.store.run(partial(details.info, library, key))
        return words.of_details(found, now)

    above, _, name = key.rpartition("/")
    known = words.of_row(row, now) if row else []
    return PropertiesScreen(name, above, known, load, single=True)


async def _of_many(desk: Browser, targets: list[Target]) -> PropertiesScreen:
    keys = [target.key for target in targets]
    found = await desk.pools.rows.run(lambda: sums(desk.library.catalog.database, keys))
    one = targets[0].key.rstrip("/").rpartition("/") if len(targets) == 1 else None
    name = one[2] if one else f"{len(targets):,} chosen"
    above = one[0] if one else ""

    async def load() -> list[Section]:
        measure = partial(details.measured, desk.library, keys, _MOST_READ)
        return words.of_sums(await desk.pools.store.run(measure))

    return PropertiesScreen(name, above, words.of_sums(found), load, single=False)


# Tags and metadata


async def edit_tags(desk: Browser) -> None:
    """Show tags and metadata of what is chosen, and change what the person changed."""
    await _edit(desk, desk.targets)


async def _edit(desk: Browser, targets: list[Target]) -> None:
    library = desk.library
    desk.say(Said("Asking for tags and metadata …", tone="busy"))
    chosen = [target.key for target in targets]
    keys = await desk.pools.store.run(partial(files_in, library, chosen))
    if len(keys) > _MOST:
        raise LimitError(f"{len(keys):,} files are too many for one form", "choose fewer")
    found = await desk.pools.store.run(partial(editing.look, library, keys))
    seen = {key: one.properties for key, one in zip(keys, found, strict=True)}
    desk.say(Said(""))
    change = await desk.ask(TagForm(named(keys), list(seen.values())))
    if change is None or change == Change():
        desk.say(Said("Nothing was changed", tone="note"))
        return
    outcome = await desk.follow(
        "Changing tags and metadata",
        len(keys),
        lambda token: editing.apply(library, keys, change, seen=seen, cancel=token),
    )
    desk.settle()
    if outcome.failed or outcome.stopped:
        desk.say(outcome.said(f"stopped: {len(outcome.done):,} changed"))
        return
    desk.say(Said(f"Tags and metadata of {named(outcome.done)} changed", "z takes it back"))


# Versions


async def versions(desk: Browser) -> None:
    """Show the versions of the file under the cursor, and do what the person wants with one."""
    item: Row | Folder | None = desk.item
    if isinstance(item, Row):
        await _show_versions(desk, item.key)


async def _show_versions(desk: Browser, key: str) -> None:
    library = desk.library
    desk.say(Said("Asking for versions …", tone="busy"))
    while True:
        listed = await desk.pools.store.run(partial(older.listed, library, key))
        desk.say(Said(""))
        choice = await desk.ask(VersionsScreen(listed, desk.clock()))
        if choice is None:
            return
        if choice.act == "remove":
            await _remove(desk, choice.version, last=len(listed) == 1)
            if len(listed) == 1:
                return
        elif choice.act == "get":
            await _get(desk, choice.version)
            return
        else:
            await _restore(desk, choice.version)
            return


async def _restore(desk: Browser, version: Version) -> None:
    name = version.key.rpartition("/")[2]
    desk.say(Said(f"Restoring {name} …", tone="busy"))
    await desk.pools.store.run(partial(older.restore, desk.library, version.key, version.id))
    desk.settle(version.key)
    age = age_text(version.modified, desk.clock())
    desk.say(Said(f"{name} is again as it was: {age}", "z takes it back"))


async def _get(desk: Browser, version: Version) -> None:
    state = desk.session.state_folder
    known = await desk.pools.rows.run(partial(remembered.recall, state))
    folder = Path(known.download_folder or desk.library.settings.download_folder).expanduser()
    start = partial(older.download, desk.library, desk.queue, version, folder)
    await desk.pools.rows.run(start)
    desk.say(Said(f"Downloading into {folder}", "x cancels"))


async def _remove(desk: Browser, version: Version, *, last: bool) -> None:
    name = version.key.rpartition("/")[2]
    what = "mark of a delete" if version.is_delete_marker else "version"
    dialog = Confirm(
        f"Remove this {what} of {name} for good?",
        names=f"{age_text(version.modified, desk.clock())}, {size_text(version.size_bytes)}",
        sentence=_consequence(version, last=last),
        keep="Keep",
        act="Remove",
    )
    if not await desk.ask(dialog):
        return
    await desk.pools.store.run(partial(older.remove, desk.library, version))
    desk.settle(version.key)
    desk.say(Said(f"One {what} of {name} removed for good"))


def _consequence(version: Version, *, last: bool) -> str:
    if version.is_delete_marker:
        return "The file is there again where this mark is the newest."
    if last:
        return "It is the only one: the file is gone with it, and nothing brings it back."
    if version.is_current:
        return "The one before it becomes the current one. Nothing brings this one back."
    return "The others stay. Nothing brings this one back."
