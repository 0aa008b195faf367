"""The app heard through a real sound server. That there is no gap, `test_play_queue` shows."""

import asyncio
import io

import pytest
import soundfile

from s3audio_tui.audio.output import SoundCard
from s3audio_tui.library.opening import Library
from tests.audio.speaker import PACKAGES, RATE_HZ, Heard, Speaker, frequency_hz, tone, trimmed
from tests.audio.speaker import sound_server as sound_server
from tests.audio.speaker import speaker as speaker
from tests.tui.listening import is_over, opened, put, until

_PIECE = RATE_HZ // 4


def encoded(samples: Heard) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE_HZ, format="WAV", subtype="PCM_16")
    return file.getvalue()


@pytest.mark.system(PACKAGES)
async def test_what_is_queued_is_heard(library: Library, speaker: Speaker) -> None:
    put(library, "a.wav", encoded(tone(440, 2 * _PIECE)))
    put(library, "b.wav", encoded(tone(1760, 2 * _PIECE)))
    card = SoundCard(latency_s=0.5)
    card.forget()
    try:
        with speaker.listening() as ear:
            async with opened(library, card) as driver:
                await driver.press("ctrl+a", "A", "full_stop")
                await until(driver, is_over)
            await asyncio.to_thread(ear.wait_for, lambda all_: len(trimmed(all_)) > 7 * _PIECE // 2)
            heard = ear.sound
    finally:
        card.forget()
    assert abs(frequency_hz(heard[:_PIECE]) - 440) < 2
    assert abs(frequency_hz(heard[-_PIECE:]) - 1760) < 2
