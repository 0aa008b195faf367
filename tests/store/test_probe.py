"""What a store can do is found out by trying."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from s3audio_tui.errors import NotAllowedError, UnreachableError
from s3audio_tui.store import objects
from s3audio_tui.store.client import Store
from s3audio_tui.store.listing import pages, unfinished_uploads, version_pages
from s3audio_tui.store.probe import NONE, Capabilities, keeps_versions, probe
from tests.strict.faults import Fault
from tests.strict_s3 import StrictS3

ALL = Capabilities(
    conditional_create=True,
    conditional_replace=True,
    conditional_delete=True,
    conditional_copy=True,
    versioning="off",
    checksum="crc64nvme",
)


def test_a_store_that_keeps_to_all(store: Store) -> None:
    assert probe(store, ".s3audio/probe/x") == ALL
    assert list(pages(store, "")) == [[]]


def test_nothing_is_left_where_versions_are_kept(versioned_store: Store) -> None:
    objects.write_small(versioned_store, ".s3audio/probe/x2", b"mine")
    found = probe(versioned_store, ".s3audio/probe/x")
    assert found.versioning == "enabled"
    assert found.conditional_create and found.conditional_delete
    [page] = version_pages(versioned_store, "")
    assert [version.key for version in page] == [".s3audio/probe/x2"]


def test_a_store_that_ignores_conditions(unconditional_store: Store) -> None:
    assert probe(unconditional_store, "x") == replace(NONE, checksum="crc64nvme")
    assert list(pages(unconditional_store, "")) == [[]]


def test_a_store_that_refuses_conditions_or_versions(
    unversioned_store: Store, s3_server: StrictS3
) -> None:
    assert keeps_versions(unversioned_store) == "off"
    assert probe(unversioned_store, "x").conditional_create
    assert list(pages(unversioned_store, "")) == [[]]


def test_a_checksum_that_is_not_checked_is_none(
    make_store: Callable[[str], Store], make_bucket: Callable[..., str]
) -> None:
    """A store that does not know bodies in chunks takes them with their frames."""
    store = make_store(make_bucket(kind="unsummed-"))
    assert probe(store, "x").checksum == "md5"
    assert list(pages(store, "")) == [[]]


@pytest.mark.parametrize("code", ["InvalidRequest", "NotImplemented"])
def test_a_checksum_that_parts_do_not_have_is_none(
    store: Store, s3_server: StrictS3, code: str
) -> None:
    s3_server.set_faults(store.bucket, Fault(method="POST", query="uploadId", code=code))
    assert probe(store, "x").checksum == "md5"
    assert list(unfinished_uploads(store, "")) == []


def test_suspended_versions(versioned_store: Store) -> None:
    versioned_store.client.put_bucket_versioning(
        Bucket=versioned_store.bucket, VersioningConfiguration={"Status": "Suspended"}
    )
    assert keeps_versions(versioned_store) == "suspended"
    probe(versioned_store, "x")
    assert list(version_pages(versioned_store, "")) == [[]]


def test_without_the_right_to_write(store: Store, s3_server: StrictS3) -> None:
    s3_server.set_faults(store.bucket, Fault(method="PUT", code="AccessDenied"))
    with pytest.raises(NotAllowedError):
        probe(store, "x")


def test_without_the_right_to_ask_for_versions(store: Store, s3_server: StrictS3) -> None:
    s3_server.set_faults(store.bucket, Fault(query="versioning", code="AccessDenied"))
    assert keeps_versions(store) == "off"


def test_a_store_that_fails_is_not_one_without_conditions(
    store: Store, s3_server: StrictS3
) -> None:
    s3_server.set_faults(store.bucket, Fault(method="PUT", code="InternalError", skip=2))
    with pytest.raises(UnreachableError):
        probe(store, "x")
    s3_server.forget(store.bucket)
    assert list(pages(store, "")) == [[]]


def test_a_store_that_refuses_the_right_etag_too(store: Store, s3_server: StrictS3) -> None:
    # As Ceph 16 does. Before it: the object, its copy's, a wrong checksum, a right one, one of a
    # part, and two conditions that must fail.
    s3_server.set_faults(store.bucket, Fault(method="PUT", code="PreconditionFailed", skip=7))
    found = probe(store, "scratch")
    assert found.conditional_create
    assert not found.conditional_replace
