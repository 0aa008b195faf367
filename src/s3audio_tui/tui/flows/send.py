"""Upload and download: a choice first, then the plan, then the queue."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import msgspec

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import LimitError, NotFoundError, S3AudioError, UsageError
from s3audio_tui.library import download as fetching
from s3audio_tui.library import local_files, quota, remembered, zipping
from s3audio_tui.library import upload as sending
from s3audio_tui.library.events import ItemEvent, Progress
from s3audio_tui.library.keys import checked
from s3audio_tui.library.local_files import paths_in
from s3audio_tui.library.put import UploadItem
from s3audio_tui.library.quota import QuotaStatus
from s3audio_tui.library.remembered import Remembered
from s3audio_tui.library.upload import Look, UploadPlan
from s3audio_tui.text import safe
from s3audio_tui.tui.desk import Browser, Desk
from s3audio_tui.tui.flows.organise import folders_of
from s3audio_tui.tui.screens.download_form import DownloadForm, Wish
from s3audio_tui.tui.screens.file_picker import FilePicker
from s3audio_tui.tui.screens.folder_picker import FolderPicker
from s3audio_tui.tui.screens.prompt import Prompt
from s3audio_tui.tui.screens.upload_plan import Planning, UploadPlanScreen
from s3audio_tui.tui.widgets.status_line import Said
from s3audio_tui.units import size_text

_LONGEST_PATHS = 500_000
"""Characters of pasted paths; of more the program would read for seconds."""

_PATIENCE_S = 2.0
"""A plan is shown without the room that is left where the store takes longer to say it."""


async def pick(desk: Browser) -> None:
    """Let files and folders of this machine be chosen, and upload them."""
    known = await desk.pools.rows.run(partial(_known, desk))
    start, places = await desk.pools.rows.run(partial(_beginning, known.upload_folders))
    where = desk.place.prefix or desk.library.label
    picker = FilePicker(f"Upload into {where}", start, places, desk.pools, desk.clock)
    paths = await desk.ask(picker)
    if not paths:
        return
    await _keep(desk, remembered.uploaded_from(str(picker.folder)))
    await _plan_and_send(desk, paths)


async def upload(desk: Browser, text: str | None = None) -> None:
    """Ask for paths, or take those in `text`, and upload them."""
    if text is None:
        text = await desk.ask(
            Prompt(
                f"Upload into {desk.place.prefix or desk.library.label}",
                verb="see the plan",
                hint="files or folders, several with spaces between, or dropped here",
                check=partial(_check_paths, desk),
            )
        )
    if text is None:
        return
    if len(text) > _LONGEST_PATHS:
        raise LimitError(
            f"{size_text(len(text))} are too much to be paths", "paste fewer, or the folder"
        )
    if paths := await desk.pools.rows.run(partial(paths_in, text)):
        await _plan_and_send(desk, paths)


async def _check_paths(desk: Desk, text: str) -> None:
    """Raise unless all paths in `text` are there."""
    paths = await desk.pools.rows.run(partial(paths_in, text))
    if not paths:
        raise UsageError("name a file or a folder")
    missing = await desk.pools.rows.run(
        lambda: [path for path in paths if not local_files.exists(path)]
    )
    if missing:
        raise NotFoundError(f"there is no {missing[0]}")


async def _plan_and_send(desk: Browser, paths: Sequence[Path]) -> None:
    """Show what an upload would do, let it be changed, and queue it."""
    prefix = desk.place.prefix
    looks: list[Look] = []

    def look(token: CancelToken) -> Iterator[ItemEvent]:
        for seen in sending.look(desk.library, paths, token):
            looks.append(seen)
            yield Progress("", "", len(looks), len(looks))

    await desk.follow("Looking at the files", 0, look)
    plan = await desk.pools.rows.run(partial(sending.aim, desk.library, looks, to=prefix))
    room = await _room_soon(desk)
    desk.say(Said(f"{len(plan.items):,} to upload", tone="note"))
    planning = _planning(desk, looks)
    decided = await desk.ask(UploadPlanScreen(plan, room, prefix, planning, desk.clock))
    if decided is None:
        desk.say(Said("Nothing was uploaded", tone="note"))
        return
    desk.say(Said("On the way", "x cancels"))  # before they begin: small ones say soon how they end
    send = partial(sending.submit, desk.library, desk.queue, decided.items, choices=decided.choices)
    refused = await desk.pools.store.run(send)
    if refused:
        error = refused[0].error
        many = f"{len(refused):,} not started: " if len(decided.items) > 1 else ""
        desk.say(Said(f"{many}{error.message}", error.remedy, "wrong"))


def _planning(desk: Browser, looks: Sequence[Look]) -> Planning:
    """Return how a plan is changed, off the loop."""
    library, rows = desk.library, desk.pools.rows

    async def check(prefix: str) -> None:
        checked(library, f"{prefix}x")

    def choose_folder(prefix: str) -> FolderPicker:
        return FolderPicker("Upload into", prefix, folders_of(desk, check))

    async def aim(prefix: str) -> UploadPlan:
        return await rows.run(partial(sending.aim, library, looks, to=prefix))

    async def rename(plan: UploadPlan, item: UploadItem, name: str) -> UploadItem:
        return await rows.run(partial(sending.renamed, library, plan, item, name))

    return Planning(choose_folder, aim, rename)


async def _room_soon(desk: Desk) -> QuotaStatus | None:
    """Return the quota; None where the store does not say it soon."""
    asked = desk.pools.store.run(partial(_room, desk))
    with suppress(TimeoutError):
        return await asyncio.wait_for(asked, _PATIENCE_S)
    return None


def _room(desk: Desk) -> QuotaStatus | None:
    """Return the quota, or None where it cannot be asked for; the upload itself will say why."""
    try:
        return quota.status(desk.library, measure_now=False)
    except S3AudioError:
        return None


async def download(desk: Browser) -> None:
    """Ask where to, and put the files there."""
    await _download(desk, zipped=False)


async def download_zip(desk: Browser) -> None:
    """Ask where to, and put all files into one zip there."""
    await _download(desk, zipped=True)


async def _download(desk: Browser, *, zipped: bool) -> None:
    library, keys = desk.library, [target.key for target in desk.targets]
    known = await desk.pools.rows.run(partial(_known, desk))
    folder = known.download_folder or library.settings.download_folder
    desk.say(Said("Looking at the files …", tone="busy"))
    find = partial(fetching.plan, library, keys, Path(folder), known=True)
    plan = await desk.pools.store.run(find)
    desk.say(Said(f"{len(plan.items):,} to download", tone="note"))
    archive = safe(zipping.name_for(library, keys, desk.place.prefix))
    wish = await desk.ask(DownloadForm(plan, folder, archive, desk.pools.rows, zipped=zipped))
    if wish is None:
        desk.say(Said("Nothing was downloaded", tone="note"))
        return
    if plan.refused:
        error = plan.refused[0].error
        sentence = f"{len(plan.refused):,} not possible: {error.message}"
        desk.say(Said(sentence, error.remedy, "wrong"))
    else:  # before they begin: what is small has arrived a moment later, and says so
        desk.say(Said(f"Downloading into {wish.folder}", "x cancels"))
    await desk.pools.rows.run(partial(_fetch, desk, plan, wish))
    desk.unmark()
    await _keep(desk, lambda now: msgspec.structs.replace(now, download_folder=str(wish.folder)))


def _fetch(desk: Desk, plan: fetching.DownloadPlan, wish: Wish) -> None:
    """Queue the download. Writes it down on this disk first."""
    library, queue, items = desk.library, desk.queue, plan.into(wish.folder).items
    if wish.archive:
        target = wish.folder / wish.archive
        zipping.submit_zip(library, queue, items, target, if_exists=wish.if_exists)
    else:
        fetching.submit(library, queue, items, if_exists=wish.if_exists)


# What is remembered


def _known(desk: Desk) -> Remembered:
    return remembered.recall(desk.session.state_folder)


def _beginning(folders: Sequence[str]) -> tuple[Path, list[Path]]:
    """Return the folder that the picker shows first, and its places."""
    start = local_files.beginning(folders[0] if folders else "~/Music")
    return start, local_files.places(folders)


async def _keep(desk: Browser, change: Callable[[Remembered], Remembered]) -> None:
    """Write down what shall be there the next time; a disk that is full costs only that."""
    with suppress(S3AudioError):
        await desk.remember(change)
