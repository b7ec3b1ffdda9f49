"""When the demo company's people work: days and hours around the instant at which the demo is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Paris")
# Where open activities lie, in a hundred.
OPEN_SPREAD = {"overdue": 22, "today": 12, "week": 27, "soon": 21, "later": 8, "never": 3, "incoming": 7}
MOST_DAYS_OVERDUE = 75
MEETING_MINUTES = (30, 45, 60, 60, 90, 120)
QUARTER_HOURS = range(8 * 4 + 2, 18 * 4 + 3)
EVENING = range(19 * 4, 22 * 4)


@dataclass
class Times:
    """The times of one activity, as its columns hold them; instants are aware."""

    deadline_at: datetime | None = None
    deadline_on: date | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None
    start_on: date | None = None
    end_on: date | None = None


@dataclass
class Diary:
    """Dice that fall on working hours. `now` is aware."""

    now: datetime
    random: Random
    today: date = field(init=False)

    def __post_init__(self) -> None:
        self.today = self.now.astimezone(ZONE).date()

    def times(self, type: str, day: date, *, is_today: bool = False) -> Times:
        """What is planned for a day, in the way of the type."""
        if type == "meeting":
            if self.random.random() < 0.06:
                return Times(start_on=day, end_on=day + timedelta(days=self.random.choice((0, 0, 1, 2))))
            start = self.hour(day)
            return Times(start_at=start, end_at=start + timedelta(minutes=self.random.choice(MEETING_MINUTES)))
        if self.random.random() < (0.1 if type == "call" else 0.4):
            return Times(deadline_on=day)
        at = self.hour(day, late=is_today and self.random.random() < 0.15)
        slot = type in {"call", "task"} and self.random.random() < 0.25
        if not slot:
            return Times(deadline_at=at)
        return Times(deadline_at=at, start_at=at - timedelta(minutes=30), end_at=at)

    def open_day(self, bucket: str) -> date:
        """A day of a bucket of OPEN_SPREAD: past ones are working days, and so are those to come."""
        if bucket == "today":
            return self.today
        if bucket == "overdue":
            days = min(1 + int(self.random.expovariate(1 / 11)), MOST_DAYS_OVERDUE)
            return back_to_work(self.today - timedelta(days=days))
        first, last = {"week": (1, 7), "soon": (6, 21), "later": (20, 75)}[bucket]
        return on_to_work(self.today + timedelta(days=self.random.randint(first, last)))

    def done_at(self, born: datetime) -> datetime:
        """A working hour between an element's birth and now, rather a recent one."""
        at = self.now - (self.now - born) * self.random.random() ** 1.5
        at = self.hour(back_to_work(at.astimezone(ZONE).date()))
        if at >= self.now:
            at = self.now - timedelta(minutes=self.random.randint(2, 90))
        return at if at >= born else born + (self.now - born) * self.random.random()

    def before(self, at: datetime, born: datetime, *, most_days: float) -> datetime:
        """When something was written down that was due at an instant: between the element's birth and now."""
        written = min(at, self.now) - timedelta(days=self.random.random() ** 2 * most_days, minutes=12)
        return min(max(written, born), self.now)

    def hour(self, day: date, *, late: bool = False) -> datetime:
        """An instant of a day, on the quarter of an hour."""
        quarters = self.random.choice(EVENING if late else QUARTER_HOURS)
        return datetime.combine(day, time(quarters // 4, quarters % 4 * 15), tzinfo=ZONE)


def back_to_work(day: date) -> date:
    """The day, or the Friday before its weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def on_to_work(day: date) -> date:
    """The day, or the Monday after its weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day
