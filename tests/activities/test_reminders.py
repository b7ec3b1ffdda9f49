"""Reminders: their moment follows the activity; set, changed, copied, undone like any other field."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from relance.activities.actions import (
    complete_activities,
    create_activity,
    delete_activities,
    draft_of_copy,
    edit_activities,
    reopen_activities,
)
from relance.activities.queries import get_activity
from relance.activities.terms import ActivityChanges, ActivityDraft
from relance.bulk.actions import undo
from relance.kit import clock
from relance.kit.errors import Invalid
from relance.kit.sql import execute, fetch_all, sql
from tests.cast import Cast, make_element, make_user
from tests.web.signing import sign_in

pytestmark = pytest.mark.django_db
FUTURE = datetime(2031, 5, 6, 13, 0, tzinfo=UTC)


def moments(activity_id: int) -> dict[int, datetime | None]:
    """When each reminder of an activity comes, by its offset."""
    query = sql("SELECT minutes_before, remind_at FROM activities_reminder WHERE activity_id = {}", activity_id)
    return {row["minutes_before"]: row["remind_at"] for row in fetch_all(query)}


def told(activity_id: int) -> set[bool]:
    """Whether the reminders of an activity count as told."""
    query = sql("SELECT told_at FROM activities_reminder WHERE activity_id = {}", activity_id)
    return {row["told_at"] is not None for row in fetch_all(query)}


def plan(cast: Cast, **more: object) -> int:
    """An activity of Bob's with the times and reminders given."""
    deal = make_element("deal", cast.bob)
    draft = ActivityDraft(type="call", subject="Rappeler", elements=(deal,), **more)  # type: ignore[arg-type]
    return create_activity(cast.actor("bob"), draft)[0]


def test_a_reminder_comes_so_long_before_the_deadline(cast: Cast) -> None:
    made = plan(cast, deadline_at=FUTURE, reminders=(0, 15, 60))
    assert moments(made) == {n: FUTURE - timedelta(minutes=n) for n in (0, 15, 60)}
    assert told(made) == {False}


def test_without_a_deadline_it_comes_before_the_start(cast: Cast) -> None:
    assert moments(plan(cast, start_at=FUTURE, reminders=(15,))) == {15: FUTURE - timedelta(minutes=15)}


def test_a_day_alone_counts_from_nine_where_the_responsible_lives(cast: Cast) -> None:
    made = plan(cast, deadline_on=date(2031, 5, 6), reminders=(0, 60))
    assert moments(made)[0] == datetime(2031, 5, 6, 7, tzinfo=UTC)
    execute(sql("UPDATE people_user SET time_zone = 'America/New_York' WHERE id = {}", cast.bob))
    assert moments(made) == {0: datetime(2031, 5, 6, 13, tzinfo=UTC), 60: datetime(2031, 5, 6, 12, tzinfo=UTC)}


def test_a_day_before_keeps_the_hour_over_a_change_of_clocks(cast: Cast) -> None:
    # In Paris the clocks go forward on 30 March 2031: 10:00 is 8:00 UTC on that day, 9:00 UTC the day before.
    made = plan(cast, deadline_at=datetime(2031, 3, 30, 8, tzinfo=UTC), reminders=(1_440, 60 * 23))
    assert moments(made)[1_440] == datetime(2031, 3, 29, 9, tzinfo=UTC)
    assert moments(made)[60 * 23] == datetime(2031, 3, 29, 9, tzinfo=UTC)


def test_the_moment_follows_the_deadline_also_when_sql_moves_many(cast: Cast) -> None:
    made = [plan(cast, deadline_at=FUTURE, reminders=(15,)) for _ in range(3)]
    execute(
        sql("UPDATE activities_activity SET deadline_at = deadline_at + interval '2 days' WHERE id = ANY({})", made)
    )
    assert {moments(i)[15] for i in made} == {FUTURE + timedelta(days=2, minutes=-15)}


def test_a_new_responsible_person_brings_his_zone(cast: Cast) -> None:
    made = plan(cast, deadline_on=date(2031, 5, 6), reminders=(0,))
    tokyo = make_user("Kenji", "Mori", cast.sales, time_zone="Asia/Tokyo")
    execute(sql("UPDATE activities_activity SET responsible_id = {} WHERE id = {}", tokyo, made))
    assert moments(made)[0] == datetime(2031, 5, 6, 0, tzinfo=UTC)


