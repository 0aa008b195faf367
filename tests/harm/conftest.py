"""Libraries and stores that are reached over a line that does harm."""

from collections.abc import Callable, Iterator

import pytest

from s3audio_tui.audio.header import SoundInfo
from s3audio_tui.library.opening import Library
from s3audio_tui.store.client import READ_TIMEOUT_S, Connection, connect
from tests.cli.conftest import forked
from tests.harm.line import HarmfulLine, running
from tests.library.conftest import MakeLibrary, make_library, plain_library
from tests.strict_s3 import StrictS3

__all__ = ["forked", "make_library", "plain_library"]

ANY_SOUND = SoundInfo("wav", "pcm")

IMPATIENCE_S = 3

Reach = Callable[..., Library]


@pytest.fixture(scope="session")
def started_line(s3_server: StrictS3) -> Iterator[HarmfulLine]:
    """The proxy, a process of its own for each pytest process."""
    with running(s3_server.endpoint_url) as line:
        yield line


@pytest.fixture
def line(started_line: HarmfulLine) -> Iterator[HarmfulLine]:
    """The proxy, which does no harm before it gets a plan."""
    started_line.rest()
    yield started_line
    started_line.rest()


@pytest.fixture
def reach(
    make_library: MakeLibrary,
    line: HarmfulLine,
    credentials: StrictS3,
    monkeypatch: pytest.MonkeyPatch,
) -> Reach:
    """Open libraries over the line; they know already what the store can do.

    What is `impatient` notices a line that hangs after 3 s, so that a test need not wait for long.
    Any file is taken for audio: one of no byte, too.
    """
    monkeypatch.setattr("s3audio_tui.library.intake.check_file", lambda path: ANY_SOUND)

    def make(*, impatient: bool = False, **settings: object) -> Library:
        if impatient:
            monkeypatch.setattr("s3audio_tui.store.exchange.STALL_S", IMPATIENCE_S)
        library = make_library(endpoint_url=line.endpoint_url, **settings)
        library._store = connect(
            Connection(
                bucket=library.bucket,
                region=credentials.region,
                endpoint_url=line.endpoint_url,
                read_timeout_s=IMPATIENCE_S if impatient else READ_TIMEOUT_S,
            )
        )
        library.capabilities()
        return library

    return make
