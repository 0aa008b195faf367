"""The fields of a recording in lists: their exact values, and how a terminal shows them."""

from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter

from s3audio_tui.cli.output import Column
from s3audio_tui.cli.values import Value
from s3audio_tui.units import age_text, duration_text

TakeFields = Mapping[str, Value]


def take_columns(names: str, now: float) -> list[Column[TakeFields]]:
    """Return the columns with these names, apart by spaces; ages are told from `now`.

    A terminal shows the same of all lists, in 72 cells and the name, which is last, where a long
    one breaks nothing.
    """
    exact: list[Column[TakeFields]] = [Column(name, itemgetter(name)) for name in names.split()]
    shown: list[Column[TakeFields]] = [
        Column("", _began, "Began", lambda each: _age(each, now)),
        Column("", _length, "Length", _length, right=True),
        Column("", _in_s3, "In S3", _in_s3, right=True),
        Column("", _state, "State", _state),
        Column("", _id, "Take", _id),
        Column("", _name, "Name", _name),
    ]
    return exact + shown


def _text(fields: TakeFields, name: str) -> str:
    """Return a field as text; of a take that cannot be read nothing may be known."""
    value = fields.get(name)
    return "" if value is None else str(value)


def _id(fields: TakeFields) -> str:
    return _text(fields, "take")


def _name(fields: TakeFields) -> str:
    return _text(fields, "name")


def _began(fields: TakeFields) -> str:
    return _text(fields, "started_at")


def _age(fields: TakeFields, now: float) -> str:
    began = _began(fields)
    return age_text(datetime.fromisoformat(began).timestamp(), now) if began else ""


def _length(fields: TakeFields) -> str:
    length = fields.get("duration_s")
    return duration_text(length) if isinstance(length, float | int) else ""


def _in_s3(fields: TakeFields) -> str:
    return f"{fields['in_s3']} of {fields['chunks']}" if fields.get("chunks") is not None else ""


def _state(fields: TakeFields) -> str:
    return _text(fields, "state") + (", joined" if fields.get("joined") else "")
