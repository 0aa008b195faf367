"""What an account has: its buckets."""

from dataclasses import replace

from s3audio_tui.store.client import Connection, connect
from s3audio_tui.store.failures import failures

_MOST = 10_000


def buckets(connection: Connection) -> list[str]:
    """Return the names of the account's buckets, whatever bucket `connection` names.

    Raises `NotAllowedError` for one who may use buckets, but not list them.
    """
    store = connect(replace(connection, bucket=""))
    names: list[str] = []
    with failures(""):
        for page in store.client.get_paginator("list_buckets").paginate():
            names += [bucket["Name"] for bucket in page.get("Buckets", [])]
            if len(names) >= _MOST:
                break
    return sorted(names)
