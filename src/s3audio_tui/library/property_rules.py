"""What S3 takes as tags and metadata: said in words before a request would be refused."""

import re
import unicodedata
from collections.abc import Mapping

MAX_TAGS = 10
MAX_TAG_NAME = 128
MAX_TAG_VALUE = 256
MAX_METADATA_BYTES = 2048

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:\s*;\s*[\w-]+=(?:[\w.+-]+|\"[^\"]*\"))*", re.A)
_SIGNS = "+-=._:/@"


def tag_mistake(name: str, value: str) -> str:
    """Return what is wrong with a tag, and what to do; empty where it can be."""
    if not name:
        return "a tag needs a name"
    if name.lower().startswith("aws:"):
        return "names that begin with aws: are Amazon's own"
    if len(name) > MAX_TAG_NAME:
        return f"the name has {len(name)} characters, and S3 takes {MAX_TAG_NAME}"
    if len(value) > MAX_TAG_VALUE:
        return f"the value has {len(value)} characters, and S3 takes {MAX_TAG_VALUE}"
    odd = next((char for char in name + value if not _fits_tag(char)), None)
    if odd is not None:
        return f"S3 takes no {_named(odd)} in a tag: letters, digits, spaces and {_SIGNS}"
    return ""


def _fits_tag(char: str) -> bool:
    return (
        char in _SIGNS
        or unicodedata.category(char) in ("Lu", "Ll", "Lt", "Lm", "Lo", "Zs")
        or (unicodedata.category(char)[0] == "N")
    )


def _named(char: str) -> str:
    return char if char.isprintable() else f"control character {ord(char):#04x}"


def metadata_mistake(name: str, value: str) -> str:
    """Return what is wrong with an entry of the metadata, and what to do; empty where it can be."""
    if not name:
        return "metadata needs a name"
    if _HEADER_NAME.fullmatch(name) is None:
        return "the name may have letters without accents, digits, - and _"
    if not value.isascii():
        return "metadata is ASCII: write it without accents, or make it a tag"
    if not value.isprintable():
        return "the value may have no control characters"
    if value != value.strip():
        return "S3 takes spaces off the ends of a value"
    return ""


def content_type_mistake(text: str) -> str:
    """Return what is wrong with a content type; empty where it can be."""
    return "" if _TYPE.fullmatch(text) else "a content type is two words, as audio/wav"


def too_many_tags(tags: Mapping[str, str]) -> str:
    """Return how many tags are over what an object may have, in words; empty where none is."""
    over = len(tags) - MAX_TAGS
    return f"S3 takes {MAX_TAGS} tags: remove {over}" if over > 0 else ""


def too_much_metadata(metadata: Mapping[str, str]) -> str:
    """Return how much the metadata is over 2 kB, in words; empty where it is not."""
    size = sum(len(name.encode()) + len(value.encode()) for name, value in metadata.items())
    over = size - MAX_METADATA_BYTES
    return (
        f"S3 takes {MAX_METADATA_BYTES:,} bytes of metadata: {over:,} too many" if over > 0 else ""
    )
