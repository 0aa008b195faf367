"""An object cut into pieces, each with a checksum of its own, and the runs that are fetched."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from s3audio_tui.store.checksums import Crc, Kind


@dataclass(slots=True)
class Piece:
    """A stretch of the object. What lies before `at` is in the file; `crc` is of just that."""

    start: int
    end: int
    kind: Kind
    at: int = -1
    crc: Crc = field(init=False)
    came: set[int] = field(default_factory=set)
    """The checksums that it came with before, where it had to be fetched again."""

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self.restart()

    @property
    def size_bytes(self) -> int:
        """How long it is."""
        return self.end - self.start

    @property
    def done(self) -> bool:
        """Whether all of it is in the file."""
        return self.at == self.end

    def restart(self) -> None:
        """Forget what is in the file."""
        self.at, self.crc = self.start, Crc(self.kind)

    def take(self, data: memoryview) -> None:
        """Note what was written behind what is there."""
        self.crc.update(data)
        self.at += len(data)


def cut(size_bytes: int, kind: Kind, piece_bytes: int, parts: Sequence[int] = ()) -> list[Piece]:
    """Cut an object into pieces of at most `piece_bytes`, none over the border of two parts."""
    pieces: list[Piece] = []
    start = 0
    for part_bytes in parts or (size_bytes,):
        end = start + part_bytes
        for at in range(start, end, piece_bytes):
            pieces.append(Piece(at, min(at + piece_bytes, end), kind))
        start = end
    return pieces


def piece_at(pieces: Sequence[Piece], at: int) -> Piece:
    """Return the piece in which a byte is."""
    return pieces[bisect_right(pieces, at, key=lambda piece: piece.start) - 1]


def inside(pieces: Sequence[Piece], bounds: tuple[int, int]) -> Sequence[Piece]:
    """Return the pieces between two bytes, both on borders."""
    first, last = (bisect_left(pieces, at, key=lambda piece: piece.start) for at in bounds)
    return pieces[first:last]


def runs(pieces: Sequence[Piece], run_bytes: int) -> Iterator[list[Piece]]:
    """Yield what is still to be fetched, neighbours together, up to `run_bytes` of them."""
    run: list[Piece] = []
    for piece in pieces:
        if piece.done:
            continue
        if run and (run[-1].end != piece.start or piece.end - run[0].at > run_bytes):
            yield run
            run = []
        run.append(piece)
    if run:
        yield run
