"""Objects for property tests: keys that collide by case, accent and folder; sounds half known."""

from hypothesis import strategies as st

from s3audio_tui.catalog.rows import Entry, Sound

LETTERS = "aAbBzé\u0301ßİかガ한%_\\'\" .-/"
"""Few letters, so that they meet: case, accents, marks, what LIKE and quoting act on, folders."""

words = st.text(LETTERS.replace('"', ""), min_size=1, max_size=3)

keys = st.one_of(
    st.text(LETTERS, min_size=1, max_size=10),
    st.builds(
        "{}/{}.{}".format,
        st.sampled_from(("a", "A", "b", "a/b", "é", "a/b/c")),
        st.text(LETTERS, max_size=4),
        st.sampled_from(("wav", "WAV", "mp3", "txt")),
    ),
)

any_keys = st.one_of(keys, st.text(min_size=1, max_size=8)).filter(
    lambda key: not key.startswith(".s3audio/")
)
"""These and all that Unicode has."""


def entries(key: st.SearchStrategy[str] = keys) -> st.SearchStrategy[Entry]:
    """Return a strategy for listed objects."""
    return st.builds(
        Entry,
        key,
        st.integers(0, 4),
        st.integers(0, 3).map(float),
        st.sampled_from(("e1", "e2")),
        st.sampled_from(("STANDARD", "GLACIER")),
    )


def listings(key: st.SearchStrategy[str] = keys, most: int = 25) -> st.SearchStrategy[list[Entry]]:
    """Return a strategy for what a bucket holds, in key order."""
    return st.lists(entries(key), max_size=most, unique_by=lambda entry: entry.key).map(
        lambda found: sorted(found, key=lambda entry: entry.key.encode())
    )


sounds = st.builds(
    Sound,
    st.sampled_from((None, 0.5, 1.0)),
    st.sampled_from((None, 44_100, 48_000)),
    st.sampled_from((None, 1, 2)),
    st.none(),
    st.sampled_from((None, 16, 24)),
    st.sampled_from(("wav", "flac")),
)
