"""Imported leads, deals, contacts and companies: made, or brought up to date where nobody changed them since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext as _

from relance.access.terms import Verb
from relance.crm import policy
from relance.crm.actions import SINGLE, create_elements, edit_elements
from relance.crm.links import NOUNS as RELATED_NOUNS
from relance.crm.queries import list_stages
from relance.crm.terms import ElementChanges, ElementDraft
from relance.imports.arriving import said
from relance.imports.byhand import read_history
from relance.imports.reading import shorten
from relance.imports.terms import Arrival, Report
from relance.kit.actor import Actor
from relance.kit.errors import Invalid
from relance.kit.outcome import Outcome
from relance.kit.sql import Row, Sql, fetch_all, fetch_column, name, sql
from relance.kit.text import fold

# The mapping's word for a field → the draft's.
_NAMES = {
    "responsible": "responsible_id",
    "company": "company_id",
    "contacts": "contact_ids",
    "companies": "company_ids",
}
# What is given at the creation alone.
_ONCE = ("number", "created_at")
_POINTS = ("phones", "emails")


def write_elements(
    actor: Actor, origin: str, kind: str, arrivals: Sequence[Arrival], report: Report, gesture: UUID
) -> None:
    """Write rows of one kind; what is refused goes into the report."""
    arrivals = _with_stages(kind, arrivals, report)
    known = _existing(kind, origin, [arrival.key for arrival in arrivals])
    _create(actor, origin, kind, [a for a in arrivals if a.key not in known], report, gesture)
    _update(actor, kind, [(a, known[a.key]) for a in arrivals if a.key in known], report, gesture)


def _with_stages(kind: str, arrivals: Sequence[Arrival], report: Report) -> list[Arrival]:
    """The rows with the ids of their stages, which mappings name by code or by name."""
    if not any("stage" in arrival.values for arrival in arrivals):
        return list(arrivals)
    # Of several pipelines' stages of one name, the first pipeline's; a code counts before a name.
    listed = list(reversed(list_stages(kind)))
    stages = {fold(stage.name): stage.id for stage in listed} | {s.code: s.id for s in listed if s.code}
    taken = []
    for arrival in arrivals:
        values = dict(arrival.values)
        if "stage" in values:
            told = values.pop("stage")
            values["stage_id"] = stages.get(told) or stages.get(fold(told))
            if values["stage_id"] is None:
                report.refuse(arrival, kind, _("No stage is called “%(text)s”.") % {"text": shorten(told)}, "stage")
                continue
        taken.append(Arrival(arrival.file, arrival.line, arrival.key, values))
    return taken


def _create(actor: Actor, origin: str, kind: str, arrivals: Sequence[Arrival], report: Report, gesture: UUID) -> None:
    drafts = [
        ElementDraft(kind=kind, origin=origin, origin_id=arrival.key, **_named(arrival.values)) for arrival in arrivals
    ]
    outcome = create_elements(actor, drafts, gesture=gesture)
    report.of(kind).created += len(outcome.done)
    for refusal in outcome.refused:
        report.refuse(arrivals[refusal.id], kind, refusal.reason)


def _update(actor: Actor, kind: str, pairs: Sequence[tuple[Arrival, Row]], report: Report, gesture: UUID) -> None:
    tally = report.of(kind)
    differing = [(arrival, row, changes) for arrival, row in pairs if (changes := _changes(arrival, row))]
    tally.unchanged += len(pairs) - len(differing)
    nouns = ("element", kind, *RELATED_NOUNS)
    history = read_history(nouns, [row["id"] for _arrival, row, _changes in differing])
    wanted: list[tuple[Arrival, int, dict[str, Any]]] = []
    for arrival, row, changes in differing:
        kept = [key for key in changes if row["deleted_at"] or history.is_by_hand(row["id"], key)]
        tally.kept += len(kept)
        changes = {key: value for key, value in changes.items() if key not in kept}
        if changes:
            wanted.append((arrival, row["id"], changes))
        else:
            tally.unchanged += 1
    _edit(actor, kind, _importable(actor, kind, wanted, report), report, gesture)


def _edit(
    actor: Actor, kind: str, wanted: Sequence[tuple[Arrival, int, dict[str, Any]]], report: Report, gesture: UUID
) -> None:
    """Write changes; rows that change alike are written together."""
    alike: dict[str, list[tuple[Arrival, int, dict[str, Any]]]] = defaultdict(list)
    for arrival, row_id, changes in wanted:
        alike[str(row_id) if SINGLE & changes.keys() else repr(sorted(changes.items()))].append(
            (arrival, row_id, changes)
        )
    for group in alike.values():
        try:
            same = cast("ElementChanges", group[0][2])
            outcome = edit_elements(actor, ids=[row_id for _a, row_id, _c in group], changes=same, gesture=gesture)
        except Invalid as error:
            for arrival, _row_id, _changes in group:
                report.refuse(arrival, kind, said(error.messages), ", ".join(error.messages))
        else:
            _count(kind, {row_id: arrival for arrival, row_id, _changes in group}, outcome, report)


def _count(kind: str, by_id: Mapping[int, Arrival], outcome: Outcome, report: Report) -> None:
    tally = report.of(kind)
    tally.updated += len(outcome.done)
    tally.unchanged += len(outcome.unchanged)
    for refusal in outcome.refused:
        report.refuse(by_id[refusal.id], kind, refusal.reason)


def _importable(
    actor: Actor, kind: str, wanted: Sequence[tuple[Arrival, int, dict[str, Any]]], report: Report
) -> list[tuple[Arrival, int, dict[str, Any]]]:
    """Those of the rows that lie within what the actor may import; *update* is judged by the edit itself."""
    allowed = set(
        fetch_column(
            sql(
                "SELECT e.id FROM crm_element e WHERE e.id = ANY({}) AND {}",
                [row_id for _arrival, row_id, _changes in wanted],
                policy.within_scope(actor, Verb.IMPORT),
            )
        )
    )
    for arrival, row_id, _changes in wanted:
        if row_id not in allowed:
            report.refuse(arrival, kind, _("Your roles do not let you import this element."))
    return [each for each in wanted if each[1] in allowed]


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    return {_NAMES.get(key, key): value for key, value in values.items()}


def _changes(arrival: Arrival, row: Row) -> dict[str, Any]:
    """What the arriving values would change, by the draft's names."""
    given = {key: value for key, value in _named(arrival.values).items() if key not in _ONCE}
    return {key: value for key, value in given.items() if _comparable(key, row[key]) != _comparable(key, value)}


