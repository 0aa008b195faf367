"""The loop of the app sees what comes from outside; jobs let a key through, and can be stopped."""

import asyncio
import socket
import threading
from functools import partial

from s3audio_tui import courtesy
from s3audio_tui.tui.loop import KeysFirst, new_loop


def test_what_comes_from_outside_is_seen_by_a_busy_loop() -> None:
    async def main() -> bytes:
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=ours)
        came = asyncio.ensure_future(reader.readexactly(3))
        threading.Thread(target=theirs.sendall, args=(b"key",)).start()
        while not came.done():
            await asyncio.sleep(0)
        writer.close()
        theirs.close()
        return came.result()

    with asyncio.Runner(loop_factory=partial(new_loop, KeysFirst())) as runner:
        assert runner.run(main()) == b"key"


def test_a_job_lets_a_key_through() -> None:
    keys = KeysFirst()
    courtesy.install(keys.wait)
    try:
        keys.came()
        assert list(courtesy.in_steps(range(250))) == list(range(250))
        assert not keys.pending
    finally:
        courtesy.install(lambda: None)


def test_a_job_waits_while_the_loop_has_something_to_do() -> None:
    keys, seen = KeysFirst(), list[bool]()

    async def main() -> None:
        seen.append(keys.rests.is_set())
        looked = asyncio.get_running_loop().run_in_executor(None, keys.rests.wait, 60)
        seen.append(await looked)

    with asyncio.Runner(loop_factory=partial(new_loop, keys)) as runner:
        runner.run(main())
    assert seen == [False, True]


def test_jobs_side_by_side_compute_one_by_one_and_after_the_loop() -> None:
    keys = KeysFirst()
    inside, most, after = list[int](), list[int](), list[bool]()
    begin = threading.Barrier(8)

    def job() -> None:
        begin.wait(60)
        for _ in range(20):
            with courtesy.one_by_one():
                after.append(not keys.pending)
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    courtesy.install(keys.wait)
    try:
        keys.came()
        jobs = [threading.Thread(target=job) for _ in range(8)]
        for each in jobs:
            each.start()
        for each in jobs:
            each.join(60)
    finally:
        courtesy.install(lambda: None)
    assert len(most) == 8 * 20
    assert max(most) == 1
    assert all(after)
