import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3audio_tui.errors import SettingsError
from s3audio_tui.library.layouts import LAYOUTS, Uploader, key_for, template_of

NOW = datetime(2026, 11, 20, 9, 30, 15, 123456, tzinfo=UTC).timestamp()
ANNA = Uploader("anna", "listener", "google")
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ("plain", r"Room Tone\.WAV"),
        ("dated", rf"anna/2026/11/20/{UUID}\.wav"),
        ("uploads", r"uploads/anna/1795167015123-[0-9a-f]{8}-Room Tone\.WAV"),
        ("staged", rf"audio-files/anna/temp/{UUID}\.wav"),
        ("recorder", r"users/listener/google/anna/2026-11-20T09-30-15\.123456Z\.wav"),
        ("{yyyy}-{mm}/{stem}-{rand}.{ext}", r"2026-11/Room Tone-[0-9a-f]{8}\.wav"),
    ],
)
def test_each_layout_gives_its_keys(layout: str, expected: str) -> None:
    assert re.fullmatch(expected, key_for(layout, "Room Tone.WAV", ANNA, NOW))


def test_plain_keeps_folders_and_the_named_layouts_do_not() -> None:
    assert key_for("plain", "takes/a.wav", ANNA, NOW) == "takes/a.wav"
    assert key_for("uploads", "takes/a.wav", ANNA, NOW).endswith("-a.wav")
    assert "takes" not in key_for("uploads", "takes/a.wav", ANNA, NOW)


def test_names_come_out_composed() -> None:
    assert key_for("plain", "cafe\u0301.wav", ANNA, NOW) == "caf\u00e9.wav"


@pytest.mark.parametrize(
    "layout", ["nonsense", "{nope}/{name}", "{name", "{user}/{yyyy}", "{name!r}", "{name:>99}"]
)
def test_a_layout_that_cannot_work_is_refused(layout: str) -> None:
    with pytest.raises(SettingsError):
        template_of(layout)


@given(user=st.text(min_size=1), layout=st.sampled_from(sorted(set(LAYOUTS) - {"plain"})))
def test_a_user_never_leaves_his_folder(user: str, layout: str) -> None:
    try:
        user.encode()
    except UnicodeEncodeError:
        return
    plain = key_for(layout, "a.wav", ANNA, NOW).count("/")
    key = key_for(layout, "a.wav", Uploader(user, "user", "local"), NOW)
    assert key.count("/") == plain
    assert not {"", ".", ".."} & set(key.split("/"))


@given(st.lists(st.sampled_from(["dated", "uploads", "staged"]), min_size=2, max_size=20))
def test_keys_made_at_one_instant_differ(layouts: list[str]) -> None:
    keys = [key_for(layout, "a.wav", ANNA, NOW) for layout in layouts]
    assert len(set(keys)) == len(keys)
