"""When an activity is due, in which zone, over changes to and from summer time (product.md section 3)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from relance.activities.actions import default_deadline, edit_activities, postpone_activities
from relance.activities.terms import ActivityChanges
from relance.kit import clock
from relance.kit.sql import Row, execute, fetch_one, sql
from relance.people.actions import update_profile
from relance.people.queries import build_actor
from tests.cast import Cast, make_activity, make_element, make_user


def due(activity_id: int) -> tuple[datetime, date | None]:
    row: Row | None = fetch_one(sql("SELECT due_at, deadline_day FROM activities_activity WHERE id = {}", activity_id))
    assert row
    return row["due_at"], row["deadline_day"]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/Paris", "2026-11-24", "2026-11-24T23:00"),
        ("Europe/Paris", "2026-07-14", "2026-07-14T22:00"),
        # The day of 25 hours in Paris ends in winter time, the one of 23 hours in summer time.
        ("Europe/Paris", "2026-10-25", "2026-10-25T23:00"),
        ("Europe/Paris", "2026-03-29", "2026-03-29T22:00"),
        ("Pacific/Auckland", "2026-11-24", "2026-11-24T11:00"),
        ("America/Los_Angeles", "2026-11-24", "2026-11-25T08:00"),
        ("Asia/Kathmandu", "2026-11-24", "2026-11-24T18:15"),
        # In Havana midnight comes twice on 1 November: the first one counts.
        ("America/Havana", "2026-10-31", "2026-11-01T04:00"),
        # In Beirut the last Sunday of March has no midnight: the day begins at one o'clock.
        ("Asia/Beirut", "2026-03-28", "2026-03-28T22:00"),
    ],
)
def test_date_alone_is_due_at_the_responsibles_midnight(cast: Cast, zone: str, day: str, expected: str) -> None:
    person = make_user("Zoe", "Zone", cast.sales, time_zone=zone)
    activity = make_activity(person, make_element("deal", person), deadline_on=date.fromisoformat(day))
    assert due(activity) == (utc(expected), date.fromisoformat(day))


def test_timed_deadline_is_due_then_and_its_day_is_the_responsibles(cast: Cast) -> None:
    person = make_user("Zoe", "Zone", cast.sales, time_zone="Pacific/Auckland")
    activity = make_activity(person, make_element("deal", person), deadline_at=utc("2026-11-24T12:00"))
    assert due(activity) == (utc("2026-11-24T12:00"), date(2026, 11, 25))


def test_meeting_is_due_when_its_slot_starts(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob), type="meeting")
    execute(sql("UPDATE activities_activity SET start_at = {} WHERE id = {}", utc("2026-11-24T09:00"), activity))
    assert due(activity) == (utc("2026-11-24T09:00"), date(2026, 11, 24))


def test_meeting_of_whole_days_is_due_at_midnight_after_its_first_day(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob), type="meeting")
    days = sql("start_on = {}, end_on = {}", date(2026, 11, 24), date(2026, 11, 26))
    execute(sql("UPDATE activities_activity SET {} WHERE id = {}", days, activity))
    assert due(activity) == (utc("2026-11-24T23:00"), date(2026, 11, 24))


def test_slot_of_a_type_with_a_deadline_makes_nothing_due(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob), type="task")
    execute(sql("UPDATE activities_activity SET start_at = {} WHERE id = {}", utc("2026-11-24T09:00"), activity))
    assert due(activity) == (utc("9999-12-31T00:00"), None)


def test_new_responsible_moves_the_midnight(cast: Cast) -> None:
    other = make_user("Zoe", "Zone", cast.sales, role="administrator", time_zone="America/Los_Angeles")
    activity = make_activity(cast.bob, make_element("deal", cast.bob), deadline_on=date(2026, 11, 24))
    edit_activities(cast.actor("bob"), ids=[activity], changes=ActivityChanges(responsible_id=other))
    assert due(activity)[0] == utc("2026-11-25T08:00")


def test_new_zone_moves_the_midnights(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob), deadline_on=date(2026, 11, 24))
    update_profile(cast.actor("bob"), language="fr", time_zone="Pacific/Auckland")
    assert due(activity)[0] == utc("2026-11-24T11:00")


def test_postponing_over_summer_time_keeps_the_time_of_day(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob), deadline_at=utc("2026-03-27T08:30"))
    postpone_activities(cast.actor("bob"), ids=[activity], to_day=date(2026, 3, 30))
    assert due(activity) == (utc("2026-03-30T07:30"), date(2026, 3, 30))


def test_shifting_over_winter_time_keeps_the_time_of_day(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob), deadline_at=utc("2026-10-24T07:30"))
    edit_activities(cast.actor("bob"), ids=[activity], changes=ActivityChanges(shift_days=2))
    assert due(activity) == (utc("2026-10-26T08:30"), date(2026, 10, 26))


def test_postponed_meeting_keeps_its_length(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob), type="meeting")
    slot = sql("SET start_at = {}, end_at = {}", utc("2026-11-24T09:00"), utc("2026-11-24T10:30"))
    execute(sql("UPDATE activities_activity {} WHERE id = {}", slot, activity))
    postpone_activities(cast.actor("bob"), ids=[activity], to_day=date(2026, 11, 26))
    row = fetch_one(sql("SELECT start_at, end_at, deadline_on FROM activities_activity WHERE id = {}", activity))
    assert row == {"start_at": utc("2026-11-26T09:00"), "end_at": utc("2026-11-26T10:30"), "deadline_on": None}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-24T09:12", "2026-11-27T11:00"),  # a Tuesday: Friday, at the next full hour
        ("2026-11-27T09:00", "2026-12-02T10:00"),  # a Friday: the weekend does not count; a full hour stays
        ("2026-12-23T09:12", "2026-12-29T11:00"),  # Christmas and the weekend do not count
        ("2026-11-24T22:30", "2026-11-30T00:00"),  # 23:30 in Paris: counted from the full hour, tomorrow's first
    ],
)
def test_default_deadline_is_three_working_days_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, now: str, expected: str
) -> None:
    monkeypatch.setattr(clock, "now", lambda: utc(now))
    local = default_deadline(build_actor(cast.bob))
    assert timezone.make_naive(local, local.tzinfo) == datetime.fromisoformat(expected)
