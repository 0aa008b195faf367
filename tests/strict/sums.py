"""Checksums as S3 keeps them and gives them back: of objects, of parts, and of the whole of parts.

S3 makes CRC64NVME itself where nothing is brought. moto keeps only what botocore's own headers
tell it of.
"""

import base64
from typing import Any
from xml.etree import ElementTree

from moto.core.responses import ActionResult
from moto.s3.responses import S3Response

from tests.strict.bodies import _SUMS
from tests.strict.call import Call, S3Error
from tests.strict.rules import _bucket, _object

UNSUMMED = "unsummed-"
"""A bucket whose name begins so is of a store that knows no checksums, and no body in chunks."""

_PREFIX = "x-amz-checksum-"
_DEFAULT = "crc64nvme"


def ignored(call: Call) -> bool:
    """Return whether the store does not know what a checksum is."""
    return call.bucket.startswith(UNSUMMED)


def headers_for_moto(call: Call) -> dict[str, str]:
    """Return headers that make moto keep the checksum which came, or the one that S3 makes."""
    if call.method != "PUT" or not call.key or ignored(call) or _is_copy(call):
        return {}
    if call.names - {"partNumber", "uploadId", "x-id"}:
        return {}
    name, value = _brought(call) or (_default(call), "")
    return {
        _PREFIX + name: value or _sum(name, call.body),
        "x-amz-sdk-checksum-algorithm": name.upper(),
    }


def check_parts(call: Call) -> None:
    """Refuse a part with another kind of checksum than was agreed on, and a wrong whole."""
    upload = _upload(call)
    if upload is None or ignored(call):
        return
    agreed = upload.metadata.get("x-amz-checksum-algorithm", "").lower()
    brought = _brought(call)
    if call.method == "PUT" and brought and agreed and brought[0] != agreed:
        raise _invalid(
            "Checksum Type mismatch occurred, expected checksum Type: "
            f"{agreed}, actual checksum Type: {brought[0]}"
        )
    if call.method == "POST":
        _check_whole(call, upload, agreed or _DEFAULT, brought)


def _check_whole(call: Call, upload: Any, agreed: str, brought: tuple[str, str] | None) -> None:
    root = ElementTree.fromstring(call.body)  # of a test
    data = b""
    for named in root:
        said = {child.tag.rpartition("}")[2]: child.text or "" for child in named}
        part = upload.parts.get(int(said.get("PartNumber", 0)))
        if part is None:
            return  # moto refuses it
        claimed = said.get(f"Checksum{agreed.upper()}")
        if claimed is not None and claimed != _sum(agreed, part.value):
            raise S3Error(400, "InvalidPart", "One or more of the specified parts is wrong.")
        data += part.value
    size = call.headers.get("x-amz-mp-object-size")
    if size is not None and size != str(len(data)):
        raise _invalid("The provided 'x-amz-mp-object-size' header does not match the parts.")
    usual = "FULL_OBJECT" if agreed == _DEFAULT else "COMPOSITE"
    kind = upload.metadata.get("x-amz-checksum-type", usual)
    if call.headers.get("x-amz-checksum-type", kind) != kind:
        raise _invalid("The provided checksum type is not that of the upload.")
    if brought and kind == "FULL_OBJECT" and brought != (agreed, _sum(agreed, data)):
        raise S3Error(
            400, "BadDigest", f"The {agreed} you specified did not match the calculated checksum."
        )


def kept(call: Call, status: str, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Note the checksum of what was just written; return the headers with it."""
    if ignored(call) or not status.startswith("200") or not call.key or _is_copy(call):
        return headers
    upload = _upload(call)
    if call.method == "PUT" and upload is not None:
        name, _ = _brought(call) or (_default(call), "")
        part = upload.parts.get(int(call.asked("partNumber") or 0))
        if part is not None:
            part.checksum_algorithm = name.upper()
            part.checksum_value = _sum(name, part.value)
        return headers
    whole = call.method == "POST" and "uploadId" in call.names
    if whole or (call.method == "PUT" and not call.names - {"x-id"}):
        found = _object(call.bucket, call.key)
        if found is not None and found.checksum_value:
            found.checksum_algorithm = found.checksum_algorithm or _DEFAULT.upper()
            found.checksum_type = found.checksum_type or "FULL_OBJECT"
            if not whole:
                return [*headers, ("x-amz-checksum-type", "FULL_OBJECT")]
    return headers


def shown(call: Call, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the headers of a HEAD with the type of the checksum, which moto leaves out there."""
    names = {name.lower() for name, _ in headers}
    if call.method != "HEAD" or _PREFIX + "type" in names:
        return headers
    if not any(name.startswith(_PREFIX) for name in names):
        return headers
    found = _object(call.bucket, call.key, call.asked("versionId"))
    kind = found.checksum_type or "FULL_OBJECT"
    if kind == "COMPOSITE":
        headers = [
            (name, f"{value}-{found.checksum_parts}")
            if name.lower().startswith(_PREFIX) and "-" not in value
            else (name, value)
            for name, value in headers
        ]
    return [*headers, (_PREFIX + "type", kind)]


def install() -> None:
    """Make moto name the checksums of parts in its lists, in this process."""
    responses: Any = S3Response
    plain = responses.serialized

    def serialized(self: Any, result: ActionResult) -> Any:
        found = result.result
        if isinstance(found, dict) and "PartNumberMarker" in found:
            parts = _bucket(self.bucket_name).multiparts[found["UploadId"]].parts
            for said in found["Parts"]:
                part = parts[said["PartNumber"]]
                if part.checksum_algorithm:
                    said[f"Checksum{part.checksum_algorithm}"] = part.checksum_value
        return plain(self, result)

    responses.serialized = serialized


def _brought(call: Call) -> tuple[str, str] | None:
    for name, value in call.headers.items():
        algorithm = name.removeprefix(_PREFIX)
        if algorithm != name and algorithm in _SUMS:
            return algorithm, value
    return None


def _default(call: Call) -> str:
    """Return what S3 makes of a body without a checksum: what was agreed on for its upload."""
    upload = _upload(call)
    if upload is None:
        return _DEFAULT
    agreed: str = upload.metadata.get("x-amz-checksum-algorithm", _DEFAULT)
    return agreed.lower()


def _sum(name: str, data: bytes) -> str:
    return base64.b64encode(_SUMS[name](data)).decode()


def _upload(call: Call) -> Any:
    found, upload_id = _bucket(call.bucket), call.asked("uploadId")
    return found.multiparts.get(upload_id) if found is not None and upload_id else None


def _is_copy(call: Call) -> bool:
    return "x-amz-copy-source" in call.headers


def _invalid(message: str) -> S3Error:
    return S3Error(400, "InvalidRequest", message)
