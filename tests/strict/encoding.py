"""Lists of versions whose keys are encoded where the client asks for it, as S3 does; moto does not.

Without it a key that XML cannot hold makes the whole list an error.
"""

from typing import Any
from urllib.parse import quote

from moto.core.responses import ActionResult
from moto.s3.responses import S3Response

_FIELDS = ("Prefix", "Delimiter", "KeyMarker", "NextKeyMarker")
_LISTS = {"Versions": "Key", "DeleteMarkers": "Key", "CommonPrefixes": "Prefix"}


def install() -> None:
    """Make moto answer so, in this process."""
    responses: Any = S3Response
    plain = responses.serialized

    def serialized(self: Any, result: ActionResult) -> Any:
        found = result.result
        asked = self.querystring.get("encoding-type") == ["url"]
        if asked and isinstance(found, dict) and "VersionIdMarker" in found:
            found["EncodingType"] = "url"
            _encode(found, _FIELDS)
            for name, field in _LISTS.items():
                for entry in found.get(name, []):
                    _encode(entry, (field,))
        return plain(self, result)

    responses.serialized = serialized


def _encode(fields: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if fields.get(name):
            fields[name] = quote(fields[name])
