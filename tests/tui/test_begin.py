"""The first start: what is offered, tried, explained, kept and opened."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3audio_tui.config import LibrarySettings, Settings, load_settings
from s3audio_tui.demo import run as demo_run
from s3audio_tui.demo.run import DemoServer
from s3audio_tui.errors import UsageError
from s3audio_tui.library.remembered import Address, recall, remember, visited
from s3audio_tui.tui import trial
from s3audio_tui.tui.app import make_app
from s3audio_tui.tui.screens.begin import BeginScreen
from s3audio_tui.tui.screens.bucket_form import BucketForm
from s3audio_tui.tui.screens.endpoint_form import EndpointForm
from s3audio_tui.tui.screens.help import Help
from s3audio_tui.tui.screens.keep_library import KeepLibrary
from s3audio_tui.tui.screens.library import LibraryScreen
from s3audio_tui.tui.session import Session
from tests.snapshots import SIZE, Snapshot, staged
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3
from tests.tui.conftest import NOW
from tests.tui.driving import Driver

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STUDIO = """
[profile studio]
region = {region}
endpoint_url = {endpoint}
aws_access_key_id = {key}
aws_secret_access_key = {secret}
"""


@pytest.fixture
def session(home: Path) -> Session:
    """A session in an empty home."""
    path = home / "config" / "settings.toml"
    return Session(Settings(user="anna"), path, home / "state", os.environ, lambda: NOW)


@pytest.fixture
def studio(s3_server: StrictS3) -> None:
    """A profile in AWS's settings that leads to the strict server."""
    text = STUDIO.format(
        region=s3_server.region,
        endpoint=s3_server.endpoint_url,
        key=s3_server.access_key_id,
        secret=s3_server.secret_access_key,
    )
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(text)


@asynccontextmanager
async def begun(session: Session, size: tuple[int, int] = SIZE) -> AsyncIterator[Driver]:
    """Start the app without a library."""
    app = make_app(None, session=session)
    async with staged(app, size) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        yield driver
    session.ending.close()


def kept(session: Session) -> Settings:
    """Return what the settings file has."""
    return load_settings(session.settings_path, explicit=True, environ={}, flags={})


@pytest.mark.usefixtures("studio")
async def test_a_profiles_bucket_is_tried_kept_and_opened(
    session: Session, bucket: str, plain_s3: "S3Client"
) -> None:
    plain_s3.put_object(Bucket=bucket, Key="takes/a.wav", Body=b"x")
    async with begun(session) as driver:
        assert driver.asks(BeginScreen) and "Where is your audio?" in driver.text()
        assert "studio" in driver.text() and "found in ~/aws-config" in driver.text()
        await driver.press("enter")
        assert driver.asks(BucketForm) and " bucket" in driver.text()
        await driver.paste(bucket)
        await driver.press("tab")
        await driver.write("takes")
        await driver.press("enter")
        assert driver.asks(KeepLibrary)
        assert f"s3://{bucket}/takes/ works" in driver.text()
        assert "you may list it: 1 file" in driver.text()
        await driver.press("enter")
        assert driver.asks(LibraryScreen) and driver.rows() == ["a.wav"]
    settings = kept(session)
    assert (settings.library, settings.profile) == (f"s3://{bucket}/takes/", "studio")
    assert recall(session.state_folder).recents[0].name == "takes"


async def test_keys_that_may_not_list_buckets_and_what_enter_offers(
    session: Session, bucket: str, plain_s3: "S3Client", s3_server: StrictS3
) -> None:
    plain_s3.put_object(Bucket=bucket, Key="a.wav", Body=b"x")
    text = STUDIO.format(
        region="us-west-2",
        endpoint=s3_server.endpoint_url,
        key=s3_server.access_key_id,
        secret=s3_server.secret_access_key,
    )
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(text)
    s3_server.set_faults("", Fault(code="AccessDenied"))
    async with begun(session) as driver:
        await driver.press("enter")
        assert "you may not list the buckets of this account" in driver.text()
        s3_server.forget("")
        await driver.write("no such")
        await driver.press("enter")
        assert "is not the name of a bucket" in driver.text()
        await driver.replace("")
        await driver.paste(bucket)
        await driver.press("enter")
        assert f"✗ the bucket {bucket} is in eu-central-1   enter use eu-central-1" in driver.text()
        await driver.press("enter")
        assert driver.asks(KeepLibrary)
        await driver.press("right", "tab", "enter")
        assert driver.asks(LibraryScreen) and driver.rows() == ["a.wav"]
    assert not session.settings_path.exists()


async def test_a_store_of_ones_own_with_keys(
    session: Session, bucket: str, s3_server: StrictS3
) -> None:
    secret = s3_server.secret_access_key
    async with begun(session) as driver:
        await driver.press("enter")
        assert driver.asks(EndpointForm)
        await driver.press("enter", "enter", "enter", "enter", "enter", "enter")
        assert "✗ the address is missing" in driver.text()
        await driver.paste(s3_server.endpoint_url.removeprefix("http://"))
        await driver.press("enter")
        await driver.paste(bucket)
        await driver.press("enter", "enter")
        await driver.paste(s3_server.access_key_id)
        await driver.press("enter")
        await driver.write("wrong")
        await driver.press("enter")
        assert "the secret key does not fit" in driver.text() and "wrong" not in driver.text()
        await driver.replace("")
        await driver.paste(secret)
        await driver.press("enter")
        assert driver.asks(KeepLibrary) and "the keys in ~/aws-credentials" in driver.text()
        for _ in range(3):
            await driver.press("up")
        await driver.replace("nas")
        await driver.press("down")
        await driver.replace("nas")
        await driver.press("enter", "enter")
        assert driver.asks(LibraryScreen)
    assert secret not in session.settings_path.read_text()
    credentials = Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"])
    assert credentials.stat().st_mode & 0o777 == 0o600
    assert credentials.read_text().startswith("[nas]\n") and secret in credentials.read_text()
    assert kept(session).profile == "nas"


