"""Settings: what the file, the variables and the flags say, and what they may not say."""

from collections.abc import Callable
from pathlib import Path

import pytest

from s3audio_tui.config import (
    VARIABLES,
    Settings,
    load_settings,
    settings_path,
    shown_settings,
)
from s3audio_tui.errors import SettingsError

Load = Callable[..., Settings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write a settings file, and load it."""

    def run(text: str = "", *, environ: dict[str, str] | None = None, **flags: object) -> Settings:
        path = tmp_path / "settings.toml"
        path.write_text(text, encoding="utf-8")
        return load_settings(path, explicit=True, environ=environ or {}, flags=flags)

    return run


def test_nothing_set(tmp_path: Path) -> None:
    missing = tmp_path / "none.toml"
    assert load_settings(missing, explicit=False, environ={}, flags={}) == Settings()
    with pytest.raises(SettingsError, match="there is no settings file"):
        load_settings(missing, explicit=True, environ={}, flags={})


def test_a_flag_beats_a_variable_beats_the_file(load: Load) -> None:
    text = 'region = "file"\nuser = "file"\nquota = "1GB"'
    environ = {"S3AUDIO_REGION": "variable", "S3AUDIO_USER": "variable"}
    settings = load(text, environ=environ, user="flag")
    assert (settings.quota, settings.region, settings.user) == ("1GB", "variable", "flag")


def test_awss_own_region_counts_where_nothing_else_names_one(load: Load) -> None:
    environ = {"AWS_REGION": "aws"}
    assert load("", environ=environ).region == "aws"
    assert load('region = "file"', environ=environ).region == "file"


def test_an_empty_variable_is_none(load: Load) -> None:
    assert load('region = "file"', environ={"S3AUDIO_REGION": ""}).region == "file"


def test_variables_have_types(load: Load) -> None:
    environ = {"S3AUDIO_JOBS": "8", "S3AUDIO_PATH_STYLE": "true", "S3AUDIO_MAX_SIZE": "5MiB"}
    settings = load(environ=environ)
    assert (settings.jobs, settings.path_style, settings.max_size) == (8, True, "5MiB")


def test_every_setting_has_a_variable() -> None:
    assert set(VARIABLES.values()) == set(Settings.__struct_fields__) - {"libraries", "keys"}
    assert VARIABLES["S3AUDIO_ENDPOINT_URL"] == "endpoint_url"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colour = 1", ["settings.toml", "colour", "endpoint_url"]),
        ('[libraries.takes]\nurl = "s3://b"\ncolor = 1', ["color", "libraries", "url, profile"]),
        ("[libraries.takes]\nprofile = 'p'", ["url", "libraries"]),
        ("jobs = 0", ["jobs must be 1 to 64"]),
        ("jobs = 'many'", ["jobs"]),
        ("quota = 'much'", ["settings.toml", "'much' is not a size", "100MB"]),
        ("quota = 5", ["quota"]),
        ("encryption = 'rot13'", ["encryption", "rot13"]),
        ("region = ", ["settings.toml", "cannot be read"]),
    ],
)
def test_what_is_refused(load: Load, text: str, words: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        load(text)
    for word in words:
        assert word in str(caught.value)


def test_a_wrong_variable_is_named(load: Load) -> None:
    with pytest.raises(SettingsError, match="S3AUDIO_JOBS"):
        load(environ={"S3AUDIO_JOBS": "many"})
    with pytest.raises(SettingsError, match="S3AUDIO_QUOTA"):
        load(environ={"S3AUDIO_QUOTA": "much"})


def test_not_text(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"region = '\xff'")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(path, explicit=True, environ={}, flags={})


NAMED = """
library = "takes"
region = "around"
user = "me"

[libraries.takes]
url = "s3://bucket/takes/"
region = "own"
profile = "studio"

[libraries.other]
url = "s3://other"
"""


def test_a_named_library(load: Load) -> None:
    settings = load(NAMED)
    assert settings.library == "s3://bucket/takes/"
    assert (settings.region, settings.profile, settings.user) == ("own", "studio", "me")


def test_a_flag_beats_the_named_library(load: Load) -> None:
    settings = load(NAMED, environ={"S3AUDIO_PROFILE": "variable"}, region="flag")
    assert (settings.region, settings.profile) == ("flag", "variable")


def test_another_library_by_flag(load: Load) -> None:
    settings = load(NAMED, library="other")
    assert (settings.library, settings.region, settings.profile) == ("s3://other", "around", None)
    assert load(NAMED, library="s3://third/x").library == "s3://third/x"


def test_where_settings_are(home: Path) -> None:
    assert settings_path("a.toml", {"S3AUDIO_CONFIG": "b.toml"}) == Path("a.toml")
    assert settings_path(None, {"S3AUDIO_CONFIG": "~/b.toml"}) == home / "b.toml"
    inside = Path("s3audio/settings.toml")
    assert settings_path(None, {"XDG_CONFIG_HOME": "/x"}) == Path("/x") / inside
    assert settings_path(None, {}).parts[-2:] == inside.parts


def test_what_is_shown(load: Load) -> None:
    shown = shown_settings(load(NAMED))
    assert shown["library"] == "s3://bucket/takes/"
    assert set(shown) == set(Settings.__struct_fields__)


@pytest.mark.parametrize("where", ["file", "variable", "library"])
def test_an_address_with_a_password_is_refused_without_repeating_it(
    tmp_path: Path, where: str
) -> None:
    address = "https://anna:hunter2@s3.example.org"
    path = tmp_path / "settings.toml"
    path.write_text(
        {
            "file": f'endpoint_url = "{address}"',
            "library": f'[libraries.a]\nurl = "s3://b"\nendpoint_url = "{address}"',
        }.get(where, "")
    )
    environ = {"S3AUDIO_ENDPOINT_URL": address} if where == "variable" else {}
    with pytest.raises(SettingsError, match="password") as caught:
        load_settings(path, explicit=True, environ=environ, flags={})
    assert "hunter2" not in str(caught.value)


def test_a_user_that_is_not_unicode_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="user must be Unicode"):
        load_settings(
            tmp_path / "none.toml", explicit=False, environ={"S3AUDIO_USER": "\udcff"}, flags={}
        )


def test_a_user_prefix_with_another_field_is_refused(tmp_path: Path) -> None:
    environ = {"S3AUDIO_USER_PREFIX": "users/{name}/"}
    with pytest.raises(SettingsError, match="no other field"):
        load_settings(tmp_path / "none.toml", explicit=False, environ=environ, flags={})
