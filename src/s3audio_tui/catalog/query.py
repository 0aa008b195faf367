"""What a person searches for, read from what they type: words, fields, and where it is wrong."""

import re
from dataclasses import dataclass, field

from s3audio_tui.catalog.fields import BY_NAME, Compared, Ending, Named, OfFormat, Test
from s3audio_tui.catalog.folding import fold

_MAX_TERMS = 50
_MAX_TERM = 1024
"""Characters of a term: no key has more, and SQLite takes no pattern without an end."""

_IN_HEADERS = ("duration", "rate", "channels", "bits")

_PIECE = re.compile(
    rf'(-?)(?:({"|".join(BY_NAME)}):(?:"([^"]*)"?|(\S*))|"([^"]*)"?|(\S+))', re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A term that cannot be understood, from `start` up to `end` of the text, and what is right."""

    start: int
    end: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Query:
    """A row has all of `words` in its key and none of `excluded`, in any order, case or accent.

    It meets all of `tests`, and none of `refused`. What was a mistake asks nothing.
    """

    words: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    tests: tuple[Test, ...] = ()
    refused: tuple[Test, ...] = ()
    mistakes: tuple[Mistake, ...] = field(default=(), compare=False)

    @property
    def marked(self) -> tuple[str, ...]:
        """What is to be marked in the names that are found."""
        named = [test.text for test in self.tests if isinstance(test, Named)]
        lists = [test.endings for test in self.tests if isinstance(test, Ending)]
        return (*self.words, *named, *(f".{ending}" for found in lists for ending in found))

    @property
    def by_header(self) -> bool:
        """Whether it asks what only headers say."""
        return any(isinstance(test, Compared) and test.column in _IN_HEADERS for test in self._all)

    @property
    def by_sound(self) -> bool:
        """Whether its answer may change when a header is read."""
        return self.by_header or any(isinstance(test, OfFormat) for test in self._all)

    def narrows(self, other: "Query") -> bool:
        """Whether all that this finds is among what `other` finds, as after one more letter."""
        words = [fold(word) for word in self.words]
        excluded = [fold(word) for word in self.excluded]
        return (
            all(any(fold(wider) in word for word in words) for wider in other.words)
            and all(any(word in fold(longer) for word in excluded) for longer in other.excluded)
            and set(other.tests) <= set(self.tests)
            and set(other.refused) <= set(self.refused)
        )

    @property
    def _all(self) -> tuple[Test, ...]:
        return (*self.tests, *self.refused)


@dataclass
class _Found:
    """What is found of one kind, each once, in order."""

    words: dict[str, None] = field(default_factory=dict)
    tests: dict[Test, None] = field(default_factory=dict)


def parse(text: str, now: float) -> Query:
    """Return what `text` asks for: words, `"two words"` as one, fields as `ext:wav`.

    A `-` before any of them asks for what it does not match. `now` is for ages, in seconds since
    1970. Never raises: what is wrong is among the mistakes, and the rest counts.
    """
    found = {"": _Found(), "-": _Found()}
    mistakes: list[Mistake] = []
    for count, piece in enumerate(_PIECE.finditer(text)):
        if count == _MAX_TERMS:
            sentence = f"a search has at most {_MAX_TERMS} terms"
            mistakes.append(Mistake(piece.start(), len(text.rstrip()), sentence))
            break
        if len(piece[0]) > _MAX_TERM:
            sentence = f"a term has at most {_MAX_TERM:,} characters"
            mistakes.append(Mistake(piece.start(), piece.end(), sentence))
            continue
        minus, name, quoted_value, value, quoted, plain = piece.groups()
        if name is None:
            if (word := quoted or plain) and (minus or word != "-"):
                found[minus].words[word] = None
            continue
        asked = BY_NAME[name.lower()]
        test = asked.read(quoted_value or value or "", now)
        if test is None:
            sentence = f"{name.lower()}: {asked.remedy}"
            mistakes.append(Mistake(piece.start(), piece.end(), sentence))
        else:
            found[minus].tests[test] = None
    wanted, refused = found[""], found["-"]
    return Query(
        tuple(wanted.words),
        tuple(refused.words),
        tuple(wanted.tests),
        tuple(refused.tests),
        tuple(mistakes),
    )
