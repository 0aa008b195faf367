"""Where libraries are: addresses as a person writes them, and those that are known here."""

import re
from collections.abc import Iterable
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from s3audio_tui.config import LibrarySettings, Settings
from s3audio_tui.errors import UsageError
from s3audio_tui.library.opening import Library, parse_url
from s3audio_tui.library.remembered import Address, Remembered

Source = Literal["settings", "recent"]

_LOCAL = re.compile(r"(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|[^.:/]+)(?::\d+)?(?:/|$)")
"""Hosts of this machine, and names without a dot, which are of one's own network."""


class Known(msgspec.Struct, frozen=True):
    """A library that is known here."""

    address: Address
    source: Source
    usual: bool = False
    """Whether it is the one that opens by itself."""


def known(settings: Settings, remembered: Remembered) -> list[Known]:
    """Return the libraries of the settings, then the recent ones that are not among them.

    `settings` are those in which `library` still is what the file says: a name or an address.
    """
    named = [
        Known(named_address(settings, name), "settings", usual=name == settings.library)
        for name in settings.libraries
    ]
    taken = {place_of(each.address) for each in named}
    recent = [
        Known(address, "recent") for address in remembered.recents if place_of(address) not in taken
    ]
    return named + recent


def place_of(address: Address) -> tuple[str, str, str]:
    """Return what tells one library from another: two ways to write it are the same."""
    bucket, prefix = parse_url(address.url)
    return f"s3://{bucket}/{prefix}", address.endpoint_url or "", address.profile or ""


def named_address(settings: Settings, name: str) -> Address:
    """Return the address of a library of the settings; what it leaves out is as around it."""
    named = settings.libraries[name]
    return Address(
        url=named.url,
        profile=named.profile or settings.profile,
        region=named.region or settings.region,
        endpoint_url=named.endpoint_url or settings.endpoint_url,
        name=name,
    )


def address_of(settings: Settings, library: str) -> Address:
    """Return the address of a name in the settings, or of what a person wrote for a library."""
    if library in settings.libraries:
        return named_address(settings, library)
    return Address(
        url=written_url(library),
        profile=settings.profile,
        region=settings.region,
        endpoint_url=settings.endpoint_url,
    )


def address_of_open(library: Library) -> Address:
    """Return where an open library is."""
    settings = library.settings
    return Address(
        url=f"s3://{library.bucket}/{library.prefix}",
        profile=settings.profile,
        region=settings.region,
        endpoint_url=settings.endpoint_url,
    )


def settings_at(settings: Settings, address: Address) -> Settings:
    """Return the settings as they count at an address."""
    named = settings.libraries.get(address.name)
    return msgspec.structs.replace(
        settings,
        library=address.url,
        profile=address.profile,
        region=address.region,
        endpoint_url=address.endpoint_url,
        user=(named and named.user) or settings.user,
    )


def written_url(text: str) -> str:
    """Return `s3://bucket/prefix/` for that, or for `bucket/prefix`; raise `UsageError`."""
    text = text.strip()
    bucket, prefix = parse_url(text if "://" in text or not text else f"s3://{text.lstrip('/')}")
    return f"s3://{bucket}/{prefix}"


def written_endpoint(text: str) -> str | None:
    """Return the address of a store as a person wrote it, with its scheme; None for nothing.

    Without a scheme it is https, on one's own machine or network http. Raises `UsageError`.
    """
    text = text.strip()
    if not text:
        return None
    if "://" not in text:
        text = f"{'http' if _LOCAL.match(text) else 'https'}://{text}"
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if "@" in text:
        raise UsageError(
            "an address must not hold a user or password", "give the keys by themselves"
        )
    if not sound or parts.query or parts.fragment or re.search(r"\s", text):
        raise UsageError(f"{text} is not an address", "write it as https://s3.example.org")
    return text.rstrip("/")


def settings_of(address: Address) -> LibrarySettings:
    """Return what the settings file keeps of an address."""
    return LibrarySettings(
        url=address.url,
        profile=address.profile,
        region=address.region,
        endpoint_url=address.endpoint_url,
    )


def free_name(address: Address, taken: Iterable[str]) -> str:
    """Return a name for a library that the settings do not have yet: its last folder, or bucket."""
    bucket, prefix = parse_url(address.url)
    last = prefix.rstrip("/").rpartition("/")[2] or bucket
    plain = re.sub(r"[^\w.-]+", "-", last).strip("-") or "library"
    names, count = set(taken), 1
    while (name := plain if count == 1 else f"{plain}-{count}") in names:
        count += 1
    return name


def with_region(address: Address, region: str) -> Address:
    """Return the same place, asked for in another region."""
    return msgspec.structs.replace(address, region=region)
