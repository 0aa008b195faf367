"""Sound on its way out of a real sound server, taken down at its monitor and measured."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from s3audio_tui.audio import devices
from s3audio_tui.audio.output import SoundCard
from s3audio_tui.audio.player import Player
from s3audio_tui.audio.run import Track
from s3audio_tui.audio.seeking import Seekable, open_seekable
from s3audio_tui.audio.told import Ended, Event, Halted
from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import DeviceError
from tests.audio.speaker import PACKAGES, RATE_HZ, Speaker, frequency_hz, tone, trimmed

pytestmark = pytest.mark.system(PACKAGES)

_LATENCY_S = 0.5
"""More than a listener would like: a machine that tests on all its processors shall make no gap."""


@pytest.fixture
def card(speaker: Speaker) -> Iterator[SoundCard]:
    """The sound card of this process, found anew."""
    made = SoundCard(latency_s=_LATENCY_S)
    made.forget()
    yield made
    made.forget()


@pytest.fixture
def ended() -> threading.Event:
    return threading.Event()


@pytest.fixture
def player(card: SoundCard, ended: threading.Event) -> Iterator[Player]:
    def tell(event: Event) -> None:
        if isinstance(event, (Ended, Halted)):
            ended.set()

    made = Player(card, tell)
    yield made
    made.close()


@pytest.fixture
def track(tmp_path: Path) -> Callable[..., Track]:
    def make(samples: np.ndarray[tuple[int, int], np.dtype[np.int16]], name: str) -> Track:
        path = tmp_path / name
        soundfile.write(path, samples, RATE_HZ, subtype="PCM_16")

        @contextmanager
        def opened(_: CancelToken) -> Iterator[Seekable]:
            with path.open("rb") as file:
                yield open_seekable(file, name, path.stat().st_size)

        return Track(name, opened)

    return make


def test_two_files_come_out_as_one(
    speaker: Speaker, player: Player, ended: threading.Event, track: Callable[..., Track]
) -> None:
    whole = tone(997, 36_000)
    with speaker.listening() as ear:
        player.play([track(whole[:20_011], "a.wav"), track(whole[20_011:], "b.flac")])
        heard = ear.wait_silence()
        assert ended.wait(30)
    assert np.array_equal(heard, whole)
    assert abs(frequency_hz(heard) - 997) < 0.5


def test_devices_are_named(card: SoundCard) -> None:
    found = card.devices()
    assert [device.name for device in found if device.is_default] == ["default"]
    with pytest.raises(DeviceError, match=r"no sound device 'Kazoo': choose one of .*default"):
        SoundCard("Kazoo").open(RATE_HZ, lambda out: None, lambda: None)


@pytest.mark.parametrize("wanted", ["PUL", "number"])
def test_the_device_that_is_named_plays(
    speaker: Speaker,
    card: SoundCard,
    player: Player,
    ended: threading.Event,
    track: Callable[..., Track],
    wanted: str,
) -> None:
    (pulse,) = (device for device in card.devices() if device.name == "pulse")
    card.device = str(pulse.number) if wanted == "number" else wanted
    with speaker.listening() as ear:
        player.play([track(tone(997, 4800), "a.wav")])
        heard = ear.wait_silence()
        assert ended.wait(30)
    assert np.array_equal(heard, tone(997, 4800))


def test_devices_are_looked_up_while_one_plays(
    speaker: Speaker, player: Player, track: Callable[..., Track]
) -> None:
    with speaker.listening() as ear:
        player.play([track(tone(997, 60 * RATE_HZ), "a.wav")])
        ear.wait_for(lambda heard: bool(heard.any()))
        assert {device.name for device in devices.now()} >= {"pulse", "default"}
        before = len(trimmed(ear.heard))
        ear.wait_for(lambda heard: len(trimmed(heard)) > before + RATE_HZ // 10)


def test_what_a_listener_does(
    speaker: Speaker, player: Player, ended: threading.Event, track: Callable[..., Track]
) -> None:
    low, high = tone(440, 30 * RATE_HZ), tone(1760, RATE_HZ)
    with speaker.listening() as ear:
        player.play([track(np.concatenate([low, high]), "a.wav")])
        ear.wait_for(lambda heard: len(trimmed(heard)) > 9600)
        player.pause()
        before = ear.wait_silence()
        assert player.now().state == "paused"
        player.set_volume(0.25)
        player.seek(len(low))
        player.resume()
        assert ended.wait(30)
        after = trimmed(ear.wait_for(lambda h: len(trimmed(h)) > len(before) + RATE_HZ))
    assert np.array_equal(before[:9600], low[:9600])
    after = after[len(before) :]
    after = trimmed(after)
    assert abs(frequency_hz(after) - 1760) < 0.5
    assert len(after) <= RATE_HZ and 3990 < int(np.abs(after.astype(int)).max()) <= 4000
    assert np.abs(after[-RATE_HZ // 2 :]).max() > 0 and len(after) > RATE_HZ - 16


def test_a_device_that_vanishes(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    sound_server: Speaker,
    track: Callable[..., Track],
) -> None:
    own = Speaker(tmp_path_factory.mktemp("own"))
    for name in ("ALSA_CONFIG_PATH", "PULSE_SERVER"):
        monkeypatch.setenv(name, own.variables[name])
    own.start()
    card, events, halted = SoundCard(), list[Event](), threading.Event()
    card.forget()

    def tell(event: Event) -> None:
        events.append(event)
        if isinstance(event, Halted):
            halted.set()

    player = Player(card, tell)
    try:
        with own.listening() as ear:
            player.play([track(tone(440, 10 * RATE_HZ), "a.wav")])
            ear.wait_for(lambda heard: bool(heard.any()))
        own.stop()
        assert halted.wait(30)
        error = next(event for event in events if isinstance(event, Halted)).error
        assert "has gone" in str(error) and player.now().state == "paused"
    finally:
        player.close()
        own.stop()
        card.forget()
