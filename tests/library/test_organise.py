"""Many names at once, names traded, several sources, new folders; and all of it taken back."""

from collections.abc import Callable
from typing import Any

import hypothesis
import hypothesis.strategies as st
import pytest

from s3audio_tui.catalog.journal import Item
from s3audio_tui.errors import ConflictError, NotFoundError, UsageError
from s3audio_tui.library import bulk_rename, folders, rename, targets, trash, undo
from s3audio_tui.library.chains import Pair, chains, legs, net
from s3audio_tui.library.opening import Library
from s3audio_tui.store import objects
from s3audio_tui.text import safe
from tests.library.conftest import MakeLibrary
from tests.library.helpers import catalog_keys, done, failures, refreshed, stored_keys
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

Fill = Callable[..., None]


@pytest.fixture(params=["versioned", "plain"])
def both(request: pytest.FixtureRequest, make_library: MakeLibrary) -> Library:
    return make_library(versioned=request.param == "versioned")


@pytest.fixture
def fill(plain_s3: Any) -> Fill:
    def put(library: Library, *keys: str) -> None:
        for key in keys:
            plain_s3.put_object(Bucket=library.bucket, Key=key, Body=key.encode())
        refreshed(library)

    return put


def bodies(library: Library, client: Any) -> dict[str, str]:
    """What each visible key holds: the name that it had at first."""
    return {
        key: objects.read_small(library.store, key)[0].decode()
        for key in stored_keys(client, library.bucket)
        if not key.startswith(".s3audio/")
    }


def renamed(library: Library, **names: str) -> list[Pair]:
    return [Pair(f"{old}.wav", f"{new}.wav", 0) for old, new in names.items()]


def upcoming(library: Library) -> str:
    action = undo.upcoming(library)
    return undo.words(action) if action else ""


# Names traded


@hypothesis.given(st.permutations(list("abcdefg")), st.integers(0, 7))
def test_any_renaming_is_brought_into_an_order(goal: list[str], count: int) -> None:
    wanted = [Pair(old, new, 0) for old, new in zip("abcdefg", goal, strict=True) if old != new]
    wanted = wanted[:count]
    there = {name: name for name in "abcdefg" if name not in {p.target for p in wanted}}
    there |= {pair.source: pair.source for pair in wanted}
    moves = []
    for chain in chains(wanted):
        moves += list(legs(chain)) if chain.aside else list(chain.pairs)
    for leg in moves:
        assert leg.target not in there
        there[leg.target] = there.pop(leg.source)
    assert {pair.target: pair.source for pair in wanted}.items() <= there.items()
    items: list[Item] = [{"from": leg.source, "to": leg.target} for leg in moves]
    pairs = {(item["from"], item["to"]) for item in net(items)}
    assert pairs == {(pair.source, pair.target) for pair in wanted}
    items += [{"from": leg.target, "to": leg.source} for leg in reversed(moves)]
    assert net(items) == []


def test_files_trade_names_and_trade_them_back(both: Library, fill: Fill, plain_s3: Any) -> None:
    fill(both, *(f"{name}.wav" for name in "abcdef"))
    wanted = renamed(both, a="b", b="c", c="a", d="e", e="new")
    assert len(done(rename.move_pairs(both, wanted))) == 5
    after = {"b.wav": "a.wav", "c.wav": "b.wav", "a.wav": "c.wav", "e.wav": "d.wav"}
    after |= {"new.wav": "e.wav", "f.wav": "f.wav"}
    assert bodies(both, plain_s3) == after
    assert catalog_keys(both) == sorted(after)
    assert upcoming(both) == "the rename of 5 files"
    assert undo.undo(both).sentence == "5 files renamed back"
    assert bodies(both, plain_s3) == {f"{n}.wav": f"{n}.wav" for n in "abcdef"}
    undo.redo(both)
    assert bodies(both, plain_s3) == after
    undo.undo(both)
    assert bodies(both, plain_s3) == {f"{n}.wav": f"{n}.wav" for n in "abcdef"}


@pytest.mark.parametrize("times", [1, 0])
def test_a_trade_that_fails_is_no_trade(
    library: Library, fill: Fill, plain_s3: Any, s3_server: StrictS3, times: int
) -> None:
    """The second time not even the way back is open; undo finds it later."""
    fill(library, "a.wav", "b.wav", "c.wav")
    library.capabilities()
    fault = Fault(method="PUT", key="b.wav", code="AccessDenied", times=times)
    s3_server.set_faults(library.bucket, fault)
    events = list(rename.move_pairs(library, renamed(library, a="b", b="c", c="a")))
    s3_server.forget(library.bucket)
    assert failures(events) == dict.fromkeys(("a.wav", "b.wav", "c.wav"), "not_allowed")
    if not times:
        assert "is named a (renaming" in str(events[0])
        assert not failures(undo.undo(library).events)
    assert bodies(library, plain_s3) == {f"{n}.wav": f"{n}.wav" for n in "abc"}
    with pytest.raises(NotFoundError, match="nothing to undo"):
        undo.undo(library)


