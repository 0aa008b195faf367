"""Fields of a search for property tests, and what they mean, naively in Python."""

import operator
import unicodedata
from collections.abc import Callable

from hypothesis import strategies as st

from s3audio_tui.catalog.fields import Compared, Ending, Inside, Named, OfFormat, Test
from s3audio_tui.catalog.rows import Row
from tests.catalog import keys

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}

bounds = st.lists(
    st.tuples(
        st.sampled_from((">=", ">", "<=", "<")),
        st.sampled_from((0.0, 0.5, 1.0, 2.0, 3.0, 16.0, 24.0, 44_100.0, 48_000.0)),
    ),
    min_size=1,
    max_size=2,
).map(tuple)

_texts = keys.words.filter(lambda text: "/" not in text)

tests: st.SearchStrategy[Test] = st.one_of(
    st.builds(
        Compared,
        st.sampled_from(("size", "modified", "duration", "rate", "channels", "bits")),
        bounds,
    ),
    st.builds(OfFormat, st.sampled_from((("wav",), ("flac", "mp3")))),
    st.builds(Ending, st.lists(_texts | st.just("wav"), min_size=1, max_size=2).map(tuple)),
    st.builds(Named, _texts),
    st.builds(
        Inside,
        st.sampled_from(("a", "A/", "/a", "/a/b/", "b/", "a/b", "/é", "nowhere"))
        | keys.words.filter(lambda text: text.strip("/") != ""),
    ),
)


def met(test: Test, row: Row, text: str) -> bool:
    """Return whether a row meets a field; `text` is its key behind the prefix, folded."""
    match test:
        case Compared(column, bounds):
            value = _value(row, column)
            return value is not None and all(_OPERATORS[by](value, end) for by, end in bounds)
        case OfFormat(formats):
            return row.format in formats
        case Ending(endings):
            return any(text.endswith(f".{folded(ending)}") for ending in endings)
        case Named(part):
            return folded(part) in text.rpartition("/")[2]
        case Inside(path):
            return _is_inside(text, folded(path))


def _is_inside(text: str, path: str) -> bool:
    folders = text[: text.rfind("/") + 1]
    if path.startswith("/"):
        return folders.startswith(path.lstrip("/"))
    starts = [0, *(i + 1 for i, char in enumerate(folders) if char == "/")]
    return any(folders.startswith(path, start) for start in starts)


def _value(row: Row, column: str) -> float | None:
    return {
        "size": row.size_bytes,
        "modified": row.modified,
        "duration": row.duration_s,
        "rate": row.sample_rate_hz,
        "channels": row.channels,
        "bits": row.bit_depth,
    }[column]


def folded(text: str) -> str:
    """Return a text without case and accents."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold()
