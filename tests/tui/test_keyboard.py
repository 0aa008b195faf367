"""What is typed, byte by byte: an escape alone, in a sequence, at the end of a paste."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from typing import Final

import pytest
from textual.events import Key, Paste
from textual.message import Message

from s3audio_tui.tui.keyboard import KeyboardDriver

_LONG_S: Final = 60.0


class _Typist(KeyboardDriver):
    """Reads a pipe."""

    def __init__(self) -> None:
        self._debug = False
        self.fileno, self._keys = os.pipe()
        self.exit_event = threading.Event()
        self.came: asyncio.Queue[str] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self.thread = threading.Thread(target=self.run_input_thread)
        self.thread.start()

    def process_message(self, message: Message) -> None:
        said = message.text if isinstance(message, Paste) else ""
        said = message.key if isinstance(message, Key) else said
        self._loop.call_soon_threadsafe(self.came.put_nowait, said)

    def type(self, data: bytes) -> None:
        os.write(self._keys, data)

    def close(self) -> None:
        self.exit_event.set()
        self.type(b"\x00")
        self.thread.join()
        os.close(self._keys)
        os.close(self.fileno)


@pytest.fixture
async def typist() -> AsyncIterator[_Typist]:
    typist = _Typist()
    yield typist
    typist.close()


async def test_an_escape_that_nothing_follows_is_the_key(typist: _Typist) -> None:
    typist.alone_s = 0.0
    typist.type(b"j\x1b")
    assert [await typist.came.get() for _ in "j!"] == ["j", "escape"]


async def test_two_escapes_are_two_keys(typist: _Typist) -> None:
    typist.alone_s = 0.0
    typist.type(b"\x1b\x1b")
    assert [await typist.came.get() for _ in range(2)] == ["escape", "escape"]


async def test_a_sequence_may_come_in_two_pieces(typist: _Typist) -> None:
    typist.alone_s = _LONG_S
    typist.type(b"j\x1b")
    assert await typist.came.get() == "j"  # the escape is held back by now
    typist.type(b"[A")
    assert await typist.came.get() == "up"


async def test_the_end_of_a_paste_may_come_in_two_pieces(typist: _Typist) -> None:
    typist.alone_s = 0.0
    typist.type(b"j\x1b[200~one two\x1b")
    assert await typist.came.get() == "j"
    typist.type(b"[201~k")
    assert [await typist.came.get() for _ in "pk"] == ["one two", "k"]


async def test_bytes_that_are_no_text_do_no_harm(typist: _Typist) -> None:
    typist.type(b"\xff\xfej")
    assert [await typist.came.get() for _ in "??j"][-1] == "j"
