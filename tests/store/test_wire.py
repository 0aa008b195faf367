"""The thin path: against the strict server, and against small servers that misbehave or encrypt."""

import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from s3audio_tui.cancel import CancelToken
from s3audio_tui.errors import CancelledError, NotFoundError, S3AudioError, UnreachableError
from s3audio_tui.store import exchange
from s3audio_tui.store.checksums import Crc, Kind, Md5
from s3audio_tui.store.client import Connection, Keys, Store, connect
from s3audio_tui.store.payload import BLOCK_BYTES, Held, Payload

OK = b'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nETag: "x"\r\n\r\nabc'


@dataclass
class Peer:
    """A server of one behaviour: `act` gets each connection and the head of its first request."""

    act: Callable[[socket.socket, bytes], None]
    port: int = 0
    heads: list[bytes] = field(default_factory=list)


@contextmanager
def peer(
    act: Callable[[socket.socket, bytes], None], tls: ssl.SSLContext | None = None
) -> Iterator[Peer]:
    """Serve on 127.0.0.1, a thread a connection."""
    made = Peer(act)
    with socket.create_server(("127.0.0.1", 0)) as server:
        made.port = server.getsockname()[1]

        def serve(connected: socket.socket) -> None:
            try:
                with tls.wrap_socket(connected, server_side=True) if tls else connected as stream:
                    head = b""
                    while b"\r\n\r\n" not in head:
                        more = stream.recv(65536)
                        if not more:
                            return
                        head += more
                    made.heads.append(head)
                    act(stream, head)
                    if not tls:  # a body that nobody reads would break the connection at its end
                        stream.shutdown(socket.SHUT_WR)
                        while stream.recv(65536):
                            pass
            except OSError:
                return

        def accept() -> None:
            while True:
                try:
                    connected, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(connected,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield made
        server.shutdown(socket.SHUT_RDWR)


def reply(answer: bytes) -> Callable[[socket.socket, bytes], None]:
    return lambda stream, _: stream.sendall(answer)


def store_at(url: str) -> Store:
    return connect(Connection("sounds", region="eu-west-1", endpoint_url=url, keys=Keys("a", "b")))


def get(store: Store, key: str = "k", check: Callable[[], None] = lambda: None) -> bytes:
    with store.wire.ask("GET", key, check=check) as answer:
        return answer.read()


@pytest.mark.parametrize("size", [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 2_500_000])
@pytest.mark.parametrize("kind", [None, "crc64nvme", "crc32c", "crc32"])
def test_bytes_arrive_as_they_were(store: Store, size: int, kind: Kind | None) -> None:
    data = os.urandom(size)
    sent: list[int] = []
    crc = Crc(kind) if kind else None
    payload = Payload(Held(data), sent.append, crc=crc, md5=Md5())
    with store.wire.ask("PUT", "a b/ü+%&.wav", payload=payload, size_bytes=size) as answer:
        answer.read()
    kept = store.client.get_object(Bucket=store.bucket, Key="a b/ü+%&.wav")
    assert kept["Body"].read() == data
    assert payload.md5 is not None
    assert answer.headers["etag"].strip('"') == payload.md5.hex
    assert sum(sent) == size


def test_a_range_is_read(store: Store) -> None:
    store.client.put_object(Bucket=store.bucket, Key="k", Body=b"0123456789")
    view = memoryview(bytearray(100))
    with store.wire.ask("GET", "k", headers={"Range": "bytes=2-5"}) as answer:
        size = answer.readinto(view)
    assert (answer.status, bytes(view[:size])) == (206, b"2345")


def test_what_the_store_refuses_is_named(store: Store) -> None:
    with pytest.raises(NotFoundError, match="nothing\\.wav"):
        get(store, "nothing.wav")


def test_a_connection_is_used_again() -> None:
    def twice(stream: socket.socket, _: bytes) -> None:
        stream.sendall(OK)
        head = b""
        while b"\r\n\r\n" not in head:
            head += stream.recv(65536)
        stream.sendall(OK)

    with peer(twice) as server:
        store = store_at(f"http://127.0.0.1:{server.port}")
        assert [get(store), get(store)] == [b"abc", b"abc"]
    assert len(server.heads) == 1


def test_a_connection_is_used_again_behind_what_was_refused() -> None:
    missing = b"<Error><Code>NoSuchKey</Code></Error>"
    refusal = b"HTTP/1.1 404 Not Found\r\nContent-Length: %d\r\n\r\n" % len(missing) + missing

    def twice(stream: socket.socket, _: bytes) -> None:
        stream.sendall(refusal)
        head = b""
        while b"\r\n\r\n" not in head:
            head += stream.recv(65536)
        stream.sendall(OK)

    with peer(twice) as server:
        store = store_at(f"http://127.0.0.1:{server.port}")
        with pytest.raises(NotFoundError):
            get(store)
        assert get(store) == b"abc"
    assert len(server.heads) == 1


def test_a_connection_that_was_closed_meanwhile_is_made_anew() -> None:
    with peer(reply(OK)) as server:
        store = store_at(f"http://127.0.0.1:{server.port}")
        assert get(store) == b"abc"
        lane = store.wire.lanes.take(0)
        if lane.connection.sock is not None:
            assert lane.connection.sock.recv(1) == b"", "its end has come"
        store.wire.lanes.give(lane, reusable=True)
        assert get(store) == b"abc"
    assert len(server.heads) == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
        b"hello, this is no HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 500 + b"\r\n",
    ],
    ids=["nothing", "short", "no-http", "endless-headers"],
)
def test_a_broken_answer_is_an_error_to_try_again(answer: bytes) -> None:
    with peer(reply(answer)) as server:
        store = store_at(f"http://127.0.0.1:{server.port}")
        with pytest.raises(UnreachableError):
            get(store)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n",
    ],
    ids=["refused", "given"],
)
def test_a_connection_is_not_used_again_behind_a_garbled_answer(head: bytes) -> None:
    ended = threading.Event()

    def garble(stream: socket.socket, _: bytes) -> None:
        stream.sendall(head)
        ended.wait(60)

    with peer(garble) as server:
        store = store_at(f"http://127.0.0.1:{server.port}")
        with pytest.raises(UnreachableError):
            get(store)
        lane = store.wire.lanes.take(0)
        kept = lane.connection.sock
        store.wire.lanes.give(lane, reusable=False)
        ended.set()
        assert kept is None


