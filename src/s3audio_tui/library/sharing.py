"""A presigned link: whoever has it may listen or download, without keys, for a while."""

from collections.abc import Sequence
from dataclasses import dataclass

from s3audio_tui.audio.formats import by_name
from s3audio_tui.catalog.rows import format_of
from s3audio_tui.errors import LimitError, S3AudioError
from s3audio_tui.library.each import ask_each
from s3audio_tui.library.events import Failed
from s3audio_tui.library.opening import Library
from s3audio_tui.store import objects
from s3audio_tui.store.signing import signed_get

LISTEN_S = 15 * 60
DOWNLOAD_S = 60 * 60
LONGEST_S = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Share:
    """The link, and until when it works (seconds since 1970)."""

    url: str
    expires_at: float
    key: str

    @property
    def temporary(self) -> bool:
        """Whether temporary credentials signed it, with which it ends if they end first."""
        return "X-Amz-Security-Token=" in self.url


def share(
    library: Library, key: str, *, for_s: float | None = None, download: bool = False
) -> Share:
    """Return a link to `key`: 15 minutes to listen, or 60 to download it with its file name.

    Raises `LimitError` for more than 7 days, which S3 does not sign, and `NotFoundError`. A link
    that temporary credentials signed ends with them.
    """
    life_s = int(for_s if for_s is not None else DOWNLOAD_S if download else LISTEN_S)
    if not 1 <= life_s <= LONGEST_S:
        raise LimitError("a link lives for 1 second to 7 days", "choose --for within that", key=key)
    head = objects.head(library.store, library.full(key))
    url = signed_get(
        library.store,
        library.full(key),
        expires_s=life_s,
        file_name=key.rpartition("/")[2] if download else None,
        content_type=_better_type(key, head.content_type),
    )
    return Share(url, library.clock() + life_s, key)


def _better_type(key: str, stored: str) -> str | None:
    """Return the type that makes a player of the browser; None where the stored one does.

    Each field makes the link longer, and its QR code larger.
    """
    kind = format_of(key)
    if kind is None or stored.startswith(("audio/", "video/")):
        return None
    return by_name(kind).content_type


def share_all(
    library: Library, keys: Sequence[str], *, for_s: float | None = None, download: bool = False
) -> list[Share | Failed]:
    """Return a link to each of `keys`, or why there is none, in their order; eight at once."""

    def one(key: str) -> Share | Failed:
        try:
            return share(library, key, for_s=for_s, download=download)
        except S3AudioError as error:
            return Failed(key, "", error)

    return ask_each(keys, one)
