"""What is drawn, whatever was typed or pasted: harmless, and as wide as it was."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.widgets import Input

from s3audio_tui.library.opening import Library
from s3audio_tui.tui.guard import harmless
from tests import hostile
from tests.terminal import forbidden
from tests.tui.driving import driven


@given(st.text())
@example("─" * 120)
def test_as_wide_and_harmless(text: str) -> None:
    shown = harmless(text)
    assert cell_len(shown) == cell_len(text)
    assert forbidden(shown.encode()) == []


@pytest.mark.parametrize("text", ["kick 07 ラフ é", "▕█░▏ ▌ ● ─ ⌫ …", "नमस्ते"])
def test_what_is_harmless_stays(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("name", ["colours", "reads as songexe.wav", "200 marks"])
async def test_pasted_into_a_field(library: Library, name: str) -> None:
    text = hostile.TERMINAL[name]
    async with driven(library) as driver:
        await driver.press("p")
        await driver.paste(text)
        assert driver.app.screen.query_one(Input).value.endswith(text)
        strips = driver.app.screen._compositor.render_strips()
        drawn = "\n".join("".join(segment.text for segment in strip) for strip in strips)
        assert forbidden(drawn.encode()) == []
