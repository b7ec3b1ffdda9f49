"""What comes next with an element: its next open activity.

Who may read an element may read every activity bound to it, so within a list of elements nothing more need be asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from relance.activities import policy
from relance.kit.actor import Actor
from relance.kit.sql import Row, bigints, fetch_all, sql


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
