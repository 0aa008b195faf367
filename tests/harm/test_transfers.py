"""Every kind of harm on the line: each file arrives right, or is named as failed; none is wrong.

What is named is tried again on a good line, and then arrives.
The long form (`S3AUDIO_TORTURE=1`, as `make torture` sets it) takes 200 files of up to 64 MiB.
"""

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, get_args

import pytest

from s3audio_tui.store.transfer import MIB
from tests.harm.conftest import Reach
from tests.harm.forms import LONG
from tests.harm.harms import Kind, Plan
from tests.harm.judging import (
    fetch,
    files,
    judge_downloads,
    judge_uploads,
    parts_left,
    send,
    wait_until,
)
from tests.harm.line import HarmfulLine

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


SMALL = [0, 1, 2, 77, 1000, 4096, 65_537, 300_000]
UP_SIZES = [*SMALL, 5 * MIB + 1]
"""With one that goes in parts."""

DOWN_SIZES = [*SMALL, 9 * MIB]
"""With one that comes by ranges."""

KINDS: tuple[Kind, ...] = get_args(Kind)
MENDED: set[Kind] = set(KINDS) - {"denied", "expired", "repeat-request"}
"""What a program can make good by trying again."""

DOWN_ONLY = {"reset-down", "truncate-down", "short-down", "flip-down"}
UP_ONLY = {"reset-up", "truncate-up", "flip-up", "late-error"}


def sizes(short: list[int]) -> list[int]:
    """Return the sizes of the form that runs: 200 in the long one, more small than large."""
    if not LONG:
        return short
    chances = Random(200)
    return [64 * MIB, *(int(2 ** (26 * chances.random() ** 3)) for _ in range(199))]


@pytest.mark.parametrize("rate", [0.01, 0.2])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in DOWN_ONLY])
def test_uploads(
    kind: Kind,
    rate: float,
    reach: Reach,
    line: HarmfulLine,
    plain_s3: "S3Client",
    tmp_path: Path,
) -> None:
    library = reach(versioned=False, impatient=kind == "hang")
    sent = files(tmp_path / "sent", sizes(UP_SIZES), seed=1)
    line.do(Plan(kind=kind, rate=rate, prefix="in/", seed=1))
    run = send(library, sent)
    harmed = line.harmed()
    line.rest()
    judge_uploads(plain_s3, library.bucket, sent, run)
    assert harmed[kind] > 0
    if kind in MENDED and rate < 0.1:
        assert run.failed == {}
    assert {key for key, _ in parts_left(plain_s3, library.bucket)} <= set(run.failed)
    again = run.again()
    assert again.failed == {}, "on a good line all goes well"
    judge_uploads(plain_s3, library.bucket, sent, again)
    wait_until(lambda: parts_left(plain_s3, library.bucket) == [], "parts stay behind")


@pytest.mark.parametrize("rate", [0.01, 0.2])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in UP_ONLY])
def test_downloads(
    kind: Kind,
    rate: float,
    reach: Reach,
    line: HarmfulLine,
    plain_s3: "S3Client",
    tmp_path: Path,
) -> None:
    library = reach(versioned=False, impatient=kind == "hang")
    sent = files(tmp_path / "sent", sizes(DOWN_SIZES), seed=2)
    for one in sent:
        plain_s3.upload_file(str(one.path), library.bucket, one.key)
    line.do(Plan(kind=kind, rate=rate, prefix="in/", seed=2))
    run = fetch(library, sent, tmp_path / "got")
    harmed = line.harmed()
    line.rest()
    judge_downloads(tmp_path / "got", sent, run)
    assert harmed[kind] > 0
    if kind in MENDED and rate < 0.1:
        assert run.failed == {}
    again = run.again()
    assert again.failed == {}, "on a good line all goes well"
    judge_downloads(tmp_path / "got", sent, again)
