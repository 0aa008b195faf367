"""Whether one object is a true copy of another, by what S3 says of both."""

import re

from s3audio_tui.store.heads import ObjectHead

_MD5 = re.compile("[0-9a-f]{32}")


def differs(source: ObjectHead, made: ObjectHead) -> bool:
    """Return whether size, checksum or ETag prove that the bytes are others.

    Checksums made of parts' checksums, and ETags of parts or under KMS, say nothing of the bytes.
    """
    if source.size_bytes != made.size_bytes:
        return True
    types = {source.checksum_type, made.checksum_type}
    if types == {"FULL_OBJECT"} or (types <= {"FULL_OBJECT", None} and not _in_parts(source, made)):
        common = source.checksums.keys() & made.checksums.keys()
        if any(source.checksums[name] != made.checksums[name] for name in common):
            return True
    plain = all(
        _MD5.fullmatch(one.etag) and one.encryption in (None, "AES256") for one in (source, made)
    )
    return plain and source.etag != made.etag


def _in_parts(*objects: ObjectHead) -> bool:
    return any(one.parts is not None for one in objects)
