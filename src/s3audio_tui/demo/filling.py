"""The bucket of the demo, filled inside moto's own process: no request, and dates as wished."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from s3audio_tui.audio.formats import by_name
from s3audio_tui.demo.file import File
from s3audio_tui.demo.making import Made
from s3audio_tui.library.put import metadata

if TYPE_CHECKING:
    from moto.s3.models import FakeKey, S3Backend

_DAY_S = 24 * 3600.0
_USER = "demo"


def fill(bucket: str, region: str, files: Sequence[File], made: Sequence[Made], now: float) -> None:
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
    for file, content in zip(files, made, strict=True):
        _put(backend, bucket, file, content, now)
    mock_random.seed()
    _quicken_version_lists()


def _put(backend: "S3Backend", bucket: str, file: File, made: Made, now: float) -> None:
    key = backend.put_object(bucket, file.key, made.data, etag=made.etag, encryption="AES256")
    name = PurePosixPath(file.key).name
    headers = {"Content-Type": by_name(made.sound.format).content_type}
    for field, value in metadata(_USER, name, made.sound).items():
        headers[f"x-amz-meta-{field}"] = value
    key.set_metadata(headers)
    key.last_modified = _date(now - file.age_days * _DAY_S)
    if file.tags:
        backend.put_object_tagging(key, file.tags)
    if file.deleted_days_ago is not None:
        backend.delete_object(bucket, file.key)
        marker = backend.get_bucket(bucket).keys[file.key]
        marker.last_modified = _date(now - file.deleted_days_ago * _DAY_S)


def _date(instant: float) -> datetime:
    """Return the instant as moto keeps it: UTC without saying so, in whole seconds as S3's."""
    return datetime.fromtimestamp(int(instant), UTC).replace(tzinfo=None)


def _quicken_version_lists() -> None:
    """Let moto list versions without copying all their bytes, which takes 0.2 s for 100 MB.

    It deep-copies every version to mark the latest. The twin has no bytes, so that its end does
    not close those of the original.
    """
    from moto.s3.models import FakeKey

    def twin(key: "FakeKey", memo: dict[int, object]) -> "FakeKey":
        del memo
        key.etag  # noqa: B018 - computed from the bytes on first use
        shallow = object.__new__(type(key))
        vars(shallow).update(vars(key), _value_buffer=None, disposed=True)
        return shallow

    FakeKey.__deepcopy__ = twin  # type: ignore[attr-defined]  # it has none of its own
