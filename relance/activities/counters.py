"""Counters: what waits (incoming), what is overdue or due soon, what is for today; exact, for their reader.

An activity counts for the person who is responsible for it or, where the company says so, for one of its elements; a
reader counts only what he may read, each activity once. A head's people count together (product.md sections 2 and 7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from relance.access.terms import KINDS
from relance.activities import policy
from relance.activities.selecting import NEVER_DUE, day_bounds
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.patience import TookTooLongError, stopped_after
from relance.kit.sql import TRUE, Sql, all_of, bigints, fetch_all, fetch_one, sql

# A counter that takes longer is not shown: words stand in its place, never a wrong number.
LONGEST_MS = 2_000


@dataclass(frozen=True, slots=True)
class Counters:
    """How many open activities wait to be taken up, are overdue or due soon, and are for today (the viewer's)."""

    waiting: int = 0
    due: int = 0
    today: int = 0


NONE = Counters()
NOTHING = Sql("")
FEW_PEOPLE = 24


def own_counters(actor: Actor) -> Counters | None:
    """The reader's own; None where they would take too long to count."""
    return _counted(actor, [actor.user_id])


def team_counters(actor: Actor) -> Counters | None:
    """Those of all his subordinates together, each activity once; None where they would take too long to count."""
    return _counted(actor, actor.subordinates) if actor.subordinates else NONE


def count_by_element(actor: Actor, *, element_ids: Sequence[int]) -> dict[int, Counters]:
    """Those of each element that count for the reader or for one of his subordinates, by the element's id.

    One query whatever the number of elements; elements that nothing counts on are not among the keys.
    """
    if not element_ids:
        return {}
    return {
        row["element_id"]: Counters(row["waiting"], row["due"], row["today"])
        for row in _of_elements(actor, element_ids)
    }


def _counted(actor: Actor, people: Sequence[int]) -> Counters | None:
    try:
        with stopped_after(LONGEST_MS):
            row = fetch_one(
                sql(
                    "SELECT ({}) AS waiting, ({}) AS due, ({}) AS today",
                    _count(actor, people, _waiting(actor, people)),
                    _count(actor, people, _due(actor)),
                    _count(actor, people, _today(actor), _days(actor, people)),
                )
            )
    except TookTooLongError:
        return None
    return Counters(**row) if row else NONE


def _count(actor: Actor, people: Sequence[int], condition: Sql, joined: Sql = NOTHING) -> Sql:
    where = all_of([policy.OPEN, _counts_for(actor, people), condition, policy.binding_readable(actor)])
    return sql(
        "SELECT count(*) FROM (SELECT DISTINCT b.activity_id FROM activities_binding b {} WHERE {}) c", joined, where
    )


def _counts_for(actor: Actor, people: Sequence[int]) -> Sql:
    """The binding `b` is one through which its activity counts for some of these people."""
    if actor.counts_by_element:
        return sql("b.kind = ANY({}) AND b.element_responsible_id = ANY({})", list(KINDS), bigints(people))
    return sql("b.activity_responsible_id = ANY({})", bigints(people))


def _waiting(actor: Actor, people: Sequence[int]) -> Sql:
    """What comes in has no deadline: one index finds those, another (activity_waiting) what came in and still waits. Of a
    few people's elements each activity is asked instead: all that waits in the company is more than that.
    """
    if actor.counts_by_element and len(people) <= FEW_PEOPLE:
        came_in = Sql("(SELECT a.is_incoming FROM activities_activity a WHERE a.id = b.activity_id)")
        return sql("b.due_at = {} AND {}", NEVER_DUE, came_in)
    whose = TRUE if actor.counts_by_element else sql("a.responsible_id = ANY({})", bigints(people))
    return sql(
        """b.due_at = {} AND b.activity_id IN (SELECT a.id FROM activities_activity a
        WHERE a.is_incoming AND NOT a.is_completed AND a.deleted_at IS NULL AND {})""",
        NEVER_DUE,
        whose,
    )


def _due(actor: Actor) -> Sql:
    return sql("b.due_at <= {}", clock.now() + timedelta(minutes=actor.due_soon_minutes))


def _today(actor: Actor) -> Sql:
    """A deadline well within the day of its responsible's zone (`d`) is of that day; near the day's edges the activity is
    asked, for a date alone is due with the first instant of the next day.
    """
    today = clock.today(actor.time_zone)
    first, last = day_bounds(today, today)
    return sql(
        """b.due_at BETWEEN {} AND {} AND b.due_at BETWEEN d.first AND d.last
        AND (b.due_at BETWEEN d.first + interval '6 hours' AND d.last - interval '6 hours'
            OR (SELECT a.deadline_day = {}::date FROM activities_activity a WHERE a.id = b.activity_id))""",
        first,
        last,
        today,
    )


def _days(actor: Actor, people: Sequence[int]) -> Sql:
    """The viewer's today in the zone of each responsible person, three hours wider at both ends."""
    today = clock.today(actor.time_zone)
    return sql(
        """JOIN (SELECT u.id, {}::date::timestamp AT TIME ZONE u.time_zone - interval '3 hours' AS first,
            ({}::date + 1)::timestamp AT TIME ZONE u.time_zone + interval '3 hours' AS last FROM people_user u WHERE {}
        ) d ON d.id = b.activity_responsible_id""",
        today,
        today,
        TRUE if actor.counts_by_element else sql("u.id = ANY({})", bigints(people)),
    )


def _of_elements(actor: Actor, element_ids: Sequence[int]) -> list[dict[str, int]]:
    today = clock.today(actor.time_zone)
    soon = clock.now() + timedelta(minutes=actor.due_soon_minutes)
    _first, last = day_bounds(today, today)
    return fetch_all(
        sql(
            """
            SELECT b.element_id, count(*) FILTER (WHERE a.is_incoming) AS waiting,
                count(*) FILTER (WHERE b.due_at <= {}) AS due, count(*) FILTER (WHERE a.deadline_day = {}::date) AS today
            FROM activities_binding b JOIN activities_activity a ON a.id = b.activity_id
            WHERE b.element_id = ANY({}) AND (b.due_at <= {} OR b.due_at = {}) AND {}
            GROUP BY b.element_id
            """,
            soon,
            today,
            bigints(element_ids),
            max(soon, last),
            NEVER_DUE,
            all_of(
                [policy.OPEN, _counts_for(actor, (actor.user_id, *actor.subordinates)), policy.binding_readable(actor)]
            ),
        )
    )
