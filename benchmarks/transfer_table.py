"""The figures of `transfers.py` as a table, with what they were meant to be."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from transfer_peers import COMMAND, DOWN_LARGE, DOWN_SMALL, ENGINE, LIST, UP_LARGE, UP_SMALL

_PEAK_MIB = 120e6 / 1024**2
_STRAIGHT = dict.fromkeys((UP_LARGE, DOWN_LARGE, UP_SMALL, DOWN_SMALL, LIST), 1.0)
_LINE = {UP_LARGE: 1 / 2.5, DOWN_LARGE: 1 / 4, UP_SMALL: 1.0, DOWN_SMALL: 1.0, LIST: 1 / 3}
"""How long the engine may take, in times of s5cmd's."""

_HEAD = (
    "| | wall, s | × s5cmd | target | processor, s | target | peak, MiB | target |\n"
    "|---|--:|--:|--:|--:|--:|--:|--:|"
)


@dataclass(frozen=True)
class Run:
    """What one run took."""

    wall_s: float
    processor_s: float
    peak_mib: float


Runs = Mapping[tuple[str, str], Sequence[Run]]
"""By task and tool."""


def table(runs: Runs, *, over_line: bool) -> str:
    """Return all tasks as Markdown, one below the other; every figure is a median."""
    lines = [_HEAD]
    for task in dict.fromkeys(task for task, _ in runs):
        lines.append(f"| **{task}** | | | | | | | |")
        of_task = {tool: _median(some) for (each, tool), some in runs.items() if each == task}
        for tool, run in of_task.items():
            once = len(runs[task, tool]) == 1 < max(len(runs[task, each]) for each in of_task)
            lines.append(_line(task, tool, run, of_task, once=once, over_line=over_line))
    return "\n".join(lines)


def _line(
    task: str, tool: str, run: Run, of_task: Mapping[str, Run], *, once: bool, over_line: bool
) -> str:
    best, rclone = of_task.get("s5cmd"), of_task.get("rclone")
    ratio = run.wall_s / best.wall_s if best else None
    wall, processor, peak = "", "", ""
    if tool == ENGINE:
        wall = _target((_LINE if over_line else _STRAIGHT)[task], ratio)
        processor = _target(rclone.processor_s if rclone else None, run.processor_s)
        peak = _target(_PEAK_MIB, run.peak_mib, digits=0)
    name = f"{tool}, once" if once else tool
    name = f"*{name}*" if tool in (ENGINE, COMMAND) else name
    times = "" if ratio is None else f"{ratio:.2f}"
    return (
        f"| {name} | {run.wall_s:.2f} | {times} | {wall} "
        f"| {run.processor_s:.2f} | {processor} | {run.peak_mib:.0f} | {peak} |"
    )


def _target(wanted: float | None, figure: float | None, *, digits: int = 2) -> str:
    if wanted is None or figure is None:
        return ""
    missed = round(figure, digits) > round(wanted, digits)
    return f"{wanted:.{digits}f}" + (", missed" if missed else "")


def _median(runs: Sequence[Run]) -> Run:
    return Run(
        statistics.median(run.wall_s for run in runs),
        statistics.median(run.processor_s for run in runs),
        statistics.median(run.peak_mib for run in runs),
    )
