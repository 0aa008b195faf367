"""Who one is, and by what name this machine knows a library."""

import getpass

from s3audio_tui.config import Settings


def file_name(settings: Settings, bucket: str, prefix: str) -> str:
    """Return the name of the file of what this machine remembers of a library."""
    import hashlib  # 3 ms, and the first frame comes without the catalog

    identity = f"{settings.endpoint_url or ''}\0{bucket}\0{prefix}"
    return f"{bucket}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}.sqlite"


def system_user() -> str:
    """Return the name of who runs the program."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "me"
