"""What is known of files, put into words: sections of names and values."""

from s3audio_tui.catalog.rows import Row
from s3audio_tui.catalog.sums import Sums
from s3audio_tui.library.details import Details, decoded
from s3audio_tui.tui.widgets.columns import channels_text, format_label
from s3audio_tui.tui.widgets.details_text import exact_length
from s3audio_tui.tui.widgets.facts import Fact, Section
from s3audio_tui.units import age_text, length_text, rate_text, size_text, stamp_text


def of_row(row: Row, now: float) -> list[Section]:
    """Return what the catalog knows of a file."""
    return [Section("Sound", _sound(row)), Section("File", _file(row, now))]


def of_details(details: Details, now: float) -> list[Section]:
    """Return all that is known of a file."""
    row, head = details.row, details.head
    sound = _sound(row)
    if details.unreadable:
        sound.append(("header", details.unreadable))
    stored: list[Fact] = [("content type", head.content_type), ("class", head.storage_class)]
    stored.append(("encrypted", head.encryption or "not said"))
    if head.kms_key_id:
        stored.append(("with the key", head.kms_key_id))
    stored.append(("etag", head.etag))
    stored += [(name.lower(), value) for name, value in head.checksums.items()]
    if head.parts:
        stored.append(("uploaded in", f"{head.parts:,} parts"))
    stored.append(("versions", _versions(details)))
    stored += [(_spaced(name), value) for name, value in head.headers.items()]
    return [
        Section("Sound", sound),
        Section("File", _file(row, now)),
        Section("In the store", stored),
        Section("Tags", sorted(details.tags.items()) or [("", "none")]),
        *_if_any("In the file", details.sound_tags),
        *_if_any("Metadata", decoded(head.metadata)),
    ]


def of_sums(sums: Sums) -> list[Section]:
    """Return what many files come to."""
    facts: list[Fact] = [("files", f"{sums.files:,}"), ("size", _size(sums.bytes))]
    audio = sums.files - (sums.formats[""].files if "" in sums.formats else 0)
    if sums.measured:
        length = length_text(sums.duration_s, estimated=sums.estimated > 0)
        facts.append(("length", length))
        if sums.measured < audio:
            facts.append(("", f"of {sums.measured:,} of {audio:,}; the others are not read yet"))
    elif audio:
        facts.append(("length", "not read yet"))
    for name, at in (("oldest", sums.oldest), ("newest", sums.newest)):
        if at is not None:
            facts.append((name, stamp_text(at)[:16]))
    formats: list[Fact] = [
        (format_label(name) if name else "other", f"{group.files:>7,}  {size_text(group.bytes):>9}")
        for name, group in sorted(sums.formats.items(), key=lambda one: -one[1].bytes)
    ]
    return [Section("Together", facts), Section("Formats", formats or [("", "no files")])]


def _sound(row: Row) -> list[Fact]:
    facts: list[Fact] = [("format", format_label(row.format) if row.format else "not audio")]
    if row.codec:
        facts.append(("codec", row.codec))
    if row.duration_s is not None:
        about = "~" if row.estimated else ""
        facts.append(("length", about + exact_length(row.duration_s)))
    if row.sample_rate_hz:
        facts.append(("rate", rate_text(row.sample_rate_hz)))
    if row.bit_depth:
        facts.append(("bits", f"{row.bit_depth}"))
    if row.channels:
        facts.append(("channels", channels_text(row.channels)))
    return facts


def _file(row: Row, now: float) -> list[Fact]:
    return [
        ("size", _size(row.size_bytes)),
        ("modified", age_text(row.modified, now)),
        ("", stamp_text(row.modified)),
    ]


def _size(size_bytes: int) -> str:
    text = size_text(size_bytes)
    return text if size_bytes < 1000 else f"{text}  ({size_bytes:,} bytes)"


def _versions(details: Details) -> str:
    if details.versions is None:
        return "none are kept here"
    return "1 kept" if details.versions == 1 else f"{details.versions:,} kept"


def _spaced(name: str) -> str:
    """Return `CacheControl` as `cache control`."""
    return "".join(f" {char.lower()}" if char.isupper() else char for char in name).strip()


def _if_any(title: str, values: dict[str, str]) -> list[Section]:
    return [Section(title, sorted(values.items()))] if values else []
