"""Somebody who presses and clicks at random, and what must hold whatever they do."""

import asyncio
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

import pytest
from textual import events
from textual.errors import NoWidget
from textual.screen import ModalScreen

from s3audio_tui.library.opening import Library
from s3audio_tui.tui.app import S3AudioApp, make_app
from s3audio_tui.tui.commands import COMMANDS
from s3audio_tui.tui.headless import settled
from s3audio_tui.tui.screens.base import DeskScreen
from s3audio_tui.tui.screens.confirm import Confirm
from tests import hostile
from tests.snapshots import staged
from tests.terminal import forbidden

SIZES = ((80, 24), (120, 34), (160, 50), (60, 20))
_BOUND = sorted(
    {key for of in COMMANDS.values() for each in of for key in each.keys.split(",")} - {""}
)
_OFTEN = (
    *("down", "up", "enter", "escape", "tab", "space", "left", "right", "pagedown", "end", "home"),
    *("y", "n", "d", "r", "m", "t", "z", "x", "v", "a", "1", "full_stop", "backspace", "delete"),
)
_TEXTS = (*hostile.TERMINAL.values(), "", "/", "-rf", "size:>", '"', "~", "a/b/../c", "kick")

_WEIGHTS = (25, 15, 6, 3, 2, 4)

Step = tuple[Any, ...]


def steps(random: Random, count: int) -> list[Step]:
    """Choose what a hand does next, `count` presses and clicks, some of the keys in bursts."""
    chosen: list[Step] = []
    while count > 0:
        step = _step(random, min(count, random.randint(1, 6)))
        chosen.append(step)
        count -= len(step) - 1 if step[0] == "press" else 1
    return chosen


def _step(random: Random, burst: int) -> Step:
    what = random.choices(("press", "click", "type", "paste", "size", "rest"), _WEIGHTS)[0]
    given: dict[str, Step] = {
        "press": tuple(
            random.choice(random.choice((_OFTEN, _OFTEN, _BOUND))) for _ in range(burst)
        ),
        "click": ((random.randrange(160), random.randrange(50)), random.randint(1, 2)),
        "type": (random.choice(_TEXTS),),
        "paste": (random.choice(_TEXTS),),
        "size": (random.choice(SIZES),),
        "rest": (),
    }
    return (what, *given[what])


def _key(random: Random) -> str:
    return random.choice(random.choice((_OFTEN, _OFTEN, _BOUND)))


@dataclass
class Confirmed:
    """What somebody has agreed to lose."""

    files: int = 0
    """So many were named in the questions that were answered with yes."""
    emptied: bool = False
    overwritten: bool = False


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Confirmed]:
    """Note what is agreed to in every dialog."""
    confirmed = Confirmed()
    ask = DeskScreen.ask

    async def noted(self: DeskScreen, dialog: ModalScreen[Any]) -> Any:
        answer = await ask(self, dialog)
        if isinstance(dialog, Confirm) and answer is True:
            number = re.match(r"Delete ([\d,]+) file", dialog._texts[0])
            confirmed.files += int(number[1].replace(",", "")) if number else 0
            confirmed.emptied |= "good" in dialog._act
        confirmed.overwritten |= "overwrite" in repr(answer)
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(DeskScreen, "ask", noted)
        yield confirmed


class Hand:
    """Does the steps, starting the app again when they end it."""

    def __init__(self, open_: Callable[[], Library]) -> None:
        self._open = open_

    async def does(self, todo: Sequence[Step]) -> None:
        """Do all steps; raises what a defect of the app raises."""
        left = list(todo)
        while left:
            app = make_app(self._open())
            async with staged(app) as pilot:
                await settled(app)
                while left and app.is_running and not app._exit:
                    await self._do(app, pilot, *left.pop(0))
                await settled(app, within_s=3.0)
                _look(app)
            app.queue.close(1.0)
            assert app.failure is None

    async def _do(self, app: S3AudioApp, pilot: Any, what: str, *given: Any) -> None:
        if what == "press":
            await pilot.press(*given)
        elif what == "click":
            (x, y), times = given
            width, height = app.size
            with suppress(NoWidget):  # nothing is there between one screen and the next
                await pilot.click(offset=(x % width, y % height), times=times)
        elif what == "type":
            for letter in given[0][:12]:
                app.post_message(events.Key(letter, letter))
            await pilot.pause()
        elif what == "paste":
            app.post_message(events.Paste(given[0]))
            await pilot.pause()
        elif what == "size":
            await pilot.resize_terminal(*given[0])
        else:
            await settled(app, within_s=1.0)
            _look(app)


def _look(app: S3AudioApp) -> None:
    """Hold what is on the screen to be harmless."""
    width, height = app.size
    text = "\n".join(
        "".join(segment.text for segment in strip)
        for strip in app.screen._compositor.render_strips()
    )
    found = forbidden(text.encode())
    assert not found, f"{found} in {app.screen} at {width}x{height}:\n{text!a}"


def fill(client: Any, bucket: str) -> dict[str, str]:
    """Put every hostile key into the bucket, and some in folders; return the ETag of each key."""
    keys = [*hostile.KEYS.values()]
    keys += [f"folder {key[:40]}/{key}" for key in hostile.TERMINAL.values() if "/" not in key]
    keys += [f"takes/2026-11/take {n}.wav" for n in range(5)]
    bodies = {key: f"{number}".encode() for number, key in enumerate(dict.fromkeys(keys))}
    for key, body in bodies.items():
        client.put_object(Bucket=bucket, Key=key, Body=body)
    return {key: hashlib.md5(body).hexdigest() for key, body in bodies.items()}


def nothing_lost(client: Any, bucket: str, before: dict[str, str], confirmed: Confirmed) -> None:
    """Compare the bucket with what was there, and with what somebody has agreed to lose."""
    current, ever = _etags(client, bucket)
    gone = sorted(key for key, etag in before.items() if etag not in current)
    if not confirmed.overwritten:
        assert len(gone) <= confirmed.files, f"gone without a yes, of {confirmed}: {gone}"
    if not confirmed.emptied:
        lost = sorted(key for key, etag in before.items() if etag not in ever)
        assert not lost, f"lost for good: {lost}"


def _etags(client: Any, bucket: str) -> tuple[set[str], set[str]]:
    pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket)
    versions = [version for page in pages for version in page.get("Versions", [])]
    current = {version["ETag"].strip('"') for version in versions if version["IsLatest"]}
    return current, {version["ETag"].strip('"') for version in versions}


def run(open_: Callable[[], Library], todo: Sequence[Step]) -> None:
    """Do the steps in a loop of their own."""
    asyncio.run(asyncio.wait_for(partial(Hand(open_).does, todo)(), 900))
