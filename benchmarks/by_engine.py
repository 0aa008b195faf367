"""The transfers of s3audio alone: `python benchmarks/by_engine.py up|down|list FOLDER PREFIX`.

The queue and the store's functions, without the library: no intake, no quota, no catalog.
"""

import os
import sys
from functools import partial
from pathlib import Path

from s3audio_tui.library.events import Failed
from s3audio_tui.library.transfers import Transfer, TransferQueue
from s3audio_tui.paths import open_part
from s3audio_tui.store import listing, spans
from s3audio_tui.store.client import Connection, Store, connect
from s3audio_tui.store.download import download
from s3audio_tui.store.listing import ObjectEntry
from s3audio_tui.store.upload import PutOptions, upload
from transfer_peers import BUCKET

_JOBS, _SMALL_JOBS = 4, 64


def main() -> None:
    """Send a folder, fill one, or print the keys below a prefix."""
    verb, folder, prefix = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    store = connect(
        Connection(
            BUCKET, region=os.environ["AWS_REGION"], endpoint_url=os.environ["AWS_ENDPOINT_URL"]
        )
    )
    if verb == "list":
        for page in spans.pages(store, prefix):
            sys.stdout.write("".join(f"{found.key}\n" for found in page))
        return
    queue = TransferQueue(_JOBS, small_jobs=_SMALL_JOBS)
    if verb == "up":
        for path in sorted(folder.iterdir()):
            key, work = prefix + path.name, partial(_up, store, path, prefix + path.name)
            queue.submit("up", key, str(path), path.stat().st_size, work)
    else:
        for page in listing.pages(store, prefix):
            for found in page:
                name = found.key.removeprefix(prefix)
                work = partial(_down, store, found, folder, name)
                queue.submit("down", found.key, str(folder / name), found.size_bytes, work)
    failed = [event for event in queue.events() if isinstance(event, Failed)]
    if failed:
        sys.exit(f"{len(failed)} failed: {failed[0].error}")


def _up(store: Store, path: Path, key: str, transfer: Transfer) -> None:
    options = PutOptions("audio/wav", conditional=True)
    upload(store, path, key, options, progress=transfer.progress, cancel=transfer.cancel)


def _down(store: Store, entry: ObjectEntry, folder: Path, name: str, transfer: Transfer) -> None:
    part = open_part(folder, name)
    try:
        came = download(
            store,
            entry.key,
            part.fd,
            expected_bytes=entry.size_bytes,
            progress=transfer.progress,
            cancel=transfer.cancel,
        )
        part.publish(came.head.modified, overwrite=False)
    finally:
        part.close()


if __name__ == "__main__":
    main()
