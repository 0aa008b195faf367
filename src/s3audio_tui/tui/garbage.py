"""When Python looks for garbage: through all objects only while nobody types.

Such a look stops every thread for 60 ms, and longer on a busy machine. Only the running program
does so; tests, with many apps in one process, keep Python's own way.
"""

import gc

LOOK_EVERY_S = 20.0
_QUIET_S = 3.0
_THRESHOLDS = (2000, 20, 1_000_000)
"""Young objects are looked at less often than Python does, old ones practically never."""

_WORTH = 20
"""So many looks at the middle-aged make one at all worth while."""

_managed = False


def manage() -> None:
    """Do so from now on, in this process."""
    global _managed  # Python has one collector
    _managed = True


def is_managed() -> bool:
    """Return whether this process does so."""
    return _managed


def keep() -> None:
    """Take all that is loaded now for what stays: it is never looked through again."""
    if _managed:
        gc.freeze()
        gc.enable()
        gc.set_threshold(*_THRESHOLDS)


def look(quiet_s: float) -> None:
    """Look through all objects if there may be garbage, and no key has come for a while."""
    if quiet_s >= _QUIET_S and gc.get_count()[2] >= _WORTH:
        gc.collect()
