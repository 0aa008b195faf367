"""Random keys and clicks on a library of hostile names: 1,000, and 20,000 in `make torture`.

The steps are drawn from fixed seeds, so that they are the same each time.
"""

import os
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import hypothesis
import pytest
from hypothesis import strategies as st

from tests.library.conftest import MakeLibrary, make_library
from tests.strict_s3 import StrictS3
from tests.torture import monkey

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

__all__ = ["make_library"]

STEPS = int(os.environ.get("S3AUDIO_TORTURE_STEPS", "1000"))
AT_ONCE = 125
"""Steps in a bucket of their own."""

BUCKETS = 4
"""So many one after the other in a test; the tests run side by side, and each tells its finding."""


@pytest.mark.parametrize("seed", range(max(STEPS // AT_ONCE // BUCKETS, 1)))
def test_random_keys_and_clicks(
    make_library: MakeLibrary,
    s3_server: StrictS3,
    plain_s3: "S3Client",
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    seed: int,
) -> None:
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.chdir(tmp_path)  # a typed folder may be a relative one

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=BUCKETS,
        deadline=None,
        phases=[hypothesis.Phase.generate],  # to shrink what takes seconds would take hours
    )
    @hypothesis.given(st.randoms(use_true_random=True))
    def press(random: Random) -> None:
        todo = monkey.steps(random, AT_ONCE)
        hypothesis.note(f"{todo}")
        first = make_library()
        before = monkey.fill(plain_s3, first.bucket)
        with monkey.watched(monkeypatch) as confirmed:
            monkey.run(lambda: make_library(first.bucket, state=first.bucket), todo)
        monkey.nothing_lost(plain_s3, first.bucket, before, confirmed)

    press()
