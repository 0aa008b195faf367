"""Playing over a line that stops: silence where nothing has come, and nothing but the sound."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from tests.audio.speaker import PACKAGES, RATE_HZ, Speaker, tone
from tests.audio.speaker import sound_server as sound_server
from tests.audio.speaker import speaker as speaker
from tests.cli.conftest import use as use
from tests.harm.harms import Plan
from tests.harm.line import HarmfulLine
from tests.terminal import Start

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FRAMES = 2 * RATE_HZ
HELD_AT = 200_000
"""Bytes: about half of it."""


@pytest.mark.system(PACKAGES)
@pytest.mark.parametrize("container", ["wav", "flac"])
def test_a_line_that_stops_is_heard_as_silence(
    speaker: Speaker,
    program: Start,
    use: Callable[[str], None],
    bucket: str,
    plain_s3: "S3Client",
    line: HarmfulLine,
    tmp_path: Path,
    container: str,
) -> None:
    noise = np.random.default_rng(3).integers(1, 9000, (FRAMES, 2), "<i2")
    sound = tone(440, FRAMES) if container == "wav" else noise
    soundfile.write(tmp_path / "a", sound, RATE_HZ, subtype="PCM_16", format=container)
    plain_s3.upload_file(str(tmp_path / "a"), bucket, f"a.{container}")
    use(bucket)
    line.do(Plan(hold_at=HELD_AT))
    with speaker.listening() as ear:
        terminal = program(
            "play", f"a.{container}", environ={"S3AUDIO_ENDPOINT_URL": line.endpoint_url}
        )
        ear.wait_for(lambda heard: bool(heard.any()) and line.holds)
        before = ear.wait_silence()
        terminal.wait_for("… 0:0")
        line.rest()
        assert terminal.wait_exit() == 0
        whole = ear.wait_for(lambda heard: int(heard.any(axis=1).sum()) >= FRAMES)
    assert 0 < len(before) < FRAMES
    assert np.array_equal(whole[whole.any(axis=1)], sound)
    assert "ALSA" not in terminal.raw.decode()
