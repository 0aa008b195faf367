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
