"""What the type of an activity asks of an edit: nothing that it requires is emptied, a document keeps its validators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from relance.activities.actions.asking import validators_of
from relance.activities.actions.validating import missing_fields
from relance.activities.catalog import types_by_code
from relance.activities.judging import Judged
from relance.activities.terms import DOCUMENT, KEEP, REQUIRABLE, ActivityChanges
from relance.kit.errors import Invalid
from relance.kit.outcome import Refusal
from relance.kit.sql import Row, fetch_all, sql

_COLUMNS = frozenset({*REQUIRABLE, "end_at", "end_on"})


def with_type(changes: ActivityChanges) -> ActivityChanges:
    """The changes; an activity that becomes another thing than a document validation loses its validators."""
    is_other = changes.type is not KEEP and changes.type != DOCUMENT
    return replace(changes, validators=()) if is_other else changes


def refused_by_type(
    judged: Judged, changes: ActivityChanges, columns: Mapping[str, object], *, is_single: bool
) -> list[Refusal]:
    """The rows of which the edit would make something that their type does not allow.

    Raises:
        Invalid: what a single row lacks, by field.
    """
    faults = _faults(judged, changes, columns)
    if is_single and faults:
        raise Invalid(next(iter(faults.values())))
    return [Refusal(row_id, " ".join(messages.values())) for row_id, messages in faults.items()]


def _faults(judged: Judged, changes: ActivityChanges, columns: Mapping[str, object]) -> dict[int, dict[str, str]]:
    related = {key: getattr(changes, key) for key in ("clients", "participants") if getattr(changes, key) is not KEEP}
    given = {**columns, **related}
    is_typed, asks = changes.type is not KEEP, changes.validators is not KEEP
    faults: dict[int, dict[str, str]] = {}
    if is_typed or given.keys() & _COLUMNS:
        types = types_by_code()
        for row in _values(judged):
            view = types[changes.type if is_typed else str(row["type_id"])]
            missing = missing_fields(view, {**row, **given})
            touched = {key: text for key, text in missing.items() if is_typed or key in given}
            if is_typed and view.id != row["type_id"] and not view.is_active:
                touched["type"] = _("This type of activity is switched off.")
            if touched:
                faults[row["id"]] = touched
    if is_typed or asks or "responsible_id" in columns:
        for row_id, text in _unvalidated(judged, changes).items():
            faults.setdefault(row_id, {}).update(text)
    return faults


def _unvalidated(judged: Judged, changes: ActivityChanges) -> dict[int, dict[str, str]]:
    """What is wrong with the validators that each row would have."""
    before = validators_of(judged.ids)
    document = types_by_code()[DOCUMENT].id
    found: dict[int, dict[str, str]] = {}
    for row in judged.rows:
        is_document = changes.type == DOCUMENT or (changes.type is KEEP and row["type_id"] == document)
        had = {answer.user_id: answer.decision for answer in before[row["id"]]}
        users = list(had) if changes.validators is KEEP else changes.validators
        becomes = is_document and row["type_id"] != document
        if not is_document and users:
            found[row["id"]] = {"validators": _("Only a document validation has validators.")}
        elif (had or becomes) and is_document and not users:
            found[row["id"]] = {"validators": _("Name at least one person who is to validate the document.")}
        elif changes.validators is not KEEP and list(users) != list(had) and row["is_completed"]:
            found[row["id"]] = {"validators": _("This activity is completed; reopen it first.")}
        elif changes.validators is not KEEP and users and all(had.get(user_id) for user_id in users):
            found[row["id"]] = {"validators": _("Name somebody who has not answered yet.")}
        elif changes.responsible_id is not KEEP and changes.validators is KEEP and not all(had.values()):
            found[row["id"]] = {"responsible_id": _("Its validators have not all answered.")}
        if row["is_completed"] and list(users) == list(had):
            found.pop(row["id"], None)
    return found


def _values(judged: Judged) -> list[Row]:
    """What the rows hold of all that a type can ask for."""
    return fetch_all(
        sql(
            """
            SELECT a.id, a.type_id, a.description, a.place, a.direction, a.end_at, a.end_on,
                EXISTS (SELECT FROM activities_client c WHERE c.activity_id = a.id) AS clients,
                EXISTS (SELECT FROM activities_participant p WHERE p.activity_id = a.id) AS participants
            FROM activities_activity a WHERE a.id = ANY({})
            """,
            judged.ids,
        )
    )
