"""Deleting, which is a move to the bin: activities, and elements together with the activities that have no other."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from relance.activities.judging import judge
from relance.crm.actions import bin_elements, delete_elements_rows
from relance.crm.restores import lock_created
from relance.journal.actions import change, new_gesture, record
from relance.kit.actor import Actor
from relance.kit.outcome import Outcome, Refusal
from relance.kit.sql import Sql, execute, fetch_all, fetch_column, sql


@transaction.atomic
def delete_activities(actor: Actor, *, ids: Sequence[int]) -> Outcome:
    """Delete the activities that the actor may delete."""
    judged = judge(actor, ids, "delete")
    gesture = new_gesture()
    done = to_bin(actor, gesture, judged.ids, verb="delete")
    return Outcome(sorted(done), [], judged.refused, gesture if done else None)


def to_bin(actor: Actor, gesture: UUID, ids: Sequence[int], *, verb: str) -> list[int]:
    """Put activities into the bin; the rights have been judged."""
    values = {"deleted_at": Sql("now()"), "deleted_by_id": actor.recorded_id, "deleted_gesture": gesture}
    return change(actor, gesture, verb=verb, noun="activity", table="activities_activity", ids=ids, values=values)


@transaction.atomic
def delete_elements(actor: Actor, *, ids: Sequence[int]) -> Outcome:
    """Delete elements; an activity left without a live element goes with them, one that loses its main gets another.

    Here and not among the elements, since activities follow (product.md section 6).
    """
    gesture = new_gesture()
    outcome = delete_elements_rows(actor, ids=ids, gesture=gesture)
    if outcome.done:
        to_bin(actor, gesture, _left_alone(outcome.done), verb="delete")
        move_mains(actor, gesture, outcome.done)
    return outcome


@transaction.atomic
def undo_creations(actor: Actor, *, gesture: UUID, back: UUID) -> Outcome:
    """Take back that the actor's own gesture made elements: they go to the bin, unless somebody has worked on them since
    (changed one, bound an activity to it).
    """
    ids, refused = lock_created(actor, gesture)
    query = sql(
        "SELECT DISTINCT element_id FROM activities_binding WHERE element_id = ANY({}) AND NOT activity_deleted", ids
    )
    busy = set(fetch_column(query)) if ids else set()
    done = bin_elements(actor, back, [element_id for element_id in ids if element_id not in busy], verb="undo")
    refused += [Refusal(element_id, _("Activities are bound to it by now."), noun="element") for element_id in busy]
    return Outcome(sorted(done), [], refused, back if done else None)


def _left_alone(elements: Sequence[int]) -> list[int]:
    return fetch_column(
        sql(
            """
            SELECT DISTINCT b.activity_id FROM activities_binding b
            WHERE b.element_id = ANY({}) AND NOT b.activity_deleted AND NOT EXISTS (
                SELECT FROM activities_binding o WHERE o.activity_id = b.activity_id AND NOT o.element_deleted)
            """,
            list(elements),
        )
    )


def move_mains(actor: Actor, gesture: UUID, elements: Sequence[int]) -> None:
    """Where the main element of a live activity has gone, the oldest live binding becomes main."""
    rows = fetch_all(
        sql(
            """
            SELECT b.activity_id, b.element_id AS old, (
                SELECT o.element_id FROM activities_binding o
                WHERE o.activity_id = b.activity_id AND NOT o.element_deleted ORDER BY o.id LIMIT 1
            ) AS new
            FROM activities_binding b
            WHERE b.element_id = ANY({}) AND b.is_main AND b.element_deleted AND NOT b.activity_deleted
            """,
            list(elements),
        )
    )
    moves = {row["activity_id"]: (row["old"], row["new"]) for row in rows if row["new"]}
    set_mains({activity_id: new for activity_id, (_old, new) in moves.items()})
    entries = [(activity_id, {"main": old}, {"main": new}) for activity_id, (old, new) in moves.items()]
    record(actor, gesture, verb="bind", noun="binding", entries=entries)


def set_mains(mains: dict[int, int]) -> None:
    """Make one binding of each activity its main one."""
    if not mains:
        return
    execute(sql("UPDATE activities_binding SET is_main = false WHERE activity_id = ANY({}) AND is_main", list(mains)))
    execute(
        sql(
            """
            UPDATE activities_binding b SET is_main = true
            FROM unnest({}::bigint[], {}::bigint[]) AS m (activity_id, element_id)
            WHERE b.activity_id = m.activity_id AND b.element_id = m.element_id
            """,
            list(mains),
            list(mains.values()),
        )
    )
