"""What may be opened from here, as the list of it shows it."""

from dataclasses import dataclass
from typing import Literal

from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.addresses import Known, known, place_of
from s3audio_tui.library.remembered import Address, recall
from s3audio_tui.store.profiles import Profile, profiles
from s3audio_tui.tui.session import Session
from s3audio_tui.tui.widgets.choice_list import Choice

Openable = Known | Profile | Literal["store", "demo"]

_STORE: Choice[Openable] = Choice(
    "Other store", "give its address", "MinIO, Ceph, R2, B2 …", "", "store"
)
_DEMO: Choice[Openable] = Choice(
    "Demo", "try it here", "sounds made here, gone at the end", "", "demo"
)
_KINDS = {
    "sso": "single sign-on",
    "login": "log-in",
    "role": "a role",
    "process": "keys from a program",
    "keys": "keys",
    "other": "",
}


@dataclass(frozen=True, slots=True)
class Found:
    """All that may be opened; where to begin; and what is wrong with AWS's own files, if so."""

    choices: list[Choice[Openable]]
    start: int
    """The line of the library that was open before this one."""
    complaint: S3AudioError | None


def found(session: Session, here: Address | None) -> Found:
    """Look for all that may be opened from here. Blocks."""
    complaint, logins = None, list[Profile]()
    try:
        logins = profiles(session.environ)
    except S3AudioError as error:
        complaint = error
    remembered = recall(session.state_folder)
    now = place_of(here) if here is not None else None
    libraries = known(session.settings, remembered)
    places = [place_of(each.address) for each in libraries]
    lines = [_of_library(each, here=place_of(each.address) == now) for each in libraries]
    before = (place_of(each) for each in remembered.recents)
    start = next((places.index(each) for each in before if each != now and each in places), 0)
    if start == 0 and places[:1] == [now]:
        start = 1
    return Found([*lines, *map(_of_profile, logins), _STORE, _DEMO], start, complaint)


def _of_library(each: Known, *, here: bool) -> Choice[Openable]:
    address = each.address
    host = (address.endpoint_url or "").partition("://")[2]
    details = ["open now" if here else "", "opens by itself" if each.usual else ""]
    details += [host, address.region or "", f"profile {address.profile}" if address.profile else ""]
    return Choice(
        "Library" if each.source == "settings" else "Recent",
        address.name or address.url.removeprefix("s3://").rstrip("/").rpartition("/")[2],
        address.url.removeprefix("s3://").rstrip("/"),
        " · ".join(detail for detail in details if detail),
        each,
        here,
    )


def _of_profile(each: Profile) -> Choice[Openable]:
    where = each.endpoint_url.partition("://")[2] or each.region
    details = (_KINDS[each.kind] if each.name else "", f"found in {each.found_in}")
    return Choice(
        "AWS profile",
        each.name or "these keys",
        where,
        " · ".join(detail for detail in details if detail),
        each,
    )


def account_of(profile: Profile) -> Address:
    """Return how one logs in with a profile; its bucket is not chosen yet."""
    return Address(
        url="",
        profile=profile.name or None,
        region=profile.region or None,
        endpoint_url=profile.endpoint_url or None,
    )
