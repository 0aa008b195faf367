"""Every error that a person may see, as one tree. Each says what happened, and what to do.

    S3AudioError            1   something failed
    ├── UsageError          2   the request itself is wrong
    │   └── SettingsError   2   the settings are
    ├── NotFoundError       3   no such object, library or file
    ├── NotAllowedError     4   no right to do it
    │   └── CredentialsError 4  no credentials, or they have expired
    ├── LimitError          5   over a limit
    │   └── QuotaError      5   over the quota
    ├── ConflictError       6   the name is taken, or the object changed under us
    ├── UnreachableError    7   the store or the network cannot be reached
    │   ├── UnsupportedError 7  this store lacks what is needed
    │   └── WrongRegionError 7  the bucket is in another region
    ├── BadBytesError       8   the bytes are not what they should be
    │   └── NotAudioError   8   not readable audio, or not what its name says
    ├── DeviceError         1   no sound comes out of this machine
    └── CancelledError    130   interrupted by the user

The number is the exit code of the command line.
"""

from typing import ClassVar


class S3AudioError(Exception):
    """An error for a person: `message` says what happened, `remedy` what to do, `key` to what.

    The three are raw text: whoever shows them on a terminal passes them through `text.safe`.
    """

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "failed"

    def __init__(self, message: str, remedy: str = "", *, key: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.key = key

    def __str__(self) -> str:
        return f"{self.message}: {self.remedy}" if self.remedy else self.message


class UsageError(S3AudioError):
    """The request itself is wrong."""

    exit_code = 2
    code = "usage"


class SettingsError(UsageError):
    """A setting has an unknown name, or a value that it cannot have."""

    code = "settings"


class NotFoundError(S3AudioError):
    """There is no such object, library or file."""

    exit_code = 3
    code = "not_found"


class NotAllowedError(S3AudioError):
    """The store does not let this user do it."""

    exit_code = 4
    code = "not_allowed"


class CredentialsError(NotAllowedError):
    """There are no credentials, or they are wrong or have expired."""

    code = "credentials"


class LimitError(S3AudioError):
    """Over a limit: a file's size, a key's length, a link's life."""

    exit_code = 5
    code = "limit"


class QuotaError(LimitError):
    """There is no room left for it."""

    code = "quota"


class ConflictError(S3AudioError):
    """The name is taken, or the object changed or vanished since it was seen."""

    exit_code = 6
    code = "conflict"


class UnreachableError(S3AudioError):
    """The store or the network cannot be reached, or answers nonsense."""

    exit_code = 7
    code = "unreachable"


class UnsupportedError(UnreachableError):
    """This store lacks what is needed."""

    code = "unsupported"


class WrongRegionError(UnreachableError):
    """The bucket is in another region: `region`, empty where the store does not say which."""

    def __init__(self, message: str, remedy: str = "", *, region: str = "") -> None:
        super().__init__(message, remedy)
        self.region = region


class BadBytesError(S3AudioError):
    """The bytes are not what they should be."""

    exit_code = 8
    code = "bad_bytes"


class NotAudioError(BadBytesError):
    """Not readable audio, or not the kind of audio that its name says."""

    code = "not_audio"


class DeviceError(S3AudioError):
    """No sound comes out of this machine, or none goes in."""

    code = "no_device"


class CancelledError(S3AudioError):
    """The user stopped it."""

    exit_code = 130
    code = "cancelled"
