"""What playing asks of a real store; lines that break or stop, and a decoder that dies."""

import io
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import soundfile

from s3audio_tui.audio.apart import Decoders
from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.output import Fill
from s3audio_tui.audio.player import Player
from s3audio_tui.audio.told import Changed, Ended, Event, Failed
from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import NotAudioError
from s3audio_tui.library.opening import Library
from s3audio_tui.library.playing import track_of
from s3audio_tui.library.sources import ObjectSource, looked_up
from s3audio_tui.store.objects import write_small
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

RATE_HZ = 48_000
FRAMES = 20 * RATE_HZ
BLOCK_BYTES = 128 * 1024
PATIENCE_S = 60


@pytest.fixture
def noise() -> Samples:
    """Sound that is never silent."""
    return np.random.default_rng(8).integers(1, 9000, (FRAMES, 2), "<i2")


@pytest.fixture
def sourced(library: Library, noise: Samples) -> Callable[[str], ObjectSource]:
    """Put the noise in the store, under a name with the format as its ending."""

    def put(ending: str) -> ObjectSource:
        file = io.BytesIO()
        soundfile.write(file, noise, RATE_HZ, format=ending.upper(), subtype="PCM_16")
        key = f"a.{ending}"
        write_small(library.store, library.full(key), file.getvalue())
        return ObjectSource(library, looked_up(library, key))

    return put


@pytest.fixture
def gets(library: Library, s3_server: StrictS3) -> Callable[[], list[int]]:
    """Return the lengths of the ranges that were asked for since the last call."""

    def lengths() -> list[int]:
        asked = s3_server.asked(library.store.bucket)
        s3_server.forget(library.store.bucket)
        spans = [call.range.partition("=")[2].split("-") for call in asked if call.method == "GET"]
        return [int(last) - int(first) + 1 for first, last in spans]

    return lengths


def test_what_is_opened_is_not_read_ahead(
    sourced: Callable[[str], ObjectSource], gets: Callable[[], list[int]]
) -> None:
    track = track_of(sourced("wav"))
    gets()
    with track.open(CancelToken()):
        pass
    assert gets() == [64 * 1024]


