"""Text as the search compares it: without case, without accents."""

import re
import unicodedata

_NO_TEXT = re.compile("[\0\ud800-\udfff]")
"""NUL, at which SQLite's LIKE would stop, and halves of a character, which no key has."""


def fold(text: str) -> str:
    """Return `text` without case and accents. Folding the parts of a text folds the whole."""
    if text.isascii():
        bare = text.lower()
    else:
        plain = unicodedata.normalize("NFKD", text)
        bare = "".join(char for char in plain if not unicodedata.combining(char)).casefold()
    return _NO_TEXT.sub("\ufffd", bare)


def storable(key: str) -> bool:
    """Whether a key is Unicode, as all keys of S3 are; names of local files need not be."""
    return key.isascii() or not any("\ud800" <= char <= "\udfff" for char in key)


def stored_fold(key: str) -> str | None:
    """Return what is kept beside `key` for the search: None where LIKE on the key does as well.

    LIKE ignores the case of ASCII letters, so that only other keys need a folded copy.
    """
    return None if key.isascii() and "\0" not in key else fold(key)
