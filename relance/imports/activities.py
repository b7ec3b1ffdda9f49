"""Imported activities: made, or brought up to date where nobody changed them since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from relance.access.terms import Verb
from relance.activities.actions import complete_activities, create_activities, edit_activities
from relance.activities.catalog import list_types
from relance.activities.terms import ActivityChanges, ActivityDraft
from relance.crm import policy
from relance.imports.arriving import said
from relance.imports.byhand import read_history
from relance.imports.reading import shorten
from relance.imports.terms import ACTIVITY, Arrival, Report
from relance.kit.actor import Actor
from relance.kit.errors import Invalid
from relance.kit.outcome import Outcome
from relance.kit.sql import Row, fetch_all, fetch_column, sql

# What is given at the creation alone: the rest of an activity's life is its people's.
_ONCE = frozenset(("elements", "clients", "participants", "reminders", "created_at", "completed_at", "outcome", "note"))


def write_activities(actor: Actor, origin: str, arrivals: Sequence[Arrival], report: Report, _gesture: UUID) -> None:
    """Write activities; what is refused goes into the report."""
    arrivals = _with_endings(arrivals, report)
    known = _existing(origin, [arrival.key for arrival in arrivals])
    new = [arrival for arrival in arrivals if arrival.key not in known]
    _create(actor, origin, _importable(actor, new, report), report)
    for arrival in arrivals:
        if arrival.key in known:
            _update(actor, arrival, known[arrival.key], report)


def _with_endings(arrivals: Sequence[Arrival], report: Report) -> list[Arrival]:
    """Those whose outcome is one, and goes with a completion."""
    taken = []
    known = {outcome.code for view in list_types() for outcome in view.outcomes}
    for arrival in arrivals:
        outcome, note = (arrival.values.get(key) or "" for key in ("outcome", "note"))
        if outcome and outcome not in known:
            reason = _("No outcome is called “%(text)s”.") % {"text": shorten(outcome)}
            report.refuse(arrival, ACTIVITY, reason, "outcome")
        elif (outcome or note) and not arrival.values.get("completed_at"):
            reason = _("Only a completed activity has an outcome or a note.")
            report.refuse(arrival, ACTIVITY, reason, "completed_at")
        else:
            taken.append(arrival)
    return taken


def _create(actor: Actor, origin: str, arrivals: Sequence[Arrival], report: Report) -> None:
    drafts = [ActivityDraft(origin=origin, origin_id=arrival.key, **_fields(arrival.values)) for arrival in arrivals]
    outcome = create_activities(actor, drafts)
    report.of(ACTIVITY).created += len(outcome.done)
    for refusal in outcome.refused:
        report.refuse(arrivals[refusal.id], ACTIVITY, refusal.reason)


def _importable(actor: Actor, arrivals: Sequence[Arrival], report: Report) -> list[Arrival]:
    """Those whose main element lies within what the actor may import; *update* on it is judged by the creation."""
    mains = {arrival.values["elements"][0] for arrival in arrivals if arrival.values["elements"]}
    query = sql(
        "SELECT e.id FROM crm_element e WHERE e.id = ANY({}) AND {}",
        sorted(mains),
        policy.within_scope(actor, Verb.IMPORT),
    )
    refused = mains - set(fetch_column(query))
    allowed = []
    for arrival in arrivals:
        if refused.intersection(arrival.values["elements"][:1]):
            report.refuse(
                arrival, ACTIVITY, _("Your roles do not let you import activities of this element."), "elements"
            )
        else:
            allowed.append(arrival)
    return allowed


def _update(actor: Actor, arrival: Arrival, row: Row, report: Report) -> None:
    tally = report.of(ACTIVITY)
    fields = {key: value for key, value in _fields(arrival.values).items() if key not in _ONCE}
    changes = {key: value for key, value in fields.items() if row[key] != value}
    history = read_history([ACTIVITY], [row["id"]] if changes else [])
    kept = [
        key
        for key in changes
        if row["deleted_at"] or history.is_by_hand(row["id"], "type_id" if key == "type" else key)
    ]
    tally.kept += len(kept)
    changes = {key: value for key, value in changes.items() if key not in kept}
    try:
        outcomes = _write(actor, arrival, row, changes)
    except Invalid as error:
        report.refuse(arrival, ACTIVITY, said(error.messages), ", ".join(error.messages))
        return
    refusals = [refusal for outcome in outcomes for refusal in outcome.refused]
    if refusals:
        report.refuse(arrival, ACTIVITY, refusals[0].reason)
    elif any(outcome.done for outcome in outcomes):
        tally.updated += 1
    else:
        tally.unchanged += 1


def _write(actor: Actor, arrival: Arrival, row: Row, changes: Mapping[str, Any]) -> list[Outcome]:
    outcomes = []
    if changes:
        outcomes.append(edit_activities(actor, ids=[row["id"]], changes=ActivityChanges(**changes)))
    is_done = bool(arrival.values.get("completed_at")) and not row["is_completed"] and not row["deleted_at"]
    if is_done and not read_history([ACTIVITY], [row["id"]]).is_by_hand(row["id"], "is_completed"):
        told = {key: arrival.values.get(key, "") for key in ("outcome", "note")}
        outcomes.append(complete_activities(actor, ids=[row["id"]], **told))
    return outcomes


def _fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values by the draft's names: each time goes into the field for dates or into that for instants."""
    fields = dict(values)
    for key in ("deadline", "start", "end"):
        if key in fields:
            when = fields.pop(key)
            fields[f"{key}_at"] = when if isinstance(when, datetime) else None
            fields[f"{key}_on"] = None if isinstance(when, datetime) else when
    if "responsible" in fields:
        fields["responsible_id"] = fields.pop("responsible")
    if "clients" in fields:
        fields["clients"] = tuple((id, "") for id in fields["clients"])
    return fields


def _existing(origin: str, keys: Sequence[str]) -> dict[str, Row]:
    rows = fetch_all(
        sql(
            """
            SELECT a.*, coalesce(t.code, t.id::text) AS type FROM activities_activity a
            JOIN activities_activitytype t ON t.id = a.type_id WHERE a.origin = {} AND a.origin_id = ANY({})
            """,
            origin,
            list(keys),
        )
    )
    return {row["origin_id"]: row for row in rows}
