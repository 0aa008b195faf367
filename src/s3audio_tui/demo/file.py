"""One file of the demo, before it is made: its key, its age, and how it will sound."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from s3audio_tui.demo.encode import Kind, encode

_COSTS_S: dict[Kind, float] = {"mp3": 0.4, "ogg": 0.3, "opus": 0.5}


@dataclass(frozen=True)
class File:
    """One version of one file."""

    key: str
    content: Callable[[np.random.Generator], bytes]
    age_days: float
    cost_s: float = 0.1
    seed: int = 0
    deleted_days_ago: float | None = None
    tags: dict[str, str] = field(default_factory=dict)

    def made(self) -> bytes:
        """Return the whole file, the same for the same key and seed."""
        rng = np.random.default_rng([zlib.crc32(self.key.encode()), self.seed])
        return self.content(rng)


def sound_file(
    key: str,
    kind: Kind,
    rate_hz: int,
    sound: Callable[..., Any],
    age_days: float,
    *,
    cost_s: float | None = None,
    deleted_days_ago: float | None = None,
    tags: dict[str, str] | None = None,
    seed: int = 0,
    **how: Any,
) -> File:
    """Return a file of what `sound(rng, rate_hz, **how)` gives, encoded as `kind`."""

    def content(rng: np.random.Generator) -> bytes:
        return encode(sound(rng, rate_hz, **how), rate_hz, kind)

    if cost_s is None:
        cost_s = _COSTS_S.get(kind, 0.1)
    return File(key, content, age_days, cost_s, seed, deleted_days_ago, tags or {})
