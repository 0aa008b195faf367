"""Settings: one TOML file, variables above it, flags above those. Read once, then passed down."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from s3audio_tui.errors import SettingsError, UsageError
from s3audio_tui.units import parse_duration, parse_rate, parse_size

Encryption = Literal["AES256", "aws:kms", "none"]
Theme = Literal["", "dark", "light", "terminal"]
Headers = Literal["all", "seen", "none"]
Notify = Literal["auto", "bell", "off"]
Checksums = Literal["auto", "when_supported", "when_required"]


class LibrarySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One named library; what it leaves out comes from the settings around it."""

    url: str
    """`s3://bucket/prefix`."""
    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    user: str | None = None

    def __post_init__(self) -> None:
        """Refuse values that the types let through."""
        _check_address(self.endpoint_url)
        _check_user(self.user)


def _check_address(endpoint_url: str | None) -> None:
    """Refuse an address with a user or password: it is shown and logged, and S3 takes none."""
    if endpoint_url and "@" in endpoint_url.partition("://")[2].partition("/")[0]:
        raise ValueError("endpoint_url must not hold a user or password")


def _check_recording(settings: "Settings") -> None:
    if not 1 <= parse_duration(settings.chunk) <= 600:
        raise ValueError("chunk must be 1 s to 10 min")
    if settings.record_max and not parse_duration(settings.record_max):
        raise ValueError("record_max must be above 0")
    if settings.record_bits not in (16, 24):
        raise ValueError("record_bits must be 16 or 24")
    if not 1 <= settings.record_channels <= 8:
        raise ValueError("record_channels must be 1 to 8")
    if not 8_000 <= settings.record_rate <= 192_000:
        raise ValueError("record_rate must be 8000 to 192000")


def _check_user(user: str | None) -> None:
    if user and user != user.encode("utf-8", "replace").decode():
        raise ValueError("user must be Unicode")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All settings. Sizes are texts such as `100MB`; `none` of a feature turns it off."""

    library: str = ""
    """The library to open: a name under `libraries`, or `s3://bucket/prefix`."""
    profile: str | None = None
    """The AWS profile; without one, botocore's whole credential chain."""
    region: str | None = None
    endpoint_url: str | None = None
    """The address of an S3-compatible store; without one, AWS."""
    path_style: bool | None = None
    """Bucket in the path, not in the host name; without it, for every endpoint_url."""
    checksums: Checksums = "auto"
    """Checksums that botocore adds: `when_required` for stores that refuse the newer ones."""
    user: str = ""
    """Whose uploads these are; without it, the name of the system's user."""
    user_type: str = "user"
    """`{user_type}` of the layout `recorder`."""
    provider: str = "local"
    """`{provider}` of the layout `recorder`."""
    user_prefix: str = ""
    """What the quota counts, below the library, as `users/{user}/`; empty counts all of it."""
    quota: str = "1GB"
    """The quota of a user for whom none was set with `quota --set`."""
    max_size: str = "100MB"
    """The largest file that may go up."""
    layout: str = "plain"
    """Where uploads go: plain, dated, uploads, staged, recorder, or a template."""
    encryption: Encryption = "AES256"
    """Encryption asked of the store."""
    kms_key_id: str | None = None
    jobs: int = 4
    """Files of 5 MiB or more that are transferred at once."""
    small_jobs: int = 64
    """Smaller files that are transferred at once."""
    limit_rate: str = "off"
    """What all transfers together keep to, as `2MB/s`."""
    download_folder: str = "~/Downloads"
    json: bool = False
    """JSON on the command line's standard output."""
    yes: bool = False
    """Nothing is asked before a destructive command."""
    dry_run: bool = False
    """Commands say what they would do, and do nothing."""
    quiet: bool = False
    verbose: bool = False
    no_color: bool = False
    libraries: dict[str, LibrarySettings] = {}
    theme: Theme = ""
    """The app's colours: dark, light or terminal; empty for what was chosen in the app last."""
    notify: Notify = "auto"
    """A notice when a long transfer ends: the terminal's own where it has one, else its bell."""
    notify_after_s: float = 20.0
    """How long a transfer must have taken for a notice."""
    title: bool = True
    """The terminal's title says where one is."""
    waveforms: bool = True
    """The app shows the waveform of the file under the cursor; without, only where it is asked."""
    play_on: bool = True
    """In the app the next sound of the list follows the one that was played; else it ends there."""
    output_device: str = ""
    """What plays: a part of its name, or its number (`s3audio play --devices`); empty is the
    system's own, and in the app what was chosen there last."""
    headers: Headers = "all"
    """Of which files the app reads headers: all, a few at a time while nobody types; those seen."""
    chunk: str = "5s"
    """How long the chunks of a recording are: 1 s to 10 min."""
    record_rate: int = 48_000
    """Frames a second of a recording."""
    record_channels: int = 1
    record_bits: int = 16
    """16 or 24."""
    record_flac: bool = False
    """Chunks are packed, without loss, before they go up."""
    record_layout: Literal["take", "recorder"] = "take"
    """Where chunks go: recordings/{take}/, or as the layout `recorder` has it."""
    record_max: str = ""
    """How long a recording may get, as `2h`; empty for as long as there is room."""
    input_device: str = ""
    """What records: a part of its name, or its number (`s3audio rec devices`)."""
    spool_folder: str = ""
    """Where recordings are until S3 has them; empty for the folder of what this machine keeps."""
    upload_command: str = ""
    """A command that answers with an address for each chunk, so that no AWS keys are needed."""
    upload_url: str = ""
    """A service that does the same, by HTTP."""
    upload_token: str = ""
    """The bearer token for it."""
    keys: dict[str, str] = {}
    """Other keys for the app's commands, by name: `rename = "f6"`; `s3audio keys` lists them."""

    def __post_init__(self) -> None:
        """Refuse values that the types let through."""
        for name in ("quota", "max_size"):
            parse_size(getattr(self, name))
        parse_rate(self.limit_rate)
        _check_recording(self)
        for name in ("jobs", "small_jobs"):
            if not 1 <= getattr(self, name) <= 64:
                raise ValueError(f"{name} must be 1 to 64")
        if set("{}") & set(self.user_prefix.replace("{user}", "")):
            raise ValueError("user_prefix may have {user}, and no other field")
        _check_address(self.endpoint_url)
        _check_user(self.user)