def test_a_name_that_is_not_given_up_stops_those_who_want_it(
    library: Library, fill: Fill, plain_s3: Any
) -> None:
    fill(library, "a.wav", "b.wav", "c.wav")
    events = list(rename.move_pairs(library, renamed(library, a="b", b="c")))
    assert failures(events) == {"a.wav": "conflict", "b.wav": "conflict"}
    assert bodies(library, plain_s3) == {f"{n}.wav": f"{n}.wav" for n in "abc"}


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_trade_cut_short_is_undone(both: Library, fill: Fill, plain_s3: Any, cut: int) -> None:
    """As a kill leaves it after so many of its three moves, the next one copied but no more."""
    fill(both, "a.wav", "b.wav")
    (chain,) = chains(renamed(both, a="b", b="a"))
    action = both.journal.begin("rename")
    moves = list(legs(chain))
    for leg in moves[:cut]:
        list(rename.move_pairs(both, [leg], into=[]))
        etag = objects.head(both.store, leg.target).etag
        both.journal.add_item(action, {"from": leg.source, "to": leg.target, "etag": etag})
    for leg in moves[cut : cut + 1]:
        begun: Item = {"from": leg.source, "to": leg.target, "begun": "yes"}
        both.journal.add_item(action, begun)
        plain_s3.copy_object(
            Bucket=both.bucket,
            Key=leg.target,
            CopySource={"Bucket": both.bucket, "Key": leg.source},
        )
    both.journal.set_state(action, "done")
    assert not failures(undo.undo(both).events)
    assert bodies(both, plain_s3) == {"a.wav": "a.wav", "b.wav": "b.wav"}


# Names edited as a text


def test_names_are_written_and_read(library: Library, fill: Fill) -> None:
    keys = ["takes/a.wav", "takes/deep/", "takes/evil\n%0a\x1b.wav", "takes/50% done.wav"]
    fill(library, *keys, "takes/taken.wav")
    text = bulk_rename.as_text(keys)
    assert text == "a.wav\ndeep/\nevil%0A%250a%1B.wav\n50% done.wav\n"
    assert bulk_rename.read(library, keys, text).changes == ()
    plan = bulk_rename.read(library, keys, "b.wav\r\nflat\nevil.wav\n50%20 done.wav\n\n")
    assert [(c.target, c.problem) for c in plan.changes] == [
        ("takes/b.wav", ""),
        ("takes/flat/", ""),
        ("takes/evil.wav", ""),
        ("takes/50%20 done.wav", ""),
    ]
    assert plan.ready
    assert done(rename.move_pairs(library, bulk_rename.pairs(library, plan))) == sorted(keys)


def test_hostile_names_are_written_on_one_line_and_do_nothing(
    library: Library, hostile_keys: dict[str, str]
) -> None:
    keys = [key.rstrip("/") for key in hostile_keys.values()]
    text = bulk_rename.as_text(keys)
    assert text.count("\n") == len(keys)
    assert all(safe(char) == char for char in text.replace("\n", ""))
    assert bulk_rename.read(library, keys, text) == bulk_rename.Plan("", ())


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("x.wav\nx.wav\nc/\n", ["two would have this name", "two would have this name"]),
        ("taken.wav\nb.wav\nc/\n", ["this name is taken"]),
        ("b.wav\na.wav\nc/\n", ["", ""]),
        ("b.wav\nb.wav\nc/\n", ["this name is taken"]),
        ("a.wav\nb.wav\nfull\n", ["this name is taken"]),
        ("a.wav\nb.wav\nc/deeper\n", ["a folder cannot go into itself"]),
        ("a.wav\nb.wav\n", None),
        ("", None),
        ("   \n../b.wav\nc/\n", ["the name is empty", "a name cannot have . or .. as a folder"]),
    ],
)
def test_what_cannot_be_is_said_of_each_name(
    library: Library, fill: Fill, text: str, problems: list[str] | None
) -> None:
    fill(library, "a.wav", "b.wav", "c/", "c/d.wav", "taken.wav", "full/x.wav")
    plan = bulk_rename.read(library, ["a.wav", "b.wav", "c/"], text)
    if problems is None:
        assert plan.mistake
    else:
        assert [change.problem for change in plan.changes] == problems
    assert plan.ready == (problems is not None and not any(problems))


def test_a_file_in_a_folder_that_is_renamed_too(library: Library, fill: Fill) -> None:
    fill(library, "c/d.wav")
    plan = bulk_rename.read(library, ["c/", "c/d.wav"], "e/\nc/f.wav\n")
    assert [change.problem for change in plan.changes] == ["", "its folder c/ is renamed too"]


