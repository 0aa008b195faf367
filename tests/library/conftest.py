"""Libraries on fresh buckets of the strict server, as the program opens them."""

from collections.abc import Callable, Iterator

import msgspec
import pytest

from s3audio_tui.config import Settings
from s3audio_tui.library.opening import Library, open_library
from tests.strict_s3 import StrictS3

MakeLibrary = Callable[..., Library]


@pytest.fixture
def make_library(
    credentials: StrictS3, make_bucket: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MakeLibrary]:
    """Open libraries; they are closed after the test."""
    opened: list[Library] = []
    states = tmp_path_factory.mktemp("states")

    def make(
        bucket: str | None = None,
        *,
        versioned: bool = True,
        kind: str = "",
        prefix: str = "",
        state: str = "state",
        **settings: object,
    ) -> Library:
        name = bucket or make_bucket(versioned=versioned, kind=kind)
        made = msgspec.convert(
            {
                "library": f"s3://{name}/{prefix}",
                "endpoint_url": credentials.endpoint_url,
                "region": credentials.region,
                "user": "anna",
                "waveforms": False,
                "headers": "seen",
                **settings,
            },
            Settings,
        )
        opened.append(open_library(made, state_folder=states / state))
        return opened[-1]

    yield make
    for library in opened:
        library.close()


@pytest.fixture
def library(make_library: MakeLibrary) -> Library:
    """A library in a bucket that keeps versions."""
    return make_library()


@pytest.fixture
def plain_library(make_library: MakeLibrary) -> Library:
    """A library in a bucket that keeps no versions."""
    return make_library(versioned=False)
