"""The key for the theme: on every screen, in every dialog, and remembered."""

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from textual.screen import Screen

from s3audio_tui.config import Settings
from s3audio_tui.library.opening import Library
from s3audio_tui.library.remembered import recall
from s3audio_tui.tui import screens
from s3audio_tui.tui.app import make_app
from s3audio_tui.tui.keymap import keymap
from s3audio_tui.tui.leaving import Dialog
from s3audio_tui.tui.palette import Palette
from s3audio_tui.tui.screens.file_picker import FilePicker
from s3audio_tui.tui.session import Session
from tests.snapshots import SIZE, staged
from tests.tui.conftest import NOW
from tests.tui.driving import Driver, driven

OpenDemo = Callable[..., Library]


def _screens() -> Iterator[type[Screen[Any]]]:
    for module in iter_modules(screens.__path__):
        for found in vars(import_module(f"{screens.__name__}.{module.name}")).values():
            if isinstance(found, type) and issubclass(found, Screen):
                yield found


def test_every_screen_and_dialog_has_the_key() -> None:
    ours = {found for found in _screens() if found.__module__.startswith("s3audio_tui.")}
    assert FilePicker in ours
    assert len([found for found in ours if issubclass(found, Dialog)]) > 20
    every: list[type[Screen[Any]]] = [*ours, Palette]
    without = [found for found in every if "f2" not in found._merge_bindings().key_to_bindings]
    assert not without


async def test_dialogs_take_the_next_theme(open_demo: OpenDemo) -> None:
    async with driven(open_demo()) as driver:
        await driver.press("down", "down", "down", "enter", "down", "enter", "down")
        before = driver.app.theme
        for key in ("d", "question_mark", "colon", "t"):
            await driver.press(key, "f2")
            assert len(driver.app.screen_stack) == 2, key
            assert driver.app.theme != before, key
            before = driver.app.theme
            await driver.press("escape")
            assert len(driver.app.screen_stack) == 1, key
        state = driver.app.session.state_folder
    assert recall(state).theme == before


async def test_the_first_screen_takes_the_next_theme(home: Path) -> None:
    session = Session(
        Settings(user="anna"), home / "settings.toml", home / "state", os.environ, lambda: NOW
    )
    app = make_app(None, session=session)
    async with staged(app, SIZE) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        await driver.press("f2")
        assert app.theme == "s3audio-light"
        assert recall(session.state_folder).theme == "s3audio-light"
        await driver.press("question_mark")
        assert "Next theme" in driver.text()
    session.ending.close()


async def test_a_key_of_the_settings_counts_in_dialogs(open_demo: OpenDemo) -> None:
    async with driven(open_demo(keys={"theme": "ctrl+t"})) as driver:
        await driver.press("n", "f2")
        assert driver.app.theme == "s3audio-dark"
        await driver.press("ctrl+t")
        assert driver.app.theme == "s3audio-light"
        await driver.press("escape")


async def test_without_colours_it_is_said(
    open_demo: OpenDemo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with driven(open_demo()) as driver:
        before = driver.app.theme
        await driver.press("d", "f2", "escape")
        assert driver.app.theme == before
        assert "NO_COLOR" in driver.said()


def test_a_key_that_two_commands_want_is_told_where_a_dialog_has_it_too() -> None:
    assert "theme and skip both want s; theme has it" in keymap({"theme": "s"}).clashes
