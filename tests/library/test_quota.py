import threading
from pathlib import Path
from typing import Any

import pytest

from s3audio_tui.errors import QuotaError
from s3audio_tui.library import quota, trash
from s3audio_tui.library.opening import Library
from tests.library.conftest import MakeLibrary
from tests.library.helpers import done, failures, put


def test_every_byte_counts(make_library: MakeLibrary, plain_s3: Any) -> None:
    library = make_library(quota="10kB")
    for body in (b"x" * 1000, b"x" * 500):
        plain_s3.put_object(Bucket=library.bucket, Key="a.wav", Body=body)
    plain_s3.put_object(Bucket=library.bucket, Key="b.wav", Body=b"x" * 2000)
    list(trash.delete(library, ["b.wav"]))
    upload = plain_s3.create_multipart_upload(Bucket=library.bucket, Key="c.wav")
    plain_s3.upload_part(
        Bucket=library.bucket,
        Key="c.wav",
        UploadId=upload["UploadId"],
        PartNumber=1,
        Body=b"x" * 300,
    )
    status = quota.status(library)
    document = status.used_bytes - (1000 + 500 + 2000 + 300)
    assert 0 <= document < 1000  # nothing else but what the quota itself keeps
    assert status.file_count == 1
    assert status.limit_bytes == 10_000
    assert not status.exceeded
    assert not status.advisory


def test_a_limit_that_is_set_stays(make_library: MakeLibrary) -> None:
    library = make_library()
    assert quota.status(library).limit_bytes == 10**9
    quota.set_limit(library, 5000)
    other = make_library(library.bucket, state="another machine")
    assert quota.status(other).limit_bytes == 5000
    assert quota.status(make_library(library.bucket, user="ben")).limit_bytes == 10**9


def test_two_clients_cannot_both_take_the_last_megabyte(make_library: MakeLibrary) -> None:
    first = make_library(quota="1MB")
    clients = [make_library(first.bucket, quota="1MB", state=f"machine {n}") for n in range(6)]
    quota.status(first)
    taken: list[int] = []
    refused: list[QuotaError] = []
    start = threading.Barrier(len(clients))

    def take(library: Library) -> None:
        start.wait()
        try:
            taken.append(quota.reserve(library, 600_000).bytes_held)
        except QuotaError as error:
            refused.append(error)

    threads = [threading.Thread(target=take, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), len(refused)) == (1, 5)
    assert quota.status(first).pending_bytes == 600_000


def test_nothing_is_sent_when_it_is_full(
    make_library: MakeLibrary, sounds: dict[str, Path], plain_s3: Any
) -> None:
    library = make_library(quota="1kB")
    events = put(library, [sounds["wav16"]])
    assert failures(events) == {sounds["wav16"].name: "quota"}
    listed = plain_s3.list_objects_v2(Bucket=library.bucket)["Contents"]
    assert [item["Key"] for item in listed] == [".s3audio/quota/anna.json"]


def test_what_fits_goes_and_the_rest_is_named(
    make_library: MakeLibrary, sounds: dict[str, Path]
) -> None:
    sizes = {name: path.stat().st_size for name, path in sounds.items()}
    small, large = min(sizes, key=lambda n: sizes[n]), max(sizes, key=lambda n: sizes[n])
    library = make_library()
    used = quota.status(library).used_bytes
    quota.set_limit(library, used + 2000 + sizes[small])
    events = put(library, [sounds[large], sounds[small]])
    assert done(events) == [sounds[small].name]
    assert failures(events) == {sounds[large].name: "quota"}
    after = quota.status(library, measure_now=False)
    assert after.pending_bytes == 0


def test_reservations_end_with_their_uploads(library: Library, sounds: dict[str, Path]) -> None:
    before = quota.status(library).used_bytes
    put(library, [sounds["wav16"], sounds["flac"]])
    status = quota.status(library, measure_now=False)
    sent = sounds["wav16"].stat().st_size + sounds["flac"].stat().st_size
    assert status.used_bytes - before == sent
    assert status.pending_bytes == 0


def test_a_reservation_of_a_dead_program_ends_after_a_day(make_library: MakeLibrary) -> None:
    library = make_library(quota="1MB")
    now = library.clock()
    library.clock = lambda: now
    quota.reserve(library, 900_000)
    with pytest.raises(QuotaError):
        quota.reserve(library, 900_000)
    library.clock = lambda: now + 25 * 3600
    assert quota.reserve(library, 900_000).bytes_held == 900_000


def test_without_conditional_writes_it_is_advisory(make_library: MakeLibrary) -> None:
    library = make_library(versioned=False, kind="unconditional-", quota="1kB")
    status = quota.status(library)
    assert status.advisory
    with pytest.raises(QuotaError):
        quota.reserve(library, 2000)


def test_a_prefix_of_the_user_counts_alone(make_library: MakeLibrary, plain_s3: Any) -> None:
    library = make_library(user_prefix="users/{user}/", versioned=False)
    for key in ("users/anna/a.wav", "users/ben/b.wav", "c.wav"):
        plain_s3.put_object(Bucket=library.bucket, Key=key, Body=b"x" * 100)
    assert quota.status(library).used_bytes == 100
    list(trash.delete(library, ["users/anna/a.wav", "c.wav"]))
    assert quota.status(library).used_bytes == 100
