"""Takes on the command line: sent without keys, listed, put together."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3audio_tui.audio.wav_file import header
from s3audio_tui.library.recording import Recording
from s3audio_tui.library.recording_plan import Plan
from s3audio_tui.library.spool import Spool
from s3audio_tui.library.takes import Home, Take
from tests.audio.microphone import MadeUp, counter
from tests.cli.conftest import Run
from tests.library.address_giver import TOKEN, giving
from tests.library.test_presigned import signing
from tests.strict_s3 import StrictS3
from tests.terminal import Start

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@pytest.fixture
def kept(home: Path) -> Take:
    """A take that waits on this machine."""
    return waiting(home)


def waiting(home: Path, library: Home | None = None, name: str = "talk") -> Take:
    """Record a take that waits on this machine."""
    heard = MadeUp()
    spool = Spool(home / "state" / "s3audio" / "recordings")
    recording = Recording(
        spool, heard, Plan(chunk_s=0.01, name=name, home=library or Home()), lambda *_: None
    )
    recording.start()
    heard.take(counter(0, 1000).tobytes(), False)
    assert recording.close()
    assert recording.folder is not None
    recording.folder.close()
    return recording.folder.take


def test_a_take_goes_up_without_keys_or_a_library(
    outside: Run,
    s3_server: StrictS3,
    plain_s3: "S3Client",
    bucket: str,
    kept: Take,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with giving(signing(s3_server, bucket)) as giver:
        monkeypatch.setenv("S3AUDIO_UPLOAD_URL", giver.url)
        monkeypatch.setenv("S3AUDIO_UPLOAD_TOKEN", TOKEN)
        ran = outside("rec", "recover")
    assert ran.code == 0, ran.err
    there = plain_s3.list_objects_v2(Bucket=bucket)["Contents"]
    names = [each["Key"].rpartition("/")[2] for each in there]
    assert names == ["00000.wav", "00001.wav", "00002.wav", "take.json"]
    shown = outside("config", "show")
    logged = "".join(path.read_text() for path in (home / "state").rglob("*.log"))
    assert "PutUnsigned" in logged
    assert TOKEN not in logged + ran.err + ran.text + shown.text + shown.err


def test_a_take_is_listed_sent_listed_again_and_put_together(
    s3audio: Run, plain_s3: "S3Client", bucket: str, kept: Take
) -> None:
    (line,) = s3audio("rec", "ls", "--json").lines
    assert (line["take"], line["name"], line["state"]) == (kept.id, "talk", "on_disk")
    assert (line["chunks"], line["in_s3"], line["joined"]) == (3, 0, None)
    early = s3audio("rec", "join", "talk")
    assert (early.code, "talk is not all in S3 yet" in early.err) == (6, True)
    (line,) = s3audio("rec", "recover", "--dry-run", "--json").lines
    assert (line["take"], line["chunks"], line["in_s3"]) == (kept.id, 3, 0)
    assert s3audio("rec", "recover").code == 0
    assert s3audio("rec", "join", "talk", "--dry-run").code == 0
    made = s3audio("rec", "join", "talk", "--to", "whole/talk.wav", "--json")
    assert made.code == 0, made.err
    assert (made.document["key"], made.document["frames"]) == ("whole/talk.wav", 1000)
    data = plain_s3.get_object(Bucket=bucket, Key="whole/talk.wav")["Body"].read()
    assert data[44:] == counter(0, 1000).tobytes()
    (line,) = s3audio("rec", "ls", "--json").lines
    assert (line["state"], line["in_s3"], line["joined"]) == ("complete", 3, "whole/talk.wav")
    again = s3audio("rec", "join", kept.id, "--to", "recordings/" + kept.id + "/00000.wav")
    assert (again.code, "there already" in again.err) == (6, True)
    assert s3audio("rec", "join", "nothing").code == 3
    named = s3audio("rec", "join", "talk", "--to", "whole/talk.mp3")
    assert (named.code, "whole/talk.mp3 is WAV, but is named .mp3" in named.err) == (8, True)
    assert s3audio("rec", "join", "talk", "--to", "whole/talk").code == 8
    assert s3audio("rec", "join", "talk", "--to", "").code == 2
    assert s3audio("rec", "join", "talk", "--to", "whole/talk.wav").text == "whole/talk.wav\n"


def test_what_cannot_be_read_of_one_stays_and_the_rest_is_complete(
    s3audio: Run, kept: Take, home: Path
) -> None:
    folder = home / "state" / "s3audio" / "recordings" / kept.id
    said = (folder / "take.jsonl").read_bytes().splitlines(keepends=True)
    kept_lines = [line for line in said if b'"closed","index":2' not in line]
    (folder / "take.jsonl").write_bytes(b"".join(kept_lines))
    (folder / "00002.wav").write_bytes(b"x" * 100)
    ran = s3audio("rec", "recover")
    assert ran.code == 1 and "talk: chunk 2 is lost: 00002.wav is no recording" in ran.err
    assert (folder / "00002.wav").read_bytes() == b"x" * 100
    (line,) = s3audio("rec", "ls", "--json").lines
    assert (line["state"], line["path"]) == ("complete", str(folder))
    again = s3audio("rec", "recover")
    assert again.code == 0 and "what could not be read" in again.err
    assert "1 chunk could not be read" in s3audio("rec", "join", "talk").err


def test_a_chunk_that_was_killed_before_its_first_frame_is_no_loss(
    s3audio: Run, kept: Take, home: Path
) -> None:
    folder = home / "state" / "s3audio" / "recordings" / kept.id
    with (folder / "take.jsonl").open("ab") as file:
        file.write(
            b'{"type":"opened","index":3,"first_frame":1000,'
            b'"started_at":"2026-11-21T12:00:00Z","file":"00003.wav"}\n'
        )
    (folder / "00003.wav").write_bytes(header(kept.form, 0))
    assert s3audio("rec", "recover").code == 0
    ran = s3audio("rec", "join", "talk")
    assert (ran.code, "could not be read" in ran.err) == (0, False)


def test_a_take_that_was_cut_short_is_listed_so_with_all_of_its_length(
    s3audio: Run, kept: Take, home: Path
) -> None:
    lines = home / "state" / "s3audio" / "recordings" / kept.id / "take.jsonl"
    ends = (b'"ended"', b'"part_ended"', b'"closed","index":2')
    said = lines.read_bytes().splitlines(keepends=True)
    lines.write_bytes(b"".join(line for line in said if not any(end in line for end in ends)))
    (line,) = s3audio("rec", "ls", "--json").lines
    assert (line["state"], line["duration_s"]) == ("interrupted", round(1000 / 48_000, 6))


@pytest.mark.parametrize("opened", [True, False])
def test_what_would_be_recovered_is_what_is_recovered(
    s3audio: Run, kept: Take, home: Path, opened: bool
) -> None:
    lines = home / "state" / "s3audio" / "recordings" / kept.id / "take.jsonl"
    ends = [b'"ended"', b'"part_ended"', b'"closed","index":2']
    ends += [] if opened else [b'"opened","index":2']
    said = lines.read_bytes().splitlines(keepends=True)
    lines.write_bytes(b"".join(line for line in said if not any(end in line for end in ends)))
    (lines.parent / "00003.wav").write_bytes(header(kept.form, 0))
    would = s3audio("rec", "recover", "--dry-run", "--json")
    assert "talk: 0.0 s, 3 chunks to send" in would.err
    did = s3audio("rec", "recover", "--json", "--no-upload")
    assert "talk: 0.0 s in 3 chunks, 3 not in S3 yet" in did.err
    assert would.document == did.document


def test_on_a_terminal_lists_of_takes_are_alike_and_fit(
    s3audio: Run, kept: Take, program: Start
) -> None:
    shown = [("ls",), ("recover", "--dry-run")]
    for words in shown:
        terminal = program("rec", *words, columns=100, lines=10)
        assert terminal.wait_exit() == 0
        (head,) = (line for line in terminal.screen.splitlines() if line.startswith("Began"))
        assert head.split() == ["Began", "Length", "In", "S3", "State", "Take", "Name"]
        (row,) = (line for line in terminal.screen.splitlines() if kept.id in line)
        assert row.startswith("now ") and "0 of 3  on_disk" in row and row.endswith("  talk")


def test_one_that_cannot_be_recovered_is_named_and_the_others_go_up(
    s3audio: Run, stored: Callable[..., list[str]], home: Path
) -> None:
    broken, lost, whole = waiting(home, name="one"), waiting(home), waiting(home, name="three")
    spool = home / "state" / "s3audio" / "recordings"
    lines = spool / broken.id / "take.jsonl"
    lines.write_bytes(b"\xff" + lines.read_bytes()[1:])
    (spool / lost.id / "00001.wav").unlink()
    listed = s3audio("rec", "ls", "--json")
    assert (listed.code, len(listed.lines)) == (1, 2) and "is damaged" in listed.err
    assert s3audio("rec", "recover", "--dry-run").code == 1
    ran = s3audio("rec", "recover", "--json")
    assert (ran.code, ran.err.count("is damaged")) == (1, 1), ran.err
    assert f"the first line of {lines} is damaged" in ran.err
    told = {line["take"]: line for line in ran.lines}
    assert told[broken.id]["state"] == "failed" and told[broken.id]["frames"] is None
    assert told[broken.id]["error"]["code"] == "bad_bytes"
    assert told[lost.id]["state"] == "on_disk" and told[lost.id]["in_s3"] == 2
    assert "1 chunk not in S3 yet, as" in told[lost.id]["error"]["message"]
    assert (told[whole.id]["state"], told[whole.id]["error"]) == ("complete", None)
    assert f"recordings/{whole.id}/take.json" in stored()
    assert sorted(path.name for path in spool.iterdir()) == sorted([broken.id, lost.id])
    assert s3audio("rec", "recover", broken.id).code == 8


def test_what_is_named_and_not_here_stops_nothing(
    s3audio: Run, stored: Callable[..., list[str]], kept: Take, home: Path
) -> None:
    other = Spool(home / "state" / "s3audio" / "recordings").hold(waiting(home, name="mine").id)
    try:
        ran = s3audio("rec", "recover", "nothing", kept.id[:-2])
        assert ran.code == 1 and "no recording 'nothing' is left here" in ran.err
        ran = s3audio("rec", "recover", "mine", "--json")
        assert (ran.code, ran.document["error"]["code"]) == (6, "conflict")
    finally:
        other.close()
    assert f"recordings/{kept.id}/take.json" in stored()


def test_a_take_of_the_app_goes_to_addresses_too(
    s3audio: Run,
    s3_server: StrictS3,
    bucket: str,
    stored: Callable[..., list[str]],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take = waiting(home, Home(bucket, "", s3_server.endpoint_url))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with giving(signing(s3_server, bucket)) as giver:
        monkeypatch.setenv("S3AUDIO_UPLOAD_URL", giver.url)
        ran = s3audio("rec", "recover")
    assert ran.code == 0, ran.err
    assert f"recordings/{take.id}/take.json" in stored()
