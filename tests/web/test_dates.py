"""Deadlines in words: overdue by the instant, days by the reader's calendar, across zones and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from relance.kit.sql import Row
from relance.web.activities.dates import FAR, Viewer, day_text, due_group, due_of, slot_text

PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)  # Tuesday, 10:12 in Paris
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
EMPTY: Row = dict.fromkeys(
    ("completed_at", "deadline_at", "deadline_on", "deadline_day", "start_at", "end_at", "start_on", "end_on", "due_at")
)


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


def seen(now: datetime = NOW, zone: ZoneInfo = PARIS) -> Viewer:
    return Viewer("en", zone, now)


def timed(at: datetime, zone: ZoneInfo = PARIS, **fields: object) -> Row:
    """A row whose responsible lives in `zone`."""
    day = at.astimezone(zone).date()
    row = {**EMPTY, "deadline_at": at, "due_at": at, "deadline_day": day, "created_at": NOW}
    return {**row, "is_completed": False, "is_incoming": False, **fields}


def dated(on: date, zone: ZoneInfo = PARIS, **fields: object) -> Row:
    due_at = datetime.combine(on + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)
    row = {**EMPTY, "deadline_on": on, "due_at": due_at, "deadline_day": on, "created_at": NOW}
    return {**row, "is_completed": False, "is_incoming": False, **fields}


@pytest.mark.parametrize(
    ("row", "when", "text"),
    [
        (timed(NOON), "today", "Today 12:00"),
        (timed(datetime(2026, 11, 25, 8, 30, tzinfo=UTC)), "soon", "Tomorrow 09:30"),
        (timed(datetime(2026, 11, 27, 13, 0, tzinfo=UTC)), "soon", "Fri 27 14:00"),
        (timed(datetime(2026, 12, 1, 9, 0, tzinfo=UTC)), "soon", "Tue 1 Dec 10:00"),
        (timed(datetime(2027, 6, 1, 8, 0, tzinfo=UTC)), "soon", "1 Jun 2027 10:00"),
        (dated(date(2026, 11, 24)), "today", "Today"),
        (dated(date(2026, 11, 26)), "soon", "Thu 26"),
        (dated(date(2026, 11, 22)), "late", "Overdue by 2 d"),
        (timed(datetime(2026, 11, 20, 16, 0, tzinfo=UTC)), "late", "Overdue by 4 d"),
        (timed(datetime(2026, 11, 24, 8, 0, tzinfo=UTC)), "late", "Overdue by 1 h"),
        (timed(datetime(2026, 11, 24, 9, 0, tzinfo=UTC)), "late", "Overdue by 12 min"),
    ],
)
def test_says_a_deadline_in_words(row: Row, when: str, text: str) -> None:
    due = due_of(row, seen())
    assert (due.when, due.text) == (when, text)


def test_is_overdue_at_the_instant_itself() -> None:
    assert due_of(timed(NOW), seen()).when == "late"


def test_is_overdue_yesterday_evening_by_a_day_though_only_hours_have_passed() -> None:
    evening = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)  # 23:00 in Paris, the day before
    assert due_of(timed(evening), seen()).text == "Overdue by 1 d"


def test_shows_the_hour_of_the_reader() -> None:
    due = due_of(timed(datetime(2026, 11, 24, 20, 0, tzinfo=UTC)), seen(zone=NEW_YORK))
    assert (due.text, due.iso) == ("Today 15:00", "2026-11-24T15:00-05:00")


def test_counts_the_days_from_the_readers_today_and_the_responsibles_day() -> None:
    late_in_new_york = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # still the 24th there, already the 25th in Paris
    row = dated(date(2026, 11, 23), PARIS)
    assert due_of(row, seen(late_in_new_york, NEW_YORK)).text == "Overdue by 1 d"
    assert due_of(row, seen(late_in_new_york, PARIS)).text == "Overdue by 2 d"


def test_a_day_of_25_hours_is_one_day() -> None:
    before, after = datetime(2026, 10, 24, 10, 0, tzinfo=PARIS), datetime(2026, 10, 25, 9, 0, tzinfo=PARIS)
    row = timed(before.astimezone(UTC))
    assert due_of(row, seen(after.astimezone(UTC))).text == "Overdue by 1 d"


def test_the_hour_before_spring_is_local() -> None:
    at = datetime(2027, 3, 28, 1, 30, tzinfo=UTC)  # 03:30 in Paris, half an hour after the clocks went on
    assert due_of(timed(at), seen(datetime(2027, 3, 28, 0, 30, tzinfo=UTC))).text == "Today 03:30"


def test_an_incoming_one_waits() -> None:
    row = {**EMPTY, "created_at": datetime(2026, 11, 24, 7, 41, tzinfo=UTC), "is_completed": False, "is_incoming": True}
    due = due_of(row, seen())
    assert (due.when, due.text) == ("waiting", "Waiting · 1 h")


def test_a_completed_one_says_when() -> None:
    row = timed(NOON, is_completed=True, completed_at=datetime(2026, 11, 24, 8, 5, tzinfo=UTC))
    assert due_of(row, seen()).text == "Completed 09:05"
    row["completed_at"] = datetime(2026, 11, 12, 8, 5, tzinfo=UTC)
    assert due_of(row, seen()).text == "Completed Thu 12"


def test_without_a_deadline_says_so() -> None:
    row = {**EMPTY, "created_at": NOW, "due_at": FAR, "is_completed": False, "is_incoming": False}
    assert due_of(row, seen()).when == "none"


def test_a_meeting_is_due_at_its_start() -> None:
    row = {**timed(NOON), "deadline_at": None, "start_at": NOON}
    assert due_of(row, seen()).text == "Today 12:00"


def test_speaks_french() -> None:
    with translation.override("fr"):
        viewer = Viewer("fr", PARIS, NOW)
        assert day_text(date(2026, 11, 27), viewer) == "ven. 27"
        assert (
            due_of(timed(datetime(2026, 11, 20, 16, 0, tzinfo=UTC)), viewer).title == "Vendredi 20 novembre 2026, 17:00"
        )


def test_a_slot_names_the_day_once() -> None:
    end = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
    assert slot_text({**EMPTY, "start_at": NOON, "end_at": end}, seen()) == "Today 12:00 – 13:30"
    assert (
        slot_text({**EMPTY, "start_on": date(2026, 11, 26), "end_on": date(2026, 11, 27)}, seen()) == "Thu 26 – Fri 27"
    )
    assert slot_text(dict(EMPTY), seen()) == ""


@pytest.mark.parametrize(
    ("row", "group"),
    [
        (timed(datetime(2026, 11, 24, 9, 12, tzinfo=UTC)), "late"),
        (dated(date(2026, 11, 23)), "late"),
        (timed(NOON), "today"),
        (dated(date(2026, 11, 24)), "today"),
        (timed(datetime(2026, 11, 24, 22, 59, tzinfo=UTC)), "today"),
        (timed(datetime(2026, 11, 24, 23, 0, tzinfo=UTC)), "tomorrow"),
        (dated(date(2026, 11, 25)), "tomorrow"),
        (dated(date(2026, 11, 29)), "week"),
        (dated(date(2026, 11, 30)), "later"),
        # A day that is over here and not yet there, where its responsible lives.
        (dated(date(2026, 11, 23), ZoneInfo("Pacific/Honolulu")), "today"),
        ({**timed(NOON), "due_at": FAR}, "none"),
        (timed(NOON, is_completed=True, completed_at=NOW), "today"),
    ],
)
def test_a_deadline_stands_under_its_heading_by_the_readers_day(row: Row, group: str) -> None:
    assert due_group(row, seen()) == group


def test_on_a_sunday_the_week_is_over_and_tomorrow_is_tomorrow() -> None:
    sunday = seen(datetime(2026, 11, 29, 9, 0, tzinfo=UTC))
    assert due_group(dated(date(2026, 11, 29)), sunday) == "today"
    assert due_group(dated(date(2026, 11, 30)), sunday) == "tomorrow"
    assert due_group(dated(date(2026, 12, 1)), sunday) == "later"
