"""Upload and download: a plan first, then the queue."""

import shlex
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from s3audio_tui.errors import NotFoundError, S3AudioError, UsageError
from s3audio_tui.library import download as fetching
from s3audio_tui.library import quota
from s3audio_tui.library import upload as sending
from s3audio_tui.library.quota import QuotaStatus
from s3audio_tui.tui.desk import Browser, Desk
from s3audio_tui.tui.screens.prompt import Prompt
from s3audio_tui.tui.screens.upload_plan import UploadPlanScreen
from s3audio_tui.tui.widgets.status_line import Said


def paths_in(text: str) -> list[Path]:
    """Return the paths in typed or pasted text.

    Terminals paste a dropped file quoted, with backslashes, or as a `file://` address, several
    of them on one line or one a line. A line that is a path as it stands is taken so.
    """
    found: list[Path] = []
    for line in text.replace("\r", "\n").split("\n"):
        plain = line.strip()
        if not plain:
            continue
        if _path(plain).exists():
            found.append(_path(plain))
            continue
        try:
            words = shlex.split(plain)
        except ValueError:
            words = [plain]
        found += [_path(word) for word in words]
    return found


def _path(text: str) -> Path:
    if text.startswith("file://"):
        text = unquote(urlsplit(text).path)
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


async def upload(desk: Browser, text: str | None = None) -> None:
    """Ask for paths, or take those in `text`; show what would be done; start it."""
    prefix = desk.place.prefix
    if text is None:
        text = await desk.ask(
            Prompt(
                f"Upload to {prefix or desk.library.label}",
                verb="see the plan",
                hint="files or folders, several with spaces between, or dropped here",
                check=partial(_check_paths, desk),
            )
        )
    if text is None or not (paths := paths_in(text)):
        return
    desk.say(Said("Looking at the files …", tone="busy"))
    plan = await desk.pools.store.run(partial(sending.plan, desk.library, paths, to=prefix))
    room = await desk.pools.store.run(partial(_room, desk))
    desk.say(Said(f"{len(plan.items):,} to upload"))
    if_exists = await desk.ask(UploadPlanScreen(plan, room, prefix))
    if if_exists is None:
        desk.say(Said("Nothing was uploaded"))
        return
    refused = await desk.pools.store.run(
        partial(sending.submit, desk.library, desk.queue, plan.items, if_exists=if_exists)
    )
    if refused:
        error = refused[0].error
        many = f"{len(refused):,} not started: " if len(plan.items) > 1 else ""
        desk.say(Said(f"{many}{error.message}", error.remedy, "wrong"))
    else:
        desk.say(Said("On the way", "x cancels"))


async def _check_paths(desk: Desk, text: str) -> None:
    """Raise unless all paths in `text` are there."""
    paths = paths_in(text)
    if not paths:
        raise UsageError("name a file or a folder")
    missing = await desk.pools.rows.run(lambda: [path for path in paths if not path.exists()])
    if missing:
        raise NotFoundError(f"there is no {missing[0]}")


def _room(desk: Desk) -> QuotaStatus | None:
    """Return the quota, or None where it cannot be asked for; the upload itself will say why."""
    try:
        return quota.status(desk.library, measure_now=False)
    except S3AudioError:
        return None


async def download(desk: Browser) -> None:
    """Ask for a folder, and put the files there; a name that is taken gets a number."""
    keys = [target.key for target in desk.targets]
    what = keys[0] if len(keys) == 1 else f"{len(keys):,} items"
    text = await desk.ask(
        Prompt(
            f"Download {what} into",
            value=desk.library.settings.download_folder,
            chosen=len(desk.library.settings.download_folder),
            verb="download",
            hint="a name that is taken there gets a number",
        )
    )
    if text is None or not text.strip():
        return
    folder = _path(text.strip()).absolute()
    plan = await desk.pools.store.run(partial(fetching.plan, desk.library, keys, folder))
    fetching.submit(desk.library, desk.queue, plan.items, if_exists="rename")
    desk.unmark()
    if plan.refused:
        error = plan.refused[0].error
        desk.say(
            Said(f"{len(plan.refused):,} not possible: {error.message}", error.remedy, "wrong")
        )
    else:
        desk.say(Said(f"Downloading into {folder}", "x cancels"))
