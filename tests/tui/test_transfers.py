"""The transfers below the list: how they look, cancel, and quitting meanwhile."""

import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from s3audio_tui.errors import ConflictError
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import Transfer, TransferQueue
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.widgets.transfers import Transfers
from tests.snapshots import Snapshot
from tests.tui.driving import Driver, driven


class Script:
    """Transfers that stand where they are told to, until they are cancelled or let go."""

    def __init__(self, queue: TransferQueue) -> None:
        self._queue = queue
        self.go_on = threading.Event()

    def add(self, key: str, done: int, total: int) -> None:
        """Queue a transfer that reaches `done` bytes, and waits there."""

        def work(transfer: Transfer) -> None:
            transfer.progress(done)
            while not self.go_on.wait(0.01):
                transfer.cancel.check()

        self._queue.submit("up", key, f"/home/you/{key}", total, work)

    def fail(self, key: str, total: int) -> None:
        """Queue a transfer that fails."""

        def work(transfer: Transfer) -> None:
            raise ConflictError(f"{key} is there already", "upload it under another name")

        self._queue.submit("up", key, f"/home/you/{key}", total, work)


async def _reach(driver: Driver, done: Callable[[], bool]) -> None:
    ends = monotonic() + 10
    while not done():
        assert monotonic() < ends, "it did not come to that"
        await driver.pilot.pause(0.02)


async def test_picture_of_transfers(open_demo: Callable[..., Library], snapshot: Snapshot) -> None:
    queue = TransferQueue(3, clock=lambda: 0.0)
    script = Script(queue)
    library = open_demo()
    async with driven(library, queue=queue) as driver:
        script.fail("mix[red]b.wav", 1_000_000)
        await driver.settle()
        await driver.press("escape")
        script.add("night-drive-master.wav", 74_000_000, 128_000_000)
        script.add("takes/07-bridge-alt, second microphone, before lunch.wav", 900_000, 48_200_000)
        script.add("ラフミックス.mp3", 8_000_000, 8_100_000)
        script.add("room tone, kitchen.wav", 0, 5_800_000)
        panel = driver.screen.query_one(Transfers)
        await _reach(driver, lambda: sum(s.bytes_done for s in panel.states) == 82_900_000)
        await driver.drawn()
        snapshot(driver.app, "transfers")
        await driver.pilot.press("tab", "down")
        await driver.pilot.resize_terminal(70, 20)
        await driver.drawn()
        snapshot(driver.app, "transfers-70x20")
        script.go_on.set()


async def test_cancel_the_last(library: Library) -> None:
    queue = TransferQueue(2)
    script = Script(queue)
    async with driven(library, queue=queue) as driver:
        script.add("one.wav", 1, 10)
        script.add("two.wav", 1, 10)
        panel = driver.screen.query_one(Transfers)
        await _reach(driver, lambda: [s.state for s in panel.states] == ["running"] * 2)
        await driver.pilot.press("x")
        await _reach(driver, lambda: [s.state for s in panel.states] == ["running", "cancelled"])
        script.go_on.set()
        await driver.settle()
        assert driver.said().startswith("1 uploaded, 1 cancelled")


async def test_what_cannot_be_cancelled_is_said(library: Library) -> None:
    queue = TransferQueue(1)
    script = Script(queue)
    async with driven(library, queue=queue) as driver:
        await driver.press("x")
        assert driver.said() == "There is nothing to cancel"
        assert "x cancel" not in driver.text().splitlines()[-1]
        script.add("one.wav", 1, 10)
        script.go_on.set()
        await _reach(driver, lambda: [s.state for s in queue.snapshot()] == ["done"])
        await driver.settle()
        await driver.press("x")
        assert driver.said() == "There is nothing to cancel"
        await driver.press("tab", "x")
        assert driver.said().startswith("It has ended already")
        assert [s.state for s in queue.snapshot()] == ["done"]


async def test_cancel_the_chosen(library: Library) -> None:
    queue = TransferQueue(3)
    script = Script(queue)
    async with driven(library, queue=queue) as driver:
        for key in ("one.wav", "two.wav", "three.wav"):
            script.add(key, 1, 10)
        panel = driver.screen.query_one(Transfers)
        await _reach(driver, lambda: [s.state for s in panel.states] == ["running"] * 3)
        await driver.pilot.press("tab", "down", "x")
        await _reach(driver, lambda: "cancelled" in [s.state for s in panel.states])
        assert [s.state for s in queue.snapshot()] == ["running", "cancelled", "running"]
        await driver.pilot.press("escape")
        assert driver.files.has_focus
        script.go_on.set()
        await driver.settle()
        assert driver.said().startswith("2 uploaded, 1 cancelled")


async def test_each_batch_is_told_for_itself(
    library: Library, sounds: dict[str, Path], tmp_path: Path
) -> None:
    async with driven(library) as driver:
        await driver.paste(str(sounds["mp3"]))
        await driver.press("enter")
        assert driver.said() == "1 uploaded X clears the list"
        await driver.press("g")
        await driver.paste(str(tmp_path / "here"))
        await driver.press("enter")
        assert driver.said() == f"1 downloaded into {tmp_path / 'here'} X clears the list"
        await driver.press("X")
        assert driver.said() == ""


async def test_quitting_asks_while_something_runs(library: Library) -> None:
    queue = TransferQueue(2)
    script = Script(queue)
    async with driven(library, queue=queue) as driver:
        script.add("one.wav", 1, 10)
        await driver.pilot.press("q")
        await _reach(driver, lambda: driver.asks(Confirm))
        assert "1 transfer is under way. Quit?" in driver.text()
        await driver.pilot.press("enter")
        await driver.pilot.pause()
        assert driver.app.is_running, "the default stays"
        await driver.pilot.press("q")
        await _reach(driver, lambda: driver.asks(Confirm))
        await driver.pilot.press("y")
        await _reach(driver, lambda: not driver.app.is_running)
    assert queue.snapshot()[0].state == "interrupted"


async def test_quitting_does_not_wait_for_a_hung_transfer(library: Library) -> None:
    queue = TransferQueue(1)
    hung = threading.Event()

    def work(transfer: Transfer) -> None:
        hung.wait(30)

    async with driven(library, queue=queue) as driver:
        queue.submit("up", "x.wav", "x.wav", 1, work)
        await driver.pilot.press("q")
        await _reach(driver, lambda: driver.asks(Confirm))
        began = monotonic()
        await driver.pilot.press("y")
        await _reach(driver, lambda: not driver.app.is_running)
        assert monotonic() - began < 5, "it would be 30 s"
    hung.set()
