"""The demo company: an installer of solar panels with its people, customers, and what they owe them today."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from relance.config.demo_company.activities import Planner
from relance.config.demo_company.elements import make_accounts
from relance.config.demo_company.people import SignIn, hire
from relance.config.demo_company.writing import ANALYZED, write_accounts, write_activities
from relance.kit import clock
from relance.kit.sql import Sql, execute
from relance.people.queries import system_actor

__all__ = ["FULL", "SignIn", "Size", "seed"]


class Size(NamedTuple):
    """How much the demo company has. Its people are always sixty, in twelve departments."""

    elements: int
    activities: int


FULL = Size(elements=3_000, activities=20_000)
# The same dice everywhere: two demos of one day differ by the passwords alone.
DICE = 2015

# A fifth of what is planned with an hour reminds a quarter of an hour before.
REMINDERS = Sql(
    """
    INSERT INTO activities_reminder (activity_id, minutes_before)
    SELECT id, 15 FROM activities_activity WHERE NOT is_completed AND deadline_at > now() AND mod(id, 5) = 0
    """
)
# Everybody finds in his bell the last activities that somebody else gave him, the newest one unread.
GIVEN = Sql(
    """
    INSERT INTO notifications_notification (user_id, kind, at, moment, by_id, activity_id, read_at)
    SELECT responsible_id, 'assigned', created_at, gesture, author_id, id, CASE WHEN rank > 1 THEN created_at END
    FROM (
        SELECT a.*, j.gesture, row_number() OVER (PARTITION BY a.responsible_id ORDER BY a.created_at DESC, a.id) AS rank
        FROM activities_activity a
        JOIN journal_auditentry j ON j.noun = 'activity' AND j.noun_id = a.id AND j.verb = 'create'
        WHERE a.author_id <> a.responsible_id AND NOT a.is_completed
    ) g WHERE rank <= 4
    """
)


def seed(size: Size = FULL) -> list[SignIn]:
    """Fill an empty database with the demo company; random passwords. Called inside a transaction.

    All dates lie around now. Returns how its people sign in, the administrator first.
    """
    actor, random, now = system_actor("cli"), Random(DICE), clock.now()  # noqa: S311 - a story, no secret
    staff = hire(actor, random)
    accounts = make_accounts(staff, now, random, elements=size.elements)
    write_accounts(actor, accounts)
    planner = Planner(staff, accounts, now, random)
    write_activities(actor, list(planner.plan(size.activities)))
    execute(REMINDERS)
    execute(GIVEN)
    execute(ANALYZED)
    return staff.sign_ins
