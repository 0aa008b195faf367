"""A library that is open: its settings, its catalog, its store, and how keys map between them."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from s3audio_tui.config import Settings
from s3audio_tui.errors import NotAllowedError, S3AudioError, UsageError
from s3audio_tui.library.identity import file_name, system_user

# What is imported here is loaded before the app's first frame, so the rest is where it is needed.
if TYPE_CHECKING:
    from s3audio_tui.audio.apart import Decoders
    from s3audio_tui.catalog.batched import Batched
    from s3audio_tui.catalog.journal import Journal
    from s3audio_tui.catalog.objects import Catalog
    from s3audio_tui.catalog.peaks import PeakTable
    from s3audio_tui.library.presence import Presence
    from s3audio_tui.library.unfinished import Book
    from s3audio_tui.store.client import Keys, Store
    from s3audio_tui.store.probe import Capabilities, Versioning

HIDDEN = ".s3audio/"
"""What the program keeps beside the audio: never listed, never taken for audio."""


def is_own(key: str) -> bool:
    """Return whether a key is s3audio's own, of this library or of one that lies inside it."""
    return f"/{HIDDEN}" in f"/{key}"


class Library:
    """One user's view of one bucket or prefix. Safe to use from several threads.

    Keys are relative to the library's prefix everywhere above `store`; `full` and `relative`
    translate. The store is connected when it is first needed, because that takes 0.2 s.
    """

    def __init__(
        self,
        settings: Settings,
        bucket: str,
        prefix: str,
        state_folder: Path,
        clock: Callable[[], float],
        keys: "Keys | None" = None,
    ) -> None:
        self.settings = settings
        self.bucket = bucket
        self.prefix = prefix
        self.user = settings.user or system_user()
        self.clock = clock
        self._keys = keys
        self.state_folder = state_folder
        self.label = (prefix.rstrip("/").rpartition("/")[2]) or bucket
        self._lock = threading.Lock()
        self._connecting = threading.RLock()
        self._catalog: Catalog | None = None
        self._batched: Batched | None = None
        self._unfinished: Book | None = None
        self._acting: Presence | None = None
        self._decoders: Decoders | None = None
        self._store: Store | None = None
        self._versioning: Versioning | None = None
        self._can: Capabilities | None = None
        self._may_write = True
        self.shares_peaks = True
        """Whether the bucket takes peaks of this user, until it has refused some."""

    @property
    def place(self) -> str:
        """Where the library is: the host of its store, else its region."""
        endpoint = self.settings.endpoint_url
        if endpoint:
            return endpoint.partition("://")[2].strip("/")
        return self._store.region if self._store else self.settings.region or "AWS"

    @cached_property
    def _file(self) -> Path:
        return self.state_folder / "libraries" / file_name(self.settings, self.bucket, self.prefix)

    @property
    def undo_lock(self) -> Path:
        """The file whose lock lets one program at a time take something back."""
        return self._file.with_suffix(".undo")

    @property
    def catalog(self) -> "Catalog":
        """What this machine remembers of the library; its file is opened the first time.

        Whoever reads it finds in it what has been transferred up to now.
        """
        catalog = self._opened()
        if self._batched is not None:
            self._batched.flush()
        return catalog

    @property
    def batched(self) -> "Batched":
        """What transfers leave behind, on its way into the catalog."""
        from s3audio_tui.catalog.batched import Batched

        database = self._opened().database
        with self._lock:
            if self._batched is None:
                self._batched = Batched(database, self.clock)
            return self._batched

    def _opened(self) -> "Catalog":
        from s3audio_tui.catalog.objects import Catalog

        with self._lock:
            if self._catalog is None:
                self._catalog = Catalog(self._file, self.clock)
            return self._catalog

    @property
    def journal(self) -> "Journal":
        """What was done to the library from this machine."""
        from s3audio_tui.catalog.journal import Journal, Signs
        from s3audio_tui.library.presence import is_gone

        return Journal(self.catalog.database, signs=Signs(self._sign, partial(is_gone, self._file)))

    @property
    def peaks(self) -> "PeakTable":
        """The peaks that this machine has kept."""
        from s3audio_tui.catalog.peaks import PeakTable

        return PeakTable(self._opened().database, self.clock)

    @property
    def decoders(self) -> "Decoders":
        """Who decodes the sounds of strangers, apart from this program."""
        from s3audio_tui.audio.apart import Decoders

        with self._lock:
            self._decoders = self._decoders or Decoders()
            return self._decoders

    def _sign(self) -> str:
        """Return the name under which this program acts, by which others see that it is alive."""
        from s3audio_tui.library.presence import Presence
        from s3audio_tui.private import writing

        with self._lock:
            if self._acting is None:
                with writing(self._file):
                    self._acting = Presence(self._file)
            return self._acting.name

    @property
    def unfinished(self) -> "Book":
        """The transfers of this machine that have not ended."""
        from s3audio_tui.library.unfinished import Book

        database, batched = self.catalog.database, self.batched
        with self._lock:
            if self._unfinished is None:
                self._unfinished = Book(database, batched, self._file, self.clock)
            return self._unfinished

    @property
    def store(self) -> "Store":
        """The connected store. Blocks while it connects, the first time."""
        from s3audio_tui.store.client import Connection, connect

        with self._connecting:
            if self._store is None:
                named = self.settings
                connection = Connection(
                    bucket=self.bucket,
                    profile=named.profile,
                    region=named.region,
                    endpoint_url=named.endpoint_url,
                    path_style=named.path_style,
                    checksums=named.checksums,
                    keys=self._keys,
                )
                self._store = connect(connection)
            return self._store

    def capabilities(self) -> "Capabilities":
        """Return what the store can do: tried once with tiny objects, then remembered.

        Whether the bucket keeps versions is asked anew each time the library is opened. A user
        who may not write gets no other abilities; that is not remembered.
        """
        import msgspec

        with self._connecting:
            if self._can is None:
                self._can = msgspec.structs.replace(self._probed(), versioning=self.versioning())
            return self._can

    def may_write(self) -> bool:
        """Return whether the user may write, so that it is known what the store can do."""
        self.capabilities()
        return self._may_write

    def _probed(self) -> "Capabilities":
        import msgspec

        from s3audio_tui.store.probe import NONE, Capabilities, probe

        known = self.catalog.meta("capabilities")
        if isinstance(known, dict) and "checksum" in known:  # else it was tried by an older version
            return msgspec.convert(known, Capabilities)
        scratch = self.full(f"{HIDDEN}probe/{quote(self.user, safe='')}-{time.time_ns()}")
        try:
            found = probe(self.store, scratch)
        except NotAllowedError:
            self._may_write = False
            return NONE
        self.catalog.set_meta("capabilities", msgspec.to_builtins(found))
        return found

    def versioned(self) -> bool:
        """Return whether the bucket keeps every version, so that a delete can be taken back."""
        return self.versioning() == "enabled"

    def versioning(self) -> "Versioning":
        """Return whether the bucket keeps versions: asked once each time the library is opened."""
        from s3audio_tui.store.probe import keeps_versions

        with self._connecting:
            if self._versioning is None:
                self._versioning = keeps_versions(self.store)
            return self._versioning

    def full(self, key: str) -> str:
        """Return the bucket's key for a key of this library."""
        return self.prefix + key

    def relative(self, full_key: str) -> str:
        """Return this library's key for a key of the bucket that lies below its prefix."""
        return full_key.removeprefix(self.prefix)

    def close(self) -> None:
        """Close the catalog. The store needs no closing."""
        if self._decoders is not None:
            self._decoders.close()
        if self._batched is not None:
            self._batched.close()
        self._end_acting()
        with self._lock:
            if self._unfinished is not None:
                self._unfinished.close()
            if self._catalog is not None:
                self._catalog.close()

    def _end_acting(self) -> None:
        """Take the sign down, unless an act still runs, as while the app ends; it goes with us."""
        if self._acting is None:
            return
        with suppress(S3AudioError):
            if not self.journal.runs_here(self._acting.name):
                self._acting.close()
                self._acting = None


def open_library(
    settings: Settings,
    *,
    state_folder: Path,
    clock: Callable[[], float] = time.time,
    keys: "Keys | None" = None,
) -> Library:
    """Open the library that the settings name. Touches no file and no network yet.

    `keys` are for a store whose keys are in no file; else they are found as AWS tools do.
    """
    bucket, prefix = parse_url(settings.library)
    return Library(settings, bucket, prefix, state_folder, clock, keys)


def parse_url(url: str) -> tuple[str, str]:
    """Return the bucket of `s3://bucket/prefix`, and its prefix: empty, or ending in `/`."""
    if not url:
        raise UsageError(
            "no library is named",
            "give --library s3://bucket/prefix, or try s3audio demo",
        )
    scheme, _, rest = url.partition("://")
    bucket, _, prefix = rest.partition("/")
    if scheme != "s3" or not bucket:
        raise UsageError(
            f"{url} is not a library",
            "write s3://bucket/prefix, or a name that the settings have under [libraries]",
        )
    return bucket, prefix if not prefix or prefix.endswith("/") else f"{prefix}/"
