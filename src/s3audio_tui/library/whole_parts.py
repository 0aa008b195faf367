"""Of which parts a take becomes one object: those that S3 copies by itself, those that are sent.

S3 takes parts of 5 MiB and more, and only the last one may be smaller; nor does it copy a stretch
of an object that is not larger than that. So a stretch of a chunk is copied where it is large
enough, and what lies between is sent.
"""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from s3audio_tui.audio.sample_format import SampleFormat
from s3audio_tui.audio.wav_file import HEADER_BYTES
from s3audio_tui.errors import BadBytesError, ConflictError, NotFoundError
from s3audio_tui.library.takes import Chunk, Take
from s3audio_tui.store.transfer import MAX_PARTS, MIB

LEAST_BYTES = 5 * MIB


class Stretch(msgspec.Struct, frozen=True):
    """Some of a chunk's samples; `start` counts from the first of them."""

    chunk: Chunk
    start: int
    size_bytes: int

    @property
    def first_byte(self) -> int:
        """Where it begins in the chunk's file, a WAV."""
        return HEADER_BYTES + self.start


class Sent(msgspec.Struct, frozen=True):
    """A part that is sent: bytes as they are, and stretches that are read before."""

    pieces: tuple[bytes | Stretch, ...]

    @property
    def size_bytes(self) -> int:
        """How long it is."""
        return sum(
            len(each) if isinstance(each, bytes) else each.size_bytes for each in self.pieces
        )


class Copied(msgspec.Struct, frozen=True):
    """A part that S3 copies."""

    stretch: Stretch

    @property
    def size_bytes(self) -> int:
        """How long it is."""
        return self.stretch.size_bytes


Part = Sent | Copied


def samples_bytes(chunk: Chunk, form: SampleFormat) -> int:
    """Return how many bytes of samples a chunk has."""
    return chunk.frames * form.frame_bytes


def is_wav(chunk: Chunk) -> bool:
    """Return whether a chunk's samples lie in its object as they are."""
    return chunk.file.endswith(".wav")


def parts_of(
    head: bytes, chunks: Sequence[Chunk], form: SampleFormat, tail: bytes = b""
) -> list[Part]:
    """Return the parts of the whole, whose chunks are WAVs."""
    total = sum(samples_bytes(chunk, form) for chunk in chunks)
    least = max(LEAST_BYTES, -(-total // (MAX_PARTS - 2)))
    made: list[Part] = []
    held: list[bytes | Stretch] = [head]
    held_bytes = len(head)
    for chunk in chunks:
        size, start = samples_bytes(chunk, form), 0
        if held:
            missing = least - held_bytes
            start = missing if size - missing >= least else size
            held.append(Stretch(chunk, 0, start))
            held_bytes += start
            if held_bytes >= least:
                made.append(Sent(tuple(held)))
                held, held_bytes = [], 0
        rest = Stretch(chunk, start, size - start)
        if rest.size_bytes >= least:
            made.append(Copied(rest))
        elif rest.size_bytes:
            held, held_bytes = [rest], rest.size_bytes
    if tail:
        held.append(tail)
    if held:
        made.append(Sent(tuple(held)))
    return made


def chunks_in_s3(take: Take) -> list[Chunk]:
    """Return the chunks in their order. Raises where one of them is not in S3."""
    chunks = sorted((each for each in take.chunks if each.frames), key=lambda each: each.index)
    if not chunks:
        raise NotFoundError(f"nothing was recorded into {take.name}", "", key=take.id)
    for chunk in chunks:
        if chunk.state != "in_s3" or not chunk.key:
            raise ConflictError(
                f"chunk {chunk.index} is not in S3 yet", "send it: s3audio rec recover", key=take.id
            )
    if any(
        before.first_frame + before.frames > after.first_frame for before, after in pairwise(chunks)
    ):
        raise BadBytesError("the take's document says a frame twice", "look at it", key=take.id)
    return chunks


def missing_frames(chunks: Sequence[Chunk]) -> int:
    """Return how many frames were recorded between chunks, and are in none."""
    return sum(
        after.first_frame - before.first_frame - before.frames for before, after in pairwise(chunks)
    )
