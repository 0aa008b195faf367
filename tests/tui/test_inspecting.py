"""Properties, tags, versions and links, by keys, and S3 asked what came of it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Static

from s3audio_tui.library import properties, undo, versions
from s3audio_tui.library.opening import Library
from s3audio_tui.library.properties import Properties
from s3audio_tui.library.sharing import Share
from s3audio_tui.library.versions import Version
from s3audio_tui.store import objects
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.screens.properties import PropertiesScreen
from s3audio_tui.tui.screens.share_link import CodeScreen, ShareLink
from s3audio_tui.tui.screens.share_menu import ShareMenu
from s3audio_tui.tui.screens.tag_form import TagForm
from s3audio_tui.tui.screens.versions import VersionsScreen
from tests.snapshots import Snapshot
from tests.tui.conftest import NOW, MakeLibrary
from tests.tui.driving import Driver, driven

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

OpenDemo = Callable[..., Library]


@pytest.fixture
def filled(library: Library, plain_s3: "S3Client") -> Library:
    """A library of two files with tags and metadata; the first has an older version."""
    for key, body in (("a.wav", b"1"), ("a.wav", b"22"), ("b.wav", b"333")):
        plain_s3.put_object(
            Bucket=library.bucket,
            Key=key,
            Body=body,
            ContentType="audio/wav",
            Metadata={"user": "me", "take": key[0]},
            Tagging="song=bridge",
        )
    return library


def held(library: Library, key: str) -> Properties:
    """Return what S3 has beside the bytes of a file."""
    (seen,) = properties.look(library, [key])
    return seen.properties


def said(driver: Driver, name: str) -> str:
    """Return what a line of the uppermost dialog says."""
    return str(driver.app.screen.query_one(name, Static).content)


# Tags and metadata


async def test_tags_of_a_file(filled: Library) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        await driver.press("T")
        assert driver.asks(TagForm)
        await driver.replace("outro")
        await driver.press("down")
        await driver.press("shift+tab")
        await driver.write("mood")
        await driver.press("tab")
        await driver.write("dark")
        await driver.press("enter")
        assert driver.said() == "Tags and metadata of a.wav changed z takes it back"
        after = Properties("audio/wav", {"user": "me", "take": "a"}, {})
        after.tags.update(song="outro", mood="dark")
        assert held(filled, "a.wav") == after
        await driver.press("z")
        assert held(filled, "a.wav").tags == {"song": "bridge"}


async def test_the_details_say_a_tag_as_soon_as_it_is_changed(filled: Library) -> None:
    async with driven(filled) as driver:
        assert "bridge" in driver.text()
        await driver.press("T")
        await driver.replace("outro")
        await driver.press("enter")
        assert "outro" in driver.text() and "bridge" not in driver.text()


async def test_metadata_of_many_changes_only_what_was_changed(filled: Library) -> None:
    async with driven(filled) as driver:
        await driver.press("ctrl+a", "T")
        assert "differs" in driver.text()
        await driver.press("ctrl+r")  # the tag that both have
        await driver.press("down", "down", "down")
        await driver.replace("you")
        await driver.press("enter")
        assert driver.said() == "Tags and metadata of 2 files changed z takes it back"
    for key in ("a.wav", "b.wav"):
        assert held(filled, key) == Properties("audio/wav", {"user": "you", "take": key[0]}, {})
    undo.undo(filled)
    assert held(filled, "b.wav").tags == {"song": "bridge"}


async def test_what_s3_would_refuse_is_said_while_one_types(filled: Library) -> None:
    async with driven(filled) as driver:
        await driver.press("T")
        await driver.write("|")
        assert "S3 takes no |" in said(driver, "#tags-said")
        await driver.press("enter")
        assert driver.asks(TagForm)
        await driver.press("backspace", "down", "down")
        await driver.replace("Köln")
        assert "make it a tag" in said(driver, "#tags-said")
        await driver.press("escape")
        assert "esc again" in said(driver, "#tags-said")
        await driver.press("escape")
        assert driver.said() == "Nothing was changed"
    assert held(filled, "a.wav").tags == {"song": "bridge"}


async def test_a_change_by_somebody_else_is_not_overwritten(
    filled: Library, plain_s3: "S3Client"
) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        await driver.press("T")
        theirs: Any = {"TagSet": [{"Key": "song", "Value": "theirs"}]}
        plain_s3.put_object_tagging(Bucket=filled.bucket, Key="a.wav", Tagging=theirs)
        await driver.replace("mine")
        await driver.press("enter")
        assert "was changed by somebody else" in driver.said()
    assert held(filled, "a.wav").tags == {"song": "theirs"}


# Properties


async def test_properties_lead_on(filled: Library) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        await driver.press("i")
        assert driver.asks(PropertiesScreen)
        assert "song" in driver.text() and "2 kept" in driver.text()
        await driver.press("V")
        assert driver.asks(VersionsScreen)
        await driver.press("escape", "i", "s")
        assert driver.asks(ShareMenu)
        await driver.press("escape", "i", "T")
        assert driver.asks(TagForm)


async def test_properties_of_what_was_deleted_meanwhile(
    filled: Library, plain_s3: "S3Client"
) -> None:
    async with driven(filled) as driver:
        await driver.go_to("b.wav")
        plain_s3.delete_object(Bucket=filled.bucket, Key="b.wav")
        await driver.press("i")
        assert "✗" in said(driver, "#properties-said")
        assert "3 B" in driver.text()


# Versions


async def test_an_older_version_is_restored_and_that_taken_back(filled: Library) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        await driver.press("V")
        await driver.press("enter")
        assert driver.said().startswith("a.wav is again as it was")
        assert objects.read_small(filled.store, "a.wav")[0] == b"1"
        await driver.press("z")
        assert objects.read_small(filled.store, "a.wav")[0] == b"22"


async def test_a_version_is_removed_only_when_that_was_confirmed(filled: Library) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        await driver.press("V", "D")
        assert driver.asks(Confirm)
        await driver.press("enter")
        assert driver.asks(VersionsScreen)
        assert len(versions.listed(filled, "a.wav")) == 2
        await driver.press("D", "y")
        assert driver.asks(VersionsScreen)
        await driver.press("escape")
    assert [one.size_bytes for one in versions.listed(filled, "a.wav")] == [2]


async def test_a_version_is_downloaded(
    filled: Library, make_library: MakeLibrary, tmp_path: Path
) -> None:
    library = make_library(filled.bucket, download_folder=str(tmp_path))
    async with driven(library) as driver:
        await driver.go_to("a.wav")
        await driver.press("V", "g")
        await driver.settle()
    assert (tmp_path / "a.wav").read_bytes() == b"1"


async def test_a_bucket_without_versions_says_so(
    plain_library: Library, plain_s3: "S3Client"
) -> None:
    plain_s3.put_object(Bucket=plain_library.bucket, Key="a.wav", Body=b"1")
    async with driven(plain_library) as driver:
        await driver.press("V")
        assert "keeps no versions" in driver.said()


# Links


async def test_a_link_goes_to_the_clipboard(filled: Library) -> None:
    async with driven(filled) as driver:
        await driver.go_to("a.wav")
        await driver.press("s", "right", "enter")
        assert driver.asks(ShareLink)
        assert "X-Amz-Expires=3600" in driver.app.clipboard
        assert "attachment" in driver.app.clipboard
        await driver.press("o")
        assert driver.asks(CodeScreen)
        await driver.press("x")
        assert driver.asks(ShareLink)
        await driver.press("escape")
        await driver.press("ctrl+a", "s", "enter")
        assert len(driver.app.clipboard.splitlines()) == 2


async def test_a_life_of_ones_own(filled: Library) -> None:
    async with driven(filled) as driver:
        await driver.press("s", "down", "left", "down")
        await driver.write("8d")
        assert "7 days" in said(driver, "#share-said")
        await driver.replace("2h")
        await driver.press("enter")
        assert "X-Amz-Expires=7200" in driver.app.clipboard
        assert "works for 2 h" in driver.text()


# Names and values that would do something


async def test_hostile_names_and_values(library: Library, plain_s3: "S3Client") -> None:
    key = "a\x1b[35;7mH[foo]\u202e[@click=app.quit]x.wav"
    for body in (b"1", b"22"):
        plain_s3.put_object(Bucket=library.bucket, Key=key, Body=body, Metadata={"b": "c[red][/]"})
    async with driven(library) as driver:
        for keys in (["i"], ["T"], ["V"], ["V", "D"], ["s"], ["s", "enter"]):
            await driver.press(*keys)
            assert "\x1b" not in driver.text() and "H[foo]" in driver.text()
            await driver.press(*["escape"] * len(keys))
        await driver.press("T")
        await driver.press("enter")
        assert driver.said() == "Nothing was changed"
    assert held(library, key).metadata == {"b": "c[red][/]"}


# Pictures

URL = (
    "https://takes.s3.eu-central-1.amazonaws.com/2026-11/07-bridge-alt.wav?X-Amz-Algorithm="
    "AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261120"
    "%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=20261120T093000Z&X-Amz-Expires=900&"
    "X-Amz-SignedHeaders=host&X-Amz-Signature=" + "0123456789abcdef" * 4
)
SIZES = pytest.mark.parametrize("size", [(120, 34), (80, 24)], ids=["120x34", "80x24"])


async def _to_a_take(driver: Driver) -> None:
    await driver.go_to("takes/")
    await driver.press("enter", "down", "enter", "down")


@SIZES
async def test_properties_and_tags(
    open_demo: OpenDemo, snapshot: Snapshot, size: tuple[int, int]
) -> None:
    name = f"{size[0]}x{size[1]}"
    async with driven(open_demo(), size=size) as driver:
        await _to_a_take(driver)
        await driver.press("i")
        snapshot(driver.app, f"properties-{name}")
        await driver.press("escape", "T")
        await driver.write("bridge")
        snapshot(driver.app, f"tags-{name}")


async def test_sums_and_the_menu(open_demo: OpenDemo, snapshot: Snapshot) -> None:
    async with driven(open_demo()) as driver:
        await driver.press("ctrl+a", "i")
        snapshot(driver.app, "sums")
        await driver.press("escape", "s")
        snapshot(driver.app, "share-menu")


@pytest.mark.parametrize("size", [(160, 50), (80, 24)], ids=["160x50", "80x24"])
async def test_versions_and_a_link(
    open_demo: OpenDemo, snapshot: Snapshot, size: tuple[int, int]
) -> None:
    name = f"{size[0]}x{size[1]}"
    days, key = 86_400.0, "takes/07-bridge-alt.wav"
    listed = [
        Version(key, "kZ3xQ8vN1pLrT5yWm2Jd", NOW - 0.1 * days, 48_211_344, "a", True, False),
        Version(key, "Hq7bV0sXe9fGc4UaKi6R", NOW - days, 0, "", False, True),
        Version(key, "null", NOW - 17 * days, 47_902_120, "b", False, False),
    ]
    link = Share(URL, NOW + 900, "2026-11/07-bridge-alt.wav")
    async with driven(open_demo(), size=size) as driver:
        await driver.app.push_screen(VersionsScreen(listed, NOW))
        await driver.settle()
        snapshot(driver.app, f"versions-{name}")
        await driver.press("escape")
        await driver.app.push_screen(ShareLink([link], NOW))
        await driver.settle()
        snapshot(driver.app, f"link-{name}")
        await driver.press("o")
        snapshot(driver.app, f"code-{name}")
