"""A pause where it reaches the network: between two parts, ranges and blocks."""

import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError, ConflictError
from s3audio_tui.library import download, zipping
from s3audio_tui.library.events import Done, Progress
from s3audio_tui.library.opening import Library
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.store.transfer import Crew
from tests.library.helpers import refreshed

BODY = bytes(range(256)) * 50_000


def paused_once(queue: TransferQueue) -> None:
    """Run the queue; pause the first transfer at its first bytes, and let it go on later."""
    (one,) = (state.id for state in queue.snapshot())
    paused = False
    for event in queue.events():
        if isinstance(event, Progress) and event.bytes_done > 0 and not paused:
            paused = True
            queue.pause(one)
            before = queue.snapshot()[0].bytes_done
            assert queue.snapshot()[0].state == "paused"
            threading.Timer(0.3, queue.resume, [one]).start()
            assert before < len(BODY)
    assert [state.state for state in queue.snapshot()] == ["done"]


def test_a_download_stops_at_its_next_block_and_goes_on(
    library: Library, plain_s3: Any, tmp_path: Path
) -> None:
    plain_s3.put_object(Bucket=library.bucket, Key="a.wav", Body=BODY)
    refreshed(library)
    queue = TransferQueue(1)
    download.submit(library, queue, download.plan(library, ["a.wav"], tmp_path).items)
    paused_once(queue)
    assert (tmp_path / "a.wav").read_bytes() == BODY


def test_a_zip_stops_at_its_next_block_and_goes_on(
    library: Library, plain_s3: Any, tmp_path: Path
) -> None:
    plain_s3.put_object(Bucket=library.bucket, Key="a.wav", Body=BODY)
    refreshed(library)
    queue = TransferQueue(1)
    items = download.plan(library, ["a.wav"], tmp_path).items
    zipping.submit_zip(library, queue, items, tmp_path / "all.zip")
    paused_once(queue)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.read("a.wav") == BODY


def test_no_task_is_taken_while_paused_and_a_cancel_still_ends_it() -> None:
    token, done = CancelToken(), list[int]()

    def work(number: int) -> None:
        done.append(number)
        if number == 2:
            token.pause()

    crew = Crew(work, range(9), workers=1, cancel=token)
    threading.Timer(0.3, token.cancel).start()
    with pytest.raises(CancelledError):
        crew.run()
    assert crew.wait(60)
    assert done == [0, 1, 2]
    assert not token.paused


def test_what_fails_meanwhile_ends_what_is_paused() -> None:
    token, begun = CancelToken(), threading.Event()

    def work(number: int) -> None:
        if number == 0:
            begun.wait(60)
            raise ConflictError("it was changed meanwhile")
        token.pause()
        begun.set()

    crew = Crew(work, range(9), workers=2, cancel=token)
    with pytest.raises(ConflictError):
        crew.run()
    assert crew.wait(60), "the thread that was paused has ended too"


def test_a_token_waits_only_while_it_is_paused() -> None:
    token = CancelToken()
    token.pause()
    assert token.paused
    threading.Timer(0.1, token.resume).start()
    token.hold()
    token.pause()
    threading.Timer(0.1, token.cancel).start()
    with pytest.raises(CancelledError):
        token.hold()
    token.pause()
    with pytest.raises(CancelledError):
        token.hold()


def test_the_end_is_told_after_a_pause(library: Library) -> None:
    queue = TransferQueue(1)

    def work(transfer: Any) -> None:
        transfer.cancel.hold()

    one = queue.submit("up", "a", "/a", 1, work)
    queue.pause(one)
    queue.resume(one)
    assert isinstance(list(queue.events())[-1], Done)
