"""What a key of a library may be, checked before anything is written under it."""

from s3audio_tui.errors import LimitError, UsageError
from s3audio_tui.library.opening import HIDDEN, Library

MAX_KEY_BYTES = 1024


def checked(library: Library, key: str) -> str:
    """Return `key` if a person may choose it, else raise `UsageError` or `LimitError`."""
    if not key or key.endswith("/") or key.startswith("/"):
        raise UsageError(f"{key!r} is not a name for a file", "name the file", key=key)
    if any(part in (".", "..") for part in key.split("/")):
        raise UsageError("a name cannot have . or .. as a folder", "write the whole key", key=key)
    return allowed(library, key)


def allowed(library: Library, key: str) -> str:
    """Return `key` if an object may have it: one that is moved keeps its odd name.

    Raises `UsageError` or `LimitError`.
    """
    if f"{key}/".startswith(HIDDEN):
        raise UsageError(f"{HIDDEN} is s3audio's own folder", "choose another name", key=key)
    try:
        size_bytes = len(library.full(key).encode())
    except UnicodeEncodeError:
        raise UsageError("the name is not Unicode", "rename the file first", key=key) from None
    if size_bytes > MAX_KEY_BYTES:
        raise LimitError(
            f"the key would have {size_bytes} bytes, and S3 allows {MAX_KEY_BYTES}",
            "choose a shorter name",
            key=key,
        )
    return key


def from_argument(library: Library, text: str) -> str:
    """Return the library's key for what a person wrote: a key, or `s3://bucket/key`."""
    if not text.startswith("s3://"):
        return text
    bucket, _, full_key = text.removeprefix("s3://").partition("/")
    if bucket != library.bucket or not full_key.startswith(library.prefix):
        raise UsageError(
            f"{text} is not in this library",
            f"it must lie below s3://{library.bucket}/{library.prefix}, or choose --library",
            key=text,
        )
    return library.relative(full_key)
