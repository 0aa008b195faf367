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
