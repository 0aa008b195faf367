"""What a person may change of a file beside its bytes, as values: read, compared, checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from s3audio_tui.library import property_rules as rules

TYPE = "type"
"""The one field that has no name of its own; the others are `tag:…` and `meta:…`."""

Fields = dict[str, str | None]
"""Values by field; None is a field that is not there."""


@dataclass(frozen=True, slots=True)
class Properties:
    """What a person may change of an object without changing its bytes."""

    content_type: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What to set and what to remove; the rest of each file stays as it is.

    In `tags` and `metadata` None removes. An empty `content_type` changes none.
    """

    tags: Mapping[str, str | None] = field(default_factory=dict)
    metadata: Mapping[str, str | None] = field(default_factory=dict)
    content_type: str = ""

    def fields(self) -> Fields:
        """Return the change as one map."""
        made = as_fields(self.tags, self.metadata)
        return made | {TYPE: self.content_type} if self.content_type else made


def mistake(change: Change) -> str:
    """Return the first thing that S3 would not take of a change; empty where it takes all."""
    tags = ((name, value) for name, value in change.tags.items() if value is not None)
    entries = ((name, value) for name, value in change.metadata.items() if value is not None)
    found = [_about(name, rules.tag_mistake(name, value)) for name, value in tags]
    found += [_about(name, rules.metadata_mistake(name, value)) for name, value in entries]
    if change.content_type:
        found.append(rules.content_type_mistake(change.content_type))
    return next((said for said in found if said), "")


def _about(name: str, said: str) -> str:
    return f"{name}: {said}" if said and name else said


def lowered(fields: Fields) -> Fields:
    """Return the fields with names of metadata as S3 keeps them, in small letters."""
    return {(n.lower() if n.startswith("meta:") else n): value for n, value in fields.items()}


def said_of(name: str) -> str:
    """Return what a person calls a field."""
    kind, _, rest = name.partition(":")
    return {"tag": f"the tag {rest}", "meta": rest}.get(kind, "the content type")


def as_fields(tags: Mapping[str, str | None], metadata: Mapping[str, str | None]) -> Fields:
    """Return tags and metadata as one map."""
    made: Fields = {f"tag:{name}": value for name, value in tags.items()}
    return made | {f"meta:{name}": value for name, value in metadata.items()}


def fields_of(properties: Properties) -> Fields:
    """Return all properties as one map."""
    return as_fields(properties.tags, properties.metadata) | {TYPE: properties.content_type}


def properties_of(fields: Fields) -> Properties:
    """Return one map as properties."""
    made = Properties(fields.get(TYPE) or "")
    for name, value in fields.items():
        kind, _, rest = name.partition(":")
        if value is not None and rest:
            (made.tags if kind == "tag" else made.metadata)[rest] = value
    return made


def in_common(all_properties: Iterable[Properties]) -> tuple[Properties, set[str]]:
    """Return what all files have with the same value, and the names of fields that differ.

    The names are `tag:…`, `meta:…`, and `type` for the content type.
    """
    maps = [fields_of(properties) for properties in all_properties]
    names = {name for fields in maps for name in fields}
    differing = {name for name in names if len({fields.get(name) for fields in maps}) > 1}
    common = {name: maps[0][name] for name in maps[0] if name not in differing} if maps else {}
    return properties_of(common), differing
