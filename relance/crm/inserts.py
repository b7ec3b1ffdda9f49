"""How new elements are written: many at once, each judged as it will be saved."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields as fields_of
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from relance.crm import policy
from relance.crm.checks import Known, Messages, Values, clean
from relance.crm.edits import name_of_contact
from relance.crm.links import LINKS, insert_links, insert_points
from relance.crm.terms import FIELDS, OWN_FIELDS, ElementDraft, Kind
from relance.journal.actions import record
from relance.kit.actor import Actor
from relance.kit.errors import Invalid
from relance.kit.sql import execute, fetch_all, fetch_column, join, name, sql
from relance.kit.text import fold

_SHARED = (
    *("id", "kind", "number", "name", "sort_key", "responsible_id", "is_open_to_all", "pipeline_id", "stage_id"),
    *("origin", "origin_id", "creation_key"),
)
_HIGHEST_NUMBER = 2**53
_DRAFT_FIELDS = tuple(field.name for field in fields_of(ElementDraft))
_EMPTY = {field.name: field.default for field in fields_of(ElementDraft)}
# What other kinds have and this one has not.
_FOREIGN = {kind: {key for keys in FIELDS.values() for key in keys} - {*own, "name"} for kind, own in FIELDS.items()}


def given_values(actor: Actor, draft: ElementDraft) -> Values:
    """A draft's fields with its responsible person filled in."""
    values = _as_dict(draft)
    values["responsible_id"] = draft.responsible_id or actor.recorded_id
    return values


def prepare(actor: Actor, draft: ElementDraft, known: Known) -> tuple[Values, Messages]:
    """The row that a draft becomes, and a sentence for each field that cannot be taken."""
    given = given_values(actor, draft)
    if draft.kind not in FIELDS:
        return {}, {"kind": _("There is no such kind of element.")}
    wanted = {key: given[key] for key in FIELDS[draft.kind]}
    messages = {} if _has_only_own(draft, given) else {"": _("This kind of element does not have this field.")}
    if wanted["is_open_to_all"] is None:
        wanted["is_open_to_all"] = known.is_open_by_default
    if "stage_id" in wanted:
        wanted["stage_id"] = given["stage_id"] or known.first_stage(draft.kind, draft.pipeline_id)
    values, more = clean(draft.kind, wanted, known)
    messages |= more
    if draft.number is not None and not 0 < draft.number < _HIGHEST_NUMBER:
        messages["number"] = _("This number is out of range.")
    return _completed(draft, values, known, messages), messages


def pick_addable(actor: Actor, rows: Mapping[int, Values]) -> dict[int, int]:
    """A new id for each row (by its place) that, as it will be saved, lies within what the actor may add."""
    found = fetch_all(
        sql(
            """
            SELECT e.id AS place, nextval(pg_get_serial_sequence('crm_element', 'id')) AS id
            FROM jsonb_populate_recordset(NULL::crm_element, {}::jsonb) e WHERE {} ORDER BY e.id
            """,
            _json([{**_only(row, _SHARED), "id": place} for place, row in rows.items()]),
            policy.addable(actor),
        )
    )
    return {row["place"]: row["id"] for row in found}


def insert_elements(actor: Actor, rows: Mapping[int, Values]) -> dict[int, Values]:
    """Write rows with their ids in all tables; those whose number, origin or key is taken are left out of the result."""
    columns = [name(column) for column in _SHARED]
    inserted = set(
        fetch_column(
            sql(
                """
                INSERT INTO crm_element ({}, created_at, created_by_id, updated_at, updated_by_id)
                SELECT {}, coalesce(e.created_at, now()), {}, now(), {}
                FROM jsonb_populate_recordset(NULL::crm_element, {}::jsonb) e
                ON CONFLICT DO NOTHING RETURNING id
                """,
                join(", ", columns),
                join(", ", columns),
                actor.recorded_id,
                actor.recorded_id,
                _json([_only(row, (*_SHARED, "created_at")) for row in rows.values()]),
            )
        )
    )
    made = {place: row for place, row in rows.items() if row["id"] in inserted}
    _insert_own(made.values())
    insert_points(
        (row["id"], kind[:-1], raw, rank)
        for row in made.values()
        for kind in ("phones", "emails")
        for rank, raw in enumerate(row[kind])
    )
    for key in LINKS:
        insert_links(key, [(row["id"], other) for row in made.values() for other in row.get(key, ())])
    return made


def record_creations(actor: Actor, gesture: UUID, made: Mapping[int, Values]) -> None:
    """One journal entry for each new element, with all that it was given."""
    record(
        actor,
        gesture,
        verb="create",
        noun="element",
        entries=[(row["id"], None, {**_filled(row), "version": 1}) for row in made.values()],
    )


def _has_only_own(draft: ElementDraft, given: Values) -> bool:
    return all(given[key] == _EMPTY[key] for key in _FOREIGN[draft.kind])


def _as_dict(draft: ElementDraft) -> Values:
    """The draft's fields; its values are immutable, so that none is copied."""
    return {key: getattr(draft, key) for key in _DRAFT_FIELDS}


def _completed(draft: ElementDraft, values: Values, known: Known, messages: Messages) -> Values:
    row: Values = {"pipeline_id": None, "stage_id": None, **values, "kind": draft.kind, "number": draft.number}
    row |= {"origin": draft.origin, "origin_id": draft.origin_id, "creation_key": draft.creation_key}
    row["created_at"] = draft.created_at
    if row["stage_id"]:
        row["pipeline_id"] = known.stages[row["stage_id"]]["pipeline_id"]
    if draft.kind == Kind.CONTACT:
        try:
            row |= name_of_contact(values)
        except Invalid as error:
            messages.update(error.messages)
    else:
        row["sort_key"] = fold(row.get("name", ""))
    return row


def _insert_own(rows: Iterable[Values]) -> None:
    for kind, fields in OWN_FIELDS.items():
        own = [
            {
                "element_id": row["id"],
                "kind": kind,
                "company_kind": Kind.COMPANY.value,
                **_only(row, (*fields, "company_id")),
            }
            for row in rows
            if row["kind"] == kind
        ]
        if own:
            execute(
                sql(
                    "INSERT INTO {} SELECT o.* FROM jsonb_populate_recordset(NULL::{}, {}::jsonb) o",
                    name(f"crm_{kind}"),
                    name(f"crm_{kind}"),
                    _json(own),
                )
            )


def _filled(row: Values) -> Values:
    return {key: value for key, value in row.items() if value not in (None, "", ()) and key not in {"id", "sort_key"}}


def _only(row: Values, keys: Iterable[str]) -> Values:
    return {key: row[key] for key in keys if key in row}


def _json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, default=str)
