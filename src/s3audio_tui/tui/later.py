"""A call that a worker makes when it begins."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, ParamSpec

P = ParamSpec("P")


def later(
    act: Callable[P, Coroutine[Any, Any, object]], *args: P.args, **named: P.kwargs
) -> Callable[[], Any]:
    """Return `act` with its arguments, for `run_worker`.

    A worker whose screen is left before it begins makes no call; a coroutine that was made before
    would be one that nobody has awaited, and Python complains.
    """
    return partial(act, *args, **named)