@pytest.mark.usefixtures("studio")
async def test_escape_stops_what_is_tried_then_leaves(
    session: Session, bucket: str, s3_server: StrictS3
) -> None:
    s3_server.set_faults(bucket, Fault(delay_s=60))
    async with begun(session) as driver:
        await driver.press("enter")
        await driver.paste(bucket)
        await driver.pilot.press("enter")
        await driver.drawn()
        assert f"trying s3://{bucket}/ …" in driver.text()
        await driver.pilot.press("escape")
        await driver.drawn()
        assert driver.asks(BucketForm) and "trying" not in driver.text()
        s3_server.set_faults(bucket)
        await driver.press("escape")
        assert driver.asks(BeginScreen)
        await driver.pilot.press("escape")
        await driver.pilot.pause()
        assert driver.app.return_code == 0


async def test_the_demo(
    session: Session, demo: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def running() -> Iterator[DemoServer]:
        yield demo

    monkeypatch.setattr(demo_run, "running", running)
    async with begun(session) as driver:
        await driver.press("down", "enter")
        assert driver.asks(LibraryScreen) and "takes/" in driver.rows()
    assert recall(session.state_folder).recents == ()
    assert not session.settings_path.exists()


async def test_what_the_demo_needs_is_said(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def running() -> None:
        raise UsageError("the demo needs moto, which is not installed", "pip install it")

    monkeypatch.setattr(demo_run, "running", running)
    async with begun(session) as driver:
        await driver.press("down", "enter")
        assert "✗ the demo needs moto, which is not installed  pip install it" in driver.text()
        await driver.press("up")
        assert "moto" not in driver.text()


async def test_names_act_on_no_terminal(session: Session) -> None:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(
        "[profile '[red]\x1b]0;x']\nregion = \x1b[31m[/]\n", encoding="utf-8"
    )
    async with begun(session) as driver:
        assert "[red]␛]0;x" in driver.text() and "␛[31m[/]" in driver.text()
        await driver.press("enter")
        assert "[red]␛]0;x" in driver.text() and "\x1b]0;x" not in driver.text()


async def test_broken_aws_settings_are_told_of(session: Session) -> None:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text("[profile")
    async with begun(session) as driver:
        assert "✗ the AWS settings cannot be read" in driver.text()
        assert "Demo" in driver.text()


PICTURED = """
[default]
region = us-east-1
aws_access_key_id = a
[profile studio]
region = eu-central-1
sso_session = x
"""


@pytest.mark.parametrize(("columns", "lines"), [(120, 34), (80, 24)])
async def test_the_first_screen_is_drawn(
    session: Session, snapshot: Snapshot, columns: int, lines: int
) -> None:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(PICTURED)
    async with begun(session, (columns, lines)) as driver:
        snapshot(driver.app, f"begin-{columns}")


async def test_the_first_screen_tells_its_keys(session: Session) -> None:
    async with begun(session) as driver:
        await driver.press("question_mark")
        assert driver.asks(Help)
        assert "Give the address of another store" in driver.text()
        await driver.press("escape")
        assert driver.asks(BeginScreen)


async def test_all_that_may_be_opened_is_drawn(session: Session, snapshot: Snapshot) -> None:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(PICTURED)
    session.settings = Settings(
        library="takes",
        libraries={
            "takes": LibrarySettings(url="s3://studio-takes/2026", region="eu-central-1"),
            "nas": LibrarySettings(url="s3://sound", endpoint_url="http://nas:9000"),
        },
    )
    remember(session.state_folder, visited(Address(url="s3://podcast/raw/", profile="office")))
    async with begun(session) as driver:
        snapshot(driver.app, "libraries")


async def test_what_is_wrong_is_drawn(
    session: Session,
    snapshot: Snapshot,
    s3_server: StrictS3,
    plain_s3: "S3Client",
    credentials: StrictS3,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server.endpoint_url)
    monkeypatch.setenv("AWS_REGION", "us-west-2")

    async def buckets(*_: object) -> list[str]:
        return ["studio-stems", "studio-takes"]

    monkeypatch.setattr(trial, "buckets", buckets)
    where = {"LocationConstraint": s3_server.region}
    plain_s3.create_bucket(Bucket="studio-takes", CreateBucketConfiguration=where)  # type: ignore[arg-type]
    try:
        async with begun(session) as driver:
            await driver.press("enter")
            await driver.write("studio-takes")
            await driver.press("enter")
            snapshot(driver.app, "begin-wrong-region")
            await driver.press("enter")
            snapshot(driver.app, "begin-keep")
    finally:
        plain_s3.delete_bucket(Bucket="studio-takes")
