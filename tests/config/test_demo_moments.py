"""The demo company's diary looks alive at whatever moment it is written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random

import pytest

from relance.config.demo_company.activities import Planned, Planner
from relance.config.demo_company.elements import make_accounts
from relance.config.demo_company.moments import ZONE
from relance.config.demo_company.people import CHARACTERS, DEPARTMENTS, Person, Staff

MOMENTS = (
    datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
    datetime(2026, 11, 28, 22, 59, tzinfo=UTC),  # a Saturday, a minute before midnight in Paris
    datetime(2026, 11, 28, 23, 1, tzinfo=UTC),
    datetime(2027, 1, 1, 11, 0, tzinfo=UTC),
    datetime(2027, 3, 28, 0, 59, tzinfo=UTC),  # the night when clocks go forward
    datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
)


def staff() -> Staff:
    """The people, without a database."""
    people = [
        Person(number * 100 + rank, f"{place.title} {rank}", place, is_head=rank == 0)
        for number, place in enumerate(DEPARTMENTS, start=1)
        for rank in range(place.people)
    ]
    by_title = {place.title: place for place in DEPARTMENTS}
    for person in people:
        above = by_title.get(person.place.above)
        titles = {person.place.title, above.title if above else "", above.above if above else ""}
        person.heads = [head for head in people if head.is_head and head.place.title in titles and head is not person]
    characters = {
        code: next(person for person in people if person.place.title == title and person.id % 100 == rank)
        for code, title, rank, _who in CHARACTERS
    }
    return Staff(people, characters, [])


@pytest.fixture(params=MOMENTS, ids=str)
def diary(request: pytest.FixtureRequest) -> tuple[datetime, list[Planned]]:
    """A moment, and what is planned at it."""
    now: datetime = request.param
    random, people = Random(7), staff()
    accounts = make_accounts(people, now, random, elements=300)
    return now, list(Planner(people, accounts, now, random).plan(1_500))


def day(activity: Planned) -> date | None:
    """The day that an activity is due on, in Paris."""
    times = activity.times
    at = times.deadline_at or times.start_at
    return at.astimezone(ZONE).date() if at else times.deadline_on or times.start_on


def test_nothing_was_written_or_done_in_the_future(diary: tuple[datetime, list[Planned]]) -> None:
    now, activities = diary
    assert len(activities) == 1_500
    for activity in activities:
        assert max(element.created_at for element in activity.elements) <= activity.created_at <= now
        assert activity.completed_at is None or activity.created_at <= activity.completed_at <= now


def test_there_is_something_late_for_today_and_to_come(diary: tuple[datetime, list[Planned]]) -> None:
    now, activities = diary
    today = now.astimezone(ZONE).date()
    days = [due for activity in activities if activity.completed_at is None and (due := day(activity))]
    late, to_come = (len([due for due in days if due < today]), len([due for due in days if due > today]))
    assert min(late, days.count(today), to_come) > len(days) // 12
