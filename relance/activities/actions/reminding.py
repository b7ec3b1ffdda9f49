"""The reminders of activities: how long before each its people are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from relance.activities.terms import LONGEST_REMINDER_MINUTES, MOST_REMINDERS
from relance.journal.actions import record
from relance.kit.actor import Actor
from relance.kit.errors import Invalid
from relance.kit.sql import Row, execute, fetch_all, sql


def check_reminders(reminders: Iterable[int]) -> None:
    """Minutes from 0 to a year, and not too many of them.

    Raises:
        Invalid: they are not.
    """
    wanted = set(reminders)
    if any(not 0 <= minutes <= LONGEST_REMINDER_MINUTES for minutes in wanted):
        raise Invalid({"reminders": _("A reminder comes at most a year before.")})
    if len(wanted) > MOST_REMINDERS:
        raise Invalid({"reminders": _("An activity has at most %(most)d reminders.") % {"most": MOST_REMINDERS}})


def change_reminders(actor: Actor, gesture: UUID, ids: Sequence[int], reminders: Iterable[int]) -> set[int]:
    """Set the reminders of activities, in minutes before; the ids of those that this changed.

    Raises:
        Invalid: too many, or too long before.
    """
    check_reminders(reminders)
    wanted, before = set(reminders), reminders_of(ids)
    changed = [activity_id for activity_id in before if before[activity_id] != wanted]
    write_reminders(dict.fromkeys(changed, wanted))
    entries = [(i, {"minutes": sorted(before[i])}, {"minutes": sorted(wanted)}) for i in changed]
    record(actor, gesture, verb="edit", noun="reminder", entries=entries)
    return set(changed)


def reminders_of(ids: Sequence[int]) -> dict[int, set[int]]:
    """The reminders of each of many activities, in minutes before."""
    rows = fetch_all(
        sql("SELECT activity_id, minutes_before FROM activities_reminder WHERE activity_id = ANY({})", list(ids))
    )
    found: dict[int, set[int]] = {activity_id: set() for activity_id in ids}
    for row in rows:
        found[row["activity_id"]].add(row["minutes_before"])
    return found


def write_reminders(wanted: Mapping[int, set[int]]) -> None:
    """Make the reminders of activities those; one that stays keeps whether it was told."""
    if not wanted:
        return
    pairs = [(activity_id, minutes) for activity_id, offsets in wanted.items() for minutes in sorted(offsets)]
    execute(
        sql(
            """
            DELETE FROM activities_reminder r WHERE r.activity_id = ANY({}) AND (r.activity_id, r.minutes_before)
                NOT IN (SELECT * FROM unnest({}::bigint[], {}::integer[]))
            """,
            list(wanted),
            [pair[0] for pair in pairs],
            [pair[1] for pair in pairs],
        )
    )
    insert_reminders(wanted)


def insert_reminders(wanted: Mapping[int, Iterable[int]]) -> None:
    """Give activities reminders; those that they have already are kept."""
    pairs = [(activity_id, minutes) for activity_id, offsets in wanted.items() for minutes in sorted(set(offsets))]
    if pairs:
        execute(
            sql(
                """
                INSERT INTO activities_reminder (activity_id, minutes_before)
                SELECT * FROM unnest({}::bigint[], {}::integer[]) ON CONFLICT DO NOTHING
                """,
                [pair[0] for pair in pairs],
                [pair[1] for pair in pairs],
            )
        )


def claim_due(now: datetime, limit: int) -> list[Row]:
    """Mark the reminders that are due as told, the earliest first, and return them: activity_id, minutes_before,
    remind_at. Those that another session is claiming are passed over. What the caller does with them is to be in the
    same transaction.
    """
    return fetch_all(
        sql(
            """
            UPDATE activities_reminder r SET told_at = {} FROM (
                SELECT id FROM activities_reminder WHERE remind_at <= {} AND told_at IS NULL
                ORDER BY remind_at, id LIMIT {} FOR UPDATE SKIP LOCKED
            ) d WHERE r.id = d.id RETURNING r.activity_id, r.minutes_before, r.remind_at
            """,
            now,
            now,
            limit,
        )
    )
