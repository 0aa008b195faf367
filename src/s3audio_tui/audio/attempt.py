"""What the recorder's threads do so that an error that nobody foresaw ends none of them."""

import logging
from collections.abc import Callable

from s3audio_tui import logs
from s3audio_tui.errors import S3AudioError


def attempt(act: Callable[[], object], failure: str) -> S3AudioError | None:
    """Do it; return what is said of an error that nobody foresaw, which is in the log then.

    `failure` says what has not come about, and what of the sound is safe nevertheless.
    """
    try:
        act()
    except BaseException as error:
        logging.getLogger(logs.NAME).exception("unforeseen error while recording")
        reason = f"an unforeseen error, {type(error).__name__}"
        return S3AudioError(f"{failure} ({reason})", "the log has it all")
    return None