VARIABLES = {
    f"S3AUDIO_{name.upper()}": name
    for name in Settings.__struct_fields__
    if name not in ("libraries", "keys")
}
"""Each setting's variable."""


def settings_path(explicit: str | None, environ: Mapping[str, str]) -> Path:
    """Return where the settings are: the flag, `S3AUDIO_CONFIG`, else the system's usual place."""
    named = explicit or environ.get("S3AUDIO_CONFIG")
    if named:
        return Path(named).expanduser()
    if environ.get("XDG_CONFIG_HOME"):
        return Path(environ["XDG_CONFIG_HOME"]) / "s3audio" / "settings.toml"
    from platformdirs import user_config_path  # 15 ms, and needed only here

    return user_config_path("s3audio", appauthor=False) / "settings.toml"


def load_settings(
    path: Path,
    *,
    explicit: bool,
    environ: Mapping[str, str],
    flags: Mapping[str, object],
    choose: bool = True,
) -> Settings:
    """Return the settings of the file, the variables and the flags, the later above the earlier.

    `explicit` says that the user named the file, so that it must exist. `flags` holds only what
    was given. Unless `choose` is off, a library that is named is replaced by its address, and
    what it sets for itself counts. Raises `SettingsError`, which names the file or variable, for
    an unknown key or a value that a setting cannot have.
    """
    values = _read(path, explicit=explicit)
    _convert(values, str(path))
    above: dict[str, object] = {}
    for variable, name in VARIABLES.items():
        if environ.get(variable):
            above[name] = environ[variable]
            _convert({name: environ[variable]}, variable)
    above |= flags
    settings = _convert({**values, **above}, "the command line")
    if choose and (named := settings.libraries.get(settings.library)):
        own = {name: value for name, value in _given(named).items() if name not in above}
        settings = msgspec.structs.replace(settings, library=named.url, **own)
    if settings.region is None and environ.get("AWS_REGION"):
        # Most AWS tools read it; boto3 does not.
        settings = msgspec.structs.replace(settings, region=environ["AWS_REGION"])
    return settings


def _given(named: LibrarySettings) -> dict[str, str]:
    names = ("profile", "region", "endpoint_url", "user")
    return {name: value for name in names if (value := getattr(named, name)) is not None}


def _read(path: Path, *, explicit: bool) -> dict[str, object]:
    try:
        text = path.read_text(encoding="utf-8")
        return _parsed(text) if text else {}
    except FileNotFoundError:
        if explicit:
            raise SettingsError(
                f"there is no settings file {path}", "name one that exists"
            ) from None
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read: {error}", "mend it, or remove it") from None


def _parsed(text: str) -> dict[str, object]:
    """Return the values of a file; raise `ValueError` where it is no TOML."""
    import tomllib  # 2 ms, for those who have settings

    return tomllib.loads(text)


def check_settings(values: dict[str, object], source: str) -> Settings:
    """Return the settings that a file's values are; raise `SettingsError`, which names `source`."""
    return _convert(values, source)


def _convert(values: dict[str, object], source: str) -> Settings:
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{source}: {error}", _remedy(str(error))) from None
    except SettingsError:
        raise
    except UsageError as error:
        raise SettingsError(f"{source}: {error.message}", error.remedy) from None


def _remedy(complaint: str) -> str:
    if "user or password" in complaint:
        return "credentials go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a --profile"
    if "unknown field" in complaint:
        known = LibrarySettings if "$.libraries" in complaint else Settings
        return "the known settings are " + ", ".join(known.__struct_fields__)
    return "correct the value"


def shown_settings(settings: Settings) -> dict[str, object]:
    """Return the settings as plain values for `config show`; a secret is not among them."""
    values: dict[str, object] = msgspec.to_builtins(settings)
    if settings.upload_token:
        values |= {"upload_token": "[set]"}
    return values
