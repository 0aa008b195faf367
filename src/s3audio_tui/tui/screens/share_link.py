"""Links that were made: whole, on the clipboard, as a QR code, and until when they work."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from s3audio_tui.library.qr import qr_code, small_qr_code
from s3audio_tui.library.sharing import Share
from s3audio_tui.text import safe
from s3audio_tui.tui.command import Command, Where
from s3audio_tui.tui.commands import bindings
from s3audio_tui.tui.leaving import Dialog
from s3audio_tui.tui.screens.keyed import KeyedDialog
from s3audio_tui.tui.widgets.key_bar import KeyBar
from s3audio_tui.units import duration_text, stamp_text

_BESIDE = 56
"""Cells that the link has at least where the code stands beside it."""

_HINT = 22
"""Cells of what is said beside the code, and before it."""

_AROUND = 6
"""Lines of the screen that the dialog does not have for the code."""


class ShareLink(KeyedDialog[None]):
    """One link with its code, or a list of links; all are on the clipboard at once."""

    CSS_PATH: ClassVar = ["send.tcss", "inspect.tcss"]
    WHERE: ClassVar[Where] = "link"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("link")]

    def __init__(self, shares: Sequence[Share], now: float) -> None:
        super().__init__()
        self._shares, self._now = shares, now
        self._code = qr_code(shares[0].url) if len(shares) == 1 else []

    def compose(self) -> ComposeResult:
        """Lay out the links, and the code beside them where there is room."""
        with Vertical(classes="dialog", id="link"):
            yield Static(self._title(), classes="dialog-title", markup=False)
            with Horizontal(id="link-body", classes="-many" if len(self._shares) > 1 else ""):
                with VerticalScroll(id="link-text"):
                    yield Static(self._until(), id="link-until", markup=False)
                    yield Static(self._links(), id="link-urls", markup=False)
                yield Static(id="link-code", markup=False)
            yield KeyBar()

    def _title(self) -> str:
        if len(self._shares) == 1:
            return safe(self._shares[0].key.rpartition("/")[2])
        return f"{len(self._shares):,} links"

    def _until(self) -> Content:
        first = self._shares[0]
        stamp = stamp_text(first.expires_at)
        life = _life_text(first.expires_at - self._now)
        lines = [
            Content.assemble(("✓ ", "$accent"), ("on the clipboard", "$foreground")),
            Content.assemble(
                ("works for ", "$dim"), (life, "$foreground"), (f", until {stamp}", "$dim")
            ),
        ]
        if first.temporary:
            lines.append(
                Content.styled("it ends sooner if the log-in does that signed it", "$warning")
            )
        return Content("\n").join(lines)

    def _links(self) -> Content:
        if len(self._shares) == 1:
            return Content(safe(self._shares[0].url))
        return Content("\n\n").join(
            Content.assemble((safe(share.key) + "\n", "$dim"), safe(share.url))
            for share in self._shares
        )

    def on_mount(self) -> None:
        """Copy the links."""
        self._copy()
        self._fit()
        self.query_one("#link-text").focus()
        self.update_keys()

    def on_resize(self) -> None:
        """Draw the code where it fits."""
        self._fit()

    def _fit(self) -> None:
        code = self._code
        width, height = self.app.size
        beside = bool(code) and len(code[0]) + _BESIDE <= width and len(code) + _AROUND <= height
        shown = self.query_one("#link-code", Static)
        shown.display = beside
        if beside:
            shown.update(_painted(code))

    def possible(self, command: Command) -> bool:
        """Return whether a command makes sense now."""
        return command.id != "code" or bool(self._code)

    def _copy(self) -> None:
        self.app.copy_to_clipboard("\n".join(share.url for share in self._shares))

    def do_copy(self) -> None:
        """Copy the links again."""
        self._copy()
        self.query_one("#link-until", Static).update(self._until())

    def do_code(self) -> None:
        """Show the code on all of the screen."""
        self.app.push_screen(CodeScreen(self._shares[0].url))

    def do_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


class CodeScreen(Dialog[None]):
    """A QR code on the whole screen, as large as fits. Any key goes back."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def compose(self) -> ComposeResult:
        """Lay out the code."""
        with Horizontal(id="code-body"):
            yield Static(id="code", markup=False)
            yield Static(id="code-said", markup=False)

    def on_mount(self) -> None:
        """Draw it."""
        self._fit()

    def on_resize(self) -> None:
        """Draw it anew."""
        self._fit()

    def _fit(self) -> None:
        width, height = self.app.size
        large, small = qr_code(self._url), small_qr_code(self._url)
        code, said = self.query_one("#code", Static), self.query_one("#code-said", Static)
        said.display = False
        if len(large) <= height and len(large[0]) <= width:
            code.update(_painted(large))
        elif len(small) <= height and len(small[0]) <= width:
            code.update(_painted(small))
            said.display = len(small[0]) + _HINT <= width
            said.update(
                "Boxes, and no code? Then this font has no small blocks: make the window "
                f"{len(large)} lines high, or its letters smaller.\n\nAny key goes back."
            )
        else:
            words = f"The code needs {len(small)} lines, and there are {height}."
            code.update(Content.styled(f"{words}\nMake the window larger.", "$warning"))

    def on_key(self) -> None:
        """Go back."""
        self.dismiss(None)

    def on_click(self) -> None:
        """Go back."""
        self.dismiss(None)


def _painted(lines: Sequence[str]) -> Content:
    return Content("\n").join(Content.styled(line, "#ffffff on #000000") for line in lines)


def _life_text(life_s: float) -> str:
    """Return a life as one chose it: `15 min`, `3 h`, `7 days`."""
    for unit_s, one, many in ((86_400, "1 day", "days"), (3600, "1 h", "h"), (60, "1 min", "min")):
        count, rest = divmod(round(life_s), unit_s)
        if count and not rest:
            return one if count == 1 else f"{count} {many}"
    return duration_text(life_s)
