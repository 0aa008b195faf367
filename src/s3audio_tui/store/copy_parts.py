"""One copy in parts side by side, which can be gone on with after the program was killed."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError
from s3audio_tui.store.attempts import again
from s3audio_tui.store.client import Store
from s3audio_tui.store.copy_session import CopySession, CopySessions
from s3audio_tui.store.failures import UploadGoneError
from s3audio_tui.store.multipart import Multipart, Written, begin
from s3audio_tui.store.transfer import Count, Crew

_ATTEMPTS = 3
"""botocore tries four times each time."""


@dataclass(frozen=True, slots=True)
class InParts:
    """What is copied, and how. `named` says the source as parameters of UploadPartCopy."""

    store: Store
    wanted: CopySession
    """The copy, without an upload yet."""
    named: Mapping[str, Any]
    properties: Mapping[str, Any]
    sessions: CopySessions
    explained: Callable[[], Any]
    """A context in which what the store says of the source becomes our errors."""

    def run(
        self,
        complete: Callable[[Multipart], Written],
        workers: int,
        count: Count,
        token: CancelToken,
    ) -> Written:
        """Copy all parts that are not there yet, and `complete` them.

        Where it fails or is cancelled no parts stay, but for an interruption that keeps them.
        """
        session, multipart = self._taken_up() or self._begun()
        sizes = _sizes(session)
        missing = [number for number in sizes if number not in multipart.parts]
        there = sum(sizes[number] for number in multipart.parts)
        send = partial(self._send, session, multipart, count, token)
        crew = Crew(send, missing, workers=min(workers, len(missing)), cancel=token)
        with self._kept(session, multipart, crew, token):
            if there:
                count.add(there)
            crew.run()
            token.check()
            return complete(multipart)

    @contextmanager
    def _kept(
        self, session: CopySession, multipart: Multipart, crew: Crew[int], token: CancelToken
    ) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            if token.keeps and isinstance(error, CancelledError):
                self.sessions.release(session)
            else:
                multipart.abandon(crew, error, partial(self.sessions.drop, session))
            raise
        self.sessions.drop(session)

    def _taken_up(self) -> tuple[CopySession, Multipart] | None:
        """Return a copy that was begun before, with those parts that S3 has whole."""
        session = self.sessions.find(self.wanted)
        if session is None:
            return None
        multipart, sizes = Multipart(self.store, session.key, session.upload_id), _sizes(session)
        try:
            parts = multipart.listed()
        except UploadGoneError:
            self.sessions.drop(session)
            return None
        for part in parts:
            if sizes.get(part.number) == part.size_bytes:
                checksums = {f"Checksum{name}": part.checksums[name] for name in part.checksums}
                multipart.add(part.number, {"ETag": f'"{part.etag}"', **checksums})
        return session, multipart

    def _begun(self) -> tuple[CopySession, Multipart]:
        from msgspec.structs import replace

        multipart = begin(self.store, self.wanted.key, self.properties)
        session = replace(self.wanted, upload_id=multipart.upload_id)
        self.sessions.keep(session)
        return session, multipart

    def _send(
        self,
        session: CopySession,
        multipart: Multipart,
        count: Count,
        token: CancelToken,
        number: int,
    ) -> None:
        start = (number - 1) * session.part_bytes
        end = min(start + session.part_bytes, session.size_bytes)

        def copy(_: int) -> Mapping[str, Any]:
            with self.explained():
                answer: Mapping[str, Any] = self.store.client.upload_part_copy(
                    Bucket=self.store.bucket,
                    Key=session.key,
                    UploadId=session.upload_id,
                    PartNumber=number,
                    CopySourceRange=f"bytes={start}-{end - 1}",
                    **self.named,
                )
            return answer

        answer = again(copy, token.check, attempts=_ATTEMPTS)
        multipart.add(number, answer["CopyPartResult"])
        count.add(end - start)


def _sizes(session: CopySession) -> dict[int, int]:
    """Return how large each part is, by its number."""
    starts = range(0, session.size_bytes, session.part_bytes)
    return {
        number: min(session.part_bytes, session.size_bytes - start)
        for number, start in enumerate(starts, 1)
    }


def hash_of(properties: Mapping[str, Any]) -> str:
    """Return a hash of parameters of CreateMultipartUpload."""
    return hashlib.sha256(repr(sorted(properties.items())).encode()).hexdigest()
