"""The one rule for trying again."""

import pytest

from s3audio_tui.errors import (
    BadBytesError,
    CancelledError,
    ConflictError,
    NotAllowedError,
    S3AudioError,
    UnreachableError,
    UnsupportedError,
    WrongRegionError,
)
from s3audio_tui.store.attempts import ATTEMPTS, again


class Failing:
    """Fails some times, then gives its tries."""

    def __init__(self, error: S3AudioError, times: int) -> None:
        self.error = error
        self.times = times
        self.tries: list[int] = []

    def __call__(self, tried: int) -> int:
        self.tries.append(tried)
        if len(self.tries) <= self.times:
            raise self.error
        return len(self.tries)


@pytest.mark.parametrize("kind", [UnreachableError, BadBytesError])
def test_what_passes_is_tried_again(kind: type[S3AudioError]) -> None:
    act = Failing(kind("broke"), 3)
    assert again(act, sleep=lambda _: None) == 4
    assert act.tries == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "kind", [ConflictError, NotAllowedError, UnsupportedError, WrongRegionError, CancelledError]
)
def test_what_stays_is_not(kind: type[S3AudioError]) -> None:
    act = Failing(kind("no"), 1)
    with pytest.raises(kind):
        again(act, sleep=lambda _: None)
    assert act.tries == [0]


def test_the_last_error_is_told() -> None:
    act = Failing(UnreachableError("broke"), 1000)
    with pytest.raises(UnreachableError, match="broke"):
        again(act, sleep=lambda _: None)
    assert len(act.tries) == ATTEMPTS


def test_it_waits_a_random_time_below_a_bound_that_doubles() -> None:
    waits: list[float] = []
    total: list[float] = []

    def act(tried: int) -> None:
        total.append(sum(waits))
        waits.clear()
        raise UnreachableError("broke")

    for _ in range(20):
        with pytest.raises(UnreachableError):
            again(act, sleep=waits.append)
    bounds = [0.0, *(min(8.0, 0.1 * 2**tried) + 0.1 for tried in range(ATTEMPTS - 1))] * 20
    assert all(waited <= bound for waited, bound in zip(total, bounds, strict=True))
    assert len(set(total)) > 20, "the waits are not random"


def test_a_wait_can_be_stopped() -> None:
    asked = 0

    def check() -> None:
        nonlocal asked
        asked += 1
        raise CancelledError("stopped", "")

    act = Failing(UnreachableError("broke"), 1)
    with pytest.raises(CancelledError):
        again(act, check, sleep=lambda _: None)
    assert (act.tries, asked) == ([0], 1)
