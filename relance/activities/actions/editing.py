"""Changing activities: fields, people, bindings, deadlines; one and many alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from relance.activities.actions.asking import RESPONSIBLE_VALIDATOR, change_validators
from relance.activities.actions.attaching import change_files
from relance.activities.actions.moving import postponed, shifted
from relance.activities.actions.relating import change_bindings, change_clients, change_participants
from relance.activities.actions.reminding import change_reminders
from relance.activities.actions.requiring import refused_by_type, with_type
from relance.activities.actions.validating import check_fields
from relance.activities.catalog import TypeView, types_by_code
from relance.activities.judging import Judged, active_people, judge, unable_to_read
from relance.activities.terms import KEEP, ActivityChanges
from relance.journal.actions import change, new_gesture
from relance.journal.queries import fields_changed_since
from relance.kit.actor import Actor
from relance.kit.errors import Conflict, Invalid
from relance.kit.outcome import Outcome, Refusal
from relance.kit.sql import fetch_one, join, name, sql


@transaction.atomic
def edit_activities(
    actor: Actor, *, ids: Sequence[int], changes: ActivityChanges, version: int | None = None
) -> Outcome:
    """Write the fields that `changes` gives on every activity that the actor may edit; the others are kept.

    A form of a single activity sends the `version` that it was filled from.

    Raises:
        Invalid: a value that cannot be taken, by field.
        Conflict: somebody changed one of the same fields since that version.
        Forbidden: binding or unbinding an element without the right to.
    """
    people = active_people(_newcomers(changes), "participants" if changes.validators is KEEP else "validators")
    readers = list(people.values())
    judged = judge(actor, ids, "edit", readers=readers)
    columns = _columns(changes)
    if version is not None and judged.rows:
        _refuse_stale(judged.ids[0], columns, version)
    judged = judged.splitting([] if changes.bind else unable_to_read(judged, readers))
    check_fields(columns, judged.rows)
    changes = with_type(changes)
    judged = judged.splitting(refused_by_type(judged, changes, columns, is_single=len(ids) == 1))
    if changes.validators is not KEEP:
        columns |= {"responsible_id": RESPONSIBLE_VALIDATOR}
    gesture = new_gesture()
    related = _relate(actor, gesture, judged, changes, readers)
    written = change(
        actor, gesture, verb="edit", noun="activity", table="activities_activity", ids=judged.ids,
        values={**columns, **shifted(changes.shift_days)},
    )  # fmt: skip
    done = sorted(set(written) | related)
    return Outcome(done, sorted(set(judged.ids) - set(done)), judged.refused, gesture if done else None)


@transaction.atomic
def assign_activities(actor: Actor, *, ids: Sequence[int], to: int) -> Outcome:
    """Give the activities to another user, each that the actor may edit and the receiver may read.

    Raises:
        Invalid: the receiver is unknown or not active.
    """
    receiver = active_people([to], "responsible_id")[to]
    judged = judge(actor, ids, "assign", readers=[receiver])
    judged = judged.splitting(unable_to_read(judged, [receiver]))
    return _write(actor, judged, "assign", {"responsible_id": to})


@transaction.atomic
def postpone_activities(
    actor: Actor,
    *,
    ids: Sequence[int],
    to_day: date | None = None,
    to_at: datetime | None = None,
    plan_incoming: bool = False,
) -> Outcome:
    """Move the open activities to a day (each keeps its time of day) or to an instant.

    An incoming one has no deadline: it is refused, unless `plan_incoming` makes it a planned one.
    """
    judged = judge(actor, ids, "postpone")
    judged = judged.splitting(_not_postponable(judged, plan_incoming=plan_incoming))
    return _write(actor, judged, "postpone", postponed(to_day, to_at))


def _write(actor: Actor, judged: Judged, verb: str, values: dict[str, object]) -> Outcome:
    gesture = new_gesture()
    done = change(
        actor, gesture, verb=verb, noun="activity", table="activities_activity", ids=judged.ids, values=values
    )
    return Outcome(sorted(done), sorted(set(judged.ids) - set(done)), judged.refused, gesture if done else None)


def _not_postponable(judged: Judged, *, plan_incoming: bool) -> list[Refusal]:
    refused = []
    for row in judged.rows:
        if row["is_completed"]:
            refused.append(Refusal(row["id"], _("This activity is completed; reopen it first.")))
        elif row["is_incoming"] and not plan_incoming:
            refused.append(
                Refusal(row["id"], _("This activity is incoming and has no deadline; plan it to give it one."))
            )
    return refused


def _newcomers(changes: ActivityChanges) -> set[int]:
    participants = changes.add_participants if changes.participants is KEEP else changes.participants
    responsible = [] if changes.responsible_id is KEEP else [changes.responsible_id]
    validators = [] if changes.validators is KEEP else changes.validators
    return {*participants, *responsible, *validators}


def _columns(changes: ActivityChanges) -> dict[str, object]:
    columns = changes.columns()
    if changes.type is not KEEP:
        columns["type_id"] = _type_of(changes.type).id
    for key in ("subject", "description", "place"):
        if key in columns:
            columns[key] = str(columns[key]).strip()
    # One kind of deadline replaces the other, and an incoming activity has none.
    if columns.get("is_incoming"):
        columns |= dict.fromkeys(("deadline_at", "deadline_on", "start_at", "end_at", "start_on", "end_on"))
    elif columns.get("deadline_at") or columns.get("deadline_on"):
        columns.setdefault("deadline_on" if columns.get("deadline_at") else "deadline_at", None)
        columns["is_incoming"] = False
    return columns


def _type_of(code: str) -> TypeView:
    known = types_by_code().get(code)
    if known is None:
        raise Invalid({"type": _("This type of activity does not exist.")})
    return known


def _refuse_stale(activity_id: int, columns: dict[str, object], version: int) -> None:
    both = sorted(fields_changed_since(noun="activity", noun_id=activity_id, version=version) & set(columns))
    if not both:
        return
    selected = sql("SELECT {} FROM activities_activity WHERE id = {}", join(", ", map(name, both)), activity_id)
    theirs = fetch_one(selected) or {}
    differing = {key: (theirs[key], columns[key]) for key in both if theirs[key] != columns[key]}
    if differing:
        raise Conflict(differing)


def _relate(
    actor: Actor, gesture: UUID, judged: Judged, changes: ActivityChanges, readers: Sequence[Actor]
) -> set[int]:
    """Write bindings, participants and clients; the ids of the activities that this changed."""
    changed = set()
    if changes.bind or changes.unbind or changes.main:
        for activity_id in judged.ids:
            if change_bindings(actor, gesture, activity_id, changes, readers):
                changed.add(activity_id)
    changed |= change_participants(actor, gesture, judged.ids, changes)
    if changes.validators is not KEEP:
        changed |= change_validators(actor, gesture, judged.ids, changes.validators)
    if changes.clients is not KEEP:
        changed |= change_clients(actor, gesture, judged.ids, changes.clients)
    if changes.reminders is not KEEP:
        changed |= change_reminders(actor, gesture, judged.ids, changes.reminders)
    if changes.add_files or changes.remove_files:
        changed |= change_files(actor, gesture, judged.ids, changes)
    return changed
