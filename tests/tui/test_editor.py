"""The person's editor, opened from the real program in a terminal, and back again."""

import stat
from pathlib import Path

import pytest

from tests.strict_s3 import StrictS3
from tests.terminal import Start

EDITOR = """\
#!/bin/sh
trap 'echo "interrupted, and still here" > /dev/tty' INT
printf 'this is the editor: %s\\n' "$(head -n 1 "$1")" > /dev/tty
until read answer < /dev/tty; do :; done
sed -i "s/^/$answer /" "$1"
"""


def test_the_editor_has_the_terminal_and_gives_it_back(
    program: Start,
    named_bucket: str,
    credentials: StrictS3,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for key in ("bass.wav", "drums.wav"):
        credentials.client().put_object(Bucket=named_bucket, Key=key, Body=b"x")
    editor = tmp_path / "editor"
    editor.write_text(EDITOR)
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("EDITOR", str(editor))
    terminal = program()
    terminal.wait_for("drums.wav")
    terminal.press("*")
    terminal.wait_for("2 marked")
    terminal.press("e")
    terminal.wait_for("this is the editor: bass.wav")

    def heard(screen: str) -> bool:
        if "interrupted, and still here" in screen:
            return True
        # A Ctrl-C in the moment before the shell's `read` waits is heard only after it.
        terminal.press("ctrl+c")
        return False

    terminal.wait_for(heard)
    terminal.press("o", "l", "d", "enter")
    terminal.wait_for("Rename 2?")
    terminal.wait_for("old bass.wav")
    terminal.press("enter")
    terminal.wait_for("2 files renamed")
    terminal.press("z")
    terminal.wait_for("2 files renamed back")
    terminal.press("q")
    assert terminal.wait_exit() == 0
