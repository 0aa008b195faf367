"""A ruler of times, and times as words."""

from bisect import bisect_left

_STEPS_S = (
    *(10.0**power * each for power in range(-6, 0) for each in (1, 2, 5)),
    *(1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0),
    *(7200.0, 18_000.0, 36_000.0),
)
_GAP = 4
"""Cells between two times at least."""


def ruler(begin_s: float, end_s: float, width: int) -> str:
    """Return round times, each where its moment is: the first letter stands in that column."""
    length_s = end_s - begin_s
    if width <= 0 or length_s <= 0:
        return " " * max(width, 0)
    at = bisect_left(_STEPS_S, length_s / width)
    for step_s in _STEPS_S[at:]:
        room = width * step_s / length_s
        if room >= len(time_text(end_s, step_s)) + _GAP:
            return _marked(begin_s, end_s, width, step_s)
    return time_text(begin_s, _STEPS_S[-1])[:width].ljust(width)


def with_end(line: str, end: str) -> str:
    """Return a ruler with its last moment at the right; what would touch that is left out."""
    room = len(line) - len(end)
    if room < _GAP:
        return line
    kept = line[: room - _GAP // 2]
    if kept[-1] != " " and line[len(kept)] != " ":  # a time would be cut in two
        kept = kept[: kept.rfind(" ") + 1]
    return kept.ljust(room) + end


def time_text(seconds: float, step_s: float = 1.0) -> str:
    """Return a time as `4:33` or `1:02:07`, with as many digits behind it as a step needs."""
    digits = next((d for d in range(7) if round(step_s * 10**d, 6) >= 1), 6)
    units = round(seconds * 10**digits)
    whole, rest = divmod(units, 10**digits)
    minutes, second = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"
    return f"{text}.{rest:0{digits}}" if digits else text


def _marked(begin_s: float, end_s: float, width: int, step_s: float) -> str:
    out, number = [" "] * width, -(-begin_s // step_s)
    while (moment := number * step_s) < end_s:
        column = round((moment - begin_s) / (end_s - begin_s) * width)
        text = time_text(moment, step_s)
        if column + len(text) <= width:
            out[column : column + len(text)] = text
        number += 1
    return "".join(out)
