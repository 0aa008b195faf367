"""Files that go up and come down, and the verdict: right, or named as failed; none lost."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from s3audio_tui.audio.header import SoundInfo
from s3audio_tui.library import download, upload
from s3audio_tui.library.events import Failed, ItemEvent
from s3audio_tui.library.getting import DownloadItem
from s3audio_tui.library.opening import Library
from s3audio_tui.library.put import UploadItem
from s3audio_tui.library.transfers import TransferQueue
from tests.library.helpers import ends

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_PATIENCE_S = 60
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Sent:
    """A file that is to arrive under `key`."""

    key: str
    path: Path
    sha256: str


def files(folder: Path, sizes: Sequence[int], seed: int = 0) -> list[Sent]:
    """Write files of these sizes, each with bytes of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number, size in enumerate(sizes):
        path = folder / f"{number:03}-{size}.wav"
        digest, chances = hashlib.sha256(), Random(f"{seed} {number} {size}")
        with path.open("wb") as file:
            for start in range(0, size, _BLOCK_BYTES):
                data = chances.randbytes(min(_BLOCK_BYTES, size - start))
                digest.update(data)
                file.write(data)
        made.append(Sent(f"in/{path.name}", path, digest.hexdigest()))
    return made


@dataclass(frozen=True)
class Run:
    """Transfers that have ended: how, by key, and the queue that can try them again."""

    queue: TransferQueue
    told: dict[str, ItemEvent]

    @property
    def failed(self) -> dict[str, str]:
        """The code of what failed, by its key."""
        return {key: each.error.code for key, each in self.told.items() if isinstance(each, Failed)}

    def again(self) -> "Run":
        """Try again what failed."""
        self.queue.retry_all()
        return _ended(self.queue, list(self.failed))


def send(library: Library, sent: Sequence[Sent], jobs: int = 4) -> Run:
    """Upload by the queue, whatever is in the files."""
    queue = TransferQueue(jobs)
    sound = SoundInfo("wav", "pcm")
    items = [
        UploadItem(one.path, one.key, one.path.stat().st_size, 0.0, sound, None) for one in sent
    ]
    assert upload.submit(library, queue, items, if_exists="fail") == []
    return _ended(queue, [one.key for one in sent])


def fetch(library: Library, sent: Sequence[Sent], folder: Path, jobs: int = 4) -> Run:
    """Download by the queue."""
    queue = TransferQueue(jobs)
    items = [DownloadItem(one.key, folder, one.path.name) for one in sent]
    download.submit(library, queue, items)
    return _ended(queue, [one.key for one in sent])


def _ended(queue: TransferQueue, keys: Sequence[str]) -> Run:
    told = ends(queue.events())
    assert sorted(each.key for each in told) == sorted(keys), "each is told of once"
    return Run(queue, {each.key: each for each in told})


def sha256(path: Path) -> str:
    """Return the digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stored_sha256(client: "S3Client", bucket: str) -> dict[str, str]:
    """Return the digest of every object of the bucket, but for the program's own."""
    found = {}
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for item in page.get("Contents", []):
            if not item["Key"].startswith(".s3audio/"):
                digest = hashlib.sha256()
                for data in client.get_object(Bucket=bucket, Key=item["Key"])["Body"]:
                    digest.update(data)
                found[item["Key"]] = digest.hexdigest()
    return found


def judge_uploads(client: "S3Client", bucket: str, sent: Sequence[Sent], run: Run) -> None:
    """Check that all arrived right or are named, that nothing else is there, that no file went."""
    right, found = {one.key: one.sha256 for one in sent}, stored_sha256(client, bucket)
    assert {key: found[key] for key in found if found[key] != right.get(key)} == {}, "wrong"
    assert set(right) - set(found) <= set(run.failed), "lost"
    assert [one.key for one in sent if sha256(one.path) != one.sha256] == [], "file changed"


def judge_downloads(folder: Path, sent: Sequence[Sent], run: Run) -> None:
    """Check that each file is right, or named as failed and not there."""
    for one in sent:
        path = folder / one.path.name
        if one.key in run.failed:
            assert not path.exists(), f"{path.name} failed, and is there"
        else:
            assert sha256(path) == one.sha256, f"{path.name} is wrong"
    others = {path.name for path in folder.iterdir()} - {one.path.name for one in sent}
    assert {name.removesuffix(".part") for name in others} <= {
        one.path.name for one in sent if one.key in run.failed
    }


def parts_left(client: "S3Client", bucket: str) -> list[tuple[str, int]]:
    """Return the parts of all unfinished uploads: key and number."""
    uploads = client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    left = []
    for one in uploads:
        listed = client.list_parts(Bucket=bucket, Key=one["Key"], UploadId=one["UploadId"])
        left += [(one["Key"], part["PartNumber"]) for part in listed.get("Parts", [])]
    return left


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a state that comes by itself."""
    deadline = time.monotonic() + _PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)
