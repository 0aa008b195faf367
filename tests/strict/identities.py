"""The access keys that the stand-in knows. They are made up, and open nothing anywhere else."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Identity:
    """A pair of keys; `token` only for temporary ones. A denied one has valid keys and no rights.

    `reader` may read and list, and nothing else; `blind` may do all but list.
    """

    access_key_id: str
    secret_access_key: str
    token: str | None = None
    state: Literal["ok", "expired", "denied", "reader", "blind"] = "ok"


OWNER = Identity("AKIAIOSFODNN7OWNER00", "secret/of+the/owner0000000000000000000000")
TEMPORARY = Identity("ASIAIOSFODNN7TEMPOR0", "secret/of+temporary/keys0000000000000000", "token-ok")
EXPIRED = Identity(
    "ASIAIOSFODNN7EXPIRED", "secret/of+expired/keys000000000000000000", "token-old", "expired"
)
DENIED = Identity(
    "AKIAIOSFODNN7DENIED0", "secret/of+somebody/else00000000000000000", None, "denied"
)
READER = Identity(
    "AKIAIOSFODNN7READER0", "secret/of+the/reader00000000000000000000", None, "reader"
)
BLIND = Identity("AKIAIOSFODNN7BLIND00", "secret/of+the/blind000000000000000000000", None, "blind")

KNOWN = {one.access_key_id: one for one in (OWNER, TEMPORARY, EXPIRED, DENIED, READER, BLIND)}
