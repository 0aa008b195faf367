"""Objects that sleep in an archive, asked for: a copy that can be read, for some days."""

from typing import Any, Literal

from s3audio_tui.errors import ConflictError
from s3audio_tui.store.client import Store
from s3audio_tui.store.failures import failures
from s3audio_tui.store.heads import ObjectHead

Tier = Literal["standard", "bulk", "expedited"]

TIERS: tuple[Tier, ...] = ("standard", "bulk", "expedited")

_DAYS = 7
_TAKES: dict[Tier, tuple[str, str]] = {
    "standard": ("3 to 5 hours", "12 hours"),
    "bulk": ("5 to 12 hours", "48 hours"),
    "expedited": ("1 to 5 minutes", "12 hours"),
}
"""How long AWS says that it takes: from Glacier, and from the deep archives."""


def takes(archive: str, tier: Tier) -> str:
    """Return how long it usually takes until the bytes can be read."""
    return _TAKES[tier]["DEEP" in archive]


def restore(store: Store, head: ObjectHead, tier: Tier, version_id: str | None = None) -> None:
    """Ask for a copy that can be read for a week; one of Intelligent-Tiering comes to stay.

    That it is on its way already is no error. Raises `NotAllowedError` without the right
    s3:RestoreObject.
    """
    wanted: dict[str, Any] = {"GlacierJobParameters": {"Tier": tier.capitalize()}}
    if not head.archive.endswith("_ACCESS"):
        wanted["Days"] = _DAYS
    named: Any = {} if version_id is None else {"VersionId": version_id}
    try:
        with failures(store.bucket, head.key):
            store.client.restore_object(
                Bucket=store.bucket,
                Key=head.key,
                RestoreRequest=wanted,  # type: ignore[arg-type]  # a plain dict
                **named,
            )
    except ConflictError:
        return  # somebody has asked before
