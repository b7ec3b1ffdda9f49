"""What is told in the background: reminders that have come due, and e-mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from relance.activities import policy
from relance.activities.actions.reminding import claim_due
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.sql import Row, Sql, execute, fetch_all, fetch_column, fetch_value, sql
from relance.notifications.mailing import send_waiting
from relance.notifications.telling import mail_of
from relance.notifications.terms import NotificationKind
from relance.people.queries import build_actors

MOST_AT_ONCE = 5_000


def remind() -> None:
    """Tell of all reminders that have come due, then send the e-mail that waits. Runs every minute."""
    while tell_due(clock.now()) == MOST_AT_ONCE:
        pass
    send_waiting()


@transaction.atomic
def tell_due(now: datetime) -> int:
    """Claim reminders that are due and tell their people, in one transaction: both stand or neither. How many."""
    due = claim_due(now, MOST_AT_ONCE)
    if due:
        by_activity: dict[int, list[Row]] = defaultdict(list)
        for row in due:
            by_activity[row["activity_id"]].append(row)
        concerned = _concerned(sorted(by_activity))
        for user_id, actor in sorted(build_actors(sorted(concerned)).items()):
            told = [row for i in _readable(actor, concerned[user_id]) for row in by_activity[i]]
            _tell(user_id, told, now)
    return len(due)


def _concerned(ids: Sequence[int]) -> Mapping[int, list[int]]:
    """The responsible persons and participants of activities, each with his activities."""
    rows = fetch_all(
        sql(
            """
            SELECT responsible_id AS user_id, id AS activity_id FROM activities_activity WHERE id = ANY({})
            UNION SELECT user_id, activity_id FROM activities_participant WHERE activity_id = ANY({})
            """,
            list(ids),
            list(ids),
        )
    )
    concerned: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        concerned[row["user_id"]].append(row["activity_id"])
    return concerned


def _readable(actor: Actor, ids: Sequence[int]) -> list[int]:
    query = "SELECT a.id FROM activities_activity a WHERE a.id = ANY({}) AND a.deleted_at IS NULL AND {} ORDER BY a.id"
    return fetch_column(sql(query, list(ids), policy.readable(actor, Sql("a.id"))))


def _tell(user_id: int, told: Sequence[Row], now: datetime) -> None:
    activities = sorted({row["activity_id"] for row in told})
    if not activities:
        return
    kind = NotificationKind.REMINDER
    notification_id = fetch_value(
        sql(
            """
            INSERT INTO notifications_notification (user_id, kind, at, moment, count, activity_id, mail, mail_at)
            VALUES ({}, {}, {}, {}, {}, {}, {}, now()) RETURNING id
            """,
            user_id,
            kind,
            now,
            uuid4(),
            len(activities),
            activities[0] if len(activities) == 1 else None,
            mail_of(sql("{}", user_id), kind),
        )
    )
    execute(
        sql(
            """
            INSERT INTO notifications_toldreminder (notification_id, user_id, activity_id, minutes_before, remind_at)
            SELECT {}, {}, * FROM unnest({}::bigint[], {}::integer[], {}::timestamptz[])
            """,
            notification_id,
            user_id,
            [row["activity_id"] for row in told],
            [row["minutes_before"] for row in told],
            [row["remind_at"] for row in told],
        )
    )
