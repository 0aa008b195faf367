"""What is drawn anew when little has changed: only the widgets on those lines.

Textual's own asks every widget on the screen for all of its lines then, and throws most away.
"""

from collections.abc import Iterable

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip


class NearCompositor(Compositor):
    """Asks each widget for those of its lines that are drawn."""

    def _get_renders(
        self, crop: Region | None = None
    ) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """Return where each widget is, which part of it is seen, and the lines of that part."""
        if crop is None:
            yield from super()._get_renders()
            return
        for widget, (region, clip) in self.visible_widgets.items():
            lines = Region(clip.x, crop.y, clip.width, crop.height)
            seen = clip.intersection(lines)
            part = region.intersection(seen)
            if part:
                yield region, seen, widget.render_lines(part.translate(-region.offset))
