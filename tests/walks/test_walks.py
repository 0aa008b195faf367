"""What people do from the start of the program to its end, in a real terminal, small and large."""

import base64
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3
from tests.terminal import Start, Terminal, forbidden

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

SIZES = pytest.mark.parametrize(("columns", "lines"), [(80, 24), (160, 50)], ids=["small", "large"])
KEYS = tuple(f"takes/{n:02}-{word}.wav" for n, word in enumerate(("kick", "snare", "hat") * 3, 1))
COPIED = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07")

Open = Callable[[], Terminal]


@pytest.fixture
def bucket(make_bucket: Callable[..., str], plain_s3: "S3Client", sounds: dict[str, Path]) -> str:
    """A bucket that keeps versions, with nine takes in a folder."""
    name = make_bucket(versioned=True)
    for key in KEYS:
        plain_s3.put_object(Bucket=name, Key=key, Body=sounds["wav16"].read_bytes())
    return name


@pytest.fixture
def open_(program: Start, credentials: StrictS3, bucket: str, columns: int, lines: int) -> Open:
    """Start the program on that bucket."""
    reach = {
        "S3AUDIO_LIBRARY": f"s3://{bucket}",
        "S3AUDIO_ENDPOINT_URL": credentials.endpoint_url,
        "AWS_REGION": credentials.region,
    }
    return lambda: program(environ=reach, columns=columns, lines=lines)


def listed(client: "S3Client", bucket: str) -> list[str]:
    found = client.list_objects_v2(Bucket=bucket).get("Contents", [])
    return [item["Key"] for item in found if not item["Key"].startswith(".s3audio/")]


def quit_(terminal: Terminal) -> None:
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert forbidden(terminal.raw) == []


@SIZES
def test_find_rename_undo(open_: Open, plain_s3: "S3Client", bucket: str) -> None:
    terminal = open_()
    terminal.wait_for("takes/")
    terminal.press("/", "snare")
    terminal.wait_for("3 of 9")
    terminal.press("enter")
    terminal.wait_gone("enter to the list")
    terminal.press("down", "r")
    terminal.wait_for("enter rename")
    terminal.press("clap", "enter")
    terminal.wait_for("renamed to clap.wav")
    assert "takes/clap.wav" in listed(plain_s3, bucket)
    terminal.press("z")
    terminal.wait_gone("clap.wav renamed")
    terminal.wait_for(lambda _: listed(plain_s3, bucket) == list(KEYS))
    quit_(terminal)


@SIZES
def test_mark_five_delete_restore(open_: Open, plain_s3: "S3Client", bucket: str) -> None:
    terminal = open_()
    terminal.wait_for("takes/")
    terminal.press("enter")
    terminal.wait_for("01-kick.wav")
    terminal.press(*["space"] * 5)
    terminal.wait_for("5 marked")
    terminal.press("d")
    terminal.wait_for("Delete 5 files")
    terminal.press("enter")  # the default keeps
    terminal.wait_gone("Delete 5 files")
    assert listed(plain_s3, bucket) == list(KEYS)
    terminal.press("d")
    terminal.wait_for("Delete 5 files")
    terminal.press("y")
    terminal.wait_for("5 files deleted")
    assert listed(plain_s3, bucket) == list(KEYS[5:])
    terminal.press("t")
    terminal.wait_for("takes/05-snare.wav")
    terminal.press("ctrl+a")
    terminal.wait_for("5 marked")
    terminal.press("enter")
    terminal.wait_for("5 files restored")
    terminal.press("escape")
    terminal.wait_for("q quit")
    assert listed(plain_s3, bucket) == list(KEYS)
    quit_(terminal)