@pytest.mark.parametrize(("ending", "most"), [("wav", 4), ("aiff", 4), ("flac", 6)])
def test_a_seek_takes_few_requests(
    sourced: Callable[[str], ObjectSource],
    gets: Callable[[], list[int]],
    noise: Samples,
    ending: str,
    most: int,
) -> None:
    track = track_of(sourced(ending))
    with track.open(CancelToken()):
        pass
    gets()
    for first in (3 * RATE_HZ, FRAMES // 2 + 7, FRAMES - 2 * RATE_HZ):
        with track.open(CancelToken()) as sound:
            block = next(iter(sound.blocks(first)))
            assert np.array_equal(block, noise[first:][: len(block)])
    asked = gets()
    assert len(asked) <= 3 * most and max(asked) <= BLOCK_BYTES


@pytest.mark.parametrize("how", ["drop", "cut"])
@pytest.mark.parametrize("ending", ["wav", "flac"])
def test_a_connection_that_breaks_is_tried_again(
    sourced: Callable[[str], ObjectSource],
    library: Library,
    s3_server: StrictS3,
    noise: Samples,
    ending: str,
    how: str,
) -> None:
    track = track_of(sourced(ending))
    with track.open(CancelToken()) as sound:
        blocks = sound.blocks(0)
        first = next(blocks).copy()
        s3_server.set_faults(library.store.bucket, Fault(method="GET", body=how, times=2))
        rest = [block.copy() for block in blocks]
    assert np.array_equal(np.concatenate([first, *rest]), noise)


class Card:
    """A card that takes what is there as fast as it can."""

    latency_s = 0.0

    def __init__(self) -> None:
        self.heard: list[Samples] = []
        self._closed = threading.Event()

    def open(self, sample_rate_hz: int, fill: Fill, gone: Callable[[], None]) -> "Card":
        """As `Output.open`."""
        threading.Thread(target=self._take, args=(fill,), daemon=True).start()
        return self

    def close(self, *, soon: bool = False) -> None:
        """As `Stream.close`."""
        self._closed.set()

    def _take(self, fill: Fill) -> None:
        buffer = bytearray(4 * 1024)
        while not self._closed.is_set():
            fill(memoryview(buffer))
            taken = np.frombuffer(bytes(buffer), "<i2").reshape(-1, 2)
            self.heard.append(taken)
            if not taken.any():
                time.sleep(0.005)


class Heard:
    """What a player says."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._came = threading.Condition()

    def tell(self, event: Event) -> None:
        with self._came:
            self.events.append(event)
            self._came.notify_all()

    def wait_for_silence(self, card: "Card") -> None:
        """Wait until something was heard, and it is said that no more has come."""

        def fits(events: list[Event]) -> bool:
            begun = any(taken.any() for taken in card.heard)
            return begun and not card.heard[-1].any() and states(events)[-1:] == ["buffering"]

        deadline = time.monotonic() + PATIENCE_S
        while not fits(self.events):
            assert time.monotonic() < deadline, self.events
            time.sleep(0.01)

    def wait_for(self, fits: Callable[[list[Event]], bool]) -> None:
        with self._came:
            assert self._came.wait_for(lambda: fits(self.events), PATIENCE_S), self.events


@contextmanager
def played(source: ObjectSource, card: Card, decoders: Decoders) -> Iterator[Heard]:
    heard = Heard()
    player = Player(card, heard.tell)
    try:
        player.play([track_of(source, decoders)])
        yield heard
    finally:
        player.close()


def states(events: list[Event]) -> list[str]:
    return [event.now.state for event in events if isinstance(event, Changed)]


@pytest.mark.parametrize("ending", ["wav", "flac"])
def test_a_line_that_stops_is_buffering_and_goes_on_by_itself(
    sourced: Callable[[str], ObjectSource],
    library: Library,
    s3_server: StrictS3,
    noise: Samples,
    ending: str,
) -> None:
    source, card = sourced(ending), Card()
    stops = Fault(method="GET", delay_s=PATIENCE_S, skip=4)
    s3_server.set_faults(library.store.bucket, stops)
    with played(source, card, library.decoders) as heard:
        heard.wait_for_silence(card)
        s3_server.set_faults(library.store.bucket)
        heard.wait_for(lambda events: isinstance(events[-1], Ended))
    assert not [event for event in heard.events if isinstance(event, Failed)]
    whole = np.concatenate(card.heard)
    assert np.array_equal(whole[whole.any(axis=1)], noise)


class Noted(Decoders):
    """Decoders whose children the test knows."""

    def __init__(self) -> None:
        super().__init__()
        self.children: list[subprocess.Popen[bytes]] = []

    def _taken(self) -> "subprocess.Popen[bytes]":
        self.children.append(super()._taken())
        return self.children[-1]


def test_a_decoder_that_dies_while_it_plays_is_told(
    sourced: Callable[[str], ObjectSource], library: Library, s3_server: StrictS3
) -> None:
    source, card, decoders = sourced("flac"), Card(), Noted()
    stops = Fault(method="GET", delay_s=PATIENCE_S, skip=4)
    s3_server.set_faults(library.store.bucket, stops)
    with played(source, card, decoders) as heard:
        heard.wait_for_silence(card)
        os.kill(decoders.children[0].pid, signal.SIGKILL)
        s3_server.set_faults(library.store.bucket)
        heard.wait_for(lambda events: isinstance(events[-1], Ended))
    (failed,) = [event for event in heard.events if isinstance(event, Failed)]
    assert isinstance(failed.error, NotAudioError)
    assert failed.error.message == "a.flac cannot be decoded: its decoder broke down"
