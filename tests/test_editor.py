"""The person's editor: which it is, what it leaves, and what is said where it fails."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from s3audio_tui.editor import edited, editor
from s3audio_tui.errors import SettingsError, UsageError


def test_which_editor() -> None:
    assert editor({}) == "vi"
    assert editor({"EDITOR": "nano", "VISUAL": ""}) == "nano"
    assert editor({"EDITOR": "nano", "VISUAL": "code --wait"}) == "code --wait"


def test_the_text_comes_back_changed() -> None:
    assert edited("a ラ\n", {"VISUAL": "sed -i s/a/b/"}, "names.txt") == "b ラ\n"


def test_a_mark_of_the_editor_is_no_part_of_the_first_name() -> None:
    adds_one = {"EDITOR": "sed -i '1s/^/\\xef\\xbb\\xbf/'"}
    assert edited("a.wav\n", adds_one, "names.txt") == "a.wav\n"
    assert edited("\ufeffa.wav\n", {"EDITOR": "true"}, "names.txt") == "\ufeffa.wav\n"


def test_an_editor_that_the_system_cannot_run_is_named(home: Path) -> None:
    broken = home / "broken"
    broken.write_bytes(b"\x7fELF and no more")
    broken.chmod(0o700)
    with pytest.raises(SettingsError, match="broken cannot be started: Exec format error"):
        edited("a\n", {"EDITOR": str(broken)}, "names.txt")


@pytest.mark.parametrize(
    ("named", "error", "said"),
    [
        ("no-such-editor --wait", SettingsError, "there is no editor no-such-editor"),
        ("false", SettingsError, "false ended with 1"),
        ("vi '", SettingsError, "is not a command"),
        ("rm", UsageError, "removed the file"),
        ("sed -i s/a/\\\\xff/", UsageError, "no longer UTF-8"),
    ],
)
def test_what_can_go_wrong(named: str, error: type[UsageError], said: str, home: Path) -> None:
    environ: Mapping[str, str] = {"EDITOR": named}
    with pytest.raises(error, match=said):
        edited("a\n", environ, "names.txt")
