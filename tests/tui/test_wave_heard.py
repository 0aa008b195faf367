"""The waveform's screen goes along with what plays, and stays where one looks."""

from s3audio_tui.library.opening import Library
from s3audio_tui.tui.screens.wave import WaveScreen
from tests.tui.conftest import MakeLibrary
from tests.tui.listening import RATE_HZ, Card, level, opened, plays, put, until, until_so


async def test_one_stays_where_one_looks_after_the_file_was_begun_again(
    make_library: MakeLibrary,
) -> None:
    library: Library = make_library()
    put(library, "a.wav", level(1, 5 * RATE_HZ))
    put(library, "b.wav", level(2))
    card = Card(4 * RATE_HZ)
    async with opened(library, card) as driver:
        await driver.press("w", "space")
        screen = driver.app.screen
        assert isinstance(screen, WaveScreen)
        await until(driver, lambda heard: heard is not None and heard.at_s > 3.5)
        await until_so(driver, lambda: bool(screen.wave.playhead))
        await driver.press("K")
        await until(driver, lambda heard: heard is not None and heard.at_s < 3)
        card.left = RATE_HZ
        await until(driver, lambda heard: heard is not None and heard.at_s > 0.5)
        await until_so(driver, lambda: not card.left)
        screen.wave.zoom_to(100, 200)  # where it has been already
        card.left = 4 * RATE_HZ + RATE_HZ // 2
        await until(driver, plays("b.wav"))
        await until_so(driver, lambda: not card.left)
        await driver.settle()
        assert screen._row.key == "a.wav"
