"""The waveform: places, parts and selections, by the methods and by the mouse."""

import pytest
from textual import events
from textual.geometry import Region

from s3audio_tui.tui.wave_view import View
from s3audio_tui.tui.widgets.waveform import Waveform
from tests.drawing.sounds import loud_music, peaks_of, speech
from tests.snapshots import staged
from tests.tui.waves import WaveApp, sound_of

SIZE = (104, 20)


def test_a_view_stays_in_the_sound() -> None:
    view = View.whole(100_000)
    near = view.zoomed(10, 99_000)
    assert (near.begin, near.end) == (89_100, 99_100)
    assert near.panned(50_000).end == 100_000
    assert near.panned(-500_000).begin == 0
    assert near.zoomed(0.001, 95_000) == view
    assert view.zoomed(1e9, 5).span == 16
    assert View.whole(0).zoomed(2, 0).span == 1


@pytest.mark.parametrize("width", [1, 7, 100, 3000])
def test_a_column_begins_with_its_first_frame(width: int) -> None:
    view = View(1000, 3000, 5000)
    for column in range(width):
        frame = view.frame(column, width)
        at = view.column(frame, width)
        assert view.frame(at, width) == frame
        assert 0 <= at < width
    assert view.column(999, width) < 0
    assert view.column(3000, width) >= width


async def test_the_mouse_places_selects_zooms_and_pans() -> None:
    app = WaveApp(sound_of(speech()))
    async with staged(app, SIZE) as pilot:
        wave = app.wave
        await pilot.click(Waveform, offset=(50, 3))
        assert app.placed == [80_000]
        assert wave.cursor == 80_000
        await pilot.mouse_down(Waveform, offset=(10, 3))
        await pilot.hover(Waveform, offset=(30, 3))
        await pilot.mouse_up(Waveform, offset=(30, 3))
        assert wave.selected == (16_000, 48_000)
        wave.zoom(4)
        assert (wave.view.begin, wave.view.span) == (60_000, 40_000)
        ruler = wave.size.height - 1
        await pilot.mouse_down(Waveform, offset=(50, ruler))
        await pilot.hover(Waveform, offset=(60, ruler))
        await pilot.mouse_up(Waveform, offset=(60, ruler))
        assert (wave.view.begin, wave.view.span) == (56_000, 40_000)
        assert wave.selected == (16_000, 48_000)


