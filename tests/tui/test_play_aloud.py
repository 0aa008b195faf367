"""The app heard through a real sound server."""

import asyncio
import io

import numpy as np
import pytest
import soundfile

from s3audio_tui.audio.output import SoundCard
from s3audio_tui.library.opening import Library
from tests.audio.speaker import PACKAGES, RATE_HZ, Heard, Speaker, frequency_hz, tone
from tests.audio.speaker import sound_server as sound_server
from tests.audio.speaker import speaker as speaker
from tests.tui.listening import opened, put


def encoded(samples: Heard, container: str) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE_HZ, format=container, subtype="PCM_16")
    return file.getvalue()


@pytest.mark.system(PACKAGES)
async def test_what_is_queued_comes_out_as_one(library: Library, speaker: Speaker) -> None:
    whole = tone(997, 36_000)
    put(library, "a.wav", encoded(whole[:20_011], "WAV"))
    put(library, "b.flac", encoded(whole[20_011:], "FLAC"))
    card = SoundCard(latency_s=0.5)  # a machine that tests on all its processors makes no gap
    card.forget()
    try:
        with speaker.listening() as ear:
            async with opened(library, card) as driver:
                await driver.press("ctrl+a", "A", "full_stop")
                heard = await asyncio.to_thread(ear.wait_silence)
    finally:
        card.forget()
    assert np.array_equal(heard, whole)
    assert abs(frequency_hz(heard) - 997) < 0.5
