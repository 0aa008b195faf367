"""Takes of another library on the command line: left alone, sent here, or given up."""

from collections.abc import Callable
from pathlib import Path

import pytest

from s3audio_tui.library.takes import Home
from tests.cli.conftest import Run
from tests.cli.test_rec_takes import waiting

NOWHERE = "http://10.255.255.1:9"


def test_one_of_another_endpoint_is_named_by_it_and_goes_here_when_asked(
    s3audio: Run, stored: Callable[..., list[str]], bucket: str, home: Path
) -> None:
    take = waiting(home, Home(bucket, "", NOWHERE), "nonet")
    ran = s3audio("rec", "recover")
    assert ran.code == 0, ran.err
    assert f"nonet belongs to s3://{bucket}/ at {NOWHERE}" in ran.err and not stored()
    ran = s3audio("rec", "recover", "nonet")
    assert ran.code == 1 and f"rec recover {take.id} --here" in ran.err and not stored()
    assert s3audio("rec", "recover", "--here").code == 2
    ran = s3audio("rec", "recover", "nonet", "--here", "--json")
    assert (ran.code, ran.document["state"]) == (0, "complete"), ran.err
    assert f"recordings/{take.id}/take.json" in stored()
    assert not [*(home / "state" / "s3audio" / "recordings").iterdir()]


def test_one_of_another_port_of_this_machine_goes_by_itself(
    s3audio: Run, stored: Callable[..., list[str]], bucket: str, home: Path
) -> None:
    take = waiting(home, Home(bucket, "", "http://127.0.0.1:9"))
    assert s3audio("rec", "recover").code == 0
    assert f"recordings/{take.id}/take.json" in stored()


def test_one_is_given_up_for_good_only_when_that_is_said(s3audio: Run, home: Path) -> None:
    take = waiting(home, Home("other"), "talk")
    kept = waiting(home, name="kept")
    folder = home / "state" / "s3audio" / "recordings" / take.id
    ran = s3audio("rec", "drop", "talk")
    assert (ran.code, "3 chunks, not in S3" in ran.err) == (2, True), ran.err
    assert s3audio("rec", "drop", "talk", "--dry-run").code == 0
    assert len([*folder.iterdir()]) == 4
    assert s3audio("rec", "drop", "nothing", "--yes").code == 3
    assert s3audio("rec", "drop", "", "--yes").code == 3
    assert s3audio("rec", "drop", take.id[:2], "--yes").code == 2
    ran = s3audio("rec", "drop", "talk", "--yes", "--json")
    assert (ran.code, ran.document["state"]) == (0, "dropped")
    assert [each.name for each in folder.parent.iterdir()] == [kept.id]


@pytest.mark.parametrize("damage", [b"\xff", b""])
def test_one_that_cannot_be_read_is_given_up_by_its_id(
    s3audio: Run, home: Path, damage: bytes
) -> None:
    take = waiting(home, name="talk")
    lines = home / "state" / "s3audio" / "recordings" / take.id / "take.jsonl"
    lines.write_bytes(damage + lines.read_bytes()[1:])
    ran = s3audio("rec", "drop", take.id, "--yes")
    assert (ran.code, "is damaged" in ran.err) == (0, True), ran.err
    assert not lines.parent.exists()
