"""The end of the real program in a terminal: soon after it is asked for, whatever hangs."""

import re
from pathlib import Path

from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3
from tests.terminal import Start

HUNG_S = 12.0
"""So long nothing comes from the store; the program must be gone before, with time to spare."""

GONE_S = 8.0


def test_with_a_hung_upload(
    program: Start, named_bucket: str, s3_server: StrictS3, take: Path
) -> None:
    s3_server.set_faults(named_bucket, Fault(method="PUT", query="uploadId", delay_s=HUNG_S))
    terminal = program()
    terminal.wait_for("This library is empty")
    terminal.paste(str(take))
    terminal.wait_for("Upload 1 file")
    terminal.press("enter")
    terminal.wait_for(lambda screen: re.search(r"take\.wav .*[1-9]\d* %", screen))
    terminal.press("q")
    terminal.wait_for("Quit?")
    terminal.press("y")
    assert terminal.wait_exit(GONE_S) == 0


def test_with_a_store_that_does_not_answer(
    program: Start, named_bucket: str, s3_server: StrictS3
) -> None:
    s3_server.set_faults(named_bucket, Fault(delay_s=HUNG_S))
    terminal = program()
    terminal.wait_for("Asking the store")
    terminal.press("q")
    assert terminal.wait_exit(GONE_S) == 0


def test_while_versions_are_looked_up(
    program: Start, named_bucket: str, s3_server: StrictS3
) -> None:
    for key in ("a.wav", "b.wav"):
        s3_server.client().put_object(Bucket=named_bucket, Key=key, Body=b"x")
    terminal = program()
    terminal.wait_for("2 files")
    terminal.press("space", "space", "d")
    terminal.wait_for("Delete 2 files")
    terminal.press("y")
    terminal.wait_for("2 files deleted")
    before = len(s3_server.asked(named_bucket))
    s3_server.set_faults(named_bucket, Fault(delay_s=HUNG_S, skip=1))
    terminal.press("z")
    terminal.wait_for("Taking back")  # another call may come late, and be the first
    terminal.wait_for(lambda _: len(s3_server.asked(named_bucket)) > before)
    terminal.press("q")
    terminal.wait_for("Quit in the middle of it?")
    terminal.press("y")
    assert terminal.wait_exit(GONE_S) == 0


_FAULT = """
import os
from s3audio_tui.tui.screens.help import Help

def compose(self):
    shown = os.environ["AWS_SECRET_ACCESS_KEY"]
    raise RuntimeError(f"a defect beside {shown}")

Help.compose = compose
"""


def test_with_a_defect(
    program: Start, named_bucket: str, home: Path, tmp_path: Path, credentials: StrictS3
) -> None:
    (tmp_path / "sitecustomize.py").write_text(_FAULT)
    terminal = program(environ={"PYTHONPATH": str(tmp_path)})
    terminal.wait_for("This library is empty")
    terminal.press("?")
    assert terminal.wait_exit() == 1
    said = terminal.raw.decode().rpartition("\x1b[?1049l")[2]
    assert "unforeseen error, RuntimeError: a defect beside" in said
    assert said.count("\n") == 1, "one sentence, and no traceback"
    (log,) = home.rglob("s3audio.log")
    assert "in compose" in log.read_text(), "the log has the traceback"
    for text in (terminal.raw.decode(), log.read_text()):
        assert credentials.secret_access_key not in text