async def test_the_wheel_zooms_where_the_mouse_is() -> None:
    app = WaveApp(sound_of(speech()))
    async with staged(app, SIZE) as pilot:
        wave = app.wave
        there = wave.view.frame(75, wave.columns)
        for kind in (events.MouseScrollUp, events.MouseScrollUp, events.MouseScrollDown):
            turned = kind(wave, 75, 3, 0, 0, 0, shift=False, meta=False, ctrl=False)
            wave.post_message(turned)
            await pilot.pause()
            assert abs(wave.column_of(there) - 75) <= 1
        assert wave.view.frames / wave.view.span == pytest.approx(1.5, abs=0.01)
        before = wave.view
        wave.post_message(
            events.MouseScrollUp(wave, 75, 3, 0, 0, 0, shift=True, meta=False, ctrl=False)
        )
        await pilot.pause()
        assert wave.view == before.panned(-before.span // 8)


async def test_it_is_made_higher_by_keys_and_wheel() -> None:
    app = WaveApp(sound_of(speech()))
    async with staged(app, SIZE) as pilot:
        wave = app.wave
        for _ in range(20):
            wave.heighten(2)
        assert wave.gain == 256
        wave.post_message(
            events.MouseScrollDown(wave, 75, 3, 0, 0, 0, shift=False, meta=False, ctrl=True)
        )
        await pilot.pause()
        assert wave.gain == 128
        assert wave.view.is_whole
        wave.heighten(0)
        assert wave.gain == 1


async def test_a_scale_stands_beside_it() -> None:
    app = WaveApp(sound_of(loud_music()))
    async with staged(app, (104, 40)) as pilot:
        wave = app.wave
        wave.with_scale = True
        wave.redraw()
        await pilot.pause()
        assert wave.names_width == 7
        assert "−∞" in shown(wave)
        wave.heighten(4)
        wave.in_decibels(yes=True)
        assert {"−12", "−36", "−60"} <= {*shown(wave).split()}
        await pilot.resize_terminal(79, 40)
        assert wave.names_width == 3


def shown(wave: Waveform) -> str:
    lines = wave.render_lines(wave.size.region)
    return "\n".join(line.text for line in lines)


async def test_a_drag_beyond_the_edge_goes_on() -> None:
    app = WaveApp(sound_of(speech()))
    async with staged(app, SIZE) as pilot:
        wave = app.wave
        wave.zoom(4, 0)
        end = wave.view.end
        await pilot.mouse_down(Waveform, offset=(50, 3))
        await pilot.hover(Waveform, offset=(101, 3))
        await pilot.mouse_up(Waveform, offset=(101, 3))
        assert wave.view.end > end
        assert wave.selected == (20_000, wave.view.end)


async def test_more_is_wanted_only_where_it_is_too_coarse() -> None:
    sound = sound_of(speech())
    app = WaveApp(sound)
    async with staged(app, SIZE) as pilot:
        app.wave.zoom(4, 80_000)
        await pilot.pause()
        assert not app.wanted
        app.wave.zoom_to(80_000, 81_000)
        await pilot.pause()
        assert app.wanted == [(79_000, 82_000)]
        app.wave.show_detail(peaks_of(speech()[79_000:82_000], 1), 79_000)
        await pilot.pause()
        assert len(app.wanted) == 1


async def test_the_playhead_draws_only_what_has_changed() -> None:
    app = WaveApp(sound_of(loud_music()))
    async with staged(app, SIZE) as pilot:
        wave = app.wave
        wave.play_at(wave.view.frame(40, wave.columns))
        await pilot.pause()
        drawn: list[Region] = []
        wave.refresh = lambda *regions, **_: drawn.extend(regions)  # type: ignore[method-assign, assignment]
        wave.play_at(wave.view.frame(40, wave.columns) + 1)
        assert not drawn
        wave.play_at(wave.view.frame(42, wave.columns))
        assert [(region.x, region.width) for region in drawn] == [(40 + 3, 3)]


async def test_a_growing_sound_keeps_the_part_in_sight() -> None:
    app = WaveApp(sound_of(speech(), part=0.2))
    async with staged(app, SIZE):
        wave = app.wave
        wave.zoom(10, 20_000)
        view = wave.view
        wave.show(sound_of(speech(), part=0.5))
        assert wave.view == view
        wave.show(None)
        assert wave.view.is_whole


async def test_a_part_is_drawn_as_the_whole_is() -> None:
    app = WaveApp(sound_of(speech()))
    async with staged(app, SIZE):
        wave = app.wave
        wave.select(30_000, 90_000)
        whole = wave.render_lines(Region(0, 0, *wave.size))
        parts = wave.render_lines(Region(20, 3, 30, 5))
        assert [strip.text for strip in parts] == [s.crop(20, 50).text for s in whole[3:8]]


async def test_the_view_goes_along_until_one_looks_elsewhere() -> None:
    app = WaveApp(sound_of(speech()))
    async with staged(app, SIZE):
        wave = app.wave
        wave.zoom(10, 0)
        span = wave.view.span
        wave.play_at(100)
        wave.play_at(span - 1)
        assert wave.view.begin == 0
        wave.play_at(span)
        assert wave.view.begin == span - span // 10
        wave.pan(3 * span)
        seen = wave.view
        wave.play_at(span + 50)
        assert wave.view == seen
        wave.seek()
        wave.play_at(2 * span + 10)
        assert wave.view.holds(2 * span + 10)


async def test_columns_drawn_anew_are_as_if_all_were() -> None:
    app = WaveApp(sound_of(loud_music()))
    async with staged(app, SIZE) as pilot:
        wave = app.wave
        wave.select(60_000, 90_000)
        for frame in (5_000, 20_000, 20_100, 75_000, 30_000, 239_999):
            wave.play_at(frame)
            await pilot.pause()
        wave.play_at(None)
        wave.move(100_000)
        wave.select(80_000, 150_000)
        spliced = wave.render_lines(Region(0, 0, *wave.size))
        wave.redraw()
        whole = wave.render_lines(Region(0, 0, *wave.size))
        assert [strip.simplify() for strip in spliced] == [strip.simplify() for strip in whole]


async def test_a_level_is_that_of_single_samples_where_they_are_known() -> None:
    sound = speech()
    sound[80_003] = 16_384
    app = WaveApp(sound_of(sound))
    async with staged(app, SIZE):
        wave = app.wave
        wave.zoom_to(80_000, 80_100)
        wave.show_detail(peaks_of(sound[79_900:80_200], 1), 79_900)
        loud, quiet = wave.measured(80_003, 80_004), wave.measured(80_004, 80_005)
        assert loud is not None
        assert quiet is not None
        assert loud.peak == pytest.approx(0.5, abs=0.001)
        assert quiet.peak < 0.4


async def test_a_sound_may_be_shorter_than_was_thought() -> None:
    app = WaveApp(sound_of(speech(), part=0.5))
    async with staged(app, SIZE):
        wave = app.wave
        assert wave.measured(100_000, 100_001) is None
        assert wave.measured(79_000, 100_000) is not None
        wave.move(150_000)
        wave.select(60_000, 150_000)
        wave.show(sound_of(speech(10)))
        assert (wave.cursor, wave.selected) == (79_999, (60_000, 80_000))
        wave.show(sound_of(speech(5)))
        assert (wave.cursor, wave.selected) == (39_999, None)
