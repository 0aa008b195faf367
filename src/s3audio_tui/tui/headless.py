"""The app run without a terminal: keys are pressed, each waited for, and a picture is written."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3audio_tui.tui.app import S3AudioApp

_SETTLE_S = 10.0
_LOOK_S = 0.004
_QUIET_LOOKS = 4
"""What is settled may still be between two threads: it must look so several times."""


async def settled(app: "S3AudioApp", *, within_s: float = _SETTLE_S) -> bool:
    """Wait until nothing is under way behind the screen; return whether that came in time."""
    quiet, ends = 0, monotonic() + within_s
    while quiet < _QUIET_LOOKS and monotonic() < ends:
        await asyncio.sleep(_LOOK_S)
        quiet = 0 if app.working or has_messages(app) else quiet + 1
    return quiet >= _QUIET_LOOKS


def has_messages(app: "S3AudioApp") -> bool:
    """Return whether a widget has something yet to do."""
    return bool(app.message_queue_size) or any(
        node.message_queue_size
        for screen in app.screen_stack
        for node in screen.walk_children(with_self=True)
    )


def run_headless(
    app: "S3AudioApp", size: tuple[int, int], press: Sequence[str], screenshot: Path | None
) -> None:
    """Run the app without a terminal, press keys, and write an SVG of what it shows then.

    `size` is columns and rows. After each key it waits for what the key has set off.
    """

    async def main() -> None:
        async with app.run_test(size=size) as pilot:
            await settled(app)
            for key in press:
                await pilot.press(key)
                await settled(app)
            if screenshot is not None:
                await pilot.pause()
                screenshot.write_text(app.export_screenshot(title=app.title), encoding="utf-8")

    asyncio.run(main())
