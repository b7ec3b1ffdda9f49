"""Completing and reopening. Completing is an event, not a deletion; reopening clears it, and the journal keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from relance.activities.actions.asking import replace_validators, validators_of
from relance.activities.actions.following import plan_following
from relance.activities.actions.validating import missing_fields
from relance.activities.actions.validation import without_answers
from relance.activities.catalog import list_types, types_by_code
from relance.activities.judging import Judged, judge
from relance.activities.terms import FollowUp
from relance.journal.actions import change, new_gesture
from relance.kit.actor import Actor
from relance.kit.errors import Invalid
from relance.kit.outcome import Outcome, Refusal
from relance.kit.sql import Sql

# An activity that is reopened goes back to the first who was asked to validate it.
_FIRST_VALIDATOR = Sql(
    """coalesce((SELECT v.user_id FROM activities_validator v WHERE v.activity_id = t.id ORDER BY v.rank, v.id LIMIT 1),
    t.responsible_id)"""
)


@transaction.atomic
def complete_activities(
    actor: Actor, *, ids: Sequence[int], outcome: str = "", note: str = "", follow_up: FollowUp | None = None
) -> Outcome:
    """Complete the activities that the actor may edit; those that are completed already are unchanged.

    With a `follow_up` one is planned after each in the same gesture, so that one undo takes back both; where it may
    not be planned, nothing is completed.

    Raises:
        Invalid: an unknown outcome; of a single activity, what is wrong with its follow-up (`next_` and the field).
    """
    if outcome and outcome not in {known.code for view in list_types() for known in view.outcomes}:
        raise Invalid({"outcome": _("This outcome is not known.")})
    note = note.strip()
    judged = judge(actor, ids, "complete")
    is_single = len(ids) == 1
    judged = judged.splitting(_lacking(judged, {"outcome": outcome, "note": note}, is_single=is_single))
    gesture = new_gesture()
    if follow_up:
        rows = [row for row in judged.rows if not row["is_completed"]]
        judged = judged.splitting(plan_following(actor, gesture, rows, follow_up, is_single=is_single))
    values = {
        "is_completed": True,
        "completed_at": Sql("now()"),
        "completed_by_id": actor.recorded_id,
        "outcome": outcome,
        "note": note,
    }
    return _end(actor, gesture, judged, values, verb="complete", was_completed=False)


@transaction.atomic
def reopen_activities(actor: Actor, *, ids: Sequence[int]) -> Outcome:
    """Reopen the activities that the actor may edit; those that are open are unchanged."""
    judged = judge(actor, ids, "reopen")
    values = {
        "is_completed": False,
        "completed_at": None,
        "completed_by_id": None,
        "outcome": "",
        "note": "",
        "responsible_id": _FIRST_VALIDATOR,
    }
    outcome = _end(actor, new_gesture(), judged, values, verb="reopen", was_completed=True)
    if outcome.gesture:
        before = {i: answers for i, answers in validators_of(outcome.done).items() if answers}
        after = {i: without_answers(answers) for i, answers in before.items()}
        replace_validators(actor, outcome.gesture, verb="reopen", before=before, after=after)
    return outcome


def _lacking(judged: Judged, given: Mapping[str, object], *, is_single: bool) -> list[Refusal]:
    """The rows whose type asks for more at their end than is given.

    Raises:
        Invalid: what a single row lacks, by field.
    """
    if all(given.values()) or not any(row["asks_at_end"] for row in judged.rows):
        return []
    types = types_by_code()
    lacking = {
        row["id"]: missing
        for row in judged.rows
        if not row["is_completed"] and (missing := missing_fields(types[str(row["type_id"])], given, at_end=True))
    }
    if is_single and lacking:
        raise Invalid(next(iter(lacking.values())))
    return [Refusal(row_id, " ".join(missing.values())) for row_id, missing in lacking.items()]


def _end(
    actor: Actor,
    gesture: UUID,
    judged: Judged,
    values: Mapping[str, object],
    *,
    verb: str,
    was_completed: bool,
) -> Outcome:
    ids = [row["id"] for row in judged.rows if row["is_completed"] == was_completed]
    done = change(actor, gesture, verb=verb, noun="activity", table="activities_activity", ids=ids, values=values)
    unchanged = sorted(set(judged.ids) - set(done))
    return Outcome(sorted(done), unchanged, judged.refused, gesture if done else None)
