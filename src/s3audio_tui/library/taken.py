"""Which names are taken, asked of S3 now: what a person decides on before anything is written."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from s3audio_tui.library.opening import Library
from s3audio_tui.store import objects

_AT_ONCE = 8


def taken(library: Library, keys: Sequence[str]) -> set[str]:
    """Return those of `keys` that an object has already. One request a key, eight at once."""

    def is_taken(key: str) -> bool:
        return objects.find(library.store, library.full(key)) is not None

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="s3audio-look") as pool:
        return {key for key, found in zip(keys, pool.map(is_taken, keys), strict=True) if found}
