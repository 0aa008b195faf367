"""Pictures of the app, kept as SVG and, beside it, as plain text that a reviewer can read.

`snapshot(app, "name")` compares with `tests/tui/__snapshots__/name.svg` and `.txt`;
`pytest --snapshot-update` writes them anew, on one version of Python only.
"""

import difflib
import re
import sys
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

if TYPE_CHECKING:
    from textual.app import App
    from textual.pilot import Pilot

FOLDER = Path(__file__).parent / "tui" / "__snapshots__"
REPORT = Path(__file__).parents[1] / "snapshot-report"
SIZE = (120, 34)
PYTHON = (3, 11)
"""The Python that draws snapshots, so that two people never redraw each other's."""

_USED = pytest.StashKey[set[str]]()
"""The names asked for so far."""

_UNIQUE = re.compile(r"terminal-\d+-")

Snapshot = Callable[["App[Any]", str], None]


@asynccontextmanager
async def staged(app: "App[Any]", size: tuple[int, int] = SIZE) -> "AsyncIterator[Pilot[Any]]":
    """Run the app headless, with nothing in it that moves by itself. Its clock is the test's."""
    app.animation_level = "none"
    from tests.resting import without_waits

    stays = mock.patch("s3audio_tui.tui.widgets.status_line._STAYS_S", 3600.0)
    with without_waits(app), stays:  # else what is said would go while a busy machine draws
        async with app.run_test(size=size, notifications=True) as pilot:
            yield pilot


def drawn(app: "App[Any]") -> tuple[str, str]:
    """Return the app's screen as SVG without volatile ids, and as plain text."""
    from tests.seen import exported

    _stop_blinking(app)
    svg, text = exported(app)
    return _UNIQUE.sub("terminal-", svg).rstrip() + "\n", _plain(text)


def text_of(app: "App[Any]") -> str:
    """Return the app's screen as plain text."""
    from tests.seen import read

    _stop_blinking(app)
    return _plain(read(app))


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip() + "\n"


def _stop_blinking(app: "App[Any]") -> None:
    from textual.widgets import Input

    for field in app.screen.query(Input):
        field.cursor_blink = False


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take `--snapshot-update`."""
    parser.addoption(
        "--snapshot-update", action="store_true", help="draw the snapshots of the app anew"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to draw on another Python than the one that drew the rest."""
    if config.getoption("--snapshot-update") and sys.version_info[:2] != PYTHON:
        wanted, found = (".".join(map(str, v)) for v in (PYTHON, sys.version_info[:2]))
        raise pytest.UsageError(f"snapshots are drawn on Python {wanted}; this is {found}")
    config.stash[_USED] = set()


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Snapshot:
    """Compare the app's screen with the picture kept under a name: `snapshot(app, "library")`."""
    update = bool(request.config.getoption("--snapshot-update"))

    def check(app: "App[Any]", name: str) -> None:
        if not re.fullmatch(r"[a-z0-9-]+", name):
            raise ValueError(f"{name!r}: a snapshot's name has small letters, digits and -")
        used = request.config.stash[_USED]
        if name in used:
            raise ValueError(f"two snapshots are called {name}")
        used.add(name)
        compare(name, *drawn(app), update=update)

    return check


def compare(
    name: str,
    svg: str,
    text: str,
    *,
    update: bool,
    folder: Path | None = None,
    report: Path = REPORT,
) -> None:
    """Compare both forms with those kept, or keep these; a difference fails and is told."""
    folder = folder or FOLDER
    kept_svg, kept_text = folder / f"{name}.svg", folder / f"{name}.txt"
    if update:
        folder.mkdir(parents=True, exist_ok=True)
        kept_svg.write_text(svg, encoding="utf-8")
        kept_text.write_text(text, encoding="utf-8")
        return
    if not (kept_svg.exists() and kept_text.exists()):
        complaint = f"there is no snapshot {name} yet"
    elif (before := kept_text.read_text(encoding="utf-8")) != text:
        lines = difflib.unified_diff(
            before.splitlines(), text.splitlines(), "kept", "now", n=1, lineterm=""
        )
        complaint = f"the screen {name} reads differently:\n" + "\n".join(lines)
    elif kept_svg.read_text(encoding="utf-8") != svg:
        complaint = f"the screen {name} reads the same, but its colours or styles differ"
    else:
        return
    report.mkdir(exist_ok=True)
    now = report / f"{name}.svg"
    now.write_text(svg, encoding="utf-8")
    pytest.fail(f"{complaint}\nLook at {now}; if it is right: make snapshots", pytrace=False)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """Hand the names used to the process that reports."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        used = session.config.stash[_USED]
        output["snapshots"] = sorted(used)
    return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Gather the names that a worker used."""
    node.config.stash[_USED].update(getattr(node, "workeroutput", {}).get("snapshots", []))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Name the snapshots that no test asked for, if all tests of the app ran."""
    unused = list(_unused(config))
    if unused and _ran_all(config) and not terminalreporter.stats.get("failed"):
        terminalreporter.section("unused snapshots")
        terminalreporter.line("no test asks for these any more; remove them: " + ", ".join(unused))


def _unused(config: pytest.Config) -> Iterator[str]:
    used = config.stash[_USED]
    for path in sorted(FOLDER.glob("*")):
        if path.stem not in used:
            yield path.name


def _ran_all(config: pytest.Config) -> bool:
    chosen = config.option.keyword or config.option.markexpr or config.option.collectonly
    asked = [(config.invocation_params.dir / argument).resolve() for argument in config.args]
    return not chosen and any(FOLDER.parent.resolve().is_relative_to(path) for path in asked)
