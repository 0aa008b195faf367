"""`info`: all that is known of one file."""

import click

from s3audio_tui.cli.columns import file_fields
from s3audio_tui.cli.options import Command
from s3audio_tui.cli.runtime import Runtime
from s3audio_tui.cli.values import Value
from s3audio_tui.library import details
from s3audio_tui.library.details import Details
from s3audio_tui.library.keys import from_argument
from s3audio_tui.units import age_text, duration_text, rate_text, size_text


@click.command("info", cls=Command)
@click.argument("key", metavar="KEY")
@click.pass_obj
def info_command(runtime: Runtime, key: str) -> None:
    """Show all that is known of KEY. Its header is read by range, not the whole file."""
    with runtime.library() as library:
        found = details.info(library, from_argument(library, key))
    runtime.output.fields(_fields(found), _shown(found, runtime.clock()))
    if found.unreadable:
        runtime.output.say(f"its header cannot be read: {found.unreadable}")


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
    return {
        "name": None,
        "size_bytes": size_text(row.size_bytes),
        "modified": age_text(row.modified, now),
        "duration_s": None if row.duration_s is None else duration_text(row.duration_s),
        "sample_rate_hz": None if row.sample_rate_hz is None else rate_text(row.sample_rate_hz),
    }
