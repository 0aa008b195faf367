"""`libraries`: those that are known here, kept and forgotten; an address tried; what AWS knows."""

import click
import msgspec

from s3audio_tui.cli.options import Group
from s3audio_tui.cli.output import Column
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.cli.values import Value
from s3audio_tui.config import Settings
from s3audio_tui.errors import NotFoundError
from s3audio_tui.library import addresses, saving
from s3audio_tui.library.addresses import Known
from s3audio_tui.library.remembered import Address, forgotten, recall, remember
from s3audio_tui.library.saving import NewProfile
from s3audio_tui.library.trying import Tried, bucket_names, tried
from s3audio_tui.store.client import Keys
from s3audio_tui.store.profiles import Profile, check_new, credentials_path, need_free, profiles


@click.group("libraries", cls=Group)
def libraries_command() -> None:
    """List the libraries known here, keep others, and try an address."""


@libraries_command.command("ls", short_help="List the libraries of the settings, and recent ones")
@click.pass_obj
def ls_command(runtime: Runtime) -> None:
    """List the libraries of the settings, then those that were open lately."""
    known = addresses.known(runtime.settings_around(), recall(runtime.state_folder()))
    columns: list[Column[Known]] = [
        Column("name", lambda each: each.address.name, "Name"),
        Column("url", lambda each: each.address.url, "Library"),
        Column("profile", lambda each: each.address.profile, "Profile"),
        Column("region", lambda each: each.address.region, "Region"),
        Column("endpoint_url", lambda each: each.address.endpoint_url, "Store"),
        Column("source", lambda each: each.source, "From"),
        Column("default", lambda each: each.usual, "Opens", lambda each: "yes" * each.usual),
    ]
    if not runtime.output.rows(columns, known):
        runtime.output.say("no library is known here: s3audio libraries add keeps one")


@libraries_command.command("add", short_help="Try a library, and keep it in the settings")
@click.argument("name")
@click.argument("url", metavar="URL")
@click.option("--default", "usual", is_flag=True, help="Open it when no other is named.")
@click.option("--untried", is_flag=True, help="Keep it without trying it first.")
@click.option(
    "--new-profile",
    metavar="NAME",
    help="Ask for an access key and its secret, and keep them in AWS's credentials.",
)
@click.pass_obj
def add_command(
    runtime: Runtime, name: str, url: str, usual: bool, untried: bool, new_profile: str | None
) -> int:
    """Try a library, and keep it in the settings under NAME.

    --profile, --region and --endpoint-url say how it is reached. The keys for --new-profile are
    read from the terminal, else as two lines from the standard input; they go into AWS's
    credentials file and nowhere else.
    """
    settings = runtime.settings_around()
    address = _written(settings, url)
    if runtime.dry_run:
        runtime.output.say(f"would keep {address.url} as {name} in {runtime.settings_path()}")
        return 0
    path = runtime.settings_path()
    saving.check_name(path, name)
    profile = _asked_keys(runtime, new_profile) if new_profile else None
    if not untried:
        keys = profile.keys if profile else None
        address = _need_working(tried(settings, address, runtime.environ, keys)).address
    address = msgspec.structs.replace(address, name=name)
    saving.keep(path, runtime.environ, address, usual=usual, profile=profile)
    if profile:
        kept_in = credentials_path(runtime.environ)
        runtime.output.say(f"the keys are in {kept_in}, as the profile {new_profile}")
    runtime.output.say(f"{address.url} is kept as {name}: s3audio --library {name}")
    return 0


def _asked_keys(runtime: Runtime, name: str) -> NewProfile:
    """Return the keys that the person gives; nothing is asked where there is such a profile."""
    need_free(runtime.environ, name)
    key = runtime.output.ask("Access key id: ")
    profile = NewProfile(name, Keys(key, runtime.output.ask("Secret access key: ", hidden=True)))
    check_new(name, profile.keys)
    return profile


