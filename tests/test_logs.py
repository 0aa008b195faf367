"""The log is private, rotates, records every action on S3, and holds no secret."""

import logging
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3audio_tui import logs
from s3audio_tui.logs.redaction import HIDDEN

if TYPE_CHECKING:
    from s3audio_tui.store.client import Store

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDexample=="
SIGNATURE = "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9"
URL = (
    "https://bucket.s3.amazonaws.com/a/b%20c.wav?response-content-type=audio%2Fwav"
    f"&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={KEY_ID}%2F20261120%2Feu%2Fs3"
    f"&X-Amz-Security-Token={TOKEN}&X-Amz-Expires=900&X-Amz-Signature={SIGNATURE}"
)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    path = logs.start(tmp_path / "log", {"AWS_SECRET_ACCESS_KEY": "local-store-secret"})
    yield path
    logs.stop()


def logger() -> logging.Logger:
    return logging.getLogger(logs.NAME)


@pytest.mark.parametrize(
    "text",
    [
        URL,
        URL.replace("&", "&amp;"),
        f"https://s3/b/k?AWSAccessKeyId={KEY_ID}&Signature=vjbyPxybd%2F&Expires=1",
        f"Authorization: AWS4-HMAC-SHA256 Credential={KEY_ID}/2026, Signature={SIGNATURE}",
        f"'Authorization': 'Bearer {TOKEN}'",
        f"headers={{'x-amz-security-token': '{TOKEN}', 'Host': 'x'}}",
        f"aws_secret_access_key = {SECRET}",
        f"Credentials(access_key='{KEY_ID}', secret_key='{SECRET}', token='{TOKEN}')",
        f'{{"SecretAccessKey": "{SECRET}", "SessionToken": "{TOKEN}"}}',
        f"<AccessKeyId>{KEY_ID}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>",
        f"AWS_SESSION_TOKEN={TOKEN}",
        "password=hunter22-hunter22",
        "Basic aHVudGVyMjItaHVudGVyMjI=",
        "https://me:hunter22-hunter22@proxy.example/",
        "id token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJodW50ZXIyMi1odW50ZXIyMiJ9.c2lnbmVk",
        "it said local-store-secret aloud",
    ],
)
def test_secrets_are_redacted(log: Path, text: str) -> None:
    logger().warning("before %s after", text)
    said = log.read_text()
    secrets = (KEY_ID, SECRET, TOKEN, SIGNATURE, "vjbyPxybd", "hunter22", "aHVudGVy", "c2lnbmVk")
    assert not [word for word in (*secrets, "local-store-secret") if word in said]
    assert "before" in said


def test_a_redacted_url_still_tells_the_object(log: Path) -> None:
    logger().info("%s", URL)
    said = log.read_text()
    assert "https://bucket.s3.amazonaws.com/a/b%20c.wav?" in said
    assert f"X-Amz-Signature={HIDDEN}" in said and "X-Amz-Expires=900" in said


def test_texts_of_exceptions_are_redacted(log: Path) -> None:
    error = ValueError(f"no such host in {URL}\nand {SECRET=}")
    logger().error("failed", exc_info=error)
    said = log.read_text()
    assert "ValueError: no such host" in said
    assert not [word for word in (KEY_ID, SECRET, TOKEN, SIGNATURE) if word in said]


def test_a_key_cannot_fake_a_record_or_act_on_a_terminal(log: Path) -> None:
    logger().info("PutObject %s", "a\n2026-01-01 fake\x1b]0;PWN\x07\x9b31m\u2028\x85.wav")
    assert len(log.read_text().splitlines()) == 1
    assert not set(log.read_text()) & {"\x1b", "\x07", "\x9b", "\u2028"}


def test_the_log_is_private_and_rotates(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "log"
    logs.start(folder, {})
    for _ in range(60):
        logger().info("x" * 100_000)
    logs.stop()
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == ["s3audio.log", *(f"s3audio.log.{n}" for n in "1234")]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert all(file.stat().st_size <= 1_000_000 for file in files)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_is_no_reason_to_fail(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    logs.start(tmp_path / "file" / "log", {})
    logger().error("nobody hears it")
    assert capfd.readouterr() == ("", "")


def test_every_action_on_s3_is_recorded(log: Path, store: "Store") -> None:
    store.client.put_object(Bucket=store.bucket, Key="a b/ü.wav", Body=b"x")
    with pytest.raises(store.client.exceptions.NoSuchKey):
        store.client.get_object(Bucket=store.bucket, Key="gone.wav")
    store.client.list_objects_v2(Bucket=store.bucket, Prefix="a b/")
    store.client.delete_objects(
        Bucket=store.bucket, Delete={"Objects": [{"Key": "a b/ü.wav"}, {"Key": "c.wav"}]}
    )
    url = store.client.generate_presigned_url(
        "get_object", Params={"Bucket": store.bucket, "Key": "shared.wav"}
    )
    lines = [line.split(" INFO ")[1] for line in log.read_text().splitlines()]
    place = f"s3://{store.bucket}"
    assert lines[0].startswith(f"PutObject {place}/a b/ü.wav: 200, ")
    assert lines[1].startswith(f"GetObject {place}/gone.wav: 404 NoSuchKey, ")
    assert lines[2].startswith(f"ListObjectsV2 {place}/a b/: 200, ")
    assert lines[3].startswith(f"DeleteObjects {place}/ (2) a b/ü.wav c.wav: 200, ")
    assert lines[4].startswith("PresignGetObject ") and "shared.wav" in lines[4]
    assert url.partition("X-Amz-Signature=")[2] not in log.read_text()


def test_an_unreachable_store_is_recorded(log: Path) -> None:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import EndpointConnectionError

    client = boto3.client(
        "s3",
        endpoint_url="http://127.0.0.1:9",
        region_name="eu-central-1",
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=SECRET,
        config=Config(retries={"total_max_attempts": 1}),
    )
    logs.watch(client)
    with pytest.raises(EndpointConnectionError):
        client.head_bucket(Bucket="b")
    said = log.read_text()
    assert "HeadBucket s3://b/: EndpointConnectionError: Could not connect" in said
    assert KEY_ID not in said
