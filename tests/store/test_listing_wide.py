"""Long lists by several requests at once: they say what a plain list says, whatever the keys."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError, NotAllowedError
from s3audio_tui.store import fast_lists, listing, spans
from s3audio_tui.store.client import Store
from s3audio_tui.store.guesses import shape_of
from s3audio_tui.store.in_turn import Span
from tests import hostile
from tests.store.test_listing import ask_otherwise, in_pages_of, put
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

HOSTILE = sorted(set(hostile.KEYS.values()))


def in_order(found: list[Span]) -> list[Span]:
    """Return the spans by where they begin, after having looked that they leave nothing out."""
    by_start = {span.after: span for span in found}
    assert len(by_start) == len(found)
    ordered = [by_start.pop("")]
    while by_start:
        through = ordered[-1].through
        assert through is not None
        ordered.append(by_start.pop(through))
    assert ordered[-1].through is None
    for span in ordered:
        keys = [entry.key for entry in span.entries]
        assert all(span.after < key for key in keys)
        assert all(span.through is None or key <= span.through for key in keys)
    return ordered


def keys_in(found: list[Span]) -> list[str]:
    return [entry.key for span in in_order(found) for entry in span.entries]


def plain(store: Store, prefix: str = "") -> list[str]:
    return [entry.key for page in listing.pages(store, prefix) for entry in page]


@pytest.fixture
def numbered(store: Store) -> Store:
    """A bucket with 30 files in one folder and 10 in ten others, listed in pages of four."""
    for number in range(30):
        put(store, f"one/take-{number:03}.wav")
    for number in range(10):
        put(store, f"session-{number}/a.wav")
    in_pages_of(store, 4)
    return store


def test_all_is_found_once(numbered: Store) -> None:
    assert keys_in(list(spans.spans(numbered, ""))) == plain(numbered)
    assert keys_in(list(spans.spans(numbered, "one/"))) == plain(numbered, "one/")
    found = [entry.key for page in spans.pages(numbered, "") for entry in page]
    assert found == plain(numbered)


def test_keys_of_last_time_need_not_be_there_any_more(numbered: Store) -> None:
    points = ["", "a", "one/take-002.wav", "one/take-0025", "one/take-029.wav", "zzz"]
    assert keys_in(list(spans.spans(numbered, "", points=points))) == plain(numbered)
    assert keys_in(list(spans.spans(numbered, "one/", points=points))) == plain(numbered, "one/")


def test_a_short_list_costs_one_request(store: Store, s3_server: StrictS3) -> None:
    for number in range(4):
        put(store, f"{number}.wav")
    s3_server.forget(store.bucket)
    assert len(keys_in(list(spans.spans(store, "")))) == 4
    assert list(spans.pages(store, "nothing/")) == [[]]
    assert len(s3_server.asked(store.bucket)) == 2


def test_hostile_keys_come_whole(store: Store, hostile_keys: dict[str, str]) -> None:
    wanted = sorted(hostile_keys.values(), key=str.encode)
    for key in wanted:
        put(store, key)
    in_pages_of(store, 3)
    assert keys_in(list(spans.spans(store, ""))) == wanted
    assert keys_in(list(spans.spans(store, "", points=wanted[::5]))) == wanted


class Keys:
    """A bucket that keeps what was put, so that each example needs few requests."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.there: set[str] = set()
        self.page = 2
        ask_otherwise(store, self._fewer)

    def _fewer(self, query: dict[str, str]) -> None:
        query["max-keys"] = str(self.page)

    def become(self, wanted: set[str]) -> None:
        for key in wanted - self.there:
            put(self.store, key)
        for key in self.there - wanted:
            self.store.client.delete_object(Bucket=self.store.bucket, Key=key)
        self.there = wanted


@pytest.fixture
def bucket_of(store: Store) -> Keys:
    return Keys(store)


names = st.text("ab0/é\x7f ", min_size=1, max_size=4) | st.sampled_from(HOSTILE)
counted = st.builds(
    lambda folder, numbers: {f"{folder}{number:04}.wav" for number in numbers},
    st.sampled_from(("", "a/", "b/c/", "take-")),
    st.sets(st.integers(0, 30), max_size=12),
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    keys=st.sets(names, max_size=8),
    numbers=counted,
    points=st.lists(names, max_size=3),
    prefix=st.sampled_from(("", "a", "a/", "b/")),
    page=st.integers(1, 4),
)
def test_any_keys_are_listed_as_the_plain_list_does(
    bucket_of: Keys, keys: set[str], numbers: set[str], points: list[str], prefix: str, page: int
) -> None:
    bucket_of.become(keys | numbers)
    bucket_of.page = page
    wanted = sorted(key for key in bucket_of.there if key.startswith(prefix))
    assert keys_in(list(spans.spans(bucket_of.store, prefix, points=points))) == wanted