@libraries_command.command("remove", short_help="Forget a library; nothing in it is touched")
@click.argument("which", metavar="NAME|URL")
@click.pass_obj
def remove_command(runtime: Runtime, which: str) -> None:
    """Take a library out of the settings or the recent ones. Nothing in it is touched."""
    settings = runtime.settings_around()
    if which in settings.libraries:
        act, where = "would forget" if runtime.dry_run else "forgot", "the settings"
        if not runtime.dry_run:
            saving.forget_library(runtime.settings_path(), which)
    else:
        act, where = _forget_recent(runtime, addresses.written_url(which)), "the recent ones"
    runtime.output.say(f"{act} {which}, of {where}; nothing in it was touched")


def _forget_recent(runtime: Runtime, url: str) -> str:
    folder = runtime.state_folder()
    if not any(each.url == url for each in recall(folder).recents):
        raise NotFoundError(
            f"no library {url} is known here", "s3audio libraries ls lists those that are"
        )
    if runtime.dry_run:
        return "would forget"
    remember(folder, forgotten(url))
    return "forgot"


@libraries_command.command("use", short_help="Choose the library that opens by itself")
@click.argument("name")
@click.pass_obj
def use_command(runtime: Runtime, name: str) -> None:
    """Make a library of the settings the one that opens when no other is named."""
    if runtime.dry_run:
        runtime.output.say(f"would open {name} from now on")
        return
    saving.make_usual(runtime.settings_path(), name)
    runtime.output.say(f"{name} opens from now on")


@libraries_command.command("try", short_help="Say what works at an address, or what is wrong")
@click.argument("which", metavar="[NAME|URL]", required=False)
@click.pass_obj
def try_command(runtime: Runtime, which: str | None) -> int:
    """Say what works at an address, or what is wrong and what may help. Writes nothing there."""
    settings = runtime.settings_around()
    address = _written(settings, which or settings.library)
    result = _need_working(tried(settings, address, runtime.environ))
    known: dict[str, Value] = {
        "url": result.address.url,
        "profile": result.address.profile,
        "region": result.address.region,
        "endpoint_url": result.address.endpoint_url,
    }
    if runtime.output.json:
        near = [offer.address.url for offer in result.offers]
        runtime.output.record({**known, "works": list(result.good), "near": near})
        return 0
    runtime.output.fields({**known, "works": "; ".join(result.good)})
    for offer in result.offers:
        runtime.output.say(f"perhaps you meant {offer.address.url}")
    return 0


def _written(settings: Settings, library: str) -> Address:
    address = addresses.address_of(settings, library)
    endpoint = addresses.written_endpoint(address.endpoint_url or "")
    return msgspec.structs.replace(address, endpoint_url=endpoint)


def _need_working(result: Tried) -> Tried:
    """Return what was tried if it works; else raise what is wrong, with what may help."""
    error = result.error
    if error is None:
        return result
    if isinstance(error, NotFoundError) and result.offers:
        names = " or ".join(offer.address.url for offer in result.offers)
        raise NotFoundError(error.message, f"perhaps you meant {names}")
    raise error


@libraries_command.command("profiles", short_help="List the AWS profiles found here")
@click.pass_obj
def profiles_command(runtime: Runtime) -> None:
    """List the AWS profiles found on this machine, those that count first first."""
    columns: list[Column[Profile]] = [
        Column("name", lambda each: each.name or None, "Profile"),
        Column("region", lambda each: each.region or None, "Region"),
        Column("kind", lambda each: each.kind, "Kind"),
        Column("endpoint_url", lambda each: each.endpoint_url or None, "Store"),
        Column("found_in", lambda each: each.found_in, "Found in"),
    ]
    if not runtime.output.rows(columns, profiles(runtime.environ)):
        runtime.output.say("there are none: aws configure, or aws sso login, makes one")


@libraries_command.command("buckets", short_help="List the buckets of an account")
@click.pass_obj
def buckets_command(runtime: Runtime) -> None:
    """List the buckets of the account that --profile and --endpoint-url lead to."""
    settings = runtime.settings_around()
    address = Address(
        url="",
        profile=settings.profile,
        region=settings.region,
        endpoint_url=addresses.written_endpoint(settings.endpoint_url or ""),
    )
    columns: list[Column[str]] = [Column("bucket", lambda name: name, "Bucket")]
    if not runtime.output.rows(columns, bucket_names(settings, address, runtime.environ)):
        runtime.output.say("there is none yet")
