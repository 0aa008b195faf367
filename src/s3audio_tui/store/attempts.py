"""The one rule for trying again: a request, not the file; with full jitter."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from s3audio_tui.errors import (
    BadBytesError,
    CredentialsError,
    S3AudioError,
    UnreachableError,
    UnsupportedError,
    WrongRegionError,
)
from s3audio_tui.store.failures import RacedError, SilentError

T = TypeVar("T")

ATTEMPTS = 8
SILENCES = 2
"""So often a store may keep silent that is asked for little: it is given up after 30 s in all."""

SILENCES_OF_BYTES = 3
"""So often where many bytes are on their way: a minute in all."""

_FIRST_S = 0.1
_MOST_S = 8.0
_SLICE_S = 0.1


def again(
    act: Callable[[int], T],
    check: Callable[[], None] = lambda: None,
    *,
    attempts: int = ATTEMPTS,
    silences: int = SILENCES,
    sleep: Callable[[float], None] = time.sleep,
    passes: Callable[[S3AudioError], bool] | None = None,
) -> T:
    """Do `act`, which is told how often it was tried before, until it succeeds.

    What the network or a busy store does, and bytes that were damaged on the way, are tried
    again; what the store refuses is not, but for credentials that have expired: once, because each
    request asks for them anew and they may have been renewed. Before each new try it waits a
    random time below a bound that doubles ("full jitter", as AWS's architecture blog names it);
    `check` may raise meanwhile. A store that keeps silent is waited for `silences` times, because
    that takes long. `passes` says of an error whether it may go well the next time, in
    place of `passing`.
    """
    renewed, silent = False, 0
    for tried in range(attempts):
        try:
            return act(tried)
        except S3AudioError as error:
            may_renew = isinstance(error, CredentialsError) and not renewed
            silent += isinstance(error, SilentError)
            if (
                tried == attempts - 1
                or silent >= silences
                or not (may_renew or (passes or passing)(error))
            ):
                raise
            renewed = renewed or may_renew
        _wait(random.uniform(0, min(_MOST_S, _FIRST_S * 2**tried)), check, sleep)
    raise AssertionError("there is at least one attempt")


def passing(error: S3AudioError) -> bool:
    """Return whether what went wrong may go well the next time."""
    if isinstance(error, (UnsupportedError, WrongRegionError)):
        return False
    return isinstance(error, (UnreachableError, BadBytesError, RacedError))


def out_of_reach(error: S3AudioError) -> bool:
    """Return whether the network or a busy store was at fault, and nothing else."""
    return isinstance(error, UnreachableError) and passing(error)


def _wait(wait_s: float, check: Callable[[], None], sleep: Callable[[float], None]) -> None:
    check()
    while wait_s > 0:
        sleep(min(wait_s, _SLICE_S))
        check()
        wait_s -= _SLICE_S
