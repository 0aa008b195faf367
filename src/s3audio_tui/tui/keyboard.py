"""What is typed: an escape alone counts soon, not after 0.1 to 0.2 s. What is drawn comes whole."""

import os
from codecs import getincrementaldecoder
from selectors import EVENT_READ, SelectSelector
from typing import TYPE_CHECKING, Any, Final

from textual import constants
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.message import Message

from s3audio_tui.tui.output import whole

if TYPE_CHECKING:
    from textual.app import App

_ESC: Final = "\x1b"
_ALONE_S = 0.01
"""How long an escape waits for the rest of a sequence, as in tmux. Terminals write a
sequence at once, and it travels as one packet. `ESCDELAY` is for lines that tear it apart."""

_LOOK_S = 0.1
_READ_BYTES = 4096


class TerminalGone(Message):
    """Nobody will ever type again: the terminal was closed."""


class KeyboardDriver(LinuxDriver):
    """Holds back the escapes at the end of what was read until more comes, or nothing does.

    Textual's own gives the escape to its parser, whose wait is seen to ten times a second only.
    """

    alone_s = constants.ESCAPE_DELAY if "ESCDELAY" in os.environ else _ALONE_S

    def __init__(
        self,
        app: "App[Any]",
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        if self._file is not None:
            self._file = whole(self._file)

    def run_input_thread(self) -> None:
        """Read what is typed until the app ends."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        held, pasting = "", False
        with SelectSelector() as selector:
            selector.register(self.fileno, EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(self.alone_s if held else _LOOK_S):
                    data = self._typed()
                    if data is None:
                        continue
                    if not data:
                        self.process_message(TerminalGone())
                        return
                    text = held + decode(data)
                    pasting = _in_paste(text, pasting)
                    typed = text if pasting else text.rstrip(_ESC)
                    held = text[len(typed) :]
                    for event in parser.feed(typed) if typed else ():
                        self.process_message(event)
                elif held:
                    for _ in held:
                        self.process_message(Key("escape", _ESC))
                    held = ""
                for event in parser.tick():
                    self.process_message(event)

    def _typed(self) -> bytes | None:
        """Return what has come; nothing from a terminal that was closed, None for a false alarm."""
        try:
            return os.read(self.fileno, _READ_BYTES)
        except BlockingIOError:
            return None
        except OSError:
            return b""


def _in_paste(text: str, before: bool) -> bool:
    """Whether a paste goes on behind `text`: its end begins with an escape too."""
    begun, ended = text.rfind(BRACKETED_PASTE_START), text.rfind(BRACKETED_PASTE_END)
    return begun > ended if begun != ended else before
