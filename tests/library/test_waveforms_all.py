"""The peaks of a whole library: made once, resumed, cancelled."""

from typing import Any

from s3audio_tui.cancel import CancelToken
from s3audio_tui.library import all_waveforms
from s3audio_tui.library.events import Done, Failed, Noted
from s3audio_tui.library.opening import Library
from tests.library.helpers import done, refreshed
from tests.library.waves import put, wav


def test_all_of_them_and_then_those_that_are_new(library: Library, plain_s3: Any) -> None:
    for number in range(3):
        put(plain_s3, library, f"{number}.wav", wav(seed=number))
    put(plain_s3, library, "notes.txt", b"no sound")
    put(plain_s3, library, "broken.wav", b"no sound")
    refreshed(library)
    rows = all_waveforms.without_peaks(library)
    assert sorted(row.key for row in rows) == ["0.wav", "1.wav", "2.wav", "broken.wav"]
    events = list(all_waveforms.make_all(library, rows))
    assert done(events) == ["0.wav", "1.wav", "2.wav"]
    assert [event.key for event in events if isinstance(event, Failed)] == ["broken.wav"]
    put(plain_s3, library, "1.wav", wav(seed=9))
    plain_s3.delete_object(Bucket=library.bucket, Key="broken.wav")
    refreshed(library)
    (row,) = all_waveforms.without_peaks(library)
    assert row.key == "1.wav"
    assert len(all_waveforms.without_peaks(library, force=True)) == 3
    forced = list(all_waveforms.make_all(library, [row], force=True))
    assert [type(event) for event in forced if isinstance(event, Done | Noted)] == [Done]


def test_a_cancel_leaves_the_rest_for_the_next_time(library: Library, plain_s3: Any) -> None:
    for number in range(4):
        put(plain_s3, library, f"{number}.wav", wav(seed=number))
    refreshed(library)
    token, made = CancelToken(), []
    for event in all_waveforms.make_all(
        library, all_waveforms.without_peaks(library), cancel=token
    ):
        if isinstance(event, Done):
            made.append(event.key)
            token.cancel()
    left = [row.key for row in all_waveforms.without_peaks(library)]
    assert sorted([*made, *left]) == [f"{number}.wav" for number in range(4)]
