"""Takes on the command line: sent without keys, listed, put together."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.takes import Take
from tests.audio.microphone import MadeUp, counter
from tests.cli.conftest import Run
from tests.library.address_giver import TOKEN, giving
from tests.library.test_presigned import signing
from tests.strict_s3 import StrictS3

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@pytest.fixture
def kept(home: Path) -> Take:
    """A take that waits on this machine."""
    heard = MadeUp()
    spool = Spool(home / "state" / "s3audio" / "recordings")
    recording = Recording(spool, heard, Plan(chunk_s=0.01, name="talk"), lambda *_: None)
    recording.start()
    heard.take(counter(0, 1000).tobytes(), False)
    assert recording.close()
    assert recording.folder is not None
    recording.folder.close()
    return recording.folder.take


def test_a_take_goes_up_without_keys_or_a_library(
    outside: Run,
    s3_server: StrictS3,
    plain_s3: "S3Client",
    bucket: str,
    kept: Take,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with giving(signing(s3_server, bucket)) as giver:
        monkeypatch.setenv("S3AUDIO_UPLOAD_URL", giver.url)
        monkeypatch.setenv("S3AUDIO_UPLOAD_TOKEN", TOKEN)
        ran = outside("rec", "recover")
    assert ran.code == 0, ran.err
    there = plain_s3.list_objects_v2(Bucket=bucket)["Contents"]
    names = [each["Key"].rpartition("/")[2] for each in there]
    assert names == ["00000.wav", "00001.wav", "00002.wav", "take.json"]
    shown = outside("config", "show")
    logged = "".join(path.read_text() for path in (home / "state").rglob("*.log"))
    assert "PutUnsigned" in logged
    assert TOKEN not in logged + ran.err + ran.text + shown.text + shown.err
