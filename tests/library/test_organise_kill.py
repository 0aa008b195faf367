"""Files that trade names while the program is killed: none is lost, and undo puts them back."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.library.test_kill import Start, contents, ended, killed, names
from tests.library.test_kill import start as start
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

KEYS = [f"take {n}.wav" for n in range(4)]


def test_names_traded_while_killed(
    start: Start,
    make_bucket: Callable[..., str],
    plain_s3: Any,
    s3_server: StrictS3,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bucket = make_bucket()
    for key in KEYS:
        plain_s3.put_object(Bucket=bucket, Key=f"a/{key}", Body=key.encode())
    s3_server.set_faults(bucket, Fault(method="DELETE", delay_s=0.1))
    monkeypatch.setenv("EDITOR", "sed -i -e y/0123/1230/")
    moving = start(bucket, "mv", "--edit", "a/")
    killed(moving, lambda: any("renaming" in key for key in names(plain_s3, bucket, "a/")), 11)
    s3_server.set_faults(bucket)
    time.sleep(0.3)  # what the server was still asked for is done
    there = contents(plain_s3, bucket, "a/")
    assert set(there.values()) == {key.encode() for key in KEYS}
    code, said = ended(start(bucket, "undo"))
    assert code == 0, said
    assert contents(plain_s3, bucket, "a/") == {key: key.encode() for key in KEYS}
