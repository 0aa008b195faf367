"""A take as one file: put together in S3 from its chunks, which stay, and compared with them.

Killed on the way, parts are left that are written down, or the whole, which the next try finds.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace

import msgspec

from s3audio_tui.audio.cue_points import cue_chunks
from s3audio_tui.audio.header import SoundInfo, check_ending
from s3audio_tui.audio.long_wav import head_of
from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import (
    ConflictError,
    NotFoundError,
    S3AudioError,
    UnsupportedError,
)
from s3audio_tui.library import quota
from s3audio_tui.library.chunk_doors import FOLDER, quoted
from s3audio_tui.library.details import landed
from s3audio_tui.library.keeping import StreamKeeping, remove_owed
from s3audio_tui.library.keys import checked
from s3audio_tui.library.library_takes import note_joined
from s3audio_tui.library.opening import Library
from s3audio_tui.library.put import options_for
from s3audio_tui.library.takes import Take
from s3audio_tui.library.whole_markers import points_of
from s3audio_tui.library.whole_parts import (
    Copied,
    Part,
    chunks_in_s3,
    is_wav,
    missing_frames,
    parts_of,
    samples_bytes,
)
from s3audio_tui.library.whole_reading import ChunkReading, blocks_of
from s3audio_tui.library.whole_sending import Pieces, put_together
from s3audio_tui.store import objects
from s3audio_tui.store.objects import ObjectHead
from s3audio_tui.store.target import PutOptions, Target
from s3audio_tui.store.transfer import Progress
from s3audio_tui.store.upload_stream import upload_stream

_ENDING = "wav"


class Whole(msgspec.Struct, frozen=True):
    """A take that is one object, compared sample for sample.

    `copied_bytes` never left S3. `missing_frames` were recorded, and are in no chunk. Of `markers`
    it has so many.
    """

    take: str
    key: str
    etag: str
    size_bytes: int
    frames: int
    duration_s: float
    copied_bytes: int
    missing_frames: int
    markers: int = 0


def usual_key(take: Take) -> str:
    """Return where the whole of a take lies, if nobody says otherwise: beside its document."""
    return f"{FOLDER}/{take.id}/take.{_ENDING}"


def key_for(take: Take, wanted: str) -> str:
    """Return where the whole shall lie; where a folder is wanted, there by the take's name.

    Raises `NotAudioError` for a name of something else than WAV.
    """
    if not wanted:
        return usual_key(take)
    if not wanted.endswith("/"):
        check_ending(wanted, _ENDING)
        return wanted
    name = take.name.replace("/", "-").strip(". ") or take.id
    return f"{wanted}{name}.{_ENDING}"


def work_bytes(take: Take) -> int:
    """Return what `join` tells its progress of at the end: it is made, and then read back."""
    return 2 * take.frames * take.form.frame_bytes


def join(
    library: Library,
    take: Take,
    key: str = "",
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Whole:
    """Make the take one object under `key`, compare it with what was recorded, and note it.

    An object that is there is never replaced; one that is this take already is compared again.
    Raises `ConflictError` where the name is taken, or a chunk is not in S3 as it was recorded;
    `BadBytesError` where bytes are damaged. What fails or is cancelled leaves nothing.
    """
    job = _Joining(library, take, checked(library, key_for(take, key)), progress, cancel)
    made = job.run()
    note_joined(library, take.id, made.key)
    return made


class _Joining:
    """One take on its way into one object."""

    def __init__(
        self,
        library: Library,
        take: Take,
        key: str,
        progress: Progress | None,
        cancel: CancelToken | None,
    ) -> None:
        self._library, self._take, self._key = library, take, key
        self._full, self._form = library.full(key), take.form
        self._progress = progress or (lambda _: None)
        self._token = cancel or CancelToken()
        self._chunks = chunks_in_s3(take)
        self._data_bytes = sum(samples_bytes(each, take.form) for each in self._chunks)
        self._mark(points_of(take, self._chunks))
        self._reading = ChunkReading(library, take.form, self._token.hold)
        self._copied_bytes = 0

    def _mark(self, points: Sequence[tuple[int, str]]) -> None:
        """Settle what stands before and behind the samples."""
        self._markers, marks = len(points), cue_chunks(points)
        self._head = head_of(self._take.form, self._data_bytes, len(marks))
        self._tail = b"\0" * (self._data_bytes % 2) + marks
        self._size_bytes = len(self._head) + self._data_bytes + len(self._tail)

    def run(self) -> Whole:
        """Make it, compare it, and tell the catalog."""
        found = objects.find(self._library.store, self._full)
        if found is None:
            found = self._made()
        elif not self._is_ours(found):
            text = f"{self._key} is there already"
            raise ConflictError(text, "choose another name with --to", key=self._key)
        else:
            self._compare(found.etag)
        landed(self._library, found, self._sound())
        frames = sum(chunk.frames for chunk in self._chunks)
        return Whole(
            self._take.id,
            self._key,
            found.etag,
            self._size_bytes,
            frames,
            frames / self._form.rate_hz,
            self._copied_bytes,
            missing_frames(self._chunks),
            self._markers,
        )

    def _is_ours(self, found: ObjectHead) -> bool:
        told = found.metadata
        same = (told.get("take"), told.get("frames")) == (self._take.id, str(self._take.frames))
        if not same or "index" in told:
            return False
        if found.size_bytes != self._size_bytes:
            self._mark(())  # as an earlier version made it
        return found.size_bytes == self._size_bytes

    def _made(self) -> ObjectHead:
        with suppress(S3AudioError):
            remove_owed(self._library)
        held = quota.reserve(self._library, self._size_bytes)
        arrived: list[tuple[float, int]] = []
        try:
            made = self._sent_and_compared()
            arrived.append((self._library.clock(), self._size_bytes))
            return made
        finally:
            held.settle(arrived)

    def _sent_and_compared(self) -> ObjectHead:
        options = self._options()
        etag, version_id = self._sent(options)
        try:
            self._compare(etag)
        except S3AudioError:
            # Nobody knows then whether it is right: so it goes again, as if it had never been.
            Target(self._library.store, self._full, options).take_back(etag, version_id)
            raise
        return objects.head(self._library.store, self._full)

    def _sent(self, options: PutOptions) -> tuple[str, str | None]:
        """Make the object; return its ETag, and its version where there are some."""
        keeping = StreamKeeping(self._library.unfinished, self._full)
        try:
            parts = self._parts()
            if any(isinstance(part, Copied) for part in parts):
                try:
                    return self._put_together(options, parts, keeping)
                except S3AudioError as error:
                    if not _may_be_sent(error):
                        raise
            return self._streamed(options, keeping)
        finally:
            keeping.end()

    def _parts(self) -> Sequence[Part]:
        """Return of which parts it can be made; none where a chunk is packed."""
        if not all(is_wav(chunk) for chunk in self._chunks):
            return ()
        return parts_of(self._head, self._chunks, self._form, self._tail)

    def _put_together(
        self, options: PutOptions, parts: Sequence[Part], keeping: StreamKeeping
    ) -> tuple[str, str | None]:
        made = put_together(
            self._library,
            Target(self._library.store, self._full, options),
            parts,
            self._reading,
            keep=keeping.keep,
            progress=self._progress,
            cancel=self._token,
        )
        self._copied_bytes = sum(each.size_bytes for each in parts if isinstance(each, Copied))
        return made.etag, made.version_id

    def _streamed(self, options: PutOptions, keeping: StreamKeeping) -> tuple[str, str | None]:
        with closing(Pieces(self._pieces())) as pieces:
            sent = upload_stream(
                self._library.store,
                pieces.read,
                self._full,
                options,
                progress=self._progress,
                cancel=self._token,
                keep=keeping.keep,
            )
        return sent.etag, sent.version_id

    def _pieces(self) -> Iterator[bytes]:
        yield self._head
        yield from self._reading.samples(self._chunks)
        yield self._tail

    def _compare(self, etag: str) -> None:
        """Read all of it back, once, and compare it with each chunk."""
        try:
            self._reading.compare_whole(self._chunks, self._head, self._counted(etag), self._tail)
        except NotFoundError as error:
            raise ConflictError(
                f"{self._key} was removed by somebody else", "try again", key=self._key
            ) from error

    def _counted(self, etag: str) -> Iterator[bytes]:
        done = self._data_bytes
        blocks = blocks_of(self._library, self._full, self._size_bytes, etag, self._token.hold)
        for block in blocks:
            done += len(block)
            self._progress(min(done, 2 * self._data_bytes))
            yield block

    def _options(self) -> PutOptions:
        made = options_for(self._library, f"{self._take.name}.{_ENDING}", self._sound(), {}, None)
        take = self._take
        told = {"take": take.id, "take-name": quoted(take.name), "frames": str(take.frames)}
        return replace(made, metadata={**made.metadata, **told})

    def _sound(self) -> SoundInfo:
        form = self._form
        return SoundInfo(
            format=_ENDING,
            codec="PCM",
            duration_s=self._data_bytes / form.second_bytes,
            exact=True,
            sample_rate_hz=form.rate_hz,
            channels=form.channels,
            bit_depth=form.bits,
        )


def _may_be_sent(error: S3AudioError) -> bool:
    """Return whether the store refuses such parts: some copy none, some want all of one size."""
    return isinstance(error, UnsupportedError) or type(error) is S3AudioError
