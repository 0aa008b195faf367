"""Something done just before the program sends a request by the thin path."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from s3audio_tui.store.client import Store
from s3audio_tui.store.exchange import Answer


def before(store: Store, operation: str, act: Callable[[dict[str, str]], object]) -> None:
    """Call `act` with the headers of each request of this name, which it may change."""
    ask = store.wire.ask

    def other(
        method: str, key: str, *, headers: dict[str, str] | None = None, **named: Any
    ) -> AbstractContextManager[Answer]:
        told = dict(headers or {})
        if named.get("operation") == operation:
            act(told)
        return ask(method, key, headers=told, **named)

    store.wire.ask = other  # type: ignore[method-assign, assignment]
