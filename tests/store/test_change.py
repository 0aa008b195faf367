"""An object's headers and tags changed by copying it onto itself: all else stays."""

from dataclasses import replace
from typing import Any

import pytest

from s3audio_tui.errors import ConflictError
from s3audio_tui.store import objects
from s3audio_tui.store.client import Store
from s3audio_tui.store.copy import change
from s3audio_tui.store.copy_job import New
from s3audio_tui.store.probe import NONE
from tests.store.test_copy import ALL, IN_PARTS, assert_same, content, put

MIB = 1024 * 1024


@pytest.mark.parametrize("how", [{}, IN_PARTS], ids=["whole", "in parts"])
@pytest.mark.parametrize("can", [ALL, NONE], ids=["conditions", "none"])
def test_what_is_given_is_changed_and_all_else_stays(
    store: Store, how: dict[str, Any], can: Any
) -> None:
    source = put(store, "a.wav", b"x" * (11 * MIB if how else 5))
    made = change(store, source, New(metadata={"user": "you"}), can=can, **how)
    assert_same(store, made, replace(source, metadata={"user": "you"}))
    made = change(store, made, New({"take": "8"}, content_type="audio/wav"), can=can, **how)
    assert (made.content_type, made.metadata) == ("audio/wav", {"user": "you"})
    assert (made.headers, made.storage_class) == (source.headers, source.storage_class)
    assert objects.tags(store, "a.wav") == {"take": "8"}
    assert content(store, "a.wav") == b"x" * source.size_bytes


@pytest.mark.parametrize("can", [ALL, NONE], ids=["conditions", "none"])
def test_one_that_was_replaced_meanwhile_is_left_alone(store: Store, can: Any) -> None:
    source = put(store, "a.wav")
    put(store, "a.wav", b"somebody's")
    with pytest.raises(ConflictError):
        change(store, source, New(metadata={}), can=can)
    assert objects.head(store, "a.wav").metadata == source.metadata
    assert content(store, "a.wav") == b"somebody's"