# Several sources, and what is taken


def test_files_and_folders_move_into_a_folder(both: Library, fill: Fill, plain_s3: Any) -> None:
    fill(both, "a.wav", "b.wav", "c/d.wav", "c/e/f.wav", "into/x.wav")
    wanted = targets.planned(both, ["[ab].wav", "c/", "into/x.wav"], "into/")
    assert len(done(rename.move_pairs(both, wanted))) == 4
    moved = ["into/a.wav", "into/b.wav", "into/c/d.wav", "into/c/e/f.wav", "into/x.wav"]
    assert sorted(bodies(both, plain_s3)) == moved
    assert undo.undo(both).sentence == "4 files renamed back"
    with pytest.raises(UsageError, match="several files go into a folder"):
        targets.planned(both, ["a.wav", "b.wav"], "into")
    with pytest.raises(UsageError, match="there already"):
        targets.pairs_into(both, ["into/x.wav"], "into/")
    with pytest.raises(UsageError, match="below itself"):
        targets.pairs_into(both, ["c/"], "c/e/")


def test_a_taken_name_gets_a_number_and_no_two_the_same(
    library: Library, fill: Fill, plain_s3: Any
) -> None:
    fill(library, "to/x.wav", "a/x.wav", "b/x.wav", "c/x.wav")
    wanted = targets.planned(library, ["*/x.wav"], "to/")
    assert len(done(rename.copy_pairs(library, wanted, if_exists="rename"))) == 3
    found = bodies(library, plain_s3)
    assert found["to/x.wav"] == "to/x.wav"
    numbers = {found[f"to/x ({n}).wav"] for n in (2, 3, 4)}
    assert numbers == {"a/x.wav", "b/x.wav", "c/x.wav"}
    refused = failures(rename.copy_pairs(library, wanted))
    assert refused == dict.fromkeys(("a/x.wav", "b/x.wav", "c/x.wav"), "conflict")


def test_copies_are_taken_back_unless_they_changed(
    both: Library, fill: Fill, plain_s3: Any
) -> None:
    fill(both, "a.wav", "b.wav")
    list(rename.copy_pairs(both, targets.planned(both, ["*.wav"], "to/")))
    plain_s3.put_object(Bucket=both.bucket, Key="to/b.wav", Body=b"edited")
    assert upcoming(both) == "the copy of 2 files"
    turned = undo.undo(both)
    assert done(turned.events) == ["to/a.wav"]
    assert failures(turned.events) == {"to/b.wav": "conflict"}
    assert sorted(bodies(both, plain_s3)) == ["a.wav", "b.wav", "to/b.wav"]
    assert "to/a.wav" in [entry.key for entry in trash.entries(both)]
    undo.redo(both)
    assert bodies(both, plain_s3)["to/a.wav"] == "a.wav"
    assert done(undo.undo(both).events) == ["to/a.wav"]


# New folders


def test_a_new_folder_is_there_at_once_and_undone_while_empty(both: Library, plain_s3: Any) -> None:
    assert done(folders.make(both, ["takes", "voice/raw/"])) == ["takes/", "voice/raw/"]
    assert [folder.path for folder in both.catalog.folders("")] == ["takes/", "voice/"]
    assert stored_keys(plain_s3, both.bucket)[-2:] == ["takes/", "voice/raw/"]
    plain_s3.put_object(Bucket=both.bucket, Key="takes/a.wav", Body=b"x")
    turned = undo.undo(both)
    assert turned.sentence == "1 of 2 folders removed again"
    assert failures(turned.events) == {"takes/": "conflict"}
    assert [folder.path for folder in both.catalog.folders("")] == ["takes/"]
    assert trash.entries(both) == []
    assert undo.redo(both).sentence == "voice/raw/ made again"
    assert [folder.path for folder in both.catalog.folders("voice/")] == ["voice/raw/"]


def test_a_folder_takes_no_name_that_is_taken(library: Library, fill: Fill) -> None:
    fill(library, "takes/a.wav", "file")
    assert failures(folders.make(library, ["takes", "file"])) == {
        "takes/": "conflict",
        "file/": "conflict",
    }
    for name in ("", "/", "a//b", "../x", ".s3audio"):
        with pytest.raises(UsageError):
            list(folders.make(library, [name]))
    with pytest.raises(NotFoundError):
        undo.undo(library)
    with undo.alone(library), pytest.raises(ConflictError):
        undo.undo(library)


def test_an_empty_folder_is_renamed_and_leaves_nothing(library: Library, plain_s3: Any) -> None:
    list(folders.make(library, ["old"]))
    assert done(rename.move(library, "old/", "new/")) == ["old/"]
    assert [folder.path for folder in library.catalog.folders("")] == ["new/"]
    assert upcoming(library) == "the rename of new/"
    assert undo.upcoming(library, back=False) is None
