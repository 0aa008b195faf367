"""The recording behind the app, as the one thread has it that acts on it."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from s3audio_tui.config import Settings
from s3audio_tui.errors import S3AudioError, UsageError
from s3audio_tui.library.remembered import Remembered
from s3audio_tui.tui.microphones import Inputs
from s3audio_tui.tui.rec_faults import not_read

if TYPE_CHECKING:
    from s3audio_tui.audio.sample_format import SampleFormat
    from s3audio_tui.library.chunk_doors import Door
    from s3audio_tui.library.chunk_sending import ChunkSending
    from s3audio_tui.library.disk_room import Room
    from s3audio_tui.library.left_takes import LeftTake
    from s3audio_tui.library.opening import Library
    from s3audio_tui.library.recording import Recording
    from s3audio_tui.library.spool import Spool, TakeFolder
    from s3audio_tui.library.takes import Home, Line
    from s3audio_tui.library.transfers import TransferQueue
    from s3audio_tui.tui.session import Session

Tell = Callable[["Recording", "Line | S3AudioError | Room"], None]

_CLOSE_S = 5.0


class RecThread:
    """All methods wait, and are called in one thread; what they set may be read in any."""

    def __init__(
        self, session: "Session", queue: "TransferQueue", inputs: Inputs, tell: Tell
    ) -> None:
        self._session, self._queue, self._inputs, self._tell = session, queue, inputs, tell
        self._sendings: dict[int, ChunkSending] = {}
        self.device = session.settings.input_device
        self.form: SampleFormat | None = None
        """How it is recorded; None for what the settings say, or was chosen last."""
        self.kept = Remembered()
        self.recording: Recording | None = None
        self.sending: ChunkSending | None = None
        self.ended: TakeFolder | None = None
        """The take that has just ended, while nothing else is listened to."""
        self.over: deque[tuple[TakeFolder, ChunkSending]] = deque()
        """Takes that have ended, and what sends them, until somebody finishes them."""
        self.unreadable: list[S3AudioError] = []
        """Why takes that were left behind cannot be read."""

    def listen(self, library: "Library") -> None:
        """Listen, unless it does. Raises `DeviceError`."""
        from s3audio_tui.drawing import picture  # noqa: F401 - so that the loop need not load it
        from s3audio_tui.library.recording import Recording
        from s3audio_tui.library.recording_plan import plan_for

        if self.recording is not None:
            return
        settings = library.settings
        elsewhere = settings.upload_command or settings.upload_url
        plan = plan_for(settings, None if elsewhere else library)
        plan = msgspec.structs.replace(plan, form=self.form or self.usual_form(library))
        self.sending, self.form = self._sending_to(library), plan.form
        self.recording = Recording(
            self._spool(library),
            self._inputs.input(self.device),
            plan,
            self._tell,
            self.sending,
            clock=self._now,
        )
        self.ended = None

    def record(self, library: "Library") -> None:
        """Begin a take, or go on with it. Raises as `Recording.start`."""
        self.listen(library)
        if self.recording is not None:
            self.recording.start()
            if self.sending is not None and self.recording.folder is not None:
                self.sending.prepare(self.recording.folder)

    def pause(self) -> None:
        """Record nothing until it goes on."""
        if self.recording is not None:
            self.recording.pause()

    def mark(self, word: str, frame: int) -> None:
        """Mark a place with a word."""
        if self.recording is not None:
            self.recording.mark(word, frame)

    def stop(self, name: str) -> None:
        """End the take under a name; without one under that which it has."""
        recording = self.recording
        if recording is None:
            return
        if name and recording.folder is not None and name != recording.folder.take.name:
            recording.rename(name)
        recording.close()
        if recording.folder is not None and self.sending is not None:
            self.over.append((recording.folder, self.sending))
            self.sending.rest(recording.folder)
        self.ended, self.recording = recording.folder, None

    def hush(self) -> None:
        """Listen no more, unless a take has begun."""
        if self.recording is not None and self.recording.folder is None:
            self.recording.close(_CLOSE_S)
            self.recording = None
        if self.recording is None:
            self.ended = None

    def use(self, library: "Library", device: str, form: "SampleFormat") -> None:
        """Listen to another device, or in another way; not in the middle of a take."""
        self.hush()
        if self.recording is None:
            self.device, self.form = device, form
            self.listen(library)

    def usual_form(self, library: "Library") -> "SampleFormat":
        """Return how the settings have it; what they leave as it is, as it was chosen last."""
        from s3audio_tui.audio.sample_format import SampleFormat

        wanted, kept, usual = library.settings, self.kept, Settings()
        values = []
        for name in ("record_rate", "record_channels", "record_bits"):
            value: int = getattr(wanted, name)
            is_usual = value == getattr(usual, name)
            values.append((is_usual and getattr(kept, name)) or value)
        try:
            return SampleFormat(*values)
        except UsageError:  # somebody has written into the file
            return SampleFormat(wanted.record_rate, wanted.record_channels, wanted.record_bits)

    def chosen(self, now: Remembered) -> Remembered:
        """Return what is remembered, with the device and the format as they are."""
        form = self.form
        if form is None:
            return now
        return msgspec.structs.replace(
            now,
            input_device=self.device,
            record_rate=form.rate_hz,
            record_channels=form.channels,
            record_bits=form.bits,
        )

    def left(self, library: "Library") -> "list[LeftTake]":
        """Return the takes that were left behind; others that are there are `unreadable`."""
        from s3audio_tui.library.left_takes import left_takes

        self.unreadable = []
        try:
            left = left_takes(self._spool(library), _home_of(library), self.unreadable.append)
            return [each for each in left if each.wants_care or not each.take.finished]
        except S3AudioError as error:
            self.unreadable.append(error)
            return []

    def recovered(
        self, library: "Library"
    ) -> "tuple[list[tuple[TakeFolder, ChunkSending]], dict[str, S3AudioError]]":
        """Make them whole that belong here, and begin to send those that do not stay.

        Return also why some could not be made whole, by their ids: those that do not go up are as
        they were.
        """
        from s3audio_tui.library.take_homes import bring, is_at_home
        from s3audio_tui.library.take_recovery import all_recovered, log_it

        home, sending = _home_of(library), self._sending_to(library)
        found: list[tuple[TakeFolder, ChunkSending]] = []
        failed: dict[str, S3AudioError] = {}

        def fail(error: S3AudioError) -> None:
            log_it(error)
            failed[error.key or ""] = error

        try:
            spool = self._spool(library)
            here = all_recovered(
                spool, lambda take: is_at_home(take.home, home, moves=spool.keeps), fail
            )
            for folder, what in here:
                try:
                    bring(folder, home, library)
                except S3AudioError as error:
                    error.key = folder.take.id
                    fail(error)
                    folder.close()
                    continue
                if what.unreadable and not folder.take.finished:
                    fail(not_read(what, folder.take.id))
                if folder.take.stays or folder.take.finished:
                    folder.close(remove=folder.take.finished)
                else:
                    sending.send_all(folder)
                    found.append((folder, sending))
        except S3AudioError as error:
            fail(error)
        return found, failed

    def _sending_to(self, library: "Library") -> "ChunkSending":
        from s3audio_tui.library.chunk_doors import LibraryDoor
        from s3audio_tui.library.chunk_sending import ChunkSending
        from s3audio_tui.library.presigned import PresignedDoor
        from s3audio_tui.library.signers import signer_for

        if id(library) not in self._sendings:
            signer = signer_for(library.settings)
            door: Door = LibraryDoor(library)
            if signer is not None:
                door = PresignedDoor(library.settings, signer)
            self._sendings[id(library)] = ChunkSending(door, self._queue, lambda folder, at: None)
        return self._sendings[id(library)]

    def _spool(self, library: "Library") -> "Spool":
        from s3audio_tui.library.recording_plan import spool_for

        session = self._session
        is_demo = session.is_demo(library.settings.endpoint_url)
        return spool_for(session.settings, session.state_folder, demo=is_demo)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._session.clock(), UTC)


def _home_of(library: "Library") -> "Home":
    from s3audio_tui.library.recording_plan import home_of

    return home_of(library)
