"""Where this machine keeps what it remembers: catalogs and logs."""

from collections.abc import Mapping
from pathlib import Path

VARIABLE = "S3AUDIO_STATE"
"""Names another folder for all of it, as tests and shared machines want."""


def state_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder for the catalogs."""
    named = environ.get(VARIABLE)
    if named:
        return Path(named).expanduser()
    from platformdirs import user_state_path

    return user_state_path("s3audio", appauthor=False)


def log_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder for the log."""
    named = environ.get(VARIABLE)
    if named:
        return Path(named).expanduser() / "log"
    from platformdirs import user_log_path

    return user_log_path("s3audio", appauthor=False)
