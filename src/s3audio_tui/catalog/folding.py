"""Text as the search compares it: without case, without accents."""

import unicodedata


def fold(text: str) -> str:
    """Return `text` without case and accents. Folding the parts of a text folds the whole.

    NUL, at which SQLite's LIKE would stop, becomes U+FFFD; so do lone surrogates, which no key has.
    """
    if text.isascii():
        return text.lower().replace("\0", "\ufffd")
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in plain if not unicodedata.combining(char)).casefold()
    return bare.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def stored_fold(key: str) -> str | None:
    """Return what is kept beside `key` for the search: None where LIKE on the key does as well.

    LIKE ignores the case of ASCII letters, so that only other keys need a folded copy.
    """
    return None if key.isascii() and "\0" not in key else fold(key)
