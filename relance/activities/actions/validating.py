"""What the fields of an activity must be, said by field in the user's language before PostgreSQL says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from relance.activities.catalog import TypeView
from relance.activities.terms import REQUIRABLE, REQUIRED_AT_END, Direction, Hue, Priority
from relance.kit.errors import Invalid
from relance.kit.sql import Row

LONGEST_SUBJECT = 500
LONGEST_TEXT = 100_000
_TEXTS = {
    "subject": LONGEST_SUBJECT,
    "place": LONGEST_SUBJECT,
    "description": LONGEST_TEXT,
    "note": LONGEST_TEXT,
    "reason": LONGEST_TEXT,
}


def check_fields(columns: Mapping[str, object], rows: Sequence[Row] = ()) -> None:
    """Check values against each other, and against what they are written over.

    Raises:
        Invalid: by field.
    """
    messages = {**_texts(columns), **_choices(columns)}
    for row in rows or [{}]:
        messages |= _times({**row, **columns})
    if messages:
        raise Invalid(messages)


def missing_fields(view: TypeView, values: Mapping[str, object], *, at_end: bool = False) -> dict[str, str]:
    """What a type asks for and the values do not give, by the field at which to say so.

    `at_end`: what it asks for when the activity is completed, instead of when it is made.
    """
    text = _("An activity of the type “%(type)s” needs this: %(field)s.")
    messages = {}
    for key in view.required_fields:
        if (key in REQUIRED_AT_END) != at_end:
            continue
        given = (values.get("end_at") or values.get("end_on")) if key == "duration" else values.get(key)
        if not given:
            field = "end_at" if key == "duration" else key
            messages[field] = text % {"type": view.name, "field": REQUIRABLE[key]}
    return messages


def _texts(columns: Mapping[str, object]) -> dict[str, str]:
    messages = {}
    for key, longest in _TEXTS.items():
        text = str(columns.get(key) or "")
        if "\x00" in text:
            messages[key] = _("This text holds a character that cannot be kept (NUL).")
        elif len(text) > longest:
            messages[key] = _("This text is longer than %(most)d characters.") % {"most": longest}
    if "subject" in columns and not str(columns["subject"]).strip():
        messages["subject"] = _("Say what is to be done.")
    return messages


def _choices(columns: Mapping[str, object]) -> dict[str, str]:
    messages = {}
    if columns.get("direction") and columns["direction"] not in Direction.values:
        messages["direction"] = _("This direction is not known.")
    if "priority" in columns and columns["priority"] not in Priority.values:
        messages["priority"] = _("This priority is not known.")
    if columns.get("colour") and columns["colour"] not in Hue.values:
        messages["colour"] = _("This colour is not known.")
    return messages


def _times(values: Mapping[str, object]) -> dict[str, str]:
    messages = {}
    if values.get("deadline_at") and values.get("deadline_on"):
        messages["deadline_on"] = _("A deadline has a time of day or it has none, not both.")
    if (values.get("start_at") or values.get("end_at")) and (values.get("start_on") or values.get("end_on")):
        messages["start_on"] = _("A time slot lasts whole days or it has hours, not both.")
    for start, end in (("start_at", "end_at"), ("start_on", "end_on")):
        begins, ends = values.get(start), values.get(end)
        if ends and not begins:
            messages[start] = _("A time slot has a start.")
        elif isinstance(begins, date | datetime) and isinstance(ends, date | datetime) and ends < begins:
            messages[end] = _("The end is before the start.")
    return messages
