"""Addresses as people write them; those that are known here; saved ones, and AWS's profiles."""

import os
from pathlib import Path

import msgspec
import pytest

from s3audio_tui.config import LibrarySettings, Settings, load_settings
from s3audio_tui.errors import ConflictError, NotFoundError, SettingsError, UsageError
from s3audio_tui.library import addresses, saving
from s3audio_tui.library.remembered import Address, Remembered
from s3audio_tui.store.client import Keys
from s3audio_tui.store.profiles import add_profile, profiles

LAST = '[keys]\nrename = "f6"\n'

FILE = f"""\
# what I use
region = "eu" # here

[libraries.old]
url = "s3://old"
profile = "studio"

{LAST}"""


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("s3://takes/2026", "s3://takes/2026/"),
        ("takes", "s3://takes/"),
        (" /takes/a/ ", "s3://takes/a/"),
    ],
)
def test_a_library_as_people_write_it(text: str, url: str) -> None:
    assert addresses.written_url(text) == url


@pytest.mark.parametrize("text", ["", "https://takes", "s3://", "/"])
def test_what_is_no_library(text: str) -> None:
    with pytest.raises(UsageError):
        addresses.written_url(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", None),
        ("s3.example.org/", "https://s3.example.org"),
        ("localhost:9000", "http://localhost:9000"),
        ("127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("nas:9000", "http://nas:9000"),
        ("http://s3.example.org", "http://s3.example.org"),
    ],
)
def test_a_store_as_people_write_it(text: str, address: str | None) -> None:
    assert addresses.written_endpoint(text) == address