def test_a_store_that_knows_no_beginning(numbered: Store) -> None:
    wanted = plain(numbered)

    ask_otherwise(numbered, lambda query: query.update({"start-after": ""}))
    assert keys_in(list(spans.spans(numbered, ""))) == wanted
    assert keys_in(list(spans.spans(numbered, "", points=["one/take-015.wav"]))) == wanted


def test_a_store_that_knows_no_order(numbered: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = plain(numbered)
    read = fast_lists.read

    def turned(body: bytes) -> fast_lists.Listed | None:
        listed = read(body)
        return listed and replace(listed, entries=listed.entries[::-1])

    monkeypatch.setattr(fast_lists, "read", turned)
    assert keys_in(list(spans.spans(numbered, ""))) == wanted


class Held:
    """Requests that wait until they may go on, counted meanwhile."""

    def __init__(self, store: Store) -> None:
        self.most = self._now = 0
        self._lock = threading.Lock()
        self.go = threading.Event()
        self.full = threading.Event()
        ask_otherwise(store, self._hold)

    def _hold(self, _: dict[str, str]) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            if self._now == spans.WORKERS:
                self.full.set()
        self.go.wait(30)
        with self._lock:
            self._now -= 1

    def let_go_when_full(self) -> None:
        self.full.wait(30)
        self.go.set()


@pytest.fixture
def held(numbered: Store) -> Iterator[Held]:
    made = Held(numbered)
    yield made
    made.go.set()


def test_eight_requests_at_once_and_no_more(numbered: Store, held: Held) -> None:
    points = [f"one/take-{number:03}.wav" for number in range(0, 30, 2)]
    found = spans.spans(numbered, "", points=points)
    threading.Thread(target=held.let_go_when_full, daemon=True).start()
    assert len(keys_in(list(found))) == 40
    assert held.most == spans.WORKERS


def test_a_cancel_waits_for_no_answer(numbered: Store, held: Held) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        list(spans.spans(numbered, "", cancel=cancel))
    assert not held.go.is_set()


def test_one_refused_request_ends_the_list(numbered: Store, s3_server: StrictS3) -> None:
    s3_server.set_faults(numbered.bucket, Fault(query="start-after", code="AccessDenied"))
    with pytest.raises(NotAllowedError):
        list(spans.spans(numbered, ""))


def test_folders_that_may_not_be_asked_for_do_no_harm(numbered: Store, s3_server: StrictS3) -> None:
    s3_server.set_faults(numbered.bucket, Fault(query="delimiter", code="AccessDenied"))
    assert len(keys_in(list(spans.spans(numbered, "")))) == 40


pages_of_keys = st.lists(st.text(max_size=12), min_size=2, max_size=30, unique=True).map(sorted)


@given(pages_of_keys, st.text(max_size=12), st.floats(0.5, 50))
def test_a_guess_is_always_ahead(keys: list[str], key: str, pages: float) -> None:
    shape = shape_of(keys, "")
    assume(shape is not None)
    assert shape is not None
    guess = shape.ahead(key, pages)
    assert guess is None or guess > key


@pytest.mark.parametrize(
    "name",
    [
        lambda number: f"music/take-{number:06}.wav",
        lambda number: f"{number * 2654435761 % 2**32:08x}.flac",
        lambda number: (
            f"a/2026-11-{number // 1440 + 1:02}T{number // 60 % 24:02}{number % 60:02}.mp3"
        ),
    ],
    ids=["counted", "hashed", "dated"],
)
def test_most_pages_of_usual_names_are_guessed(name: Callable[[int], str]) -> None:
    """A guess is good where it falls within two pages of where it was wanted."""
    keys = sorted(name(number) for number in range(20_000))
    good = 0
    for page in range(1, 19):
        shape = shape_of(keys[(page - 1) * 1000 : page * 1000], "")
        guess = shape.ahead(keys[page * 1000 - 1], 1) if shape is not None else None
        if guess is not None:
            at = sum(1 for key in keys if key <= guess)
            good += abs(at - (page + 1) * 1000) < 1000
    assert good >= 12