def _comparable(key: str, value: Any) -> object:  # noqa: ANN401 - a value of any field
    if key.endswith("_ids"):
        return frozenset(value)
    return tuple(value) if key in _POINTS else value


def _existing(kind: str, origin: str, keys: Sequence[str]) -> dict[str, Row]:
    """The rows known by these keys as they are now, the deleted ones too."""
    rows = fetch_all(
        sql(
            """
            SELECT o.*, e.id, e.origin_id, e.deleted_at, e.name, e.responsible_id, e.is_open_to_all, e.stage_id,
                ARRAY(SELECT raw FROM crm_contactpoint p WHERE p.element_id = e.id AND p.kind = 'phone' ORDER BY rank, p.id)
                    AS phones,
                ARRAY(SELECT raw FROM crm_contactpoint p WHERE p.element_id = e.id AND p.kind = 'email' ORDER BY rank, p.id)
                    AS emails,
                {} AS contact_ids, {} AS company_ids
            FROM crm_element e JOIN {} o ON o.element_id = e.id
            WHERE e.kind = {} AND e.origin = {} AND e.origin_id = ANY({})
            """,
            Sql("ARRAY(SELECT contact_id FROM crm_dealcontact c WHERE c.deal_id = e.id)"),
            Sql("ARRAY(SELECT company_id FROM crm_contactcompany c WHERE c.contact_id = e.id)"),
            name(f"crm_{kind}"),
            kind,
            origin,
            list(keys),
        )
    )
    return {row["origin_id"]: row for row in rows}
