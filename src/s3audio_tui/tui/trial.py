"""An address tried off the loop, for the screens that ask for one, and how its result reads."""

from typing import TYPE_CHECKING

from textual.content import Content

from s3audio_tui.errors import S3AudioError
from s3audio_tui.text import safe
from s3audio_tui.tui.pools import Pools
from s3audio_tui.tui.session import Session

if TYPE_CHECKING:
    from s3audio_tui.library.remembered import Address
    from s3audio_tui.library.trying import Tried
    from s3audio_tui.store.client import Keys


async def attempt(
    session: Session, pools: Pools, address: "Address", keys: "Keys | None" = None
) -> "Tried":
    """Try an address without holding up the loop."""

    def call() -> "Tried":
        from s3audio_tui.library.trying import tried

        known = keys or session.keys_at(address)
        return tried(session.settings, address, session.environ, known)

    return await pools.store.run(call)


async def buckets(
    session: Session, pools: Pools, address: "Address", keys: "Keys | None" = None
) -> list[str]:
    """Return the buckets of an account; raise what is wrong, explained."""

    def call() -> list[str]:
        from s3audio_tui.library.trying import bucket_names

        return bucket_names(session.settings, address, session.environ, keys)

    return await pools.store.run(call)


def busy(text: str) -> Content:
    """Return what is said while something is tried."""
    return Content.assemble(("· ", "$accent"), (safe(text), "$dim"), ("   esc stops it", "$faint"))


def wrong(error: S3AudioError, offer: str = "", *, about: str = "") -> Content:
    """Return an error as a line, with what enter would do about it, or with its remedy."""
    parts = [("✗ ", "$error")]
    if about:
        parts.append((f"{safe(about)}: ", "$error"))
    parts.append((safe(error.message), "$error"))
    if offer:
        parts += [("   ", ""), ("enter", "$accent"), (f" {safe(offer)}", "$foreground")]
    elif error.remedy:
        parts.append((f"  {safe(error.remedy)}", "$dim"))
    return Content.assemble(*parts)


def works(result: "Tried") -> Content:
    """Return what works, a line each."""
    lines = [part for each in result.good for part in (("✓ ", "$accent"), (f"{safe(each)}\n", ""))]
    for offer in result.offers:
        lines += [("· ", "$warning"), (f"perhaps you meant {safe(offer.address.url)}\n", "$dim")]
    return Content.assemble(*lines).rstrip("\n")
