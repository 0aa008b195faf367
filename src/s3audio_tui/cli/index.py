"""The program's commands and global options, as plain data, and the front page made from them.

It imports nothing, so that `s3audio --help` costs little more than the interpreter. The command
group reads the same data, so that the two cannot differ.
"""

COMMANDS = (
    ("ls", "listing", "List what is there, or search it"),
    ("info", "info", "Show all that is known of a file, or sums of many"),
    ("tag", "tagging", "Show and change the tags of files"),
    ("meta", "tagging", "Show and change metadata and content types"),
    ("versions", "versions", "List, restore, fetch older versions of a file"),
    ("put", "put", "Upload files and folders"),
    ("get", "get", "Download files"),
    ("mv", "moving", "Rename or move files and whole prefixes"),
    ("cp", "moving", "Copy files and whole prefixes"),
    ("mkdir", "making", "Make folders"),
    ("rm", "removing", "Put files into the trash"),
    ("trash", "trash", "List, restore or empty the trash"),
    ("undo", "undoing", "Take back the last change made here"),
    ("redo", "undoing", "Do again what was taken back"),
    ("waveform", "waveform", "Show waveforms, write them, make those of a library"),
    ("play", "play", "Listen to a file"),
    ("rec", "rec", "Record in chunks that go up as they come"),
    ("share", "share", "Make links to files, good for a while"),
    ("uploads", "uploads", "Finish or give up transfers that were interrupted"),
    ("quota", "quota", "Show how much room is left, or set the limit"),
    ("sync", "listing", "Bring the catalog up to date from S3"),
    ("keys", "keys", "List the keys of the app, and their names for the settings"),
    ("bookmarks", "bookmarks", "List and keep bookmarks: folders and searches of any library"),
    ("libraries", "libraries", "List the libraries known here, keep and try others"),
    ("config", "settings", "Show or edit the settings"),
    ("demo", "demo", "Try it: a local S3 server full of sounds, and the app on it"),
    ("tui", "app", "Open the app; the same as s3audio alone"),
    ("help", "program", "Show this page, or the page of a command"),
)
"""Name, module below `cli` that holds it, and what it does."""

OPTIONS = (
    (("--library",), "NAME|URL", "the library to work on"),
    (("--profile",), "NAME", "the AWS profile"),
    (("--region",), "NAME", "the region of the bucket"),
    (("--endpoint-url",), "URL", "the address of an S3-compatible store"),
    (("--user",), "NAME", "whose uploads these are"),
    (("--config",), "FILE", "the settings file"),
    (("--json",), "", "JSON on stdout: one document, or one line each"),
    (("--yes", "-y"), "", "answer yes to what would be asked"),
    (("--dry-run", "-n"), "", "say what would be done, and do nothing"),
    (("--quiet", "-q"), "", "no words and no progress, errors alone"),
    (("--verbose", "-v"), "", "show where an unexpected error came from"),
    (("--no-color",), "", "no colours"),
    (("--version",), "", "show the version"),
    (("--help", "-h"), "", "show this page"),
)
"""Flags, the name of the value (empty for a switch), and what it does."""

_BEFORE = """\
Usage: s3audio [OPTIONS] [COMMAND] [ARGUMENTS]

A terminal file manager for audio in Amazon S3, or in any store that speaks S3.
Without a command it opens the app.
"""

_AFTER = """\
Options are taken before and after the command. Each is also a setting, and a
variable such as S3AUDIO_LIBRARY; a flag beats a variable, a variable the file.
s3audio COMMAND --help tells more.

Exit codes: 0 done, 1 some failed, 2 usage, 3 not found, 4 not allowed,
5 over a limit, 6 conflict, 7 unreachable, 8 bad bytes, 130 interrupted.
"""


def answer(argument: str, version: str) -> str | None:
    """Return the page that `argument`, given alone, asks for; None if it asks for none."""
    if argument in ("--help", "-h", "help"):
        return front_page()
    if argument == "--version":
        return version_line(version)
    return None


def version_line(version: str) -> str:
    """Return what `--version` says."""
    return f"s3audio {version}\n"


def front_page() -> str:
    """Return the page that `s3audio --help` shows, at most 80 columns wide."""
    commands = [(name, words) for name, _, words in COMMANDS]
    options = [(_flags(flags, metavar), words) for flags, metavar, words in OPTIONS]
    parts = [_BEFORE, _section("Commands", commands), _section("Options", options), _AFTER]
    return "\n".join(parts)


def _flags(flags: tuple[str, ...], metavar: str) -> str:
    short = f"{flags[1]}, " if len(flags) > 1 else "    "
    return f"{short}{flags[0]} {metavar}".rstrip()


def _section(title: str, rows: list[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in rows)
    lines = [f"  {name:<{width}}  {words}" for name, words in rows]
    return "\n".join([f"{title}:", *lines, ""])
