"""What is drawn anew is what all of it would be; what nobody sees is not drawn."""

from collections.abc import Callable

import pytest
from textual.geometry import Region

from s3audio_tui.library.opening import Library
from s3audio_tui.tui.compositor import NearCompositor
from s3audio_tui.tui.screens.recorder import RecorderScreen
from s3audio_tui.tui.widgets.last_minute import LastMinute
from tests.tui.recording import Doorman, level, studio
from tests.tui.test_pictures_recorder import door as door

OpenDemo = Callable[..., Library]


async def test_lines_are_drawn_as_on_the_whole_screen(
    open_demo: OpenDemo, door: Doorman, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with studio(open_demo()) as driver:
        await driver.begin()
        await driver.hear(level(0.5, 3))
        compositor, size = driver.app.screen._compositor, driver.app.size
        assert isinstance(compositor, NearCompositor)
        whole = compositor._render_chops(size.region, lambda y: True)
        for y in range(size.height):
            line = compositor._render_chops(Region(0, y, size.width, 1), {y}.__contains__)
            assert line[y] == whole[y]
        meter = driver.app.screen.query_one("#rec-level").region
        monkeypatch.setattr(LastMinute, "render_lines", None)  # is not asked
        compositor._render_chops(meter, set(meter.line_range).__contains__)


async def test_a_screen_that_nobody_sees_is_not_drawn(open_demo: OpenDemo, door: Doorman) -> None:
    async with studio(open_demo()) as driver:
        await driver.begin()
        assert driver.app._background_screens == []
        await driver.record()
        await driver.tap("m")
        (below,) = driver.app._background_screens
        assert isinstance(below, RecorderScreen)
