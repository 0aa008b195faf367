"""How fast a large library is: `python benchmarks/library.py [10000 100000 1000000]`.

A catalog is filled with that many objects, then measured in a process of its own, and then the
program that shows it, in a terminal (`on_screen.py`). Times in ms.
"""

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import on_screen
from s3audio_tui.catalog.objects import Catalog
from s3audio_tui.catalog.rows import Entry
from s3audio_tui.catalog.search import Column, Query, Sort, View, parse

SIZES = (10_000, 100_000, 1_000_000)

_WINDOW = 100
"""Rows that a screen reads at once."""

NOW = 1.79e9
"""When ages are counted from, in seconds since 1970."""

_PAGE = 1000
_COLUMNS: tuple[Column, ...] = (
    *("name", "size", "modified", "duration", "format", "rate", "channels"),
)
_WORDS = (
    *("kick", "snare", "hat", "bass", "vocal", "take", "bridge", "chorus", "verse", "outro"),
    *("intro", "loop", "pad", "lead", "room tone", "riser", "ambient", "guitar", "piano", "brass"),
    *("perc", "clap", "tom", "rim", "shaker", "Überblick", "café", "ラフミックス", "голос", "STEM"),
)
_TYPED = (
    *("kick", "session 12", "vocal-brid", "ambient", "x", "zz", "cafe", "2019-03", "guitar ta"),
    *("flac", "room tone-", "00017", "take -loop", "shaker rim", "qqqqqqqqqq", "голос", "wav"),
)
"""Searches, rare and common; each is measured after every letter typed."""

_FIELDS = (
    *("ext:wav kick", "size:>10mb", "dur:<30s -loop", "after:2024-06", "rate:48000 guitar"),
    *("ch:stereo", "name:kick", "in:kick/", "format:flac name:take", "kick bits:24"),
    *("vocal dur:1:00..5m size:<20mb", "-ext:wav ambient"),
)
"""The same with fields."""

Figures = dict[str, float]


def entries(count: int) -> list[Entry]:
    """Return `count` objects of somebody's sound library, in key order, the same each time."""
    random.seed(count)
    keys: set[str] = set()
    while len(keys) < count:
        keys.add(
            f"{random.choice(_WORDS)}/{random.randint(2015, 2026)}-{random.randint(1, 12):02}"
            f"/session {random.randint(1, 40)} {random.choice(_WORDS)}-{random.choice(_WORDS)}"
            f"-{random.randint(0, 99_999):05}.{random.choice(('wav', 'wav', 'flac', 'mp3'))}"
        )
    return [
        Entry(
            key,
            round(random.lognormvariate(15, 2)),
            1.42e9 + random.randrange(370_000_000),
            f"{random.getrandbits(128):032x}",
            "STANDARD",
        )
        for key in sorted(keys)
    ]


def pages(listed: list[Entry]) -> Iterator[tuple[str, list[Entry], bool]]:
    """Yield what S3 would list: the key before a page, its objects, and whether it is the last."""
    for at in range(0, len(listed), _PAGE):
        after = listed[at - 1].key if at else ""
        yield after, listed[at : at + _PAGE], at + _PAGE >= len(listed)


def fill(path: Path, listed: list[Entry]) -> Figures:
    """Make the catalog, page by page, and give three files in four a sound."""
    catalog = Catalog(path)
    started = time.perf_counter()
    for after, page, last in pages(listed):
        catalog.apply_page("", after, page, last=last, asked_at=1.0)
    seconds = time.perf_counter() - started
    with catalog.database.write() as connection:
        connection.execute(
            "UPDATE objects SET header = 1, duration = size / 176400.0, channels = 1 + size % 2,"
            " rate = CASE size % 3 WHEN 0 THEN 44100 ELSE 48000 END WHERE size % 4 <> 0"
        )
        connection.execute("UPDATE changes SET sounds = sounds + 1")
    catalog.close()
    return {"first load, 1000 a page": 1000 * seconds}


def refresh(path: Path, listed: list[Entry]) -> Figures:
    """Bring in the same list again."""
    catalog = Catalog(path)
    started = time.perf_counter()
    for after, page, last in pages(listed):
        catalog.apply_page("", after, page, last=last, asked_at=2.0)
    seconds = time.perf_counter() - started
    catalog.close()
    return {"refresh, nothing changed": 1000 * seconds}


