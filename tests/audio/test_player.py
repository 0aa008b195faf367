"""The player on a sound card that the tests hold: what it is asked for, it gets to the frame."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from s3audio_tui.audio.columns import Samples
from s3audio_tui.audio.output import Fill, Nowhere
from s3audio_tui.audio.player import Player
from s3audio_tui.audio.run import Span, Track
from s3audio_tui.audio.seeking import Seekable
from s3audio_tui.audio.told import Changed, Ended, Event, Failed, Halted
from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import DeviceError, NotAudioError, UnreachableError

RATE_HZ = 8000


class Card:
    """An output that asks for frames only when the test does."""

    latency_s = 0.0

    def __init__(self) -> None:
        self.player: Player
        self.rates: list[int] = []
        self.missing = False
        self.is_open = False

    def open(self, sample_rate_hz: int, fill: Fill, gone: Callable[[], None]) -> "Card":
        """As `Output.open`."""
        if self.missing:
            raise DeviceError("no device", "connect one")
        self.rates.append(sample_rate_hz)
        self._fill, self.vanish, self._lead = fill, gone, sample_rate_hz // 20
        self.is_open = True
        return self

    def close(self, *, soon: bool = False) -> None:
        """As `Stream.close`."""
        self.is_open = False

    def take(self, frames: int, *, decoded: int | None = None) -> Samples:
        """Return the next frames, one channel of them, once so many are decoded."""
        wait_for(lambda: self.is_open)
        wait_for(lambda: self._has(frames if decoded is None else decoded))
        lead, self._lead = self._lead, 0
        buffer = bytearray((lead + frames) * 4)
        self._fill(memoryview(buffer))
        taken = np.frombuffer(buffer, "<i2").reshape(-1, 2)
        assert not taken[:lead].any() and np.array_equal(taken[:, 0], taken[:, 1])
        return taken[lead:, 0]

    def _has(self, frames: int) -> bool:
        run = self.player._feed.run
        return run is None or run.done or (run.ring is not None and run.ring.ready >= frames)


class Listener:
    """Keeps what is told."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    def wait(self, kind: type[Event]) -> Event:
        """Return the last one of a kind, once there is one."""
        wait_for(lambda: any(isinstance(event, kind) for event in self.events))
        return next(event for event in reversed(self.events) if isinstance(event, kind))

    def wait_state(self, state: str) -> None:
        """Wait until a state is told."""
        wait_for(lambda: any(isinstance(e, Changed) and e.now.state == state for e in self.events))


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.002)


def counting(frames: int, first: int = 1) -> Samples:
    """Return a sound whose samples count up, so that each says where it comes from."""
    return np.arange(first, first + frames).astype("<i2")[:, None]


def track(
    sound: Samples,
    *,
    name: str = "a",
    rate_hz: int = RATE_HZ,
    fails: Exception | None = None,
    hold: threading.Event | None = None,
) -> Track:
    def blocks(first: int) -> Iterator[Samples]:
        for at in range(first, len(sound), 700):
            if hold is not None and at:
                hold.wait(30)
            yield sound[at : at + 700]
        if fails is not None:
            raise fails

    @contextmanager
    def opened(_: CancelToken) -> Iterator[Seekable]:
        yield Seekable(rate_hz, sound.shape[1], len(sound), blocks)

    return Track(name, opened)


@pytest.fixture
def card() -> Card:
    return Card()


@pytest.fixture
def told() -> Listener:
    return Listener()


@pytest.fixture
def player(card: Card, told: Listener) -> Iterator[Player]:
    made = card.player = Player(card, told)
    yield made
    made.close()


def start_of(samples: Samples) -> int:
    return int(samples[0])


def test_sounds_of_one_rate_follow_without_a_gap(
    card: Card, told: Listener, player: Player
) -> None:
    player.play([track(counting(3000)), track(counting(2000, 3001), name="b")])
    wait_for(lambda: player.now().frames == 3000 and card.is_open)
    got = card.take(5000)
    wait_for(lambda: player.now().index == 1)
    assert got.tolist() == list(range(1, 5001))
    assert not card.take(1000).any()
    told.wait(Ended)
    assert card.rates == [RATE_HZ] and not card.is_open and player.now().state == "stopped"


