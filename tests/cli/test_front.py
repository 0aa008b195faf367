"""The front door: pages, versions, global options at any place, wrong usage."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import click
import pytest

from s3audio_tui import __version__
from s3audio_tui.cli import index
from s3audio_tui.cli.program import program as make_program
from tests.cli.conftest import Run


def test_the_front_page_names_every_command_and_option(outside: Run) -> None:
    page = outside("--help")
    assert (page.code, page.err) == (0, "")
    assert page.text == index.front_page() == outside("help").text
    assert all(f"\n  {name} " in page.text for name, _, _ in index.COMMANDS)
    assert all(flag in page.text for flags, _, _ in index.OPTIONS for flag in flags)
    assert max(len(line) for line in page.text.splitlines()) <= 80
    assert page.text.isascii()


def test_the_group_answers_with_the_same_page(outside: Run) -> None:
    assert outside("--quiet", "--help").text == index.front_page()
    assert outside("--quiet", "--version").text == f"s3audio {__version__}\n"


def test_the_script_is_the_same_program() -> None:
    script = Path(sysconfig.get_path("scripts")) / "s3audio"
    ended = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert ended.stdout == f"s3audio {__version__}\n"


@pytest.mark.parametrize("name", [name for name, _, _ in index.COMMANDS])
def test_each_command_has_a_page(name: str) -> None:
    group = make_program()
    root = click.Context(group, info_name="s3audio")
    command = group.get_command(root, name)
    assert command is not None and command.name == name
    page = command.get_help(click.Context(command, parent=root, info_name=name))
    assert page.startswith(f"Usage: s3audio {name} ")
    assert command.help
    assert " ".join(command.help.split("\n\n")[0].split()) in " ".join(page.split())
    assert all(len(line) <= 80 for line in page.splitlines())


def test_the_page_of_a_command_in_a_group(outside: Run) -> None:
    page = outside("help", "trash", "restore")
    assert page.code == 0 and page.text.startswith("Usage: s3audio trash restore ")
    assert outside("help", "ls", "x").code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lss"], "there is no command 'lss': did you mean ls?"),
        (["zzzz"], "there is no command 'zzzz': see s3audio --help"),
        (["trash", "restor"], "there is no command 'restor': did you mean restore?"),
        (["trash"], "missing command: see s3audio trash --help"),
        (["put"], "missing argument 'FILE…': see s3audio put --help"),
        (["ls", "--sort", "mood"], "invalid value for '--sort': 'mood' is not one of"),
        (["ls", "--nope"], "no such option '--nope'"),
        (["--nope", "ls"], "no such option '--nope'"),
        (["ls"], "no library is named: give --library s3://bucket/prefix, or try s3audio demo"),
        (["--library", "x", "ls"], "x is not a library: write s3://bucket/prefix"),
        ([], "the app needs a terminal"),
    ],
)
def test_wrong_usage_is_one_line_and_2(outside: Run, arguments: list[str], said: str) -> None:
    ended = outside(*arguments, environ={"S3AUDIO_JSON": "1"})
    assert ended.code == 2
    assert ended.err.startswith(f"s3audio: {said}") and ended.err.count("\n") == 1
    assert ended.error["code"] == "usage"
    assert f"{ended.error['message']}: {ended.error['remedy']}" in ended.err


def test_options_are_taken_before_and_after_and_a_flag_beats_a_variable_beats_the_file(
    outside: Run, home: Path
) -> None:
    settings = home / "settings.toml"
    settings.write_text('user = "file"\nregion = "file"\nprofile = "file"\njson = true\n')
    environ = {"S3AUDIO_USER": "variable", "S3AUDIO_REGION": "variable"}
    flags = ["--user", "flag", "config", "show", "--config", str(settings)]
    shown = outside(*flags, environ=environ).document
    assert [shown[name] for name in ("user", "region", "profile")] == ["flag", "variable", "file"]
    later = outside("--user", "before", "config", "show", "--user", "after", "--json").document
    assert later["user"] == "after"


def test_settings_with_an_unknown_key_are_refused_by_name(outside: Run, home: Path) -> None:
    settings = home / "settings.toml"
    settings.write_text('colour = "red"\n')
    ended = outside("--json", "ls", "--config", str(settings))
    assert ended.code == 2 and ended.error["code"] == "settings"
    assert "colour" in ended.error["message"] and str(settings) in ended.error["message"]


def test_config_path_and_edit(outside: Run, home: Path) -> None:
    path = home / "config" / "s3audio" / "settings.toml"
    assert outside("config", "path").text == f"{path}\n"
    assert outside("config", "edit", "--dry-run").code == 0 and not path.exists()
    edited = outside("config", "edit", environ={"EDITOR": f"{sys.executable} -c 'pass'"})
    assert (edited.code, edited.err) == (0, "")
    assert path.stat().st_mode & 0o777 == 0o600 and "# jobs = 4" in path.read_text()
    assert outside("config", "edit", environ={"EDITOR": "/nowhere/vi"}).code == 2
    assert outside("config", "path", "--json").document == {"path": str(path), "exists": True}


def test_no_traceback_but_with_verbose(outside: Run, home: Path) -> None:
    (home / "state").write_text("a file where a folder should be")
    environ = {"S3AUDIO_LIBRARY": "s3://bucket"}
    ended = outside("ls", environ=environ)
    assert ended.code == 1 and "Traceback" not in ended.err and ended.err.count("\n") == 1
    told = outside("ls", "--verbose", environ=environ)
    assert told.code == 1 and told.err.startswith("Traceback") and ended.err in told.err
