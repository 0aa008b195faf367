"""What all tests share. The machine's own settings, credentials and clock zone stay outside."""

import functools
import gc
import itertools
import locale
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import hypothesis
import pytest

from tests import hostile
from tests.sound_files import make_sounds
from tests.strict_s3 import StrictS3, running

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

    from s3audio_tui.store.client import Connection, Store

pytest_plugins = ["pytester", "tests.snapshots", "tests.terminal"]

hypothesis.settings.register_profile(
    "tests",
    deadline=None,
    database=None,
    derandomize=os.environ.get("S3AUDIO_TEST_STRICT_SKIPS") == "1",
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("tests")

botocore.session.create_loader = functools.cache(botocore.session.create_loader)
"""botocore reads its descriptions of services once a process, and not for each client, 80 ms."""

_OUTSIDE = ("AWS_", "S3AUDIO_", "XDG_", "LC_", "BOTO", "MOTO_", "TEXTUAL", "GIT_")
_OUTSIDE_NAMES = {
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "LANGUAGE", "NO_COLOR", "FORCE_COLOR"),
    *("COLUMNS", "LINES", "CLICOLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "EDITOR", "VISUAL"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"),
}
_KEPT = {"S3AUDIO_TEST_STRICT_SKIPS"}

_MEMORY = Path("/dev/shm")
_AVAILABLE = Path("/proc/meminfo")
_ROOM_BYTES = 6 << 30
"""What the tests write is less than 2 GB."""


def pytest_configure() -> None:
    """Write into memory, where there is room: how fast a disk is, is not the matter."""
    if os.access(_MEMORY, os.W_OK) and memory_room(_MEMORY, _AVAILABLE) > _ROOM_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def memory_room(folder: Path, table: Path) -> int:
    """Return how much a folder in memory takes: it may be allowed more than there is memory."""
    free = shutil.disk_usage(folder).free
    with suppress(OSError):
        found = re.search(r"^MemAvailable: +(\d+) kB$", table.read_text(), re.MULTILINE)
        return min(free, int(found[1]) << 10) if found else 0
    return 0


def pytest_collection_finish() -> None:
    """Look for garbage less often, and not in what stays: with many apps it takes a fifth."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def isolated_variables(home: Path) -> dict[str, str]:
    """Return variables for a program that must see nothing of this machine but its PATH."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or not (name.startswith(_OUTSIDE) or name.upper() in _OUTSIDE_NAMES)
    }
    return kept | {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "AWS_CONFIG_FILE": str(home / "aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "aws-credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "S3AUDIO_WAVEFORMS": "false",
        "S3AUDIO_HEADERS": "seen",
    }


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The homes to come; `mktemp` would look through all that there were for each, up to 5 ms."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / f"{number}" for number in itertools.count())


@pytest.fixture(autouse=True)
def home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a home of its own, empty, and no credentials; return that home."""
    folder = next(homes)
    folder.mkdir(mode=0o700)
    wanted = isolated_variables(folder)
    for name in set(os.environ) - set(wanted):
        if name != "PYTEST_CURRENT_TEST":
            monkeypatch.delenv(name)
    for name, value in wanted.items():
        monkeypatch.setenv(name, value)
    time.tzset()
    locale.setlocale(locale.LC_ALL, "C.UTF-8")
    return folder


@pytest.fixture(scope="session")
def s3_server() -> Iterator[StrictS3]:
    """The strict S3 server, a process of its own for each pytest process."""
    with running() as server:
        yield server


@pytest.fixture
def credentials(s3_server: StrictS3, monkeypatch: pytest.MonkeyPatch) -> StrictS3:
    """The owner's keys in the environment, as most users have theirs."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_server.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_server.secret_access_key)
    return s3_server


@pytest.fixture(scope="session")
def plain_s3(s3_server: StrictS3) -> "S3Client":
    """A boto3 client of the owner, as an independent witness."""
    return s3_server.client()


@pytest.fixture
def make_bucket(s3_server: StrictS3, plain_s3: "S3Client") -> Callable[..., str]:
    """Make fresh buckets; `kind` may be `unconditional-` or `unversioned-` (strict.rules)."""

    def make(*, versioned: bool = False, kind: str = "") -> str:
        name = f"{kind}t{uuid.uuid4().hex[:16]}"
        where: Any = {"LocationConstraint": s3_server.region}
        plain_s3.create_bucket(Bucket=name, CreateBucketConfiguration=where)
        if versioned:
            plain_s3.put_bucket_versioning(
                Bucket=name, VersioningConfiguration={"Status": "Enabled"}
            )
        s3_server.forget(name)
        return name

    return make


@pytest.fixture
def bucket(make_bucket: Callable[..., str]) -> str:
    """A fresh bucket without versions."""
    return make_bucket()


@pytest.fixture
def make_store(credentials: StrictS3) -> "Callable[[str], Store]":
    """Connect to a bucket as the program does."""

    def make(bucket: str) -> "Store":
        from s3audio_tui.store.client import connect

        return connect(_connection(credentials, bucket))

    return make


def _connection(server: StrictS3, bucket: str) -> "Connection":
    from s3audio_tui.store.client import Connection

    return Connection(bucket=bucket, region=server.region, endpoint_url=server.endpoint_url)


@pytest.fixture
def connection(credentials: StrictS3, bucket: str) -> "Connection":
    """How the program reaches the fresh bucket."""
    return _connection(credentials, bucket)


@pytest.fixture
def store(make_store: "Callable[[str], Store]", bucket: str) -> "Store":
    """The store layer on a fresh bucket without versions."""
    return make_store(bucket)


@pytest.fixture
def versioned_store(
    make_store: "Callable[[str], Store]", make_bucket: Callable[..., str]
) -> "Store":
    """The store layer on a fresh bucket that keeps versions."""
    return make_store(make_bucket(versioned=True))


@pytest.fixture
def unconditional_store(
    make_store: "Callable[[str], Store]", make_bucket: Callable[..., str]
) -> "Store":
    """The store layer on a bucket that ignores the conditions of writes."""
    return make_store(make_bucket(kind="unconditional-"))


@pytest.fixture
def unversioned_store(
    make_store: "Callable[[str], Store]", make_bucket: Callable[..., str]
) -> "Store":
    """The store layer on a bucket of a store that does not know versions at all."""
    return make_store(make_bucket(kind="unversioned-"))


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Small real audio files, by what they are: `wav16`, `flac`, `mp3` … (see sound_files)."""
    return make_sounds(tmp_path_factory.mktemp("sounds"))


@pytest.fixture(scope="session")
def hostile_keys() -> dict[str, str]:
    """Every hostile key, by what it does."""
    return hostile.KEYS


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where skips are forbidden, count a skip for a missing system package as a failure."""
    report = yield
    strict = os.environ.get("S3AUDIO_TEST_STRICT_SKIPS") == "1"
    if strict and report.skipped and item.get_closest_marker("system") is not None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"a system package is missing, and here it must not be: {reason}"
    return report


_LONG = ("tests/torture/", "tests/walks/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests, so that none of them is left over for one process alone."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))
