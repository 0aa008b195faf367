"""The snapshot fixture: it notices what changed, and only that."""

from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.widgets import Input, Static

from tests.seen import merged
from tests.snapshots import compare, drawn, staged


class Sample(App[None]):
    def __init__(self, words: str, colour: str = "red") -> None:
        super().__init__()
        self._words = words
        self._colour = colour

    def compose(self) -> ComposeResult:
        field = Input("typed")
        label = Static(self._words, markup=False)
        label.styles.color = self._colour
        yield label
        yield field


async def picture(app: App[None], wait_s: float = 0.0) -> tuple[str, str]:
    async with staged(app, (40, 8)) as pilot:
        await pilot.pause(wait_s)
        return drawn(app)


async def test_two_runs_draw_the_same() -> None:
    first, second = await picture(Sample("ラフ é")), await picture(Sample("ラフ é"), 0.7)
    assert first == second
    assert first[1].startswith("ラフ é\n")
    assert "typed" in first[1]


def test_what_no_eye_sees_makes_no_difference() -> None:
    red, ground = Style(color="red", bgcolor="black"), Style(bgcolor="black")
    link = red + Style(meta={"offset": (3, 0)}) + Style(bold=False)
    one = [Segment("a b", red), Segment("  ", ground), Segment("c", ground)]
    other = [Segment("a", red), Segment(" ", ground), Segment("b ", link)]
    other += [Segment("", red), Segment(" ", link), Segment("c", Style(bgcolor="black"))]
    assert merged(one) == merged(other)
    assert [part.text for part in merged(one)] == ["a b", "  c"]
    for shown in (Style(underline=True), Style(reverse=True), Style(bgcolor="blue")):
        assert merged([*one[:1], Segment("  ", ground + shown), *one[2:]]) != merged(one)


async def test_what_differs_is_told(tmp_path: Path) -> None:
    folder, report = tmp_path / "kept", tmp_path / "report"

    def check(shown: tuple[str, str], *, update: bool = False) -> None:
        compare("sample", *shown, update=update, folder=folder, report=report)

    before = await picture(Sample("before"))
    with pytest.raises(pytest.fail.Exception, match="no snapshot sample yet"):
        check(before)
    check(before, update=True)
    check(before)
    with pytest.raises(pytest.fail.Exception, match=r"(?s)-before.*\+after"):
        check(await picture(Sample("after")))
    with pytest.raises(pytest.fail.Exception, match="colours or styles"):
        check(await picture(Sample("before", "blue")))
    assert {path.name for path in folder.iterdir()} == {"sample.svg", "sample.txt"}
    assert (report / "sample.svg").read_text(encoding="utf-8").startswith("<svg")


def test_an_update_on_another_python_is_refused(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.snapshots.PYTHON", (3, 99))
    plugins = ("-p", "no:asyncio", "-p", "tests.snapshots")
    result = pytester.runpytest_inprocess(*plugins, "--snapshot-update")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*snapshots are drawn on Python 3.99; this is 3.*"])


USING = """
from tests.test_snapshots import Sample
from tests.snapshots import staged

def test_one(snapshot, request):
    import asyncio

    async def run():
        app = Sample("one")
        async with staged(app, (40, 8)):
            snapshot(app, "one")

    asyncio.run(run())
"""


def test_unused_snapshots_are_named(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = pytester.path / "kept"
    monkeypatch.setattr("tests.snapshots.FOLDER", folder)
    pytester.makepyfile(USING)
    plugins = ("-p", "no:asyncio", "-p", "no:xdist", "-p", "tests.snapshots")
    pytester.runpytest_inprocess(*plugins, "--snapshot-update").assert_outcomes(passed=1)
    (folder / "old.svg").write_text("<svg/>", encoding="utf-8")
    result = pytester.runpytest_inprocess(*plugins)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*unused snapshots*", "*remove them: old.svg"])
    part = pytester.runpytest_inprocess(*plugins, "-k", "one")
    part.stdout.no_fnmatch_line("*unused snapshots*")
