"""A real S3 server for benchmarks: Ceph's RADOS Gateway of Debian, with all its data in memory.

    python benchmarks/ceph.py [folder]

It is on 127.0.0.1 only and ends with Ctrl-C; nothing is kept. Ready after about 15 s.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PACKAGES = "apt-get install --no-install-recommends radosgw ceph-mon ceph-osd ceph-common"
_TOOLS = ("radosgw", "radosgw-admin", "ceph", "ceph-mon", "ceph-osd", "monmaptool")
_READY_S = 120
_END_S = 15

_CONF = """
[global]
fsid = {fsid}
mon initial members = a
mon host = {mon}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
ms client mode = crc
ms service mode = crc secure
ms mon service mode = crc secure
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd crush initial weight = 1
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 2000
mon data avail crit = 1
mon data avail warn = 1
run dir = {folder}/run
admin socket = {folder}/run/$name.asok
pid file = {folder}/run/$name.pid
log file = {folder}/log/$name.log
mon cluster log file = {folder}/log/cluster.log
mon data = {folder}/mon
osd data = {folder}/osd
rgw data = {folder}/rgw
setuser match path =
[osd]
osd objectstore = memstore
memstore device bytes = 8589934592
memstore page size = 65536
osd max object size = 134217728
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:{port}
rgw enable usage log = false
rgw enable gc threads = false
rgw thread pool size = 128
debug rgw = 0
debug ms = 0
"""


@dataclass(frozen=True)
class Server:
    """Where the server is, and the keys of its one user."""

    endpoint_url: str
    access_key: str
    secret_key: str
    version: str
    folder: Path

    def collect(self) -> None:
        """Give back the memory of what was deleted; the server does not do it by itself."""
        command = ("radosgw-admin", "-c", "ceph.conf", "gc", "process", "--include-all")
        subprocess.run(command, cwd=self.folder, capture_output=True, check=True)


def missing() -> list[str]:
    """Return which of Ceph's programs are not installed."""
    return [tool for tool in _TOOLS if shutil.which(tool) is None]


@contextmanager
def ceph(folder: Path) -> Iterator[Server]:
    """Run the server with its files in `folder`; the caller removes the folder.

    Raises `RuntimeError` with the end of Ceph's own words where it does not start.
    """
    folder = folder.resolve()
    for name in ("mon", "osd", "rgw", "run", "log"):
        (folder / name).mkdir(parents=True)
    fsid, port, (first, second) = str(uuid.uuid4()), _free_ports(1)[0], _free_ports(2)
    mon = f"[v2:127.0.0.1:{first},v1:127.0.0.1:{second}]"
    (folder / "ceph.conf").write_text(_CONF.format(fsid=fsid, mon=mon, folder=folder, port=port))
    with ExitStack() as running:
        log = running.enter_context((folder / "log" / "start.log").open("w+"))
        cluster = _Cluster(folder, log.fileno(), running)
        cluster.start(fsid, mon)
        address, keys = f"http://127.0.0.1:{port}", (uuid.uuid4().hex[:20], uuid.uuid4().hex)
        server = Server(address, *keys, _version(), folder)
        cluster.wait_for_gateway(port)
        cluster.run(
            *("radosgw-admin", "-c", "ceph.conf", "user", "create", "--uid=bench"),
            *("--display-name=bench", f"--access-key={server.access_key}"),
            *(f"--secret-key={server.secret_key}", "--max-buckets=0"),
        )
        yield server


class _Cluster:
    """One monitor, one disk in memory, one gateway: processes of ours, ended in this order."""

    def __init__(self, folder: Path, log: int, running: ExitStack) -> None:
        self._folder = folder
        self._log = log
        self._running = running
        self._daemons: list[subprocess.Popen[bytes]] = []

    def start(self, fsid: str, mon: str) -> None:
        """Start all three; the gateway needs some seconds more."""
        conf = ("-c", "ceph.conf")
        (self._folder / "keyring").touch()
        self.run("monmaptool", "--create", "--clobber", "--fsid", fsid, "--addv", "a", mon, "map")
        self.run("ceph-mon", *conf, "--mkfs", "-i", "a", "--monmap", "map", "--keyring", "keyring")
        self._daemon("ceph-mon", *conf, "-f", "-i", "a")
        disk = str(uuid.uuid4())
        self.run("ceph", *conf, "--connect-timeout", "60", "osd", "new", disk, "0")
        self.run("ceph-osd", *conf, "-i", "0", "--mkfs", "--osd-uuid", disk)
        self._daemon("ceph-osd", *conf, "-f", "-i", "0")
        self._daemon("radosgw", *conf, "-f", "-n", "client.rgw")

    def wait_for_gateway(self, port: int) -> None:
        """Wait until the gateway takes connections."""
        until = time.monotonic() + _READY_S
        while time.monotonic() < until and all(each.poll() is None for each in self._daemons):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            time.sleep(0.1)
        raise RuntimeError(self._said("the gateway does not answer"))

    def run(self, *command: str) -> None:
        """Run a command of Ceph to its end."""
        done = subprocess.run(
            command, cwd=self._folder, stdout=self._log, stderr=self._log, timeout=_READY_S
        )
        if done.returncode:
            raise RuntimeError(self._said(f"{command[0]} ended with {done.returncode}"))

    def _daemon(self, *command: str) -> None:
        process = subprocess.Popen(
            command,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            process_group=0,  # a Ctrl-C is for us: the gateway hangs if the disk goes first
        )
        self._daemons.append(process)
        self._running.callback(_end, process)

    def _said(self, what: str) -> str:
        said = (self._folder / "log" / "start.log").read_text().splitlines()
        return "\n".join([f"Ceph: {what}", *said[-5:]])


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        made = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in made:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in made]


def _version() -> str:
    said = subprocess.run(["radosgw", "--version"], capture_output=True, text=True, check=True)
    return " ".join(said.stdout.split()[:3])


def main() -> None:
    """Run the server until Ctrl-C, and print how one reaches it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the server ends with us
    if absent := missing():
        sys.exit(f"{absent[0]} is not installed; on Debian: {PACKAGES}")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(made)
        with ceph(folder / f"ceph-{os.getpid()}") as server, suppress(KeyboardInterrupt):
            print(f"{server.version}\nexport AWS_ENDPOINT_URL={server.endpoint_url}")
            print(f"export AWS_ACCESS_KEY_ID={server.access_key}")
            print(f"export AWS_SECRET_ACCESS_KEY={server.secret_key} AWS_REGION=us-east-1")
            sys.stdout.flush()
            while True:
                time.sleep(3600)


if __name__ == "__main__":
    main()
