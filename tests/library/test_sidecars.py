"""What becomes of the peaks in the bucket when their audio goes its ways; on the real server."""

from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.errors import NotAllowedError
from s3audio_tui.library import properties, purge, rename, sidecars, trash, undo, versions
from s3audio_tui.library.opening import Library
from s3audio_tui.library.sidecars import PEAKS, peaks_key
from s3audio_tui.library.sources import looked_up
from s3audio_tui.library.usage import TRASH
from tests.library.conftest import MakeLibrary
from tests.library.helpers import done, stored_keys
from tests.library.helpers import put as upload
from tests.library.waves import last, wav
from tests.library.waves import put as stored
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3


@pytest.fixture(params=[True, False], ids=["versions", "plain"])
def either(request: pytest.FixtureRequest, make_library: MakeLibrary) -> Library:
    """A library in a bucket that keeps versions, and one in a bucket that does not."""
    return make_library(versioned=request.param)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Three sounds under one name."""
    made = []
    for seed in range(3):
        path = tmp_path / str(seed) / "a.wav"
        path.parent.mkdir()
        path.write_bytes(wav(seed=seed))
        made.append(path)
    return made


def shared(client: Any, library: Library, key: str = "a.wav") -> int:
    """Return how many sidecars a key has."""
    stem = peaks_key(key, "")[: -len("-.dat")]
    return sum(stored.startswith(stem) for stored in stored_keys(client, library.bucket))


def all_shared(client: Any, library: Library) -> list[str]:
    return [key for key in stored_keys(client, library.bucket) if key.startswith(PEAKS)]


def overwritten(library: Library, paths: list[Path]) -> list[str]:
    """Put files one over the other, each looked at; return their ETags."""
    etags = []
    for path in paths:
        assert done(upload(library, [path], if_exists="overwrite")) == ["a.wav"]
        last(library, "a.wav")
        etags.append(looked_up(library, "a.wav").etag)
    return etags


def only_in_bucket(library: Library, key: str) -> str:
    """Return where the peaks come from when this machine has none."""
    library.peaks.drop([key])
    return last(library, key, share=False).made


def test_what_others_overwrote_goes_with_the_next_peaks(
    plain_library: Library, plain_s3: Any
) -> None:
    for seed in range(3):
        stored(plain_s3, plain_library, "a.wav", wav(seed=seed))
        last(plain_library, "a.wav")
        assert shared(plain_s3, plain_library) == 1
    assert only_in_bucket(plain_library, "a.wav") == "sidecar"


def test_what_can_be_restored_keeps_its_peaks(
    either: Library, plain_s3: Any, files: list[Path]
) -> None:
    etags = overwritten(either, files)
    assert shared(plain_s3, either) == 3
    if either.versioned():
        old = next(v for v in versions.listed(either, "a.wav") if v.etag == etags[0])
        versions.restore(either, "a.wav", old.id)
        assert only_in_bucket(either, "a.wav") == "sidecar"
        assert shared(plain_s3, either) == 3
    else:
        assert done(trash.empty(either)) == ["a.wav", "a.wav"]
        assert shared(plain_s3, either) == 1
    assert done(trash.delete(either, ["a.wav"], permanent=True)) == ["a.wav"]
    assert all_shared(plain_s3, either) == []


def test_removed_for_good_what_is_in_the_trash_keeps_them(
    plain_library: Library, plain_s3: Any, files: list[Path]
) -> None:
    overwritten(plain_library, files[:2])
    assert done(trash.delete(plain_library, ["a.wav"], permanent=True)) == ["a.wav"]
    assert shared(plain_s3, plain_library) == 1
    assert done(trash.restore(plain_library, trash.find(plain_library, ["a.wav"]))) == ["a.wav"]
    assert only_in_bucket(plain_library, "a.wav") == "sidecar"


def test_delete_restore_and_undo(either: Library, plain_s3: Any) -> None:
    stored(plain_s3, either, "a.wav", wav())
    last(either, "a.wav")
    assert done(trash.delete(either, ["a.wav"])) == ["a.wav"]
    assert shared(plain_s3, either) == 1
    undo.undo(either)
    assert only_in_bucket(either, "a.wav") == "sidecar"
    assert done(rename.move(either, "a.wav", "b.wav")) == ["a.wav"]
    assert only_in_bucket(either, "b.wav") == "sidecar"
    undo.undo(either)
    assert only_in_bucket(either, "a.wav") == "sidecar"
    assert shared(plain_s3, either, "b.wav") == 0


def in_a_part(client: Any, library: Library, key: str, data: bytes) -> None:
    """Store a file whose ETag changes when it is copied."""
    how = {"Bucket": library.bucket, "Key": library.full(key)}
    began = client.create_multipart_upload(**how)["UploadId"]
    part = client.upload_part(**how, UploadId=began, PartNumber=1, Body=data)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    client.complete_multipart_upload(**how, UploadId=began, MultipartUpload=parts)


def test_an_etag_that_changes_on_the_way_to_the_trash(
    plain_library: Library, plain_s3: Any
) -> None:
    in_a_part(plain_s3, plain_library, "a.wav", wav())
    before = looked_up(plain_library, "a.wav").etag
    last(plain_library, "a.wav")
    assert done(trash.delete(plain_library, ["a.wav"])) == ["a.wav"]
    assert done(trash.restore(plain_library, trash.find(plain_library, ["a.wav"]))) == ["a.wav"]
    assert looked_up(plain_library, "a.wav").etag != before
    assert last(plain_library, "a.wav").made == "catalog"
    assert only_in_bucket(plain_library, "a.wav") == "sidecar"
    assert shared(plain_s3, plain_library) == 1


@pytest.mark.parametrize("act", ["upload", "copy", "edit"])
def test_the_trash_is_listed_once_for_many_files(
    plain_library: Library, plain_s3: Any, s3_server: StrictS3, tmp_path: Path, act: str
) -> None:
    names = ["a.wav", "b.wav", "c.wav"]
    (tmp_path / "new").mkdir()
    for seed, name in enumerate(names):
        in_a_part(plain_s3, plain_library, f"new/{name}", wav(seed=seed))
        last(plain_library, f"new/{name}")
        stored(plain_s3, plain_library, f"from/{name}", wav(seed=seed + 3))
        (tmp_path / "new" / name).write_bytes(wav(seed=seed + 3))
    s3_server.forget(plain_library.bucket)
    if act == "upload":
        events = upload(plain_library, [tmp_path / "new"], if_exists="overwrite")
    elif act == "copy":
        events = list(rename.copy(plain_library, "from/", "new/", if_exists="overwrite"))
    else:
        change = properties.Change(metadata={"place": "here"})
        keys = [f"new/{name}" for name in names]
        events = list(properties.apply(plain_library, keys, change))
    assert len(done(events)) == 3
    asked = s3_server.asked(plain_library.bucket)
    assert sum(a.query.get("prefix") == TRASH for a in asked) == 1
    assert len(all_shared(plain_s3, plain_library)) == 3


def test_a_copy_has_its_own_and_what_it_overwrites_keeps_them(
    either: Library, plain_s3: Any
) -> None:
    for number, key in enumerate(("a.wav", "b.wav")):
        stored(plain_s3, either, key, wav(seed=number))
        last(either, key)
    assert done(rename.copy(either, "a.wav", "b.wav", if_exists="overwrite")) == ["a.wav"]
    assert only_in_bucket(either, "b.wav") == "sidecar"
    assert (shared(plain_s3, either), shared(plain_s3, either, "b.wav")) == (1, 2)


def test_a_rename_leaves_those_of_versions_that_stay(library: Library, plain_s3: Any) -> None:
    for seed in range(2):
        stored(plain_s3, library, "a.wav", wav(seed=seed))
        last(library, "a.wav")
    assert done(rename.move(library, "a.wav", "b.wav")) == ["a.wav"]
    assert only_in_bucket(library, "b.wav") == "sidecar"
    assert shared(plain_s3, library) == 2


def test_a_version_that_is_removed_takes_them_along(
    library: Library, plain_s3: Any, files: list[Path]
) -> None:
    overwritten(library, files)
    old = versions.listed(library, "a.wav")[-1]
    versions.remove(library, old)
    assert shared(plain_s3, library) == 2
    assert peaks_key("a.wav", old.etag) not in stored_keys(plain_s3, library.bucket)


def test_removed_for_good_leaves_no_version_of_them(library: Library, plain_s3: Any) -> None:
    stored(plain_s3, library, "a.wav", wav())
    last(library, "a.wav")
    assert done(purge.delete(library, ["a.wav"], None)) == ["a.wav"]
    found = plain_s3.list_object_versions(Bucket=library.bucket, Prefix=PEAKS)
    assert "Versions" not in found and "DeleteMarkers" not in found


def test_who_may_not_write_peaks_tries_once(
    library: Library, plain_s3: Any, s3_server: StrictS3
) -> None:
    for number in range(3):
        stored(plain_s3, library, f"{number}.wav", wav(seed=number))
    library.capabilities()
    s3_server.set_faults(library.bucket, Fault(method="PUT", prefix=PEAKS, code="AccessDenied"))
    told: list[str] = []
    assert [last(library, f"{n}.wav", tell=told.append).made for n in range(3)] == ["local"] * 3
    assert len(told) == 3
    puts = [a for a in s3_server.asked(library.bucket) if a.method == "PUT"]
    assert sum(a.key.startswith(PEAKS) for a in puts) == 1


def test_trouble_with_peaks_is_none_of_the_audios(
    library: Library, plain_s3: Any, s3_server: StrictS3
) -> None:
    stored(plain_s3, library, "a.wav", wav())
    last(library, "a.wav")
    s3_server.set_faults(library.bucket, Fault(prefix=PEAKS, code="AccessDenied"))
    assert done(rename.move(library, "a.wav", "b.wav")) == ["a.wav"]
    sidecars.discard(library, "a.wav")
    s3_server.set_faults(library.bucket)
    assert last(library, "b.wav").made == "catalog"
    assert only_in_bucket(library, "b.wav") == "local"


def test_where_the_trash_is_not_known_all_peaks_stay(
    plain_library: Library, plain_s3: Any, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    overwritten(plain_library, files[:2])
    before = all_shared(plain_s3, plain_library)

    def refused(*_: object) -> None:
        raise NotAllowedError("the store refuses the list", "ask its owner")

    monkeypatch.setattr("s3audio_tui.library.sidecars.spans.pages", refused)
    assert done(trash.delete(plain_library, ["a.wav"], permanent=True)) == ["a.wav"]
    sidecars.tidy(plain_library, "a.wav")
    assert before and all_shared(plain_s3, plain_library) == before


def test_a_rename_leaves_those_of_the_same_bytes_in_the_trash(
    plain_library: Library, plain_s3: Any
) -> None:
    for _ in range(2):
        stored(plain_s3, plain_library, "a.wav", wav())
        last(plain_library, "a.wav")
        done(trash.delete(plain_library, ["a.wav"]))
    stored(plain_s3, plain_library, "a.wav", wav())
    assert done(rename.move(plain_library, "a.wav", "b.wav")) == ["a.wav"]
    assert (shared(plain_s3, plain_library), shared(plain_s3, plain_library, "b.wav")) == (1, 1)


def test_an_old_trash_that_is_emptied_leaves_those_of_the_versions(
    make_library: MakeLibrary, plain_s3: Any
) -> None:
    library = make_library(versioned=False)
    stored(plain_s3, library, "a.wav", wav(seed=0))
    assert done(trash.delete(library, ["a.wav"])) == ["a.wav"]
    status = {"Status": "Enabled"}
    plain_s3.put_bucket_versioning(Bucket=library.bucket, VersioningConfiguration=status)
    later = make_library(library.bucket, state="later")
    for seed in (1, 2):
        stored(plain_s3, later, "a.wav", wav(seed=seed))
        last(later, "a.wav")
    assert shared(plain_s3, later) == 2
    assert done(trash.empty(later)) == ["a.wav"]
    assert shared(plain_s3, later) == 2
