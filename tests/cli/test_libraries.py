"""`libraries`: kept, listed, tried, forgotten; profiles and buckets found."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from s3audio_tui.library.remembered import Address, remember, visited
from tests.cli.conftest import Run
from tests.strict_s3 import StrictS3


@pytest.fixture
def at(credentials: StrictS3) -> list[str]:
    """The options with which the strict server is reached."""
    return ["--endpoint-url", credentials.endpoint_url, "--region", credentials.region]


@pytest.fixture
def settings(home: Path) -> Path:
    return home / "config" / "s3audio" / "settings.toml"


def test_a_library_is_tried_kept_listed_opened_and_forgotten(
    outside: Run, at: list[str], bucket: str, fill: Callable[..., None], settings: Path
) -> None:
    fill("takes/a.wav")
    dry = outside("libraries", "add", "x", bucket, *at, "--dry-run")
    assert dry.code == 0 and not settings.exists()
    added = outside("libraries", "add", "takes", f"{bucket}/takes", *at, "--default")
    assert added.code == 0 and added.err.endswith("is kept as takes: s3audio --library takes\n")
    assert settings.stat().st_mode & 0o777 == 0o600
    (listed,) = outside("libraries", "ls", "--json").lines
    assert (listed["name"], listed["source"], listed["default"]) == ("takes", "settings", True)
    assert listed["url"] == f"s3://{bucket}/takes/" and listed["endpoint_url"] == at[1]
    assert outside("ls").rows[0][0] == "a.wav"
    again = outside("libraries", "add", "takes", bucket, *at, "--json")
    assert again.code == 6 and "there is a library takes" in again.error["message"]
    outside("libraries", "add", "other", "elsewhere", "--untried")
    assert outside("libraries", "use", "other").code == 0
    assert [row[-1] for row in outside("libraries", "ls").rows] == ["false", "true"]
    assert outside("libraries", "remove", "takes", "--dry-run").code == 0
    gone = outside("libraries", "remove", "takes")
    assert gone.code == 0 and "nothing in it was touched" in gone.err
    assert [row[0] for row in outside("libraries", "ls").rows] == ["other"]
    assert outside("libraries", "remove", "takes").code == 3


def test_what_does_not_work_is_not_kept(
    outside: Run, at: list[str], bucket: str, settings: Path
) -> None:
    added = outside("libraries", "add", "x", bucket[:-1], *at, "--json")
    assert added.code == 3 and f"perhaps you meant s3://{bucket}/" in added.error["remedy"]
    assert not settings.exists()
    wrong = outside("libraries", "try", bucket, *at[:2], "--region", "us-west-2")
    assert wrong.code == 7 and wrong.err.endswith("give --region eu-central-1\n")
    assert outside("libraries", "try", "://", *at).code == 2
    assert outside("libraries", "try", *at).code == 2


def test_what_works_is_said(outside: Run, at: list[str], bucket: str) -> None:
    works = outside("libraries", "try", bucket, *at, "--json").document
    assert works["url"] == f"s3://{bucket}/" and works["near"] == []
    assert works["works"][0].startswith("you may list it")
    assert dict(outside("libraries", "try", f"s3://{bucket}", *at).rows)["works"]


def test_keys_become_a_profile_and_nothing_else(
    outside: Run, at: list[str], bucket: str, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, secret = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    command = ["libraries", "add", "nas", bucket, *at, "--new-profile", "nas"]
    wrong = outside(*command, stdin=f"{key}\n{secret}x\n".encode())
    assert wrong.code == 4 and not settings.exists()
    file = Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"])
    assert not file.exists()
    added = outside(*command, stdin=f"{key}\n{secret}\n".encode())
    assert added.code == 0 and str(file) in added.err and secret not in added.err
    assert secret in file.read_text() and secret not in settings.read_text()
    assert outside("ls", "--library", "nas").code == 0
    taken = outside("libraries", "add", "b", bucket, *at, "--new-profile", "nas", "--json")
    assert taken.code == 6
    (profile,) = outside("libraries", "profiles", "--json").lines
    assert (profile["name"], profile["kind"]) == ("nas", "keys")
    assert [bucket] in outside("libraries", "buckets", *at, "--profile", "nas").rows


def test_recent_ones_are_listed_and_forgotten(outside: Run, home: Path) -> None:
    folder = home / "state" / "s3audio"
    remember(folder, visited(Address(url="s3://takes/a/")))
    assert outside("libraries", "ls").rows == [["", "s3://takes/a/", "", "", "", "recent", "false"]]
    assert outside("libraries", "remove", "takes/a").code == 0
    ended = outside("libraries", "ls")
    assert ended.text == "" and "no library is known here" in ended.err
    assert outside("libraries", "profiles").code == 0
