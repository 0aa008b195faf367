"""The person's own editor: on a file, or on a text that comes back changed."""

import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from s3audio_tui.errors import SettingsError, UsageError

_BOM = "\ufeff"


def editor(environ: Mapping[str, str]) -> str:
    """Return the editor's command line, as the variables VISUAL and EDITOR name it."""
    return environ.get("VISUAL") or environ.get("EDITOR") or "vi"


def edit(path: Path, environ: Mapping[str, str]) -> None:
    """Open a file in the editor, and wait for its end. It gets the terminal.

    Raises `SettingsError` where there is no such editor, or where it ends with an error.
    """
    named = editor(environ)
    try:
        command = shlex.split(named)
    except ValueError:
        raise SettingsError(
            f"{named} is not a command", "name one in the variable EDITOR"
        ) from None
    try:
        code = _run([*command, str(path)])
    except (FileNotFoundError, PermissionError):
        raise SettingsError(
            f"there is no editor {named}", "name one in the variable EDITOR"
        ) from None
    except OSError as error:
        raise SettingsError(
            f"{named} cannot be started: {error.strerror}", "name another in the variable EDITOR"
        ) from None
    if code:
        raise SettingsError(f"{named} ended with {code}", "see what it said")


def _run(command: Sequence[str]) -> int:
    """Run the editor; a Ctrl-C meanwhile is the editor's, though the terminal sends it to both.

    A handler that does nothing is in place before it starts, and unlike SIG_IGN is not handed on.
    What it says goes where our own screen is, for descriptor 2 leads into a log while the app runs.
    """
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        return subprocess.call(command, stderr=sys.__stderr__)
    finally:
        signal.signal(signal.SIGINT, before)


def edited(text: str, environ: Mapping[str, str], name: str) -> str:
    """Return `text` as the person left it in the editor, in a file of that name, 0600.

    A byte order mark that the editor has put before it is no part of the text.

    Raises as `edit` does, and `UsageError` where what is left is no UTF-8.
    """
    with tempfile.TemporaryDirectory(prefix="s3audio-") as folder:
        path = Path(folder) / name
        path.touch(mode=0o600)
        path.write_bytes(text.encode())
        edit(path, environ)
        try:
            left = path.read_bytes().decode()
        except FileNotFoundError:
            raise UsageError("the editor removed the file", "nothing was done") from None
        except UnicodeDecodeError:
            raise UsageError("the text is no longer UTF-8", "nothing was done") from None
    return left if text.startswith(_BOM) else left.removeprefix(_BOM)
