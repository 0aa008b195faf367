"""The real program left or killed with a transfer under way, and started again."""

import os
import re
import signal
from pathlib import Path

import pytest

from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3
from tests.terminal import Start


@pytest.mark.parametrize("killed", [False, True], ids=["left", "killed"])
def test_what_was_under_way_is_offered_and_finished(
    program: Start, named_bucket: str, s3_server: StrictS3, take: Path, killed: bool
) -> None:
    s3_server.set_faults(named_bucket, Fault(method="PUT", query="uploadId", delay_s=2))
    terminal = program()
    terminal.wait_for("This library is empty")
    terminal.paste(str(take))
    terminal.wait_for("Upload 1 file")
    terminal.press("enter")
    terminal.wait_for(lambda screen: re.search(r"take\.wav .*[1-9]\d* %", screen))
    if killed:
        os.kill(terminal.process.pid, signal.SIGKILL)
        terminal.wait_exit()
    else:
        terminal.press("q")
        terminal.wait_for("1 transfer is under way. Quit?")
        terminal.press("y")
        assert terminal.wait_exit() == 0
        begun, _, ended = terminal.raw.partition(f"\x1b]2;s3audio · {named_bucket}\x1b\\".encode())
        assert b"\x1b[22;2t" in begun
        assert ended.rstrip().endswith(b"\x1b[23;2t")
    s3_server.set_faults(named_bucket)
    terminal = program()
    terminal.wait_for("1 transfer was interrupted")
    terminal.press("tab", "r")
    terminal.wait_for("1 uploaded")
    assert (
        s3_server.client().head_object(Bucket=named_bucket, Key="take.wav")["ContentLength"]
        > 12_000_000
    )
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert (
        s3_server.client().list_multipart_uploads(Bucket=named_bucket).get("Uploads", []) == []
        or killed
    )
