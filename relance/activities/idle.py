"""What comes next with an element: its next open activity, or that it has none (*Sans activité*).

Who may read an element may read every activity bound to it, so within a list of elements nothing more need be asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from relance.activities import policy
from relance.crm.terms import ElementFilter
from relance.kit.actor import Actor
from relance.kit.sql import Row, Sql, all_of, bigints, fetch_all, sql

# Over `b`, an element. Contacts and companies have no stage, and are in progress as long as they live.
IN_PROGRESS = Sql("(b.stage_id IS NULL OR b.stage_id IN (SELECT s.id FROM crm_stage s WHERE s.outcome = 'open'))")
# Names the condition of the index binding_element_open.
WITHOUT_ACTIVITY = Sql(
    """NOT EXISTS (SELECT FROM activities_binding n WHERE n.element_id = b.id
    AND NOT n.is_completed AND NOT n.element_deleted AND NOT n.activity_deleted)"""
)


def idle(filters: ElementFilter) -> ElementFilter:
    """The same filter, narrowed to the elements in progress that have no open activity."""
    return replace(filters, condition=all_of([filters.condition, IN_PROGRESS, WITHOUT_ACTIVITY]))


def next_activities(actor: Actor, *, element_ids: Sequence[int]) -> dict[int, Row]:
    """The next open activity of each element, by its id: what a deadline in words needs, and the subject.

    One query whatever the number of elements; those without an open activity are not among the keys.
    """
    if not element_ids:
        return {}
    rows = fetch_all(
        sql(
            """
            SELECT w.element_id, a.id, a.subject, a.is_incoming, a.is_completed, a.completed_at, a.created_at, a.due_at,
                a.deadline_day, a.deadline_at, a.deadline_on, a.start_at, a.start_on
            FROM unnest({}) AS w (element_id)
            CROSS JOIN LATERAL (
                SELECT b.activity_id FROM activities_binding b WHERE b.element_id = w.element_id AND {} AND {}
                ORDER BY b.due_at, b.activity_id LIMIT 1
            ) f
            JOIN activities_activity a ON a.id = f.activity_id
            """,
            bigints(element_ids),
            policy.OPEN,
            policy.binding_readable(actor),
        )
    )
    return {row["element_id"]: row for row in rows}
