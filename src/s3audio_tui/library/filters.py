"""Which files of a folder, or below a prefix, are wanted: globs that let in, and that leave out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from s3audio_tui.library.globs import glob_expression


@dataclass(frozen=True)
class Filter:
    """Takes what fits one of `include`, or all where there is none, but nothing of `exclude`.

    A glob without a slash is for the name of the file, or of any folder on its way; one with a
    slash for the whole path below what was given, and with one at its end for all in that folder.
    """

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    _wanted: list["_Glob"] = field(init=False, repr=False)
    _unwanted: list["_Glob"] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Read the globs."""
        object.__setattr__(self, "_wanted", [_Glob(glob) for glob in self.include])
        object.__setattr__(self, "_unwanted", [_Glob(glob) for glob in self.exclude])

    def takes(self, path: str) -> bool:
        """Return whether a path, below what was given, is wanted."""
        if self._wanted and not _fits(self._wanted, path):
            return False
        return not _fits(self._unwanted, path)


EVERYTHING = Filter()


class _Glob:
    def __init__(self, glob: str) -> None:
        self._whole = "/" in glob
        self._expression = re.compile(glob_expression(glob.removeprefix("/")), re.DOTALL)

    def fits(self, path: str) -> bool:
        pieces = [path] if self._whole else path.split("/")
        return any(self._expression.fullmatch(piece) for piece in pieces)


def _fits(globs: Iterable[_Glob], path: str) -> bool:
    return any(glob.fits(path) for glob in globs)
