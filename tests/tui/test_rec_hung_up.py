"""The real program while it records, in a terminal that is closed: all of the take comes to S3."""

import os
from pathlib import Path

import msgspec
import pytest

from s3audio_tui.library.takes import Take
from tests.strict_s3 import StrictS3
from tests.terminal import Start

_WITH_MICROPHONE = """
import threading
from s3audio_tui.audio.input import InputStream
from s3audio_tui.tui.microphones import Microphones

class Humming:
    name = "a hum"

    def open(self, form, take, gone):
        self.over = threading.Event()
        second = bytes(form.second_bytes)
        def hum():
            while not self.over.wait(0.02):
                take(second[: len(second) // 50], False)
        threading.Thread(target=hum, daemon=True).start()
        return self

    def close(self):
        self.over.set()

Microphones.input = lambda self, device: Humming()
"""
_DEAF = "\nimport signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"


@pytest.mark.parametrize("how", ["its terminal was closed", "deaf to SIGHUP"])
def test_the_take_is_whole_and_in_s3(
    how: str,
    program: Start,
    named_bucket: str,
    s3_server: StrictS3,
    home: Path,
    tmp_path: Path,
) -> None:
    deaf = _DEAF if how == "deaf to SIGHUP" else ""
    (tmp_path / "sitecustomize.py").write_text(_WITH_MICROPHONE + deaf)
    path = f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"
    terminal = program(environ={"PYTHONPATH": path, "S3AUDIO_CHUNK": "1s"})
    terminal.wait_for("This library is empty")
    terminal.press("ctrl+r")
    terminal.wait_for("READY")
    terminal.press("space")
    terminal.wait_for("1 in S3")
    os.close(terminal._master)
    terminal._master = -1
    assert terminal.process.wait(60) == 129
    client = s3_server.client()
    keys = [each["Key"] for each in client.list_objects_v2(Bucket=named_bucket)["Contents"]]
    (key,) = (key for key in keys if key.endswith("/take.json"))
    data = client.get_object(Bucket=named_bucket, Key=key)["Body"].read()
    take = msgspec.json.decode(data, type=Take)
    assert take.duration_s >= 1 and take.parts[-1].ended_by == "stop"
    assert all(chunk.key in keys for chunk in take.chunks if chunk.frames)
    assert not [*home.rglob("recordings/*")], "nothing of it is left here"
    for log in home.rglob("*.log"):
        assert "Traceback" not in log.read_text()