def test_another_rate_opens_the_device_anew(card: Card, told: Listener, player: Player) -> None:
    player.play([track(counting(500)), track(counting(900), rate_hz=2 * RATE_HZ, name="b")])
    card.take(500 + RATE_HZ // 10)
    wait_for(lambda: card.rates == [RATE_HZ, 2 * RATE_HZ])
    wait_for(lambda: player.now().name == "b")
    assert start_of(card.take(10)) == 1


def test_pause_fades_and_keeps_the_place(card: Card, player: Player) -> None:
    player.play([track(counting(8000))])
    card.take(1000)
    player.pause()
    faded = card.take(100)
    assert faded[0] > 900 and faded[-1] == 0
    assert not card.take(500).any() and player.now().state == "paused"
    player.resume()
    risen = card.take(100)
    assert risen[0] == 0 and risen[-1] == 1200
    assert start_of(card.take(1)) == 1201
    assert player.now().frame == 1201


def test_seek(card: Card, player: Player) -> None:
    player.play([track(counting(20_000))], frame=5000)
    assert start_of(card.take(100)) == 5001
    player.seek(12_345)
    assert player.now().frame == 12_345
    assert start_of(card.take(500)) == 12_346
    player.seek_by(-1)
    assert player.now().frame == 12_845 - RATE_HZ
    player.seek_by(-100)
    assert player.now().frame == 0
    player.pause()
    player.seek_by(1)
    assert player.now().state == "paused" and player.now().frame == RATE_HZ


def test_a_selection_and_a_loop(card: Card, told: Listener, player: Player) -> None:
    player.play([track(counting(9000)), track(counting(5))], frame=100, span=Span(100, 700))
    assert card.take(700).tolist() == [*range(101, 701), *[0] * 100]
    card.take(1000)
    told.wait(Ended)
    player.play([track(counting(9000))], frame=650, span=Span(100, 700, loops=True))
    looped = [*range(651, 701), *range(101, 701), *range(101, 701)]
    assert card.take(1250).tolist() == looped
    assert player.now().frame in (100, 700)


def test_volume_goes_in_a_straight_line(card: Card, player: Player) -> None:
    player.play([track(np.full((8000, 1), 1000, "<i2"))])
    assert set(card.take(100)) == {1000}
    player.set_volume(0.5)
    line = card.take(101).astype(int)
    assert line[0] == 1000 and line[-1] == 500 and (np.diff(line) <= 0).all()
    assert set(card.take(100)) == {500}


def test_what_is_not_there_in_time_is_silence(card: Card, told: Listener, player: Player) -> None:
    hold = threading.Event()
    player.play([track(counting(9000), hold=hold)])
    assert card.take(900, decoded=700).tolist() == [*range(1, 701), *[0] * 200]
    told.wait_state("buffering")
    assert not card.take(100, decoded=0).any() and player.now().frame == 700
    hold.set()
    assert start_of(card.take(4000)) == 701


def test_a_device_that_vanishes_pauses(card: Card, told: Listener, player: Player) -> None:
    player.play([track(counting(9000))])
    card.take(1000)
    card.missing = True
    card.vanish()
    halted = told.wait(Halted)
    assert isinstance(halted, Halted) and "has gone" in str(halted.error)
    assert player.now().state == "paused" and player.now().frame == 1000
    player.resume()
    wait_for(lambda: sum(isinstance(event, Halted) for event in told.events) == 2)
    card.missing = False
    player.resume()
    wait_for(lambda: card.is_open)
    assert start_of(card.take(10)) == 1001


def test_what_follows_late_follows_without_a_gap(card: Card, player: Player) -> None:
    player.play([track(counting(3000))])
    assert start_of(card.take(2000)) == 1
    run = player._feed.run
    assert run is not None and run.ring is not None
    ring = run.ring
    wait_for(lambda: run.done)
    player.follow(0, [track(counting(2000, 3001), name="b")])
    wait_for(lambda: ring.ready == 3000)
    assert card.take(3000).tolist() == list(range(2001, 5001))
    assert card.rates == [RATE_HZ]


def test_what_follows_may_be_another_one(card: Card, player: Player) -> None:
    player.play([track(counting(3000)), track(counting(2000, 7001), name="b")])
    assert start_of(card.take(1000)) == 1
    player.follow(0, [track(counting(2000, 3001), name="c")])
    assert card.take(4000).tolist() == list(range(1001, 5001))
    player.follow(0, [track(counting(2000, 7001), name="d")])  # too late: it is heard
    assert player.track(1) is not None and player.now().name == "c"


def test_what_nobody_foresaw_is_that_sounds(card: Card, told: Listener, player: Player) -> None:
    player.play([track(counting(1000), fails=ZeroDivisionError()), track(counting(900), name="b")])
    card.take(1000)
    card.take(1000)
    failed = told.wait(Failed)
    assert isinstance(failed, Failed) and "unforeseen reason (ZeroDiv" in str(failed.error)
    wait_for(lambda: player.now().name == "b")


def test_a_device_that_nobody_foresaw_pauses(
    card: Card, told: Listener, player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card, "open", lambda *_: 1 // 0)
    player.play([track(counting(1000))])
    halted = told.wait(Halted)
    assert isinstance(halted, Halted) and "unforeseen" in str(halted.error)
    assert player.now().state == "paused"


def test_a_damaged_sound_is_named_and_the_next_one_plays(
    card: Card, told: Listener, player: Player
) -> None:
    damaged = track(counting(1000), name="bad", fails=NotAudioError("it is damaged"))
    player.play([damaged, track(counting(9000), name="good")])
    assert start_of(card.take(1000)) == 1
    card.take(1000)
    failed = told.wait(Failed)
    assert isinstance(failed, Failed) and failed.name == "bad"
    wait_for(lambda: player.now().name == "good")
    player.skip(-1)
    assert player.now().name == "bad"


def test_a_network_that_fails_halts(card: Card, told: Listener, player: Player) -> None:
    player.play([track(counting(1000), fails=UnreachableError("it is gone"))])
    card.take(1000)
    card.take(1000)
    told.wait(Halted)
    assert player.now().state == "paused" and player.now().frame == 1000


def test_channels() -> None:
    from s3audio_tui.audio.ring import stereo

    assert stereo(np.array([[5]], "<i2")).tolist() == [[5, 5]]
    assert stereo(np.array([[5, 7]], "<i2")).tolist() == [[5, 7]]
    assert stereo(np.array([[32767, 0, 32767, 32767]], "<i2")).tolist() == [[32767, 16383]]


def test_without_a_device_it_plays_at_the_same_pace(told: Listener) -> None:
    player = Player(Nowhere(), told)
    player.play([track(counting(1000)), track(counting(1000), name="b")])
    told.wait(Ended)
    names = [event.now.name for event in told.events if isinstance(event, Changed)]
    assert names[0] == "a" and names[-1] == ""
    player.close()
