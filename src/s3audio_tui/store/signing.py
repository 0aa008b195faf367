"""Links that let whoever has them read one object for a while, without keys."""

import re
import unicodedata
from typing import Any
from urllib.parse import quote

from s3audio_tui.errors import LimitError
from s3audio_tui.store.client import Store
from s3audio_tui.store.failures import failures

MAX_LIFE_S = 7 * 24 * 3600
"""S3 signs nothing that lives longer."""


def signed_get(
    store: Store,
    key: str,
    *,
    expires_s: int,
    file_name: str | None = None,
    content_type: str | None = None,
) -> str:
    """Return a presigned address. With `file_name` browsers save it under that name.

    It does not ask whether the object is there. Links that temporary credentials signed end with
    them. Raises `LimitError` for a life of less than a second or more than 7 days.
    """
    if not 1 <= expires_s <= MAX_LIFE_S:
        raise LimitError("a link lives for 1 second to 7 days", "choose a life within", key=key)
    asked: dict[str, Any] = {"Bucket": store.bucket, "Key": key}
    if file_name is not None:
        asked["ResponseContentDisposition"] = attachment(file_name)
    if content_type is not None:
        asked["ResponseContentType"] = content_type
    with failures(store.bucket, key):
        return store.client.generate_presigned_url("get_object", Params=asked, ExpiresIn=expires_s)


def attachment(file_name: str) -> str:
    """Return a Content-Disposition that saves under `file_name`, as RFC 6266 wants it.

    The plain form comes first, for old clients, with what is not ASCII taken off; then the whole
    name. Nothing in the name can end the header or add to it.
    """
    name = re.sub(r"[\x00-\x1f\x7f-\x9f]", "_", file_name.rpartition("/")[2]) or "download"
    name = name.encode("utf-8", "replace").decode()
    decomposed = unicodedata.normalize("NFKD", name)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", bare)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
