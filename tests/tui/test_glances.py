"""Waveforms in a column of the list: chosen, filled, drawn; what plays is marked."""

from typing import Any, cast

import pytest

from s3audio_tui.audio.kept_peaks import kept
from s3audio_tui.catalog.rows import Entry, Row
from s3audio_tui.library.glances import SHORT_BYTES
from s3audio_tui.library.opening import Library
from s3audio_tui.library.remembered import ColumnChoice
from s3audio_tui.tui.glance_side import GlanceSide
from s3audio_tui.tui.widgets.columns import KNOWN
from tests.drawing.sounds import loud_music, peaks_of, silence, speech
from tests.library.conftest import MakeLibrary
from tests.library.waves import put, wav
from tests.snapshots import Snapshot
from tests.tui.driving import Driver, driven
from tests.tui.sooner import AtOnce, WhenTold

SOUNDS = {"loud.wav": loud_music, "silence.wav": silence, "speech.wav": speech}
COLUMNS = [ColumnChoice("waveform"), ColumnChoice("size")]


def known(make_library: MakeLibrary) -> Library:
    """A library known from its catalog alone, with the peaks of some of its files."""
    library = make_library("sounds", endpoint_url="http://127.0.0.1:9")
    names = sorted([*SOUNDS, "notes.txt", "unknown.wav"])
    entries = [Entry(name, 9_000_000, 0.0, "e", "STANDARD") for name in names]
    library.catalog.apply_page("", "", entries, last=True, asked_at=0.0)
    for name, make in SOUNDS.items():
        library.peaks.put(name, "e", kept(peaks_of(make())))
    return library


def drawn(driver: Driver, name: str, width: int = 12) -> str:
    """Return what the column has of a file."""
    (line,) = [line for line in driver.text().splitlines() if f" {name} " in line]
    return line[driver.files.region.x + driver.files.fitted.name_width + 6 :][:width]


async def test_the_column_shows_what_is_known(
    make_library: MakeLibrary, snapshot: Snapshot
) -> None:
    async with driven(known(make_library), size=(100, 16)) as driver:
        driver.screen.show_columns(COLUMNS)
        await driver.settle()
        assert drawn(driver, "silence.wav") == "▁" * 12
        assert len(set(drawn(driver, "speech.wav"))) > 2
        assert drawn(driver, "unknown.wav") == " " * 12, "nobody knows"
        row = driver.files.row(0)
        assert isinstance(row, Row) and row.key == "loud.wav"
        driver.files.show_played(row, 0.5)
        await driver.press("down")
        snapshot(driver.app, "list-waveforms")
        await driver.pictured_in_themes(snapshot, "list-waveforms")


async def test_it_is_chosen_among_the_columns(make_library: MakeLibrary) -> None:
    async with driven(known(make_library), size=(140, 20)) as driver:
        assert "Waveform" not in driver.text()
        await driver.press("C", *("down",) * (len(KNOWN) - 1), "space", "right", "enter")
        assert "Format" not in driver.text(), "what was added goes before it"
        assert "Waveform" in driver.text()
        assert "▁" * 13 in driver.text(), "it was widened"


async def test_short_files_are_read_for_it(make_library: MakeLibrary, plain_s3: Any) -> None:
    library = make_library(waveforms=True)
    put(plain_s3, library, "a.wav", wav(seed=1))
    put(plain_s3, library, "b.wav", wav(seed=2))
    async with driven(library, size=(100, 20)) as driver:
        driver.screen.show_columns(COLUMNS)
        await driver.settle()
        assert drawn(driver, "b.wav") == "▇" * 12, "noise is as loud all the time"
        driver.files.show_played(None, 0.0)


async def test_nothing_is_read_where_the_settings_say_so(
    make_library: MakeLibrary, plain_s3: Any
) -> None:
    library = make_library(waveforms=False)
    put(plain_s3, library, "a.wav", wav())
    async with driven(library, size=(100, 20)) as driver:
        driver.screen.show_columns(COLUMNS)
        await driver.settle()
        assert drawn(driver, "a.wav") == " " * 12


async def test_a_waveform_that_is_made_for_the_cursor_comes_into_the_list(
    make_library: MakeLibrary, plain_s3: Any
) -> None:
    library = make_library(waveforms=True)
    long = wav(frames=SHORT_BYTES // 4 + 1)
    put(plain_s3, library, "a folder/x.wav", long)
    put(plain_s3, library, "long.wav", long)
    async with driven(library, size=(160, 20)) as driver:
        driver.screen.show_columns(COLUMNS)
        await driver.settle()
        assert drawn(driver, "long.wav") == " " * 12, "to read it is not cheap"
        await driver.press("down")
        assert drawn(driver, "long.wav") == "▇" * 12


def test_what_may_be_asked_counts_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, bool]] = []

    def found(_: object, row: Row, *, ask: bool) -> bytes:
        asked.append((row.key, ask))
        return b""

    monkeypatch.setattr("s3audio_tui.library.glances.kept", lambda _, rows: {})
    monkeypatch.setattr("s3audio_tui.library.glances.found", found)
    library, workers = cast(Library, None), WhenTold()
    side = GlanceSide(library, AtOnce(), workers, lambda act: act(), lambda versions: None)
    rows = [Row(key, 10, 0.0, "e", "STANDARD", "wav") for key in "abc"]
    side.want(rows, ask=False)
    side.want(rows, ask=True)
    for work in workers.calls:
        work()
    assert asked == [("a", True), ("b", True), ("c", True)]
