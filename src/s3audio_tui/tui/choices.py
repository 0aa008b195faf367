"""What may be opened from here, as the list of it shows it."""

from typing import Literal

from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.addresses import Known, known, place_of
from s3audio_tui.library.remembered import Address, recall
from s3audio_tui.store.profiles import Profile, profiles
from s3audio_tui.tui.session import Session
from s3audio_tui.tui.widgets.choice_list import Choice

Target = Known | Profile | Literal["store", "demo"]

_STORE: Choice[Target] = Choice(
    "Other store", "give its address", "MinIO, Ceph, R2, B2 …", "", "store"
)
_DEMO: Choice[Target] = Choice(
    "Demo", "try it here", "a library of sounds on this machine, gone when you quit", "", "demo"
)
_KINDS = {
    "sso": "single sign-on",
    "login": "log-in",
    "role": "a role",
    "process": "keys from a program",
    "keys": "keys",
    "other": "",
}


def choices(
    session: Session, here: Address | None
) -> tuple[list[Choice[Target]], S3AudioError | None]:
    """Return all that may be opened, and what is wrong with AWS's own files, if so. Blocks."""
    complaint, logins = None, list[Profile]()
    try:
        logins = profiles(session.environ)
    except S3AudioError as error:
        complaint = error
    now = place_of(here) if here is not None else None
    libraries = known(session.settings, recall(session.state_folder))
    found = [_of_library(each, here=place_of(each.address) == now) for each in libraries]
    return [*found, *map(_of_profile, logins), _STORE, _DEMO], complaint


def _of_library(each: Known, *, here: bool) -> Choice[Target]:
    address = each.address
    host = (address.endpoint_url or "").partition("://")[2]
    details = ["open now" if here else "", "opens by itself" if each.usual else ""]
    details += [host, address.region or "", address.profile or ""]
    return Choice(
        "Library" if each.source == "settings" else "Recent",
        address.name or address.url.removeprefix("s3://").rstrip("/").rpartition("/")[2],
        address.url.removeprefix("s3://").rstrip("/"),
        " · ".join(detail for detail in details if detail),
        each,
        here,
    )


def _of_profile(each: Profile) -> Choice[Target]:
    where = each.endpoint_url.partition("://")[2] or each.region
    details = (_KINDS[each.kind], f"found in {each.found_in}")
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
