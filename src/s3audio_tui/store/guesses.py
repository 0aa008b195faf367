"""Where the next pages of a list may begin, guessed from one page: its keys read as numbers.

A guess costs at most a request; what is listed never depends on it.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

_ALPHABETS = tuple(
    "".join(sorted(each))
    for each in (
        "0123456789",
        "0123456789abcdef",
        "0123456789ABCDEF",
        "abcdefghijklmnopqrstuvwxyz",
        "0123456789abcdefghijklmnopqrstuvwxyz",
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "".join(map(chr, range(0x20, 0x7F))),
    )
)
_WIDTH = 6
"""Characters behind those that all keys of a page share: more than enough to tell pages apart."""

_SAMPLE = 64


@dataclass(frozen=True, slots=True)
class Shape:
    """How the keys of a page go on: from `start` on they count, in the digits of `alphabet`."""

    head: str
    """What comes before the digits."""
    alphabet: str
    width: int
    step: int
    """How far one page reaches."""

    def ahead(self, key: str, pages: float) -> str | None:
        """Return about where so many pages behind `key` end; None where the digits are at an end.

        What is returned is greater than `key`.
        """
        if not key.startswith(self.head):
            return None
        number = self._number(key) + math.ceil(self.step * pages)
        if number >= len(self.alphabet) ** self.width:
            return None
        digits = []
        for _ in range(self.width):
            number, digit = divmod(number, len(self.alphabet))
            digits.append(self.alphabet[digit])
        guess = self.head + "".join(reversed(digits))
        return guess if guess > key else None

    def pages(self, after: str, until: str | None) -> float:
        """Return about how many pages lie between two keys; infinite where nothing tells."""
        if until is None or not (after.startswith(self.head) and until.startswith(self.head)):
            return math.inf
        return (self._number(until) - self._number(after)) / self.step

    def _number(self, key: str) -> int:
        """Return the value of the digits of `key`; it never falls from one key to the next."""
        number, base = 0, len(self.alphabet)
        digits = key[len(self.head) : len(self.head) + self.width]
        for at, char in enumerate(digits):
            digit = bisect_right(self.alphabet, char) - 1
            if digit < 0 or self.alphabet[digit] != char:  # between two digits, or beside all
                behind: int = base ** (self.width - at - 1)
                return (number * base + digit + 1) * behind - (digit >= 0)
            number = number * base + digit
        return number * int(base ** (self.width - len(digits)))


def shape_of(keys: Sequence[str], prefix: str) -> Shape | None:
    """Return how the keys of a page go on, all below `prefix` and in order; None if they do not."""
    if len(keys) < 2:
        return None
    pairs = zip(keys[0], keys[-1], strict=False)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    sample = keys[:: max(1, len(keys) // _SAMPLE)]
    seen = {char for key in (*sample, keys[-1]) for char in key[shared : shared + 2]}
    letters = {char for char in seen if char.isalnum()} or seen
    alphabet = next((one for one in _ALPHABETS if letters <= set(one)), "".join(sorted(seen)))
    start = shared
    while start > len(prefix) and keys[-1][start - 1] in alphabet:
        start -= 1
    made = Shape(keys[-1][:start], alphabet, shared - start + _WIDTH, 1)
    step = made._number(keys[-1]) - made._number(keys[0])
    return Shape(made.head, alphabet, made.width, step) if step > 0 else None
