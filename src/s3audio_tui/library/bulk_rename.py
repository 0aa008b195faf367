"""Many names edited as one text: written one a line, read again, and what is wrong with them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from s3audio_tui.errors import S3AudioError
from s3audio_tui.library.chains import Pair
from s3audio_tui.library.keys import checked
from s3audio_tui.library.opening import Library
from s3audio_tui.library.taken import taken
from s3audio_tui.library.targets import below, is_empty
from s3audio_tui.text import safe


@dataclass(frozen=True, slots=True)
class Change:
    """A key, and the one that it shall have; keys of folders end in `/`."""

    source: str
    target: str
    problem: str = ""
    """Why it cannot be; empty where it can."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the edited text would change. `folder` is above all of it."""

    folder: str
    changes: tuple[Change, ...]
    mistake: str = ""
    """What is wrong with the text as a whole."""

    @property
    def problems(self) -> list[Change]:
        """The changes that cannot be."""
        return [change for change in self.changes if change.problem]

    @property
    def ready(self) -> bool:
        """Whether there is something to do, and all of it can be."""
        return bool(self.changes) and not self.mistake and not self.problems


def common_folder(keys: Sequence[str]) -> str:
    """Return the deepest folder that all keys lie in: empty, or ending in `/`."""
    folders = [key[: key.rfind("/", 0, -1) + 1].split("/") for key in keys]
    shared = []
    for segments in zip(*folders, strict=False):
        if len(set(segments)) > 1 or not segments[0]:
            break
        shared.append(segments[0])
    return "".join(f"{segment}/" for segment in shared)


def as_text(keys: Sequence[str]) -> str:
    """Return the names below the folder that all share, one a line.

    Characters that would break a line or act on a terminal are written as `%0A`.
    """
    start = len(common_folder(keys))
    return "".join(f"{_written(key[start:])}\n" for key in keys)


def _written(name: str) -> str:
    if safe(name) == name:
        return name
    return "".join(quote(c, safe="") if c == "%" or safe(c) != c else c for c in name)


def read(library: Library, keys: Sequence[str], text: str) -> Plan:
    """Return what the edited text says, checked against the library; asks S3 for taken names."""
    folder = common_folder(keys)
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    if len(lines) != len(keys):
        mistake = f"{len(keys):,} names were written, and {len(lines):,} came back"
        return Plan(folder, (), mistake if text.strip() else "the text is empty")
    found = [
        Change(key, folder + _name(line, key[len(folder) :]))
        for key, line in zip(keys, lines, strict=True)
        if line != _written(key[len(folder) :])
    ]
    changes = [replace(change, problem=_wrong(library, change, folder)) for change in found]
    return Plan(folder, tuple(_without_clashes(library, changes, keys)))


def _name(line: str, before: str) -> str:
    """Return the name that a line means; `%0A` is undone where the name before had such."""
    name = unquote(line) if _written(before) != before else line
    return f"{name.rstrip('/')}/" if before.endswith("/") else name


def _wrong(library: Library, change: Change, folder: str) -> str:
    name = change.target[len(folder) :]
    if not name.strip("/ "):
        return "the name is empty"
    if change.source.endswith("/") and change.target.startswith(change.source):
        return "a folder cannot go into itself"
    try:
        is_folder = change.source.endswith("/")
        checked(library, change.target[:-1] if is_folder else change.target)
    except S3AudioError as error:
        return error.message
    return ""


def _without_clashes(
    library: Library, changes: Sequence[Change], keys: Sequence[str]
) -> list[Change]:
    """Return the changes, with what stands in the way of those that are right by themselves."""
    counts = Counter(change.target for change in changes)
    leaving = {change.source for change in changes}
    moved_folders = tuple(source for source in leaving if source.endswith("/"))
    staying = set(keys) - leaving
    free = [c for c in changes if not c.problem and counts[c.target] == 1]
    asked = [c.target for c in free if c.target not in leaving and c.target not in staying]
    occupied = staying | taken(library, [key for key in asked if not key.endswith("/")])
    occupied |= {key for key in asked if key.endswith("/") and not is_empty(library, key)}

    def problem(change: Change) -> str:
        above = next((f for f in moved_folders if change.source.startswith(f)), change.source)
        if above != change.source:
            return f"its folder {above} is renamed too"
        if counts[change.target] > 1:
            return "two would have this name"
        if change.target in occupied:
            return "this name is taken"
        return ""

    return [replace(change, problem=change.problem or problem(change)) for change in changes]


def pairs(library: Library, plan: Plan) -> list[Pair]:
    """Return what the plan does object by object; those in folders are listed now."""
    found: list[Pair] = []
    for change in plan.changes:
        if change.source.endswith("/"):
            found += below(library, change.source, change.target)
        else:
            row = library.catalog.get(change.source)
            found.append(Pair(change.source, change.target, row.size_bytes if row else 0))
    return found
