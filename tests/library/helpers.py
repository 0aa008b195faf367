"""Steps that many tests of the library take."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from s3audio_tui.library import browse, upload
from s3audio_tui.library.events import Done, Failed, ItemEvent, Skipped
from s3audio_tui.library.names import IfTaken
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue


def put(
    library: Library, paths: Sequence[Path], *, if_exists: IfTaken = "fail", to: str = ""
) -> list[ItemEvent]:
    """Upload files as a face would; return what came of them, without progress."""
    queue = TransferQueue(2)
    plan = upload.plan(library, paths, to=to)
    refused = upload.submit(library, queue, plan.items, if_exists=if_exists)
    return [*plan.refused, *refused, *ends(queue.events())]


def ends(events: Iterable[ItemEvent]) -> list[ItemEvent]:
    """Return how each item ended."""
    return [event for event in events if isinstance(event, Done | Failed | Skipped)]


def done(events: Iterable[ItemEvent]) -> list[str]:
    """Return the keys that were done, sorted."""
    return sorted(event.key for event in events if isinstance(event, Done))


def failures(events: Iterable[ItemEvent]) -> dict[str, str]:
    """Return the error code of each key that failed."""
    return {event.key: event.error.code for event in events if isinstance(event, Failed)}


def refreshed(library: Library) -> browse.Refresh:
    """Bring the catalog up to date; return the last word."""
    return list(browse.refresh(library))[-1]


def catalog_keys(library: Library) -> list[str]:
    """Return every key that the catalog has."""
    return sorted(library.catalog.all_keys(""))


def stored_keys(client: Any, bucket: str) -> list[str]:
    """Return every key that the bucket has, as an independent client lists them."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return sorted(item["Key"] for page in pages for item in page.get("Contents", []))