@pytest.mark.parametrize(
    "text", ["ftp://x", "https://", "https://a b", "https://a:x", "https://x/?y", "https://u:p@x"]
)
def test_what_is_no_store(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        addresses.written_endpoint(text)
    assert "u:p" not in str(caught.value)


def test_those_of_the_settings_come_before_the_recent_and_none_twice() -> None:
    settings = Settings(
        library="b",
        region="eu",
        libraries={"a": LibrarySettings(url="s3://a"), "b": LibrarySettings(url="s3://b/x")},
    )
    recents = (Address(url="s3://b/x/", region="us"), Address(url="s3://c/"))
    found = addresses.known(settings, Remembered(recents=recents))
    assert [(each.address.name or each.address.url, each.source) for each in found] == [
        ("a", "settings"),
        ("b", "settings"),
        ("s3://c/", "recent"),
    ]
    assert [each.usual for each in found] == [False, True, False]
    assert found[0].address.region == "eu"


def test_a_name_that_is_free() -> None:
    address = Address(url="s3://takes/2026/night drive/")
    assert addresses.free_name(address, ()) == "night-drive"
    assert addresses.free_name(address, ("night-drive", "night-drive-2")) == "night-drive-3"
    assert addresses.free_name(Address(url="s3://takes"), ()) == "takes"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(FILE)
    return path


def load(path: Path) -> Settings:
    return load_settings(path, explicit=True, environ={}, flags={})


def test_a_library_is_saved_and_all_else_stays(path: Path) -> None:
    saving.save_library(path, "new", LibrarySettings(url="s3://new", region="us"), usual=True)
    settings = load(path)
    assert (settings.library, settings.region) == ("s3://new", "us")
    assert set(settings.libraries) == {"old", "new"} and settings.keys == {"rename": "f6"}
    assert [line for line in path.read_text().splitlines() if line and line in FILE] == [
        line for line in FILE.splitlines() if line
    ]
    assert path.stat().st_mode & 0o777 == 0o600
    saving.make_usual(path, "old")
    assert load(path).library == "s3://old"
    saving.forget_library(path, "old")
    assert load(path).library == "" and set(load(path).libraries) == {"new"}
    saving.forget_library(path, "new")
    assert path.read_text().lstrip() == FILE.replace(FILE[FILE.index("[lib") : -len(LAST)], "")


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.toml"
    saving.save_library(path, "a b", LibrarySettings(url="s3://new"), usual=True)
    assert load(path).library == "s3://new"
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_link_to_the_settings_stays_one(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    saving.make_usual(link, "old")
    assert link.is_symlink() and load(path).library == "s3://old"


def test_what_is_not_saved(path: Path) -> None:
    fine = LibrarySettings(url="s3://x")
    with pytest.raises(ConflictError, match="old"):
        saving.save_library(path, "old", fine, usual=False)
    for name in ("", "s3://x", "a\nb"):
        with pytest.raises(UsageError):
            saving.save_library(path, name, fine, usual=False)
    with pytest.raises(NotFoundError, match="gone"):
        saving.forget_library(path, "gone")
    with pytest.raises(NotFoundError, match="gone"):
        saving.make_usual(path, "gone")
    assert path.read_text() == FILE
    for broken in ("library = ", 'colour = "red"'):
        path.write_text(broken)
        with pytest.raises(SettingsError):
            saving.save_library(path, "x", fine, usual=True)
        assert path.read_text() == broken


def aws_files(config: str = "", credentials: str = "") -> None:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(config)
    Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"]).write_text(credentials)


def test_profiles_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    aws_files(
        "[profile studio]\nregion = eu-central-1\nsso_session = x\n"
        "[sso-session x]\nsso_region = y\n"
        '[profile "two words"]\nrole_arn = z\n',
        "[default]\naws_access_key_id = a\naws_secret_access_key = b\n",
    )
    found = [(each.name, each.region, each.kind) for each in profiles(os.environ)]
    assert found == [
        ("default", "", "keys"),
        ("studio", "eu-central-1", "sso"),
        ("two words", "", "role"),
    ]
    assert profiles(os.environ)[0].found_in == "~/aws-credentials"
    monkeypatch.setenv("AWS_PROFILE", "studio")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    first, second = profiles(os.environ)[:2]
    assert (first.name, first.region, first.found_in) == (
        "",
        "us-west-2",
        "the variables of this shell",
    )
    assert second.name == "studio"


def test_no_profiles_and_broken_files() -> None:
    assert profiles(os.environ) == []
    aws_files("[profile\n")
    with pytest.raises(SettingsError, match=r"mend ~/\.aws/config"):
        profiles(os.environ)


def test_a_profile_is_added_and_none_is_changed() -> None:
    before = "[default]\naws_access_key_id = a"
    aws_files("[profile studio]\nregion = x\n", before)
    path = add_profile(os.environ, "nas", Keys("AKIA1", "se/cr+et%"))
    assert path.read_text() == (
        f"{before}\n\n[nas]\naws_access_key_id = AKIA1\naws_secret_access_key = se/cr+et%\n"
    )
    assert path.stat().st_mode & 0o777 == 0o600
    assert (
        add_profile(os.environ, "nas", Keys("AKIA1", "se/cr+et%")).read_text().count("[nas]") == 1
    )
    for taken in ("nas", "default", "studio"):
        with pytest.raises(ConflictError):
            add_profile(os.environ, taken, Keys("b", "c"))
    for name, key, secret in (("a]b", "k", "s"), ("ok", "", "s"), ("ok", "k", "s\n[x]")):
        with pytest.raises(UsageError) as caught:
            add_profile(os.environ, name, Keys(key, secret))
        assert "[x]" not in str(caught.value)
    path.unlink()
    add_profile(os.environ, "first", Keys("k", "s"))
    assert path.read_text().startswith("[first]\n")
    import boto3

    keys = boto3.session.Session(profile_name="first").get_credentials()
    assert keys is not None and keys.secret_key == "s"


def test_what_is_kept_of_an_address() -> None:
    address = Address(url="s3://a/", profile="p", name="x")
    kept = msgspec.to_builtins(addresses.settings_of(address))
    assert kept["profile"] == "p" and "name" not in kept
