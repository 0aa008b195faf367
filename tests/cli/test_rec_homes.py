"""Takes of another library on the command line: left alone, sent here, or given up."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from s3audio_tui.cli.output import Output
from s3audio_tui.cli.rec_home import ElsewhereError, brought
from s3audio_tui.cli.rec_way import Way
from s3audio_tui.config import Settings
from s3audio_tui.library.spool import Spool
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
    ran = s3audio("rec", "recover", "--json")
    assert (ran.code, ran.document["state"], ran.document["error"]) == (0, "elsewhere", None)
    ran = s3audio("rec", "recover", "nonet")
    assert ran.code == 1 and f"rec recover {take.id} --here" in ran.err and not stored()
    assert s3audio("rec", "recover", "--here").code == 2
    ran = s3audio("rec", "recover", "nonet", "--here", "--json")
    assert (ran.code, ran.document["state"]) == (0, "complete"), ran.err
    assert f"recordings/{take.id}/take.json" in stored()
    assert not [*(home / "state" / "s3audio" / "recordings").iterdir()]


def test_one_of_another_port_of_this_machine_goes_only_when_that_is_said(
    s3audio: Run, stored: Callable[..., list[str]], bucket: str, home: Path
) -> None:
    take = waiting(home, Home(bucket, "", "http://127.0.0.1:9"))
    ran = s3audio("rec", "recover")
    assert (ran.code, "at http://127.0.0.1:9" in ran.err, stored()) == (0, True, []), ran.err
    assert s3audio("rec", "recover", take.id, "--here").code == 0
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


class Answering(Output):
    """A terminal at which somebody answers."""

    def __init__(self, answer: str) -> None:
        super().__init__(StringIO(), StringIO(), StringIO(f"{answer}\n"))

    @property
    def interactive(self) -> bool:
        """Whether somebody can answer."""
        return True


@pytest.mark.parametrize(("answer", "goes"), [("y", True), ("", False)])
def test_a_terminal_is_asked_where_only_the_endpoint_differs(
    home: Path, answer: str, goes: bool
) -> None:
    spool = Spool(home / "state" / "s3audio" / "recordings")
    folder = spool.hold(waiting(home, Home("b", "", NOWHERE), "talk").id)
    output = Answering(answer)
    way = Way(Settings(library="s3://b", endpoint_url="https://s3.example.org"))
    try:
        if goes:
            brought(output, way, folder, named=True, here=False)
        else:
            with pytest.raises(ElsewhereError, match="talk belongs to s3://b/ at"):
                brought(output, way, folder, named=True, here=False)
        assert (folder.take.home == way.home) is goes
    finally:
        folder.close()
    said = f"talk belongs to s3://b/ at {NOWHERE}, not s3://b/ at https://s3.example.org."
    assert said in output.stderr.getvalue()  # type: ignore[attr-defined]
