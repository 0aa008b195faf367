"""Takes whose library is another one now: which belong together, and what goes up again."""

import pytest

from s3audio_tui.errors import ConflictError, NotFoundError
from s3audio_tui.library.chunk_doors import LibraryDoor
from s3audio_tui.library.chunk_sending import ChunkSending
from s3audio_tui.library.left_takes import left_takes
from s3audio_tui.library.library_takes import read_take
from s3audio_tui.library.opening import Library
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan, forget_finished, home_of
from s3audio_tui.library.spool import Spool, TakeFolder
from s3audio_tui.library.take_homes import bring, home_text, is_at_home
from s3audio_tui.library.takes import Finished, Home, Sent
from s3audio_tui.library.transfers import TransferQueue
from s3audio_tui.library.whole_take import join
from s3audio_tui.store import objects
from tests.audio.microphone import MadeUp, counter
from tests.library.test_take_recovery import spool as spool

OLD = Home("demo", "", "http://127.0.0.1:4001")


@pytest.mark.parametrize(
    ("there", "is_it", "words"),
    [
        (OLD, True, "s3://demo/"),
        (Home("demo", "", "http://localhost:5002"), True, "s3://demo/ at http://127.0.0.1:4001"),
        (Home("demo", "", "http://10.0.0.1:4001"), False, "s3://demo/ at http://127.0.0.1:4001"),
        (Home("demo"), False, "s3://demo/ at http://127.0.0.1:4001"),
        (Home("demo", "a/", "http://127.0.0.1:5002"), False, "s3://demo/ at http://127.0.0.1:4001"),
        (Home("other", "", OLD.endpoint_url), False, "s3://demo/"),
    ],
)
def test_a_store_of_this_machine_may_have_another_port(
    there: Home, is_it: bool, words: str
) -> None:
    assert is_at_home(OLD, there, moves=True) is is_it
    assert is_at_home(OLD, there, moves=False) is (there == OLD)
    assert home_text(OLD, there) == words
    assert is_at_home(Home(), there, moves=False)


def test_of_aws_it_is_said_so() -> None:
    assert home_text(Home("demo", "a/"), OLD) == "s3://demo/a/ at AWS"


def recorded(spool: Spool, home: Home) -> TakeFolder:
    """Return a take of three chunks that is held; of the first two it is said that they went up."""
    heard = MadeUp()
    recording = Recording(spool, heard, Plan(chunk_s=0.01, home=home), lambda *_: None)
    recording.start()
    heard.take(counter(0, 1000).tobytes(), False)
    assert recording.close()
    folder = recording.folder
    assert folder is not None
    for index in range(2):
        key = f"recordings/{folder.take.id}/{index:05}.wav"
        folder.say(Sent(index, key, "0" * 32))
        folder.remove_sent(index)
    return folder


def send(library: Library, folder: TakeFolder) -> bool:
    """Send what it lacks; return whether all is there."""
    queue = TransferQueue(2)
    try:
        sending = ChunkSending(LibraryDoor(library), queue, lambda *_: None)
        sending.send_all(folder)
        assert sending.wait(folder, 60)
        return sending.finish(folder)
    finally:
        queue.close(10)


def test_what_a_demo_had_goes_up_again_at_the_next_one(library: Library, spool: Spool) -> None:
    spool = Spool(spool.folder, keeps=True)
    folder = recorded(spool, Home(library.bucket, library.prefix, OLD.endpoint_url))
    folder.say(Sent(2, "recordings/x/00002.wav", "0" * 32))
    folder.say(Finished("recordings/x/take.json"))
    folder.close(remove=True)
    there = home_of(library)
    (left,) = left_takes(spool, there)
    assert (left.wants_care, left.waiting, left.take.finished) == (True, 3, True)
    folder = spool.hold(left.take.id)
    bring(folder, there, library)
    assert not folder.take.finished and folder.take.home == there
    assert send(library, folder)
    folder.close(remove=True)
    take = read_take(library, left.take.id)
    made = join(library, take)
    data, _ = objects.read_small(library.store, library.full(made.key))
    assert data[44:] == counter(0, 1000).tobytes()
    (left,) = left_takes(spool, there)
    assert not left.wants_care
    forget_finished(spool, OLD.endpoint_url)
    assert spool.takes()
    forget_finished(spool, there.endpoint_url)
    assert not spool.takes() and not [*spool.folder.iterdir()]


def test_what_is_there_already_is_known_and_stays(library: Library, spool: Spool) -> None:
    folder = recorded(spool, OLD)
    for index in range(2):
        key = f"recordings/{folder.take.id}/{index:05}.wav"
        etag = objects.write_small(library.store, library.full(key), b"RIFF")
        chunk = folder.take.chunk(index)
        chunk.etag, chunk.size_bytes = etag, 4
    bring(folder, home_of(library), library)
    assert [chunk.state for chunk in folder.take.chunks] == ["in_s3", "in_s3", "on_disk"]
    assert send(library, folder)


def test_what_is_nowhere_here_stops_it_unless_the_rest_is_wanted(
    library: Library, spool: Spool
) -> None:
    folder = recorded(spool, OLD)
    with pytest.raises(ConflictError, match=r"2 chunks of .* came to s3://demo/ at http://127"):
        bring(folder, home_of(library), library)
    assert folder.take.home == OLD
    bring(folder, home_of(library), library, partly=True)
    folder.close()
    folder = spool.hold(folder.take.id)
    assert [chunk.state for chunk in folder.take.chunks] == ["failed", "failed", "on_disk"]
    assert send(library, folder)
    folder.close(remove=True)
    assert read_take(library, folder.take.id).frames == 1000 - 2 * 480


def test_one_that_is_dropped_is_gone_and_one_that_is_held_stays(spool: Spool) -> None:
    folder = recorded(spool, OLD)
    (folder.path / "notes").mkdir()
    (folder.path / "notes" / "a.txt").write_text("a")
    with pytest.raises(ConflictError, match="another program"):
        spool.drop(folder.take.id)
    assert (folder.path / "00002.wav").exists()
    folder.close()
    spool.drop(folder.take.id)
    assert not folder.path.exists()
    with pytest.raises(NotFoundError):
        spool.drop(folder.take.id)