def test_what_is_closed_or_deleted_reminds_of_nothing(cast: Cast) -> None:
    bob, made = cast.actor("bob"), plan(cast, deadline_at=FUTURE, reminders=(15,))
    complete_activities(bob, ids=[made])
    assert moments(made) == {15: None}
    reopen_activities(bob, ids=[made])
    assert moments(made) == {15: FUTURE - timedelta(minutes=15)}
    gesture = delete_activities(bob, ids=[made]).gesture
    assert moments(made) == {15: None}
    assert gesture
    undo(bob, gesture=gesture)
    assert moments(made) == {15: FUTURE - timedelta(minutes=15)}


def test_a_moment_that_is_past_when_it_is_set_is_not_told(cast: Cast) -> None:
    assert told(plan(cast, deadline_at=clock.now() + timedelta(minutes=5), reminders=(15,))) == {True}
    made = plan(cast, deadline_at=clock.now() - timedelta(hours=1), reminders=(0,))
    complete_activities(cast.actor("bob"), ids=[made])
    reopen_activities(cast.actor("bob"), ids=[made])
    assert told(made) == {True}


def test_postponing_makes_a_told_reminder_come_again(cast: Cast) -> None:
    made = plan(cast, deadline_at=clock.now() - timedelta(hours=1), reminders=(0,))
    edit_activities(cast.actor("bob"), ids=[made], changes=ActivityChanges(shift_days=3))
    assert told(made) == {False}


def test_reminders_are_edited_journaled_and_undone(cast: Cast) -> None:
    bob, made = cast.actor("bob"), plan(cast, deadline_at=FUTURE, reminders=(15, 60))
    outcome = edit_activities(bob, ids=[made], changes=ActivityChanges(reminders=(60, 1_440)))
    assert outcome.done == [made]
    assert get_activity(bob, id=made).reminders == [1_440, 60]
    assert outcome.gesture
    assert undo(bob, gesture=outcome.gesture).done == [made]
    assert get_activity(bob, id=made).reminders == [60, 15]
    assert edit_activities(bob, ids=[made], changes=ActivityChanges(reminders=(15, 60))).unchanged == [made]


def test_undoing_the_creation_of_an_activity_with_reminders_takes_it_back(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    draft = ActivityDraft(type="call", subject="Rappeler", elements=(deal,), deadline_at=FUTURE, reminders=(15,))
    made, gesture = create_activity(cast.actor("bob"), draft)
    assert gesture
    assert undo(cast.actor("bob"), gesture=gesture).done == [made]


def test_a_copy_has_the_same_reminders(cast: Cast) -> None:
    made = plan(cast, deadline_at=FUTURE, reminders=(15, 60))
    assert set(draft_of_copy(cast.actor("bob"), id=made).reminders) == {15, 60}


@pytest.mark.parametrize("reminders", [(-1,), (525_601,), tuple(range(11))])
def test_reminders_that_cannot_be_are_refused(cast: Cast, reminders: tuple[int, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        plan(cast, deadline_at=FUTURE, reminders=reminders)
    assert set(refused.value.messages) == {"reminders"}


def test_the_form_takes_offsets_and_amounts_of_ones_own(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    form = {"type": "call", "subject": "Rappeler", "elements": [deal], "responsible": cast.bob, "priority": 2,
            "deadline_day": "2031-05-06", "reminders": ["15", "custom"], "reminders_amount": ["", "3"],
            "reminders_unit": ["minutes", "days"]}  # fmt: skip
    client = sign_in(cast.bob)
    assert client.post("/activities/new/", form).status_code == 302
    made = fetch_all(sql("SELECT id FROM activities_activity"))[0]["id"]
    assert set(moments(made)) == {15, 4_320}
    page = client.get(f"/activities/{made}/edit/").content.decode()
    assert 'name="initial-reminders" value="4320"' in page
    assert client.get(f"/activities/{made}/").status_code == 200
    bad = client.post("/activities/new/", form | {"reminders": ["custom"], "reminders_amount": ["soon"]})
    assert bad.status_code == 422
