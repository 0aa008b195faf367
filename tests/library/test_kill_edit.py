"""The real program killed while it changes metadata: undo gives all of it back."""

import time
from collections.abc import Callable
from typing import Any

from tests.library.test_kill import Start, contents, ended, killed
from tests.library.test_kill import start as start
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

KEYS = [f"take {n:02}.wav" for n in range(10)]


def test_a_killed_change_of_metadata_is_undone(
    start: Start,
    make_bucket: Callable[..., str],
    plain_s3: Any,
    s3_server: StrictS3,
) -> None:
    bucket = make_bucket(versioned=False)
    for key in KEYS:
        plain_s3.put_object(
            Bucket=bucket, Key=f"a/{key}", Body=key.encode(), Metadata={"user": "me"}
        )

    def users() -> set[str]:
        heads = (plain_s3.head_object(Bucket=bucket, Key=f"a/{key}") for key in KEYS)
        return {head["Metadata"]["user"] for head in heads}

    s3_server.set_faults(bucket, Fault(method="PUT", prefix="a/", delay_s=0.2))
    killed(start(bucket, "meta", "a/", "user=you"), lambda: "you" in users(), 3)
    s3_server.set_faults(bucket)
    time.sleep(0.5)  # what the server was still asked for is done
    code, said = ended(start(bucket, "undo"))
    assert code == 0, said
    assert users() == {"me"}
    assert contents(plain_s3, bucket, "a/") == {key: key.encode() for key in KEYS}