def test_a_short_body_is_an_error_block_by_block() -> None:
    with peer(reply(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")) as server:
        store = store_at(f"http://127.0.0.1:{server.port}")
        with store.wire.ask("GET", "k") as answer, pytest.raises(UnreachableError, match="broke"):
            answer.readinto(memoryview(bytearray(100)))


def test_nobody_there_is_said() -> None:
    with peer(reply(OK)) as server:
        url = f"http://127.0.0.1:{server.port}"
    with pytest.raises(UnreachableError, match=r"nothing answers at 127\.0\.0\.1"):
        get(store_at(url))


def test_a_stall_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "STALL_S", 0.3)
    ended = threading.Event()
    with peer(lambda *_: (ended.wait(60), None)[1]) as server:
        with pytest.raises(UnreachableError, match="stopped answering"):
            get(store_at(f"http://127.0.0.1:{server.port}"))
        ended.set()


def test_a_hung_request_is_cancelled() -> None:
    cancel, ended = CancelToken(), threading.Event()

    def hang(stream: socket.socket, _: bytes) -> None:
        cancel.cancel()
        ended.wait(60)

    with peer(hang) as server:
        store = store_at(f"http://127.0.0.1:{server.port}")
        with pytest.raises(CancelledError):
            get(store, check=cancel.check)
        ended.set()


def test_an_upload_that_is_refused_early_is_named() -> None:
    """The store answers and closes while the body is still on its way."""
    refusal = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
    head = f"HTTP/1.1 403 Forbidden\r\nContent-Length: {len(refusal)}\r\n\r\n".encode()
    with peer(reply(head + refusal)) as server:
        store = store_at(f"http://127.0.0.1:{server.port}")
        counted: list[int] = []
        payload = Payload(Held(bytes(64 * BLOCK_BYTES)), counted.append)
        with pytest.raises(S3AudioError) as found, store.wire.ask("PUT", "k", payload=payload):
            pass
    assert found.value.code in ("not_allowed", "unreachable")
    assert sum(counted) == 0, "what did not arrive still counts"


def test_tls_with_a_bundle_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = certificate_for("localhost", tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with peer(reply(OK), tls=context) as server:
        url = f"https://localhost:{server.port}"
        with pytest.raises(UnreachableError, match="certificate"):
            get(store_at(url))
        monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
        assert get(store_at(url)) == b"abc"


def test_a_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(reply(OK)) as server:
        monkeypatch.setenv("http_proxy", f"http://me:secret@127.0.0.1:{server.port}")
        assert get(store_at("http://store.example.org")) == b"abc"
    (head,) = server.heads
    assert head.startswith(b"GET http://store.example.org/sounds/k HTTP/1.1\r\n")
    assert b"\r\nProxy-Authorization: Basic bWU6c2VjcmV0\r\n" in head
    assert b"\r\nHost: store.example.org\r\n" in head


def test_a_proxy_tunnels_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(reply(b"HTTP/1.1 403 Forbidden\r\n\r\n")) as server:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.port}")
        with pytest.raises(UnreachableError):
            get(store_at("https://store.example.org"))
    (head,) = server.heads
    assert head.startswith(b"CONNECT store.example.org:443 HTTP/1")


def test_over_plain_http_elsewhere_the_body_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(reply(OK)) as server:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.port}")
        payload = Payload(Held(b"abc"), lambda _: None)
        with store_at("http://store.example.org").wire.ask("PUT", "k", payload=payload) as answer:
            answer.read()
    of_abc = b"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert b"\r\nX-Amz-Content-SHA256: " + of_abc + b"\r\n" in server.heads[0]


def certificate_for(host: str, folder: Path) -> Path:
    """Make a key and a certificate that vouches for itself, in one file."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
