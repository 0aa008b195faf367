"""Values as they leave the program: exact text, and JSON that no terminal acts on."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial

Value = str | int | float | bool | None | Sequence["Value"] | Mapping[str, "Value"]

_UNSEEN = (
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What JSON may hold raw, and a terminal should not get raw; also what UTF-8 cannot hold."""


def exact(value: Value) -> str:
    """Return a value as text that says all of it; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def flat(values: Mapping[str, Value], before: str = "") -> Iterator[tuple[str, Value]]:
    """Yield each field, those of a map as `map.field`."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def json_line(value: Mapping[str, Value]) -> bytes:
    """Return a line of JSON in UTF-8."""
    return _encoder()(value)


@cache
def _encoder() -> Callable[[Mapping[str, Value]], bytes]:
    """Return what turns a value into a line of JSON; made once, when it is first needed."""
    import json

    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    escape = partial(re.compile(_UNSEEN).sub, _escaped)
    return lambda value: f"{escape(encode(value))}\n".encode()


def _escaped(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i] << 8 | units[i + 1]:04x}" for i in range(0, len(units), 2))
