"""An address tried at once: what works there, or what is wrong in plain words, and what may help.

Nothing is written: what is tried is what any look at a library does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import msgspec

from s3audio_tui.config import Settings
from s3audio_tui.errors import NotFoundError, S3AudioError, WrongRegionError
from s3audio_tui.library.addresses import with_region
from s3audio_tui.library.explaining import explained
from s3audio_tui.library.opening import is_own, parse_url
from s3audio_tui.library.remembered import Address
from s3audio_tui.store import account, listing, probe
from s3audio_tui.store.client import FALLBACK_REGION
from s3audio_tui.store.profiles import profiles

if TYPE_CHECKING:
    from s3audio_tui.store.client import Connection, Keys, Store

_READ_TIMEOUT_S = 10
_ATTEMPTS = 2
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """Another address that is perhaps what was meant, and the words for it: `use eu-west-1`."""

    words: str
    address: Address


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it. `address` is complete, as it may be kept; `error` is None if it works."""

    address: Address
    error: S3AudioError | None = None
    good: tuple[str, ...] = ()
    """Sentences: what works."""
    offers: tuple[Offer, ...] = ()


def tried(
    settings: Settings,
    address: Address,
    environ: Mapping[str, str],
    keys: "Keys | None" = None,
) -> Tried:
    """Try an address: log in, list its top, ask whether versions are kept. Blocks, at most 30 s.

    `settings` give what an address does not have: how paths and checksums are written. `keys`
    are tried in place of those of the profile, which they are to become.
    """
    from s3audio_tui.store.client import connect

    connection = _connection(settings, address, keys)
    prefix = parse_url(address.url)[1]
    try:
        store = connect(connection)
        top = listing.top_by_client(store, prefix)
        good = _good(top, versioned=probe.keeps_versions(store) == "enabled")
        near = () if top.folders or top.files else tuple(_near_folders(store, address, prefix))
    except S3AudioError as error:
        told = explained(error, connection, _kind(address, environ))
        return Tried(address, told, offers=tuple(_offers(told, connection, address)))
    if store.endpoint_url is None or address.region or store.region != FALLBACK_REGION:
        address = with_region(address, store.region)
    return Tried(address, good=good, offers=near)


def bucket_names(
    settings: Settings,
    address: Address,
    environ: Mapping[str, str],
    keys: "Keys | None" = None,
) -> list[str]:
    """Return the buckets of the account that `address` logs in to; its own bucket does not matter.

    Raises `NotAllowedError` where one may not list them, and whatever else is wrong, explained.
    """
    connection = _connection(settings, address, keys)
    try:
        return account.buckets(connection)
    except S3AudioError as error:
        raise explained(error, connection, _kind(address, environ)) from error


def _connection(settings: Settings, address: Address, keys: "Keys | None") -> "Connection":
    from s3audio_tui.store.client import Connection

    return Connection(
        bucket=parse_url(address.url)[0] if address.url else "",
        profile=address.profile,
        region=address.region,
        endpoint_url=address.endpoint_url,
        path_style=settings.path_style,
        checksums=settings.checksums,
        keys=keys,
        read_timeout_s=_READ_TIMEOUT_S,
        max_attempts=_ATTEMPTS,
    )


def _kind(address: Address, environ: Mapping[str, str]) -> str:
    found = profiles(environ)
    return next((each.kind for each in found if each.name == address.profile), "")


def _good(top: listing.Top, *, versioned: bool) -> tuple[str, ...]:
    folders = [folder for folder in top.folders if not is_own(folder)]
    return (
        f"you may list it: {_counted(len(folders), len(top.files), more=top.more)}",
        "it keeps versions, so what is deleted can come back"
        if versioned
        else "it keeps no versions, so what is deleted goes to a trash folder",
    )


def _counted(folders: int, files: int, *, more: bool) -> str:
    if not folders and not files:
        return "there is nothing in it yet"
    kinds = ((folders, "folder"), (files, "file"))
    words = [f"{count:,} {kind}{'s' * (count != 1)}" for count, kind in kinds if count]
    return ("more than " if more else "") + " and ".join(words)


def _offers(error: S3AudioError, connection: "Connection", address: Address) -> Iterator[Offer]:
    """Yield what may help: another region, or a bucket whose name is near."""
    if isinstance(error, WrongRegionError) and error.region:
        yield Offer(f"use {error.region}", with_region(address, error.region))
    if isinstance(error, NotFoundError):
        for name in _near_buckets(connection):
            url = f"s3://{name}/{parse_url(address.url)[1]}"
            yield Offer(f"use {name}", msgspec.structs.replace(address, url=url))


def _near_buckets(connection: "Connection") -> list[str]:
    try:
        names = account.buckets(connection)
    except S3AudioError:
        return []
    return get_close_matches(connection.bucket, names, n=_NEAR)


def _near_folders(store: "Store", address: Address, prefix: str) -> Iterator[Offer]:
    """Yield folders whose name is near the last one of a prefix in which nothing is."""
    if not prefix:
        return
    above, _, last = prefix.rstrip("/").rpartition("/")
    above = f"{above}/" if above else ""
    names = [folder.removeprefix(above) for folder in listing.top_by_client(store, above).folders]
    for name in get_close_matches(f"{last}/", names, n=_NEAR):
        url = f"s3://{store.bucket}/{above}{name}"
        yield Offer(f"use {above}{name}", msgspec.structs.replace(address, url=url))