@SIZES
def test_upload_a_folder_with_two_conflicts(
    open_: Open, plain_s3: "S3Client", bucket: str, sounds: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "takes"
    folder.mkdir()
    for name in ("01-kick.wav", "02-snare.wav", "new.wav"):
        (folder / name).write_bytes(sounds["wav24"].read_bytes())
    terminal = open_()
    terminal.wait_for("takes/")
    terminal.paste(str(folder))
    terminal.wait_for("Upload 1 file")
    terminal.wait_for("2 already there")
    terminal.press("b")
    terminal.wait_for("gets a number")
    terminal.press("o")  # the answer has gone on to the next one
    terminal.wait_for("replaces the one there")
    terminal.wait_for("Upload 3 files")
    terminal.press("enter")
    terminal.wait_for("3 uploaded")
    found = {*listed(plain_s3, bucket)} - {*KEYS}
    assert found == {"takes/01-kick (2).wav", "takes/new.wav"}
    size = (folder / "02-snare.wav").stat().st_size
    assert plain_s3.head_object(Bucket=bucket, Key=KEYS[1])["ContentLength"] == size
    quit_(terminal)


@SIZES
def test_share(open_: Open) -> None:
    terminal = open_()
    terminal.wait_for("takes/")
    terminal.press("enter")
    terminal.wait_for("01-kick.wav")
    terminal.press("s")
    terminal.wait_for("15 min")
    terminal.press("enter")
    terminal.wait_for("copy again")
    terminal.wait_for(lambda _: COPIED.search(terminal.raw))
    link = base64.b64decode(COPIED.findall(terminal.raw)[-1]).decode()
    assert re.match(r"http://127\.0\.0\.1:\d+/\S+/takes/01-kick\.wav\?\S*X-Amz-Expires=900", link)
    terminal.press("escape")
    terminal.wait_gone("copy again")
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert forbidden(COPIED.sub(b"", terminal.raw)) == []


@SIZES
def test_quit_with_a_transfer_and_come_back(
    open_: Open, plain_s3: "S3Client", s3_server: StrictS3, bucket: str, tmp_path: Path
) -> None:
    take = tmp_path / "long take.wav"
    header = b"RIFF\x24\x24\xf4\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00\x80\xbb\x00\x00"
    header += b"\x00\xee\x02\x00\x04\x00\x10\x00data\x00\x24\xf4\x00"
    take.write_bytes(header + bytes(16_000_000))
    s3_server.set_faults(bucket, Fault(method="PUT", query="uploadId", delay_s=5))
    terminal = open_()
    terminal.wait_for("takes/")
    terminal.paste(str(take))
    terminal.wait_for("Upload 1 file")
    terminal.press("enter")
    terminal.wait_for("1 running")
    terminal.press("q")
    terminal.wait_for("Quit?")
    terminal.press("enter")  # the default stays
    terminal.wait_gone("Quit?")
    terminal.press("q")
    terminal.wait_for("Quit?")
    terminal.press("y")
    assert terminal.wait_exit() == 0
    s3_server.set_faults(bucket)
    terminal = open_()
    terminal.wait_for("was interrupted")
    terminal.press("tab")
    terminal.wait_for("retry all")
    terminal.press("r")
    terminal.wait_for("1 uploaded")
    assert "long take.wav" in listed(plain_s3, bucket)
    quit_(terminal)


@SIZES
def test_first_start(
    program: Start, s3_server: StrictS3, bucket: str, columns: int, lines: int, home: Path
) -> None:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(
        f"[profile studio]\nregion = {s3_server.region}\nendpoint_url = {s3_server.endpoint_url}\n"
        f"aws_access_key_id = {s3_server.access_key_id}\n"
        f"aws_secret_access_key = {s3_server.secret_access_key}\n"
    )
    terminal = program(columns=columns, lines=lines)
    terminal.wait_for("Where is your audio?")
    terminal.wait_for("studio")
    terminal.press("enter")
    terminal.wait_for("Which bucket")
    terminal.press(bucket)
    terminal.press("enter")
    terminal.wait_for("works")
    terminal.press("enter")
    terminal.wait_for("takes/")
    os.kill(terminal.process.pid, signal.SIGWINCH)
    quit_(terminal)
