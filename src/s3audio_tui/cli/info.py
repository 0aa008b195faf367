"""`info`: all that is known of one file, or what many come to."""

import click

from s3audio_tui.catalog.sums import Group, Sums
from s3audio_tui.cli.columns import file_fields
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.cli.values import Value
from s3audio_tui.library import browse, details
from s3audio_tui.library.details import Details, decoded
from s3audio_tui.library.keys import from_argument
from s3audio_tui.units import age_text, length_text, rate_text, rfc3339, size_text


@click.command("info", cls=Command)
@click.argument("keys", metavar="KEY…", nargs=-1, required=True)
@click.pass_obj
def info_command(runtime: Runtime, keys: tuple[str, ...]) -> None:
    """Show all that is known of KEY. Its header is read by range, not the whole file.

    Of several KEYs, a prefix that ends in a slash, or a glob it shows what they come to.
    """
    with runtime.library() as library:
        key = from_argument(library, keys[0])
        if len(keys) > 1 or browse.may_be_many(key):
            named = browse.expand(library, keys)
            if named != [key]:
                _show_sums(runtime, details.sums(library, named))
                return
        found = details.info(library, key)
    runtime.output.fields(_fields(found), _shown(found, runtime.clock()))
    if found.unreadable:
        runtime.output.say(f"its header cannot be read: {found.unreadable}")


def _show_sums(runtime: Runtime, found: Sums) -> None:
    fields: dict[str, Value] = {
        "files": found.files,
        "size_bytes": found.bytes,
        "duration_s": round(found.duration_s, 3) if found.measured else None,
        "measured": found.measured,
        "oldest": None if found.oldest is None else rfc3339(found.oldest),
        "newest": None if found.newest is None else rfc3339(found.newest),
        "formats": {name or "other": group.files for name, group in found.formats.items()},
    }
    length = length_text(found.duration_s, estimated=found.estimated > 0)
    shown = {
        "size_bytes": size_text(found.bytes),
        "duration_s": length if found.measured else None,
        "measured": None,
    }
    runtime.output.fields(fields, shown)
    audio = found.files - found.formats.get("", Group()).files
    if found.measured < audio:
        runtime.output.say(f"the length counts {found.measured} of {audio} audio files")


def _fields(found: Details) -> dict[str, Value]:
    head = found.head
    return file_fields(found.row) | {
        "content_type": head.content_type,
        "metadata": head.metadata,
        "tags": found.tags,
        "version_id": head.version_id,
        "versions": found.versions,
        "encryption": head.encryption,
        "checksum": _checksum(head.checksums),
        "verified_by": found.verified_by,
        "codec": found.row.codec,
        "bit_depth": found.row.bit_depth,
        "duration_exact": found.duration_exact,
        "sound_tags": found.sound_tags,
    }


def _checksum(checksums: dict[str, str]) -> str | None:
    """Return a checksum as `CRC32:base64`."""
    return next((f"{name}:{value}" for name, value in sorted(checksums.items())), None)


def _shown(found: Details, now: float) -> dict[str, str | None]:
    row = found.row
    length = None
    if row.duration_s is not None:
        length = length_text(row.duration_s, estimated=row.estimated)
    metadata = decoded(found.head.metadata)
    return {f"metadata.{name}": value for name, value in metadata.items()} | {
        "name": None,
        "size_bytes": size_text(row.size_bytes),
        "modified": age_text(row.modified, now),
        "duration_s": length,
        "sample_rate_hz": None if row.sample_rate_hz is None else rate_text(row.sample_rate_hz),
    }
