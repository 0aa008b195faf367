"""The scrollbar of a long list: drawn without what Textual adds to a widget, for each move."""

from typing import cast

from rich.color import Color
from rich.style import Style
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip


class ListScrollBar(ScrollBar):
    """Looks and works as any; its lines are of five kinds at most, and each is made once."""

    def __init__(self, *, thickness: int) -> None:
        super().__init__(vertical=True, name="vertical", thickness=thickness)
        self._strips: list[Strip] = []
        self._drawn: tuple[object, ...] = ()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines that are asked for."""
        bar = cast(ScrollBarRender, self.render())
        style = cast(Style, bar.style)
        drawn = (*self.size, bar.virtual_size, bar.window_size, bar.position, style)
        if drawn != self._drawn:
            self._drawn, self._strips = drawn, self._made(bar, style)
        strips = self._strips[crop.y : crop.bottom]
        if crop.column_span == (0, self.size.width):
            return strips
        return [strip.crop(*crop.column_span) for strip in strips]

    def notify_style_update(self) -> None:
        """Forget what is drawn: how colours are shown may have changed."""
        super().notify_style_update()
        self._drawn = ()

    def _made(self, bar: ScrollBarRender, style: Style) -> list[Strip]:
        segments = bar.render_bar(
            size=self.size.height,
            virtual_size=bar.virtual_size,
            window_size=bar.window_size,
            position=bar.position,
            thickness=self.size.width,
            back_color=cast(Color, style.bgcolor),
            bar_color=cast(Color, style.color),
        ).segments
        background, filters = self.background_colors[1], self.get_line_filters()
        kinds: dict[int, Strip] = {}
        for segment in segments:
            if id(segment) not in kinds:
                strip = Strip([segment], self.size.width)
                for each in filters:
                    strip = strip.apply_filter(each, background)
                kinds[id(segment)] = strip
        return [kinds[id(segment)] for segment in segments]
