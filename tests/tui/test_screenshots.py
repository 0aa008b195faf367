"""The README's screenshots are what the app draws on the demo today.

`make screenshots` draws them: `--snapshot-update` writes the SVGs, `scripts/screenshots` the PNGs.
"""

import hashlib
import html
import os
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.cells import cell_len

from s3audio_tui.config import Settings
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.tui.app import make_app
from s3audio_tui.tui.session import Session
from s3audio_tui.tui.widgets.transfers import Transfers
from tests.snapshots import drawn, staged
from tests.tui.conftest import NOW
from tests.tui.driving import Driver, driven
from tests.tui.recording import Doorman, studio
from tests.tui.test_pictures_recorder import door as door
from tests.tui.test_transfers import Script, _reach

FOLDER = Path(__file__).parents[2] / "screenshots"
CELL = 12.2
"""The width of a cell in Textual's SVGs."""

_TEXT = re.compile(r'(<text class="terminal-r\d+" )x="([\d.]+)" (y="[\d.]+") textLength="[\d.]+"')
_RUN = re.compile(_TEXT.pattern + r"([^>]*>)([^<]*)(?=</text>)")

OpenDemo = Callable[..., Library]
Act = Callable[[Driver], object]


async def open_takes(driver: Driver) -> None:
    await driver.go_to("takes/")
    await driver.press("enter", "down", "enter", "down")


async def library(driver: Driver) -> None:
    await open_takes(driver)
    await driver.press("space", "space")


async def search(driver: Driver) -> None:
    await driver.press("slash")
    await driver.write("kick -loop")


async def rename(driver: Driver) -> None:
    await open_takes(driver)
    await driver.press("r")


async def trash(driver: Driver) -> None:
    await driver.press("t")


async def share(driver: Driver) -> None:
    await open_takes(driver)
    await driver.press("s")


async def waveform(driver: Driver) -> None:
    await open_takes(driver)
    await driver.press("w")
    for _ in range(3):
        await driver.press("right")
    await driver.press("left_square_bracket")
    for _ in range(2):
        await driver.press("right")
    await driver.press("right_square_bracket")


async def help_(driver: Driver) -> None:
    await driver.press("question_mark")


PROFILES = """
[default]
region = us-east-1
aws_access_key_id = x
aws_secret_access_key = x

[profile studio]
region = eu-central-1
sso_session = studio
sso_account_id = 123456789012
sso_role_name = editor
"""

SIZES = {"narrow": (64, 24)}
SCENES = {
    "library": library,
    "waveform": waveform,
    "search": search,
    "rename": rename,
    "trash": trash,
    "share": share,
    "help": help_,
    "narrow": open_takes,
}


@pytest.fixture
def keep(request: pytest.FixtureRequest) -> Callable[[Driver, str], None]:
    """Compare the screen with the screenshot of a name, or draw that anew."""
    update = bool(request.config.getoption("--snapshot-update"))

    def check(driver: Driver, name: str) -> None:
        path, svg = FOLDER / f"{name}.svg", placed(drawn(driver.app)[0])
        if update:
            path.write_text(svg, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != svg:
            pytest.fail(f"{path.name} is not what the app draws: make screenshots", pytrace=False)

    return check


def placed(svg: str) -> str:
    """Give wide letters the places that they have in a terminal; the SVG squeezes their line."""

    def place(found: re.Match[str]) -> str:
        head, x, y, rest, shown = found.groups()
        text = html.unescape(shown)
        if cell_len(text) == len(text):
            return found[0]
        at = [float(x) + CELL * cell_len(text[:i]) for i in range(len(text))]
        return f'{head}x="{" ".join(f"{each:.1f}" for each in at)}" {y}{rest}{shown}'

    return _RUN.sub(place, svg)


@pytest.mark.parametrize("name", SCENES)
async def test_screenshot(
    open_demo: OpenDemo, keep: Callable[[Driver, str], None], name: str
) -> None:
    async with driven(open_demo(waveforms=True), size=SIZES.get(name, (120, 34))) as driver:
        await SCENES[name](driver)
        await driver.settle()
        keep(driver, name)


async def test_screenshot_of_transfers(
    open_demo: OpenDemo, keep: Callable[[Driver, str], None]
) -> None:
    queue = TransferQueue(3, clock=lambda: 0.0)
    script = Script(queue)
    async with driven(open_demo(), queue=queue) as driver:
        await open_takes(driver)
        script.add("night-drive-master.wav", 74_000_000, 128_000_000)
        script.add("takes/2026-11/09-refrain.wav", 8_100_000, 48_200_000)
        script.add("podcast/ep-42-raw.flac", 92_000_000, 96_400_000)
        script.add("samples/room tone, hall.wav", 0, 5_800_000)
        panel = driver.screen.query_one(Transfers)
        await _reach(driver, lambda: sum(s.bytes_done for s in panel.states) == 174_100_000)
        await driver.drawn()
        keep(driver, "transfers")
        script.go_on.set()


def talk(seconds: float) -> NDArray[np.int16]:
    """Return noise as loud and as soft as somebody who speaks, in sentences."""
    at = np.arange(round(seconds * 48_000)) / 48_000
    sentences = np.clip(1.6 * np.sin(2 * np.pi * at / 9.7) + 1.2, 0.02, 1)
    words = np.abs(np.sin(2 * np.pi * 0.83 * at) * np.sin(2 * np.pi * 0.13 * at + 1)) ** 0.7
    noise = np.random.default_rng(7).uniform(-0.8, 0.8, len(at))
    made: NDArray[np.int16] = np.round(noise * sentences * words * 32_767).astype("<i2")
    return made


async def test_screenshot_of_the_recorder(
    open_demo: OpenDemo, door: Doorman, keep: Callable[[Driver, str], None]
) -> None:
    async with studio(open_demo(record_channels=2)) as driver:
        await driver.begin()
        await driver.record()
        said, frame = talk(58), 0
        for seconds, word in ((19, "question"), (22, "refrain"), (17, "")):
            begin, frame = frame, frame + seconds * 48_000
            await driver.hear(said[begin:frame])
            if word:
                await driver.side.mark(word, frame)
        await driver.has("in_s3", 11)
        keep(driver, "recorder")


async def test_screenshot_of_the_first_start(
    home: Path, keep: Callable[[Driver, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(PROFILES)
    monkeypatch.delenv("AWS_CONFIG_FILE")
    settings = home / "config" / "settings.toml"
    session = Session(Settings(user="you"), settings, home / "state", os.environ, lambda: NOW)
    app = make_app(None, session=session)
    async with staged(app) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        keep(driver, "first-start")


def test_each_png_is_of_its_svg() -> None:
    svgs = sorted(FOLDER.glob("*.svg"))
    assert {path.stem for path in svgs} == {*SCENES, "transfers", "recorder", "first-start"}
    for path in svgs:
        png = path.with_suffix(".png")
        digest = hashlib.sha256(path.read_bytes()).hexdigest().encode()
        assert png.exists() and digest in png.read_bytes(), f"{png.name}: make screenshots"
    assert {path.stem for path in FOLDER.glob("*.png")} == {path.stem for path in svgs}
