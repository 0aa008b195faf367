"""Two clients at once on one name, one object, one trash: one wins, the other is told."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from s3audio_tui.library import rename, trash
from s3audio_tui.library.events import Done, Failed, ItemEvent
from s3audio_tui.library.opening import Library
from s3audio_tui.store.transfer import MIB
from tests.harm.forms import LONG
from tests.harm.judging import Sent, files, parts_left, send, stored_sha256, wait_until
from tests.library.conftest import MakeLibrary
from tests.library.helpers import failures
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

T = TypeVar("T")

ROUNDS = 20 if LONG else 2


def at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """Begin all acts together; return what each returned."""
    ready, results = threading.Barrier(len(acts)), {}

    def run(number: int) -> None:
        ready.wait(30)
        results[number] = acts[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [results[number] for number in range(len(acts))]


@pytest.fixture
def two(make_library: MakeLibrary, make_bucket: Callable[..., str]) -> tuple[Library, Library]:
    """One bucket, opened by two programs of two users."""
    bucket = make_bucket(versioned=False)
    first, second = (make_library(bucket, state=user, user=user) for user in ("anna", "ben"))
    for library in (first, second):
        library.capabilities()
    return first, second


@pytest.mark.parametrize("size", [1000, 5 * MIB + 1])
def test_one_name_goes_to_one_of_them(
    size: int, two: tuple[Library, Library], plain_s3: "S3Client", tmp_path: Path
) -> None:
    bucket = two[0].bucket
    for round_ in range(ROUNDS):
        key = f"in/{round_}.wav"
        both = [files(tmp_path / f"{round_} {n}", [size], seed=n)[0] for n in range(2)]
        sent = [Sent(key, one.path, one.sha256) for one in both]
        told = at_once([partial(send, two[n], [sent[n]]) for n in range(2)])
        lost = [n for n in range(2) if told[n].failed]
        assert len(lost) == 1, "one wins"
        assert told[lost[0]].failed == {key: "conflict"}, "the other is told"
        assert stored_sha256(plain_s3, bucket)[key] == sent[1 - lost[0]].sha256
    wait_until(lambda: parts_left(plain_s3, bucket) == [], "parts stay behind")


def test_one_object_is_renamed_by_one_of_them(
    two: tuple[Library, Library], plain_s3: "S3Client", s3_server: StrictS3
) -> None:
    bucket = two[0].bucket
    for round_ in range(ROUNDS):
        plain_s3.put_object(Bucket=bucket, Key=f"{round_}.wav", Body=b"%d" % round_)
        s3_server.set_faults(bucket, Fault(method="DELETE", delay_s=0.2, times=1))

        def move(n: int, round_: int = round_) -> list[ItemEvent]:
            return list(rename.move(two[n], f"{round_}.wav", f"to {n}/{round_}.wav"))

        told = at_once([lambda: move(0), lambda: move(1)])
        there = set(stored_sha256(plain_s3, bucket))
        arrived = {f"to {n}/{round_}.wav" for n in range(2)} & there
        won = [n for n in range(2) if any(isinstance(each, Done) for each in told[n])]
        assert arrived, "nothing is lost"
        assert f"{round_}.wav" not in there
        assert {f"to {n}/{round_}.wav" for n in won} <= arrived, "what was told done is there"
        assert len(won) == 1, told
        assert [type(each) for each in told[1 - won[0]]][-1] is Failed, "the other is told"


def test_one_trash_is_emptied_by_both(two: tuple[Library, Library], plain_s3: "S3Client") -> None:
    bucket = two[0].bucket
    keys = [f"{number}.wav" for number in range(12)]
    for key in [*keys, "kept.wav"]:
        plain_s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert failures(trash.delete(two[0], keys)) == {}
    told = at_once([lambda: list(trash.empty(two[0])), lambda: list(trash.empty(two[1]))])
    assert sorted({each.key for one in told for each in one if isinstance(each, Done)}) == sorted(
        keys
    )
    assert set(stored_sha256(plain_s3, bucket)) == {"kept.wav"}
    assert trash.entries(two[0]) == trash.entries(two[1]) == []
