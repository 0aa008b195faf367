"""The figures of `peaks.py`: lines to look at, and the table of `docs/performance.md`."""

from typing import NamedTuple

DECODERS = ("PyAV alone", "miniaudio alone", "soundfile alone")

_OF_BLOCKS = 1.07
_TIMES, _TIMES_SILENT, _LIKE_DECODERS = 2.5, 4.0, 0.9
_MOST_MIB = 64

HEAD = (
    "| | ours | by the clock | without RMS | in a child | peer alone | peer / ours"
    " | peer / without RMS | ffmpeg to null | `sf.read`, whole | memory, MiB |\n"
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)


class Run(NamedTuple):
    """One run of one way, or the medians of several."""

    cpu_ms: float
    wall_ms: float
    used_mib: float


def lines(found: dict[str, Run], name: str) -> list[str]:
    """Return what each way took, and what is to be reached."""
    ours = found["ours"]
    said = [
        f"{way:28}{run.cpu_ms:8.0f}{run.wall_ms:8.0f}"
        f"{run.cpu_ms / ours.cpu_ms:8.2f}{run.wall_ms / ours.wall_ms:8.2f}{run.used_mib:8.0f}"
        for way, run in found.items()
    ]
    peer, _, times, silent = _compared(found, name)
    if peer:
        said.append(f"of {peer}: {times}; without RMS {silent}")
    return [*said, f"memory {_against(ours.used_mib, _MOST_MIB, less=True)} MiB"]


def row(found: dict[str, Run], name: str) -> str:
    """Return a row of the table."""
    ours = found["ours"]
    peer, peer_ms, times, silent = _compared(found, name)
    cells = [
        name,
        f"{ours.cpu_ms:.0f}",
        f"{ours.wall_ms:.0f}",
        _cpu(found, "ours, without RMS"),
        _cpu(found, "ours, in a child"),
        f"{peer_ms:.0f}, {peer}" if peer else "",
        times,
        silent,
        _cpu(found, "ffmpeg to null"),
        _cpu(found, "sf.read, whole"),
        _against(ours.used_mib, _MOST_MIB, less=True),
    ]
    return f"| {' | '.join(cells)} |"


def _compared(found: dict[str, Run], name: str) -> tuple[str, float, str, str]:
    """Return with what ours is compared, its time, and how many times as fast ours is."""
    ours_ms, silent_ms = found["ours"].cpu_ms, found["ours, without RMS"].cpu_ms
    if not name.endswith(".wav"):
        peer = min((way for way in DECODERS if way in found), key=lambda way: found[way].cpu_ms)
        peer_ms = found[peer].cpu_ms
        like = _against(peer_ms / ours_ms, _LIKE_DECODERS)
        return peer.removesuffix(" alone"), peer_ms, like, f"{peer_ms / silent_ms:.2f}"
    if "audiowaveform" in found:
        peer, peer_ms = "audiowaveform", found["audiowaveform"].cpu_ms
    elif name.endswith("s16.wav"):
        peer, peer_ms = "audiowaveform, estimated", found["soundfile, blocks"].cpu_ms * _OF_BLOCKS
    else:
        return "", 0.0, "", ""
    times, silent = peer_ms / ours_ms, peer_ms / silent_ms
    if not name.endswith("s16.wav"):
        return peer, peer_ms, f"{times:.2f}", f"{silent:.2f}"
    return peer, peer_ms, _against(times, _TIMES), _against(silent, _TIMES_SILENT)


def _against(figure: float, target: float, *, less: bool = False) -> str:
    """Return a figure with its target."""
    met = figure <= target if less else figure >= target
    said = f"{figure:.0f}" if less else f"{figure:.2f}"
    return f"{said} ({target:g}{'' if met else ', missed'})"


def _cpu(found: dict[str, Run], way: str) -> str:
    return f"{found[way].cpu_ms:.0f}" if way in found else ""
