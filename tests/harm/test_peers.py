"""What the program uploads other clients read, with the checks that they make; and back."""

import os
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from s3audio_tui.store.transfer import MIB
from tests.cli.conftest import Ran
from tests.cli.ready import Ready
from tests.harm.judging import sha256
from tests.strict_s3 import StrictS3

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

SIZES = {"small.wav": 100_000, "large.wav": 12 * MIB + 1}
SCRIPTS = Path(sysconfig.get_path("scripts"))

Copy = Callable[[str, str], None]


@pytest.fixture
def files(tmp_path: Path, sounds: dict[str, Path]) -> dict[str, Path]:
    """A file that goes in one piece, and one that goes in parts."""
    head, made = sounds["wav16"].read_bytes()[:44], {}
    for name, size in SIZES.items():
        made[name] = tmp_path / name
        made[name].write_bytes(head + Random(name).randbytes(size - len(head)))
    return made


@pytest.fixture
def s3audio(
    forked: Ready,
    bucket: str,
    home: Path,
    credentials: StrictS3,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Ran]:
    """Run the program on the fresh bucket."""
    monkeypatch.setenv("S3AUDIO_LIBRARY", f"s3://{bucket}")
    monkeypatch.setenv("S3AUDIO_ENDPOINT_URL", credentials.endpoint_url)
    monkeypatch.setenv("AWS_REGION", credentials.region)

    def run(*arguments: str) -> Ran:
        code, out, err = forked.run(arguments, b"", home)
        return Ran(code, out, err.decode())

    return run


@pytest.fixture(params=["aws", "s5cmd", "rclone"])
def copy(request: pytest.FixtureRequest, credentials: StrictS3, bucket: str) -> Copy:
    """Copy by another client; what begins with `s3:` is a key of the bucket."""
    endpoint = credentials.endpoint_url
    rclone = f":s3,provider=Other,env_auth=true,region={credentials.region}"
    rclone = f"{rclone},force_path_style=true,endpoint='{endpoint}':{bucket}/"
    command, root = {
        "aws": (["aws", "--endpoint-url", endpoint, "s3", "cp"], f"s3://{bucket}/"),
        "s5cmd": (["s5cmd", "--endpoint-url", endpoint, "cp"], f"s3://{bucket}/"),
        "rclone": (["rclone", "copyto", "--s3-no-check-bucket", "--s3-chunk-size=5Mi"], rclone),
    }[request.param]

    def run(source: str, target: str) -> None:
        paths = [path.replace("s3:", root, 1) for path in (source, target)]
        program, *options = command
        subprocess.run(
            [str(SCRIPTS / program), *options, *paths],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_supported"},
        )

    return run


def test_what_goes_up_here_is_read_there_and_back(
    s3audio: Callable[..., Ran],
    copy: Copy,
    files: dict[str, Path],
    bucket: str,
    plain_s3: "S3Client",
    tmp_path: Path,
) -> None:
    ran = s3audio("put", *map(str, files.values()))
    assert ran.code == 0, ran.err
    for name, path in files.items():
        theirs = tmp_path / f"theirs {name}"
        copy(f"s3:{name}", str(theirs))
        assert sha256(theirs) == sha256(path)
    copy(str(files["large.wav"]), "s3:back/large.wav")
    ran = s3audio("get", "back/", "--to", str(tmp_path / "ours"))
    assert ran.code == 0, ran.err
    assert sha256(tmp_path / "ours" / "back" / "large.wav") == sha256(files["large.wav"])
