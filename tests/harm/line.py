"""The proxy as the tests use it: started, given plans, asked what passed, and ended."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from tests.harm.harms import Asked, Plan
from tests.harm.proxy import Order, Told

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class HarmfulLine:
    """A running proxy; the program reaches the store at its address."""

    endpoint_url: str
    process: "subprocess.Popen[bytes]"

    def do(self, plan: Plan) -> None:
        """Begin a plan, and forget what passed before it."""
        self._order(Order(plan))

    def rest(self) -> None:
        """Let all pass again."""
        self.do(Plan())

    @property
    def holds(self) -> bool:
        """Whether the plan lets nothing pass any more."""
        return self._order(Order()).held

    def asked(self) -> list[Asked]:
        """Return the requests since the plan began, in their order."""
        return self._order(Order(asked=True)).asked

    def harmed(self) -> Counter[str]:
        """Return how many requests were harmed, by their kind of harm."""
        return Counter(asked.harm for asked in self.asked() if asked.harm is not None)

    def unread_bytes(self) -> int:
        """Return how many bytes passed that the system holds: the program has not read them."""
        port, waiting = urlsplit(self.endpoint_url).port, 0
        for row in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
            _, here, there, _, queues, *_ = row.split()
            sent, received = (int(queue, 16) for queue in queues.split(":"))
            waiting += sent if _port(here) == port else 0
            waiting += received if _port(there) == port else 0
        return waiting

    def _order(self, order: Order) -> Told:
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(msgspec.json.encode(order) + b"\n")
        stdin.flush()
        return msgspec.json.decode(stdout.readline(), type=Told)


def _port(address: str) -> int:
    return int(address.rpartition(":")[2], 16)


@contextmanager
def running(upstream: str) -> Iterator[HarmfulLine]:
    """Run a proxy to this store; it ends here, or with this process."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.harm.proxy", upstream],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        cwd=_ROOT,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            told = process.stdout.readline()
            if not told:
                raise RuntimeError("the line did not start; see above")
            yield HarmfulLine(json.loads(told)["endpoint_url"], process)
        finally:
            process.stdin.close()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