def first_rows(catalog: Catalog) -> Figures:
    """Measure what the first frame shows: the library's own folder."""
    view = View(catalog, "", False, None)
    return {"first rows, top folder": timed(partial(shown, view))}


def filtering(catalog: Catalog) -> Figures:
    """Measure each letter of each search: the first window, the count, the bytes."""
    figures: Figures = {}
    for name, searches in (("filter", _TYPED), ("filter by fields", _FIELDS)):
        found = []
        for text in searches:
            for end in range(1, len(text) + 1):
                view = View(catalog, "", True, parse(text[:end], NOW))
                found.append(timed(partial(shown, view)))
        figures |= quantiles(name, found)
    return figures


def sorting(catalog: Catalog) -> Figures:
    """Measure every column, both ways: of all files, of one search, of one folder."""
    where: tuple[tuple[str, str, Query | None], ...] = (
        ("sort, all files", "", None),
        ("sort, filtered", "", parse("kick", NOW)),
        ("sort, filtered by folder", "", parse("vocal/2019", NOW)),
        ("sort, below a folder", "kick/", None),
    )
    figures: Figures = {}
    for name, prefix, query in where:
        found = []
        for column in _COLUMNS:
            for reverse in (False, True):
                view = View(catalog, prefix, True, query, Sort(column, reverse))
                found.append(timed(partial(shown, view)))
        figures |= quantiles(name, found)
    return figures


def scrolling(catalog: Catalog) -> Figures:
    """Measure windows anywhere in the list, in every order."""
    found: list[float] = []
    filtered: list[float] = []
    for i in range(100):
        sort = Sort(_COLUMNS[i % len(_COLUMNS)], i % 2 == 0)
        for query, times in ((None, found), (parse("kick", NOW), filtered)):
            view = View(catalog, "", True, query, sort)
            offset = random.randrange(view.count())
            times.append(timed(partial(view.window, offset, _WINDOW)))
    return quantiles("window anywhere", found) | quantiles("window anywhere, filtered", filtered)


def shown(view: View) -> None:
    """Read what a screen shows at once."""
    view.window(0, _WINDOW)
    view.count()
    view.total_bytes()


def timed(act: Callable[[], object]) -> float:
    """Return how long `act` takes."""
    started = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - started)


def quantiles(name: str, times: list[float]) -> Figures:
    """Return the median, p95 and p99 of `times`."""
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return {f"{name}, median": cuts[49], f"{name}, p95": cuts[94], f"{name}, p99": cuts[98]}


def peak_memory_mb() -> float:
    """Return the most memory that this process has had; Linux tells."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1000


def measure(path: Path) -> Figures:
    """Measure a catalog in this fresh process."""
    started = time.perf_counter()
    catalog = Catalog(path)
    figures = first_rows(catalog)
    figures["first rows, file opened too"] = 1000 * (time.perf_counter() - started)
    for part in (filtering, sorting, scrolling):
        figures |= part(catalog)
    figures["catalog's memory, MB (VmHWM)"] = peak_memory_mb()
    return figures


def figures_for(count: int, folder: Path) -> Figures:
    """Fill and measure a catalog of `count` objects."""
    path = on_screen.new_catalog(folder)
    listed = entries(count)
    figures = fill(path, listed)
    child = subprocess.run(
        [sys.executable, __file__, "--measure", str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    figures |= json.loads(child.stdout)
    figures |= on_screen.measure(folder)
    figures |= refresh(path, listed)
    figures["file, MB"] = path.stat().st_size / 1e6
    return figures


def main(arguments: list[str]) -> None:
    """Print a line for each figure, a column for each size."""
    if arguments[:1] == ["--measure"]:
        print(json.dumps(measure(Path(arguments[1]))))
        return
    counts = [int(argument) for argument in arguments] or list(SIZES)
    columns = []
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="s3audio-") as folder:
            columns.append(figures_for(count, Path(folder)))
    print(f"{'':36}" + "".join(f"{count:>12,}" for count in counts))
    for name in columns[0]:
        print(f"{name:36}" + "".join(f"{column[name]:12,.1f}" for column in columns))


if __name__ == "__main__":
    main(sys.argv[1:])
