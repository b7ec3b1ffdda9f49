"""Validating a document: each who was asked approves or refuses, and the last answer completes the activity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from relance.activities.actions.asking import NEXT_VALIDATOR, Answer, replace_validators, validators_of
from relance.activities.actions.validating import check_fields
from relance.activities.judging import Judged, judge
from relance.activities.policy import AWAITS_ANSWERS
from relance.activities.terms import Decision
from relance.journal.actions import change, new_gesture
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.errors import Invalid
from relance.kit.outcome import Outcome, Refusal
from relance.kit.sql import Sql, fetch_column, sql

_OUTCOME = Sql(
    """CASE WHEN EXISTS (SELECT FROM activities_validator v WHERE v.activity_id = t.id AND v.decision = 'refused')
    THEN 'refused' ELSE 'approved' END"""
)


@transaction.atomic
def answer_validation(actor: Actor, *, ids: Sequence[int], decision: str, reason: str = "") -> Outcome:
    """Approve or refuse, for oneself, the documents of activities: whoever is named may, with *read* alone.

    The activity goes on to the next who has not answered; when all have, it is completed: refused, if anybody refused.

    Raises:
        Invalid: an unknown decision, or a refusal without its reason.
    """
    reason = reason.strip()
    if decision not in Decision.values:
        raise Invalid({"decision": _("This decision is not known.")})
    if decision == Decision.REFUSED and not reason:
        raise Invalid({"reason": _("Say why you refuse.")})
    check_fields({"reason": reason})
    judged = judge(actor, ids, "answer")
    before = validators_of(judged.ids)
    judged = judged.splitting(_not_asked(actor, judged, before))
    said = Answer(actor.user_id, decision, reason, clock.now().astimezone(UTC).isoformat())
    after = {i: [said if answer.user_id == actor.user_id else answer for answer in before[i]] for i in judged.ids}
    gesture = new_gesture()
    done = replace_validators(actor, gesture, verb="answer", before=before, after=after)
    _go_on(actor, gesture, judged.ids)
    return Outcome(sorted(done), [], judged.refused, gesture if done else None)


@transaction.atomic
def pass_over(actor: Actor, *, user_id: int) -> None:
    """Go on without somebody who was deactivated: documents that wait for him alone are completed as the others have
    answered, the rest goes to the next. One that nobody has answered stays, and is no longer kept from being completed
    or assigned by hand (docs/adr/0008).
    """
    query = sql(
        """
        SELECT a.id FROM activities_activity a WHERE NOT a.is_completed AND a.deleted_at IS NULL AND EXISTS (
            SELECT FROM activities_validator v WHERE v.activity_id = a.id AND v.user_id = {} AND v.decision = '')
            AND EXISTS (SELECT FROM activities_validator v JOIN people_user x ON x.id = v.user_id
                WHERE v.activity_id = a.id AND (v.decision <> '' OR x.is_active))
        ORDER BY a.id FOR NO KEY UPDATE OF a
        """,
        user_id,
    )
    _go_on(actor, new_gesture(), fetch_column(query))


def without_answers(answers: Iterable[Answer]) -> list[Answer]:
    """The same people, asked anew."""
    return [replace(answer, decision="", reason="", decided_at=None) for answer in answers]


def _not_asked(actor: Actor, judged: Judged, asked: dict[int, list[Answer]]) -> list[Refusal]:
    refused = []
    for row in judged.rows:
        own = [answer for answer in asked[row["id"]] if answer.user_id == actor.user_id]
        if not own:
            refused.append(Refusal(row["id"], _("You are not among those who are asked to validate it.")))
        elif row["is_completed"]:
            refused.append(Refusal(row["id"], _("This activity is completed; reopen it first.")))
        elif own[0].decision:
            refused.append(Refusal(row["id"], _("You have answered already.")))
    return refused


def _go_on(actor: Actor, gesture: UUID, ids: Sequence[int]) -> None:
    """Hand each activity to the next who has not answered, or complete it where nobody is waited for any more."""
    query = sql("SELECT a.id FROM activities_activity a WHERE a.id = ANY({}) AND {}", list(ids), AWAITS_ANSWERS)
    waiting = fetch_column(query) if ids else []
    ended = [i for i in ids if i not in waiting]
    ending = {
        "is_completed": True,
        "completed_at": Sql("now()"),
        "completed_by_id": actor.recorded_id,
        "outcome": _OUTCOME,
    }
    for verb, ids, values in (
        ("assign", waiting, {"responsible_id": NEXT_VALIDATOR}),
        ("complete", ended, ending),
    ):
        change(actor, gesture, verb=verb, noun="activity", table="activities_activity", ids=ids, values=values)
