"""Where an upload goes: named layouts, and templates of one's own."""

import secrets
import string
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from urllib.parse import quote

from s3audio_tui.errors import SettingsError

LAYOUTS = {
    "plain": "{name}",
    "dated": "{user}/{yyyy}/{mm}/{dd}/{uuid}.{ext}",
    "uploads": "uploads/{user}/{millis}-{rand}-{name}",
    "staged": "audio-files/{user}/temp/{uuid}.{ext}",
    "recorder": "users/{user_type}/{provider}/{user}/{timestamp}.{ext}",
}

FIELDS = frozenset(
    {"name", "stem", "ext", "user", "user_type", "provider", "yyyy", "mm", "dd"}
    | {"millis", "timestamp", "rand", "uuid"}
)


@dataclass(frozen=True, slots=True)
class Uploader:
    """Who uploads, as the layouts name them."""

    user: str
    user_type: str
    provider: str


def template_of(layout: str) -> str:
    """Return the template of a layout's name, or the template itself where one is given.

    Raises `SettingsError` for an unknown name, an unknown field, or a template whose keys could
    not differ: it must have one of `{name}`, `{stem}`, `{uuid}`, `{rand}`, `{timestamp}`.
    """
    template = LAYOUTS.get(layout, layout)
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise SettingsError(f"the layout {layout!r} has {error}", "close its braces") from None
    fields = {name for _, name, _, _ in parts if name is not None}
    plain = all(not spec and not conversion for _, _, spec, conversion in parts)
    if not fields and layout not in LAYOUTS:
        raise SettingsError(
            f"there is no layout {layout!r}",
            f"choose one of {', '.join(LAYOUTS)}, or write a template such as {{user}}/{{name}}",
        )
    if fields - FIELDS or not plain:
        raise SettingsError(
            f"the layout {layout!r} has a field that is not known",
            "the fields are " + ", ".join(sorted(FIELDS)),
        )
    if not fields & {"name", "stem", "uuid", "rand", "timestamp"}:
        raise SettingsError(
            f"the layout {layout!r} gives every file the same key",
            "add {name} or {uuid}",
        )
    return template


def key_for(layout: str, name: str, uploader: Uploader, now: float) -> str:
    """Return the key for a file called `name`, uploaded at `now` (seconds since 1970).

    `name` may have folders, which `{name}` keeps in the layout `plain` and in templates; it comes
    out in Unicode's composed form, as people type it, whatever form the disk had.
    """
    template = template_of(layout)
    composed = PurePosixPath(unicodedata.normalize("NFC", name))
    moment = datetime.fromtimestamp(now, UTC)
    values = {
        "name": composed.name if layout in LAYOUTS and layout != "plain" else str(composed),
        "stem": composed.stem,
        "ext": composed.suffix.lstrip(".").lower(),
        "user": segment(uploader.user),
        "user_type": segment(uploader.user_type),
        "provider": segment(uploader.provider),
        "yyyy": f"{moment:%Y}",
        "mm": f"{moment:%m}",
        "dd": f"{moment:%d}",
        "millis": str(int(now * 1000)),
        "timestamp": f"{moment:%Y-%m-%dT%H-%M-%S.%fZ}",
        "rand": secrets.token_hex(4),
        "uuid": str(uuid.uuid4()),
    }
    return template.format_map(values)


def segment(text: str) -> str:
    """Return `text` so that it is one segment of a key, whatever it holds."""
    safe = quote(text, safe=" @+=,~")
    return safe.replace(".", "%2E") if safe in (".", "..") else safe
