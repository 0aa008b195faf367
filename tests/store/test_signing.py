"""Presigned links, opened by a client that knows no keys."""

import urllib.error
import urllib.request
from email.message import Message
from urllib.parse import parse_qs, urlsplit

import pytest

from s3audio_tui.errors import LimitError
from s3audio_tui.store.client import Store
from s3audio_tui.store.objects import write_small
from s3audio_tui.store.signing import attachment, signed_get


def opened(url: str) -> tuple[bytes, Message]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read(), answer.headers


def test_a_link_reads_one_object(store: Store, hostile_keys: dict[str, str]) -> None:
    for key in ("a b+c/ラ.wav", hostile_keys["colours"], hostile_keys["disk: climbs"]):
        write_small(store, key, key.encode())
        assert opened(signed_get(store, key, expires_s=60))[0] == key.encode()


def test_a_link_names_the_file_and_its_type(store: Store) -> None:
    write_small(store, "k", b"1")
    url = signed_get(store, "k", expires_s=60, file_name="näme.wav", content_type="audio/wav")
    _, headers = opened(url)
    assert headers["Content-Type"] == "audio/wav"
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"name.wav\"; filename*=UTF-8''n%C3%A4me.wav"
    )
    assert parse_qs(urlsplit(url).query)["X-Amz-Expires"] == ["60"]


def test_a_link_cannot_be_bent(store: Store) -> None:
    write_small(store, "k", b"1")
    write_small(store, "other", b"2")
    url = signed_get(store, "k", expires_s=60)
    with pytest.raises(urllib.error.HTTPError) as caught:
        opened(url.replace("/k?", "/other?"))
    assert caught.value.code == 403
    caught.value.close()


@pytest.mark.parametrize("life_s", [0, -1, 7 * 24 * 3600 + 1])
def test_a_life_that_s3_does_not_sign(store: Store, life_s: int) -> None:
    with pytest.raises(LimitError):
        signed_get(store, "k", expires_s=life_s)


@pytest.mark.parametrize("name", ['a"; x="b.wav', "a\r\nSet-Cookie: x", "a%22b\\", "a/../b", ""])
def test_no_name_leaves_its_quotes(name: str) -> None:
    plain = attachment(name).removeprefix('attachment; filename="').partition('"')
    assert plain[2].startswith("; filename*=UTF-8''")
    assert "\r" not in attachment(name) and "\n" not in attachment(name)
    assert not set(plain[2].removeprefix("; filename*=UTF-8''")) & set('"; \\/')
