"""A file put and fetched loads no botocore: to load it takes longer than to bring the file."""

import subprocess
import sys
import wave
from pathlib import Path

import pytest

from tests.strict_s3 import StrictS3

PROGRAM = """
import atexit, sys
sys.argv = ["s3audio", *sys.argv[1:]]
atexit.register(lambda: print("loaded:", *sys.modules, file=sys.stderr))
from s3audio_tui.__main__ import main
main()
"""


def ran(*arguments: str) -> set[str]:
    """Run the program in a fresh interpreter; return the packages that it loaded."""
    command = [sys.executable, "-c", PROGRAM, *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stderr
    said = ended.stderr.rpartition("loaded:")[2]
    return {name.partition(".")[0] for name in said.split()}


def sound(path: Path, seconds: int) -> bytes:
    with wave.open(str(path), "wb") as made:
        made.setparams((2, 2, 48_000, 0, "NONE", ""))
        made.writeframes(bytes(range(192)) * 1000 * seconds)
    return path.read_bytes()


def test_put_and_get_load_no_botocore(
    credentials: StrictS3, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One small file, and one in parts; the first of them finds out what the store can do."""
    monkeypatch.setenv("S3AUDIO_LIBRARY", f"s3://{bucket}/")
    monkeypatch.setenv("S3AUDIO_ENDPOINT_URL", credentials.endpoint_url)
    monkeypatch.setenv("AWS_REGION", credentials.region)
    for name, seconds in (("small.wav", 1), ("large.wav", 40)):
        data = sound(tmp_path / name, seconds)
        loaded = ran("-y", "put", str(tmp_path / name))
        loaded |= ran("-y", "get", name, "--to", str(tmp_path / "came"))
        assert loaded & {"boto3", "botocore", "urllib3"} == set()
        assert "s3audio_tui" in loaded
        assert (tmp_path / "came" / name).read_bytes() == data
