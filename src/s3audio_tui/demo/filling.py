"""The bucket of the demo, filled inside moto's own process: no request, and dates as wished."""

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

from s3audio_tui.audio.formats import by_ending
from s3audio_tui.demo.making import Made
from s3audio_tui.demo.songbook import File

if TYPE_CHECKING:
    from moto.s3.models import S3Backend

_DAY_S = 24 * 3600.0


def fill(bucket: str, region: str, files: list[File], made: list[Made], now: float) -> None:
    """Make the versioned bucket and put every file into it, dated back from `now`.

    Files of one key become its versions, in their order. The same files and the same `now` give
    the same bucket, version ids included.
    """
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.moto_api._internal import mock_random
    from moto.s3.models import s3_backends

    mock_random.seed(1)
    backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    backend.create_bucket(bucket, region)
    backend.put_bucket_versioning(bucket, "Enabled")
    for file, sound in zip(files, made, strict=True):
        _put(backend, bucket, file, sound, now)
    mock_random.seed()


def _put(backend: "S3Backend", bucket: str, file: File, made: Made, now: float) -> None:
    key = backend.put_object(bucket, file.key, made.data, etag=made.etag, encryption="AES256")
    key.set_metadata(_metadata(file))
    key.last_modified = _date(now - file.age_days * _DAY_S)
    if file.tags:
        backend.put_object_tagging(key, file.tags)
    if file.deleted_days_ago is not None:
        backend.delete_object(bucket, file.key)
        marker = backend.get_bucket(bucket).keys[file.key]
        marker.last_modified = _date(now - file.deleted_days_ago * _DAY_S)


def _date(instant: float) -> datetime:
    """Return the instant as moto keeps it: UTC, without saying so, whole seconds as S3 has them."""
    return datetime.fromtimestamp(int(instant), UTC).replace(tzinfo=None)


def _metadata(file: File) -> dict[str, str]:
    kind = by_ending(file.key)
    assert kind is not None
    name = quote(PurePosixPath(file.key).name, safe=" ()[]+,=@&!'~")
    return {
        "Content-Type": kind.content_type,
        "x-amz-meta-original-name": name,
        "x-amz-meta-user": "you",
    }
