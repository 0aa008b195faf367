"""Parts of one large chunk that are in S3 before it is whole: gone on with, or removed later."""

from s3audio_tui.library.keeping import StreamKeeping
from s3audio_tui.library.opening import Library
from s3audio_tui.store.session import Session


class ChunkParts:
    """Written down while there are some: when this program is killed, a later one removes them.

    The next try goes on with `session`. One thread at a time has them.
    """

    def __init__(self, library: Library, full_key: str) -> None:
        self._library, self._full_key = library, full_key
        self._noted: StreamKeeping | None = None
        self.session: Session | None = None

    def keep(self, session: Session | None) -> None:
        """As `upload` wants it of its `keep`."""
        before, self.session = self.session, session
        if session is None:
            if self._noted is not None:
                self._noted.keep(None)
            self._noted = None
        elif before is None or before.upload_id != session.upload_id:
            if self._noted is not None:
                self._noted.end()
            self._noted = StreamKeeping(self._library.unfinished, self._full_key)
            self._noted.keep(session.upload_id)
