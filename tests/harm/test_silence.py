"""A store that takes every connection and never answers: given up soon, at each step, by number."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from s3audio_tui.errors import UnreachableError
from s3audio_tui.library import leftovers, upload
from s3audio_tui.library.events import Failed
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.store import exchange, objects
from s3audio_tui.store.attempts import SILENCES, SILENCES_OF_BYTES
from s3audio_tui.store.failures import SilentError
from s3audio_tui.store.lanes import QUESTION
from s3audio_tui.store.silence import Silence
from s3audio_tui.store.transfer import MIN_PART_BYTES
from tests.library.conftest import MakeLibrary
from tests.library.helpers import ends
from tests.store.test_wire import Peer, peer, store_at

ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
    b"Last-Modified: Sat, 21 Nov 2026 20:00:00 GMT\r\n\r\nabc"
)


@pytest.fixture
def hasten(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let a store that keeps silent be given up sooner, from now on."""

    def shorten(seconds: float) -> None:
        for name in ("STALL_S", "ANSWER_S", "HURRIED_S"):
            monkeypatch.setattr(exchange, name, seconds)

    return shorten


@pytest.fixture
def mute() -> Iterator[Peer]:
    """A store that never answers."""
    over = threading.Event()

    def hang(stream: socket.socket, head: bytes) -> None:
        over.wait(60)

    with peer(hang) as server:
        yield server
        over.set()


def asked(server: Peer) -> list[str]:
    """Return what the store was asked, without the addresses."""
    lines = [head.partition(b"\r\n")[0].decode() for head in server.heads]
    return [line.partition(" ")[0] for line in lines]


def test_a_question_is_asked_twice(
    make_library: MakeLibrary, mute: Peer, hasten: Callable[[float], None]
) -> None:
    library = make_library()
    hasten(0.6)
    library._store = store_at(f"http://127.0.0.1:{mute.port}")
    with pytest.raises(UnreachableError, match="stopped answering: check the network"):
        leftovers.everything(library)
    assert asked(mute) == ["GET"] * SILENCES


class Held(TransferQueue):
    """A queue that waits until it is let go."""

    goes = False

    def _fill(self) -> None:
        if self.goes:
            super()._fill()


@pytest.mark.parametrize("size", [100_000, MIN_PART_BYTES])
def test_an_upload_ends(
    make_library: MakeLibrary,
    mute: Peer,
    tmp_path: Path,
    sounds: dict[str, Path],
    hasten: Callable[[float], None],
    size: int,
) -> None:
    """The store answered while room was held for it."""
    file = tmp_path / "take.wav"
    file.write_bytes(sounds["wav16"].read_bytes()[:44] + bytes(size - 44))
    library, queue = make_library(), Held(1)
    assert upload.submit(library, queue, upload.plan(library, [file]).items) == []
    library._store = store_at(f"http://127.0.0.1:{mute.port}")
    hasten(0.3)
    queue.goes = True
    queue.resume_all()
    (failed,) = ends(queue.events())
    assert isinstance(failed, Failed) and isinstance(failed.error, UnreachableError)
    first = ["PUT"] * SILENCES_OF_BYTES if size < MIN_PART_BYTES else ["HEAD"]
    assert asked(mute)[: len(first)] == first
    settling = 2 * SILENCES
    assert len(mute.heads) <= SILENCES_OF_BYTES + settling


def test_what_answers_late_is_waited_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("STALL_S", 20.0), ("ANSWER_S", 15.0), ("HURRIED_S", 5.0)):
        monkeypatch.setattr(exchange, name, seconds)
    silence, error = Silence(), SilentError()
    waits = []
    for _ in range(8):
        waits.append(silence.patience_s(QUESTION))
        silence.note(error)
    assert waits[:2] == [15.0, 15.0], "nothing is known of the store"
    assert waits[2] == 5.0
    assert 15.0 in waits[3:]
    assert silence.patience_s(100) == 20.0, "bytes have the time that they always have"
    silence.note(None)
    assert silence.patience_s(QUESTION) == 15.0


def test_one_silence_is_mended(hasten: Callable[[float], None]) -> None:
    """As where a connection was forgotten by what lies between."""
    over, silent = threading.Event(), iter([True])

    def act(stream: socket.socket, head: bytes) -> None:
        if next(silent, False):
            hasten(20.0)
            over.wait(60)
        else:
            stream.sendall(ANSWER)

    hasten(1.0)
    with peer(act) as server:
        data, _ = objects.read_small(store_at(f"http://127.0.0.1:{server.port}"), "k")
        over.set()
    assert (data, asked(server)) == (b"abc", ["GET", "GET"])
