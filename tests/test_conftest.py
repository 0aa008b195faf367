"""The machine's own settings stay outside of the tests, and a skip is no way out of one."""

import locale
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import memory_room

SKIPPING = """
import pytest

@pytest.mark.system("a-package")
def test_device():
    pytest.skip("install a-package")

def test_other():
    pytest.skip("for another reason")
"""


@pytest.mark.parametrize(("strict", "failed"), [("1", 1), ("0", 0)])
def test_skips_for_a_missing_package(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, strict: str, failed: int
) -> None:
    monkeypatch.setenv("S3AUDIO_TEST_STRICT_SKIPS", strict)
    pytester.makeconftest("from tests.conftest import pytest_runtest_makereport")
    pytester.makeini("[pytest]\nmarkers = system(package): needs it")
    pytester.makepyfile(SKIPPING)
    result = pytester.runpytest_inprocess("-p", "no:asyncio", "-p", "no:xdist")
    result.assert_outcomes(skipped=2 - failed, failed=failed)
    if failed:
        result.stdout.fnmatch_lines(["*a system package is missing*install a-package*"])


def test_nothing_of_this_machine(home: Path) -> None:
    assert Path.home() == home
    assert not list(home.iterdir())
    names = [name for name in os.environ if name.startswith("AWS_")]
    assert sorted(names) == [
        "AWS_CONFIG_FILE",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_SHARED_CREDENTIALS_FILE",
    ]
    assert time.tzname[0] == "UTC"
    assert "UTF-8" in str(locale.getlocale())


@pytest.mark.parametrize(
    ("table", "most"),
    [("MemTotal:  9 kB\nMemAvailable:     2048 kB\n", 2 << 20), ("MemTotal:  9 kB\n", 0)],
)
def test_memory_is_written_into_where_there_is_some(tmp_path: Path, table: str, most: int) -> None:
    (tmp_path / "meminfo").write_text(table)
    assert memory_room(tmp_path, tmp_path / "meminfo") == most
    assert memory_room(tmp_path, tmp_path / "nothing") == 0


def test_no_credentials_are_found(home: Path) -> None:
    code = "import boto3; print(boto3.session.Session().get_credentials())"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert found.stdout == b"None\n"
