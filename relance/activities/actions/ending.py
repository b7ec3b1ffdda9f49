"""Completing and reopening. Completing is an event, not a deletion; reopening clears it, and the journal keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from relance.activities.catalog import list_types
from relance.activities.judging import Judged, judge
from relance.journal.actions import change, new_gesture
from relance.kit.actor import Actor
from relance.kit.errors import Invalid
from relance.kit.outcome import Outcome
from relance.kit.sql import Sql


@transaction.atomic
def complete_activities(actor: Actor, *, ids: Sequence[int], outcome: str = "", note: str = "") -> Outcome:
    """Complete the activities that the actor may edit; those that are completed already are unchanged.

    Raises:
        Invalid: an unknown outcome.
    """
    if outcome and outcome not in _known_outcomes():
        raise Invalid({"outcome": _("This outcome is not known.")})
    judged = judge(actor, ids, "complete")
    values = {
        "is_completed": True,
        "completed_at": Sql("now()"),
        "completed_by_id": actor.recorded_id,
        "outcome": outcome,
        "note": note.strip(),
    }
    return _end(actor, judged, values, verb="complete", was_completed=False)


@transaction.atomic
def reopen_activities(actor: Actor, *, ids: Sequence[int]) -> Outcome:
    """Reopen the activities that the actor may edit; those that are open are unchanged."""
    judged = judge(actor, ids, "reopen")
    values = {"is_completed": False, "completed_at": None, "completed_by_id": None, "outcome": "", "note": ""}
    return _end(actor, judged, values, verb="reopen", was_completed=True)


def _known_outcomes() -> set[str]:
    return {outcome.code for view in list_types() for outcome in view.outcomes}


def _end(actor: Actor, judged: Judged, values: Mapping[str, object], *, verb: str, was_completed: bool) -> Outcome:
    ids = [row["id"] for row in judged.rows if row["is_completed"] == was_completed]
    gesture = new_gesture()
    done = change(actor, gesture, verb=verb, noun="activity", table="activities_activity", ids=ids, values=values)
    unchanged = sorted(set(judged.ids) - set(done))
    return Outcome(sorted(done), unchanged, judged.refused, gesture if done else None)
