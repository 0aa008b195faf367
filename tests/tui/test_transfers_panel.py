"""The panel of transfers handled: by keys and mouse, with old ones offered, notices told."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from s3audio_tui.errors import ConflictError, UnreachableError
from s3audio_tui.library import upload
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import Kind, State, Transfer, TransferQueue
from s3audio_tui.library.unfinished import KeptDownload, KeptUpload
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.screens.file_picker import FilePicker
from s3audio_tui.tui.screens.transfer_reason import TransferReason
from s3audio_tui.tui.widgets.transfers import Transfers
from tests.hostile import KEYS
from tests.library.conftest import MakeLibrary
from tests.snapshots import Snapshot
from tests.tui.driving import Driver, driven

HARMFUL = set("\x1b\x9b\x9d\r\x07\x08\u202e\u200b")


class Stage:
    """A queue whose transfers stand where they are put, and a clock that is set."""

    def __init__(self, jobs: int = 2) -> None:
        self.now = 100.0
        self.queue = TransferQueue(jobs, clock=lambda: self.now)
        self.on_stage: dict[str, Transfer] = {}
        self._leave = threading.Event()
        self._ends: dict[str, Exception | None] = {}

    def add(self, *keys: str, kind: Kind = "up", total: int = 48_200_000, files: int = 1) -> None:
        """Queue transfers that stand until they are ended."""
        for key in keys:
            path = f"/home/you/{key}"
            self.queue.submit(kind, key, path, total, self._work, files=files)

    def _work(self, transfer: Transfer) -> None:
        self.on_stage[transfer.key] = transfer
        while transfer.key not in self._ends and not self._leave.wait(0.002):
            transfer.cancel.hold()
        error = self._ends.pop(transfer.key, None)
        if error is not None:
            raise error

    def end(self, key: str, error: Exception | None = None) -> None:
        """Let one end, well or with an error."""
        self._ends[key] = error

    def close(self) -> None:
        """Let all end."""
        self._leave.set()
        self.queue.resume_all()

    def states(self) -> dict[str, State]:
        return {state.key: state.state for state in self.queue.snapshot()}


@asynccontextmanager
async def shown(library: Library, stage: Stage, **how: Any) -> AsyncIterator[Driver]:
    """Run the app on a stage, with the panel in the focus when there is something in it."""
    async with driven(library, queue=stage.queue, **how) as driver:
        try:
            yield driver
        finally:
            stage.close()


async def reach(driver: Driver, done: Callable[[], bool]) -> None:
    ends = monotonic() + 60
    while not done():
        assert monotonic() < ends, "it did not come to that"
        await driver.pilot.pause(0.01)


async def begun(driver: Driver, stage: Stage, *keys: str) -> Transfers:
    """Wait until transfers run and are shown, then go to the panel."""
    await reach(driver, lambda: set(keys) <= set(stage.on_stage))
    panel = driver.screen.query_one(Transfers)
    await reach(driver, lambda: panel.count == len(stage.queue.snapshot()))
    panel.focus()
    await reach(driver, lambda: panel.chosen is not None)
    return panel


async def test_pause_and_go_on(library: Library) -> None:
    stage = Stage(1)
    async with shown(library, stage) as driver:
        stage.add("one.wav", "two.wav")
        await begun(driver, stage, "one.wav")
        await driver.pilot.press("p")
        await reach(driver, lambda: stage.states() == {"one.wav": "paused", "two.wav": "running"})
        assert driver.screen.transfers.chosen is not None
        assert driver.screen.transfers.chosen.key == "one.wav", "the choice stays on its transfer"
        await driver.pilot.press("p")
        await reach(driver, lambda: stage.states() == {"one.wav": "waiting", "two.wav": "running"})
        await driver.pilot.press("P")
        await reach(driver, lambda: set(stage.states().values()) == {"paused"})
        await driver.pilot.press("P")
        await reach(driver, lambda: stage.states() == {"one.wav": "running", "two.wav": "waiting"})


async def test_the_keys_say_resume_once_all_is_paused(library: Library) -> None:
    stage = Stage(1)

    def footer() -> str:
        return driver.text().splitlines()[-1]

    async with shown(library, stage, size=(160, 34)) as driver:
        stage.add("one.wav", "two.wav")
        await begun(driver, stage, "one.wav")
        assert "p pause " in footer() and "P pause all" in footer()
        await driver.pilot.press("p")
        await reach(driver, lambda: "p resume " in footer())
        assert "P pause all" in footer(), "one runs"
        driver.files.focus()
        await driver.pilot.press("P")
        await reach(driver, lambda: set(stage.states().values()) == {"paused"})
        await reach(driver, lambda: "P resume all" in footer())
        await driver.pilot.press("colon", *"all transfers")
        await reach(driver, lambda: "Let all transfers go on" in driver.text())
        assert "Pause all transfers" not in driver.text()
        await driver.pilot.press("escape")
        await reach(driver, lambda: "P resume all" in footer())
        await driver.pilot.press("P")
        await reach(driver, lambda: stage.states() == {"one.wav": "running", "two.wav": "waiting"})
        await reach(driver, lambda: "P pause all" in footer())


async def test_the_palette_has_all_acts_while_the_panel_has_the_focus(library: Library) -> None:
    stage = Stage()
    async with shown(library, stage) as driver:
        stage.add("one.wav")
        await begun(driver, stage, "one.wav")
        assert "pause" in driver.text().splitlines()[-1]
        assert "upload" not in driver.text().splitlines()[-1]
        await driver.pilot.press("colon", *"upload")
        await reach(driver, lambda: "Upload files" in driver.text())
        assert "Pause" not in driver.text()
        await driver.pilot.press("down", "enter")
        await reach(driver, lambda: driver.asks(FilePicker))
        await driver.pilot.press("escape")


async def test_reorder_and_cancel(library: Library) -> None:
    stage = Stage(1)
    async with shown(library, stage) as driver:
        stage.add("one.wav", "two.wav", "three.wav", "four.wav")
        panel = await begun(driver, stage, "one.wav")

        def line() -> str:
            return " ".join(state.key.removesuffix(".wav") for state in panel.states)

        await driver.pilot.press("end", "K", "K")
        await reach(driver, lambda: line() == "one four two three")
        await driver.pilot.press("J")
        await reach(driver, lambda: line() == "one two four three")
        await driver.pilot.press("0")
        await reach(driver, lambda: line() == "one four two three")
        await driver.pilot.press("x")
        await reach(driver, lambda: stage.states()["four.wav"] == "cancelled")
        assert stage.states()["one.wav"] == "running"


async def test_retry_and_see_the_reason(
    open_demo: Callable[..., Library], snapshot: Snapshot
) -> None:
    stage = Stage()
    async with shown(open_demo(), stage) as driver:
        stage.add("takes/[red]one.wav")
        await begun(driver, stage, "takes/[red]one.wav")
        stage.end(
            "takes/[red]one.wav",
            UnreachableError(
                "the store at s3.example.org did not answer within 60 s",
                "see whether you are online, then try again",
            ),
        )
        await reach(driver, lambda: "failed" in stage.states().values())
        await driver.settle()
        await driver.press("enter")
        assert driver.asks(TransferReason)
        snapshot(driver.app, "transfer-reason")
        await driver.press("escape")
        assert stage.states() == {"takes/[red]one.wav": "failed"}
        stage.on_stage.clear()
        await driver.press("enter")
        await driver.pilot.press("r")
        await reach(driver, lambda: "takes/[red]one.wav" in stage.on_stage)
        assert stage.states() == {"takes/[red]one.wav": "running"}


async def test_picture_of_all_states(open_demo: Callable[..., Library], snapshot: Snapshot) -> None:
    stage = Stage(3)
    library = open_demo()
    kept = KeptDownload("podcast/ep-40.flac", "/home/you", "ep-40.flac", 31_000_000, "rename")
    library.unfinished.keep([kept])
    library.unfinished.close()
    async with shown(library, stage) as driver:
        stage.add("night-drive-master.wav", total=128_000_000)
        stage.add("ep-41-raw.zip", kind="down", files=6, total=90_000_000)
        stage.add("takes/07-bridge.wav")
        panel = await begun(
            driver, stage, "night-drive-master.wav", "ep-41-raw.zip", "takes/07-bridge.wav"
        )
        stage.end("takes/07-bridge.wav", ConflictError("it is there already", "rename it"))
        await reach(driver, lambda: "failed" in stage.states().values())
        stage.add("room tone, kitchen.wav", "ラフミックス.mp3", total=8_100_000)
        await reach(driver, lambda: "room tone, kitchen.wav" in stage.on_stage)
        zipped, sent = stage.on_stage["ep-41-raw.zip"], stage.on_stage["night-drive-master.wav"]
        for step in range(21):
            stage.now = 100 + step / 10
            sent.progress(55_000_000 + step * 910_000)
            zipped.progress(step * 400_000)
        zipped.files_done = 2
        panel.action_go(1)
        await driver.pilot.press("p")
        panel.action_go(0)
        await reach(driver, lambda: stage.states()["ラフミックス.mp3"] == "running")
        panel.look()
        driver.screen.status.hush()
        await driver.drawn()
        snapshot(driver.app, "transfers-states")
        await driver.pilot.press("end")
        await driver.pilot.resize_terminal(80, 24)
        await driver.drawn()
        snapshot(driver.app, "transfers-states-80x24")


async def test_more_than_fit_are_scrolled_by_keys_and_mouse(library: Library) -> None:
    stage = Stage(1)
    async with shown(library, stage) as driver:
        stage.add(*(f"{n:02}.wav" for n in range(12)))
        panel = await begun(driver, stage, "00.wav")
        assert "1–5 of 12" in driver.text()
        await driver.pilot.press("end")
        assert [state.key for state in panel.states] == [f"{n:02}.wav" for n in range(7, 12)]
        assert panel.chosen is not None and panel.chosen.key == "11.wav"
        await driver.pilot.press("k", "pageup")
        assert panel.chosen is not None and panel.chosen.key == "05.wav"
        panel.action_move(-99)
        await driver.pilot.click(Transfers, offset=(10, 3))
        await driver.drawn()
        assert panel.chosen is not None and panel.chosen.key == "02.wav"
        await driver.pilot.click(Transfers, offset=(10, 3), times=2)
        await reach(driver, lambda: driver.asks(TransferReason))


async def test_of_ten_thousand_only_those_in_sight_are_read(library: Library) -> None:
    stage = Stage(2)
    async with shown(library, stage) as driver:
        stage.add(*(f"{n:05}.wav" for n in range(10_000)))
        panel = await begun(driver, stage, "00000.wav")
        await driver.pilot.press("end")
        assert panel.chosen is not None and panel.chosen.key == "09999.wav"
        assert len(panel.states) == 5
        await driver.pilot.press("x", "home")
        await reach(driver, lambda: stage.queue.totals().count("cancelled") == 1)
        stage.queue.cancel_all()


@pytest.fixture
def later(library: Library, make_library: MakeLibrary, sounds: dict[str, Path]) -> Library:
    """The library of a second run; the first was killed with an upload waiting."""
    plan = upload.plan(library, [sounds["mp3"]])
    upload.submit(library, TransferQueue(0), plan.items)
    library.unfinished.close()
    return make_library(library.bucket)


async def test_what_was_interrupted_is_offered_and_finished(later: Library) -> None:
    async with driven(later) as driver:
        panel = driver.screen.query_one(Transfers)
        assert [state.state for state in panel.states] == ["interrupted"]
        assert "1 transfer was interrupted" in driver.said()
        await driver.press("X")
        assert panel.display, "it is no thing that has ended"
        panel.focus()
        await driver.press("r")
        assert driver.rows() == ["tone.mp3"]
        assert later.unfinished.table.all() == []


async def test_what_was_interrupted_is_given_up(later: Library) -> None:
    async with driven(later) as driver:
        await driver.press("tab", "x")
        assert later.unfinished.table.all() == []
        assert driver.rows() == []


async def test_quitting_keeps_what_is_under_way_for_the_next_start(
    open_demo: Callable[..., Library], snapshot: Snapshot
) -> None:
    stage, library = Stage(), open_demo()
    (record,) = library.unfinished.keep([KeptUpload("/x/one.wav", "one.wav", 10, "fail")])
    async with driven(library, queue=stage.queue) as driver:
        stage.queue.submit("up", "one.wav", "/x/one.wav", 10, stage._work, record=record)
        await begun(driver, stage, "one.wav")
        await driver.pilot.press("escape", "q")
        await reach(driver, lambda: driver.asks(Confirm))
        await driver.drawn()
        snapshot(driver.app, "quit")
        await driver.pilot.press("y")
        await reach(driver, lambda: not driver.app.is_running)
    library.unfinished.close()
    (left,) = library.unfinished.interrupted()
    assert left.kept.key == "one.wav"


@pytest.mark.parametrize(("after_s", "told"), [(0.0, 1), (10_000.0, 0)])
async def test_a_notice_when_it_took_long(
    make_library: MakeLibrary, after_s: float, told: int
) -> None:
    stage = Stage()
    library = make_library(notify_after_s=after_s)
    async with shown(library, stage) as driver:
        notices: list[str] = []
        driver.app.words.notice = notices.append  # type: ignore[method-assign, assignment]
        stage.add("one.wav", "two.wav")
        await begun(driver, stage, "one.wav", "two.wav")
        stage.end("one.wav")
        stage.end("two.wav")
        await reach(driver, lambda: driver.said().startswith("2 uploaded"))
        assert notices == ["2 uploaded"] * told


async def test_hostile_names_do_nothing(library: Library) -> None:
    stage = Stage(1)
    async with shown(library, stage) as driver:
        stage.add(*KEYS)
        panel = await begun(driver, stage)
        for place in range(4, len(KEYS), 5):
            panel.action_go(place)
            await driver.drawn()
            assert not set(driver.text()) & HARMFUL
        for place in range(3):
            panel.action_go(place)
            await driver.pilot.press("enter")
            await reach(driver, lambda: driver.asks(TransferReason))
            await driver.drawn()
            assert not set(driver.text()) & HARMFUL
            await driver.pilot.press("escape")
            await reach(driver, lambda: not driver.asks(TransferReason))


async def test_no_reason_is_offered_where_all_went_well(library: Library) -> None:
    stage = Stage()
    async with shown(library, stage) as driver:
        stage.add("a.wav")
        await begun(driver, stage, "a.wav")
        stage.end("a.wav")
        await reach(driver, lambda: "done" in stage.states().values())
        await driver.settle()
        assert "reason" not in driver.text()
