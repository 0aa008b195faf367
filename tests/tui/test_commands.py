"""The commands: each has something to run and a twin; keys from the settings; the docs' table."""

from importlib import import_module
from inspect import iscoroutinefunction
from pathlib import Path

import click
import pytest

from s3audio_tui.cli.program import program
from s3audio_tui.tui import key_table
from s3audio_tui.tui.command import Command, Where
from s3audio_tui.tui.commands import COMMANDS
from s3audio_tui.tui.keymap import keymap
from s3audio_tui.tui.screens.bookmarks import BookmarksScreen
from s3audio_tui.tui.screens.columns_form import ColumnsForm
from s3audio_tui.tui.screens.devices import DevicesScreen
from s3audio_tui.tui.screens.file_picker import FilePicker
from s3audio_tui.tui.screens.folder_picker import FolderPicker
from s3audio_tui.tui.screens.help import ROOM
from s3audio_tui.tui.screens.libraries import LibrariesScreen
from s3audio_tui.tui.screens.library import LibraryScreen
from s3audio_tui.tui.screens.properties import PropertiesScreen
from s3audio_tui.tui.screens.queue import QueueScreen
from s3audio_tui.tui.screens.rec_left import LeftDialog
from s3audio_tui.tui.screens.rec_setup import SetupDialog
from s3audio_tui.tui.screens.rec_takes import TakesDialog
from s3audio_tui.tui.screens.recorder import RecorderScreen
from s3audio_tui.tui.screens.rename_preview import RenamePreview
from s3audio_tui.tui.screens.share_link import ShareLink
from s3audio_tui.tui.screens.tag_form import TagForm
from s3audio_tui.tui.screens.taken_names import TakenNames
from s3audio_tui.tui.screens.transfer_reason import TransferReason
from s3audio_tui.tui.screens.trash import TrashScreen
from s3audio_tui.tui.screens.upload_plan import UploadPlanScreen
from s3audio_tui.tui.screens.versions import VersionsScreen
from s3audio_tui.tui.screens.wave import WaveScreen

EVERY = [(where, command) for where, place in COMMANDS.items() for command in place]
IDS = [f"{where}-{command.id}" for where, command in EVERY]
SCREENS = {
    "library": LibraryScreen,
    "tree": LibraryScreen,
    "transfers": LibraryScreen,
    "trash": TrashScreen,
    "libraries": LibrariesScreen,
    "properties": PropertiesScreen,
    "versions": VersionsScreen,
    "link": ShareLink,
    "preview": RenamePreview,
    "folder": FolderPicker,
    "picker": FilePicker,
    "plan": UploadPlanScreen,
    "tags": TagForm,
    "bookmarks": BookmarksScreen,
    "columns": ColumnsForm,
    "taken": TakenNames,
    "reason": TransferReason,
    "devices": DevicesScreen,
    "wave": WaveScreen,
    "queue": QueueScreen,
    "recorder": RecorderScreen,
    "setup": SetupDialog,
    "left": LeftDialog,
    "takes": TakesDialog,
}
DIALOGS = set(SCREENS) - {"library", "tree", "transfers", "trash"}
"""Places that are part of one command, whose twin has options for what they ask."""

NO_TWIN = {
    "help": "the command line's is --help",
    "palette": "it lists commands",
    "quit": "there is nothing to quit",
    "leave": "it moves the focus",
    "back": "it moves about",
    "forward": "it moves about",
    "folders": "it moves the focus",
    "panes": "it moves the focus",
    "panel_folders": "it is a panel",
    "panel_details": "it is a panel",
    "theme": "it is a setting",
    "escape": "it ends what was begun",
    "mark": "patterns choose",
    "range": "patterns choose",
    "mark_all": "patterns choose",
    "invert": "patterns choose",
    "pattern": "patterns choose",
    "unmark": "patterns choose",
    "cancel": "ctrl+c does",
    "pause": "ctrl+z does",
    "pause_all": "ctrl+z does",
    "earlier": "the order is that of the arguments",
    "later": "the order is that of the arguments",
    "first": "the order is that of the arguments",
    "reason": "each failure is told",
    "clear_ended": "nothing stays",
}


@pytest.mark.parametrize(("where", "command"), EVERY, ids=IDS)
def test_every_command_has_something_to_run(where: Where, command: Command) -> None:
    if command.flow:
        module, _, name = command.flow.partition(".")
        flow = getattr(import_module(f"s3audio_tui.tui.flows.{module}"), name)
        assert iscoroutinefunction(flow)
        return
    name, _, number = command.id.rpartition("_")
    assert hasattr(SCREENS[where], f"do_{name if number.isdecimal() else command.id}")


def test_every_sentence_has_room_in_help() -> None:
    assert not [(where, c.id) for where, c in EVERY if len(c.sentence) > ROOM]


@pytest.mark.parametrize(("where", "command"), EVERY, ids=IDS)
def test_every_command_has_a_twin_for_scripts(where: Where, command: Command) -> None:
    if not command.cli:
        known = where in DIALOGS or command.id in NO_TWIN or command.id.startswith("sort_")
        assert known, "which command does it?"
        return
    here: click.Command | None = program()
    with click.Context(program()) as context:
        for name in command.cli.split():
            assert isinstance(here, click.Group)
            here = here.get_command(context, name)
    assert here is not None


def test_a_key_of_the_settings_counts_everywhere() -> None:
    found = {command.id: command for command in keymap({"rename": "f6,?"}).commands["library"]}
    assert (found["rename"].keys, found["rename"].shown) == ("f6,question_mark", "f6")
    assert (found["help"].keys, found["help"].shown) == ("", "")


def test_a_clash_is_told() -> None:
    clashes = keymap({"rename": "d", "nothing": "f9", "mark": "j"}).clashes
    assert "rename and delete both want d; rename has it" in clashes
    assert "there is no command nothing" in clashes
    assert "mark cannot have j: it moves the cursor" in clashes


def test_no_two_commands_want_one_key() -> None:
    assert not keymap({}).clashes


def test_the_page_of_keys_has_every_place() -> None:
    assert key_table.PLACES.keys() == COMMANDS.keys() == SCREENS.keys()


def test_the_page_of_keys_is_made_from_the_commands() -> None:
    page = Path(__file__).parents[2] / "docs" / "keys.md"
    assert page.read_text(encoding="utf-8") == key_table.markdown(), "make docs writes it anew"
