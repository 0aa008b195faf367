"""Local folders and files to choose from: marked, narrowed, their lengths read as they are seen."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from rich.cells import cell_len
from textual import on
from textual.message import Message

from s3audio_tui.audio.header import SoundInfo
from s3audio_tui.library.local_files import LocalEntry, Order, listing, narrowed, sound_of
from s3audio_tui.text import safe
from s3audio_tui.tui.cells import clip_middle, left, right
from s3audio_tui.tui.later import later
from s3audio_tui.tui.pools import DaemonPool
from s3audio_tui.tui.widgets.columns import format_label
from s3audio_tui.tui.widgets.line_list import LineList, Piece
from s3audio_tui.units import age_text, duration_text, size_text

_AT_ONCE = 8
"""Headers read between two looks at what is on the screen."""

_LEAST_NAME = 24
_COLUMNS = (("size", 11), ("length", 10), ("format", 11), ("modified", 13))
_DROPPED = ("format", "modified", "length", "size")


class LocalList(LineList):
    """The entries of one folder. What is marked stays so in other folders too."""

    class Marked(Message):
        """Other entries are marked."""

    def __init__(
        self,
        pool: DaemonPool,
        clock: Callable[[], float],
        *,
        id: str | None = None,
    ) -> None:
        """Prepare an empty list; `clock` gives seconds since 1970, for the ages."""
        super().__init__(id=id)
        self._pool, self._clock = pool, clock
        self._folder: Path | None = None
        self._all: list[LocalEntry] = []
        self._shown: list[LocalEntry] = []
        self._words = ""
        self.order: Order = "name"
        self.everything = False
        """Whether hidden names and what is no audio are listed too."""
        self.shown_bytes = 0
        """The bytes of all files that are listed."""
        self._learning = False
        self.sounds: dict[str, SoundInfo | str] = {}
        """What the header says of each file that was seen, or why it is no audio."""
        self.marked: dict[str, LocalEntry] = {}

    @property
    def entry(self) -> LocalEntry | None:
        """The entry under the cursor."""
        return self._shown[self.cursor] if self._shown else None

    @property
    def entries(self) -> list[LocalEntry]:
        """What is listed."""
        return self._shown

    async def browse(self, folder: Path, at: str | None = None) -> None:
        """List another folder, or the same anew, the cursor on the path `at`.

        Raises `NotFoundError` and `NotAllowedError`, and then shows what it showed.
        """
        read = partial(listing, folder, everything=self.everything, order=self.order)
        self._all = await self._pool.run(read)
        await self.narrow("" if folder != self._folder else self._words, at)
        self._folder = folder

    async def narrow(self, words: str, at: str | None = None) -> None:
        """List only names that have all of the words; the cursor goes to `at`, or stays."""
        self._words = words
        wanted = at or (self.entry.path if self.entry else None)
        self._shown = await self._pool.run(partial(narrowed, self._all, words))
        self.shown_bytes = sum(entry.size_bytes for entry in self._shown)
        found = (line for line, entry in enumerate(self._shown) if entry.path == wanted)
        self.relist(len(self._shown), next(found, 0))

    @property
    def chosen(self) -> list[LocalEntry]:
        """The marked entries, or without marks the one under the cursor."""
        if self.marked:
            return list(self.marked.values())
        return [self.entry] if self.entry is not None else []

    def toggle_mark(self) -> None:
        """Mark the entry under the cursor, or unmark it, and go down."""
        if (entry := self.entry) is None:
            return
        if self.marked.pop(entry.path, None) is None:
            self.marked[entry.path] = entry
        self.refresh_line(self.cursor)
        self.action_move(1)
        self.post_message(self.Marked())

    def mark_all(self) -> None:
        """Mark all files that are listed, or unmark them where all are marked."""
        files = {entry.path: entry for entry in self._shown if not entry.is_folder}
        if files.keys() <= self.marked.keys():
            self.unmark(files)
            return
        self.marked.update(files)
        self.refresh()
        self.post_message(self.Marked())

    def unmark(self, paths: Iterable[str] | None = None) -> None:
        """Unmark some paths, or all."""
        for path in list(self.marked if paths is None else paths):
            self.marked.pop(path, None)
        self.refresh()
        self.post_message(self.Marked())

    # What is in the files

    @on(LineList.Seen)
    def learn(self) -> None:
        """Read the headers of what is on the screen."""
        if not self._learning and self._unknown():
            self._learning = True
            self.run_worker(later(self._learn), group="learn")

    def _unknown(self) -> list[LocalEntry]:
        seen = [self._shown[line] for line in self.in_sight()]
        return [entry for entry in seen if entry.format and entry.path not in self.sounds]

    async def _learn(self) -> None:
        try:
            while unknown := self._unknown()[:_AT_ONCE]:
                self.sounds.update(await self._pool.run(partial(_read, unknown)))
                self.refresh()
                self.post_message(self.Moved())
        finally:
            self._learning = False

    # Drawing

    def titles(self, width: int) -> list[Piece]:
        """Return the titles of the columns, fitted to `width` cells."""
        name, kept = _fitted(width)
        pieces: list[Piece] = [("   " + left("Name", name), "dim")]
        numeric = ("size", "length")
        for title, cells in kept:
            word = right(title.title(), cells) if title in numeric else "  " + title.title()
            pieces.append((left(word, cells), "dim"))
        return pieces

    def pieces(self, line: int, width: int) -> list[Piece]:
        """Return the pieces of a row."""
        entry = self._shown[line]
        mark = "● " if entry.path in self.marked else "  "
        name, kept = _fitted(width)
        pieces: list[Piece] = [("▌" if line == self.cursor else " ", "accent"), (mark, "accent")]
        pieces += _name(entry, name)
        for title, cells in kept:
            pieces += _cell(title, cells, entry, self.sounds.get(entry.path), self._clock())
        return pieces


def _read(entries: list[LocalEntry]) -> dict[str, SoundInfo | str]:
    return {entry.path: sound_of(entry) for entry in entries}


def _fitted(width: int) -> tuple[int, list[tuple[str, int]]]:
    """Return the cells of the name, and the columns that fit beside it."""
    kept = list(_COLUMNS)
    for dropped in _DROPPED:
        if width - 3 - sum(cells for _, cells in kept) >= _LEAST_NAME:
            break
        kept = [column for column in kept if column[0] != dropped]
    return max(width - 3 - sum(cells for _, cells in kept), 1), kept


def _name(entry: LocalEntry, width: int) -> list[Piece]:
    if entry.is_folder:
        name = clip_middle(safe(entry.name), max(width - 1, 1))
        return [(name, "strong"), (left("/", width - cell_len(name)), "dim")]
    style = "text" if entry.format else "faint"
    return [(left(clip_middle(safe(entry.name), width), width), style)]


def _cell(
    title: str, cells: int, entry: LocalEntry, sound: SoundInfo | str | None, now: float
) -> list[Piece]:
    if title == "modified":
        return [(left(f"  {age_text(entry.modified, now)}", cells), "dim")]
    if entry.is_folder:
        return [(" " * cells, "dim")]
    if title == "size":
        number, _, unit = size_text(entry.size_bytes).partition(" ")
        shown = f" {unit:<2}"
        style = "text" if entry.format else "faint"
        return [(right(number, cells - len(shown)), style), (shown, "dim")]
    if title == "length":
        return [(right(_length(sound), cells), "text")]
    return _format(entry, sound, cells)


def _length(sound: SoundInfo | str | None) -> str:
    length = sound.duration_s if isinstance(sound, SoundInfo) else None
    return duration_text(length) if length is not None else ""


def _format(entry: LocalEntry, sound: SoundInfo | str | None, cells: int) -> list[Piece]:
    if isinstance(sound, str):
        return [(left("  not audio", cells), "error")]
    if sound is None:
        return [(left(f"  {format_label(entry.format)}", cells), "dim")]
    label, depth = format_label(sound.format), f" {sound.bit_depth}" if sound.bit_depth else ""
    return [(f"  {label}", "text"), (left(depth, cells - 2 - len(label)), "dim")]
