"""Deadlines in words, as their reader understands them (product.md sections 3 and 8).

What is overdue is decided by `due_at` alone. By how many days: the reader's today less `deadline_day`, which is the
responsible's; on the same day, hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.utils.translation import gettext as _

from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.sql import Row

When = Literal["late", "today", "soon", "waiting", "done", "none"]
# From here on an instant means "no deadline": activities.terms.NEVER.
FAR = datetime(9999, 1, 1, tzinfo=UTC)
DAYS_IN_MEMORY = 1024
SUNDAY = 6
# The headings of a list in the order of its deadlines, as they follow each other.
DUE_GROUPS = ("late", "today", "tomorrow", "week", "later", "none")


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as shown: how it stands, in words; the machine's form; and the whole of it for who points at it."""

    when: When
    text: str
    iso: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads, as far as dates go: his language, his zone, and the moment."""

    language: str
    zone: ZoneInfo
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


def viewer_of(actor: Actor) -> Viewer:
    """The reader of a page, at this moment."""
    return Viewer(actor.language, actor.time_zone, clock.now())


def due_of(row: Row, viewer: Viewer) -> Due:
    """The deadline of an activity's row in the reader's words."""
    if row["is_completed"]:
        return _completed(row["completed_at"], viewer)
    if row["is_incoming"]:
        return _waiting(row["created_at"], viewer)
    if row["due_at"] is None or row["due_at"] >= FAR:
        return Due("none", _("No deadline"))
    at, on = _moment(row)
    iso, title = _machine_and_whole(at, on, viewer)
    if row["due_at"] <= viewer.now:
        return Due("late", _late(row["due_at"], row["deadline_day"], viewer), iso, title)
    when: When = "today" if _day(at, on, viewer) == viewer.today else "soon"
    return Due(when, _words(at, on, viewer), iso, title)


def due_group(row: Row, viewer: Viewer) -> str:
    """Under which heading an activity's deadline stands, be it completed since or not: one of DUE_GROUPS."""
    if row["due_at"] is None or row["due_at"] >= FAR:
        return "none"
    if row["due_at"] <= viewer.now:
        return "late"
    away = (_day(*_moment(row), viewer) - viewer.today).days
    if away <= 1:
        return "tomorrow" if away == 1 else "today"
    return "week" if away <= SUNDAY - viewer.today.weekday() else "later"


def late_text(row: Row, viewer: Viewer) -> str:
    """How late an activity was completed: "1 d late", from its deadline's day in days, on that day in hours; or nothing."""
    if row["due_at"] >= row["completed_at"]:
        return ""
    on = row["completed_at"].astimezone(viewer.zone).date()
    days = (on - row["deadline_day"]).days if row["deadline_day"] else 0
    span = row["completed_at"] - row["due_at"]
    duration = _("%(days)s d") % {"days": days} if days > 0 else _duration(span, most="hours")
    return _("%(duration)s late") % {"duration": duration}


def instant_text(at: datetime, viewer: Viewer) -> str:
    """A past or future instant, short: "Today 10:12", "Fri 20 17:00"."""
    return _words(at, None, viewer)


def instant_whole(at: datetime, viewer: Viewer) -> str:
    """An instant, whole: "Friday 20 November 2026, 17:00"."""
    return _machine_and_whole(at, None, viewer)[1]


def day_text(on: date, viewer: Viewer) -> str:
    """A day, short: "Today", "Tomorrow", "Fri 27", "Tue 1 Dec", "4 Jan 2027"."""
    return _words(None, on, viewer)


def day_whole(on: date, viewer: Viewer) -> str:
    """A day, whole: "Friday 20 November 2026"."""
    return _whole_day(on, viewer.language)


def day_inside(on: date, viewer: Viewer) -> str:
    """The same within a sentence: French writes its days with a small letter."""
    text = _whole_day(on, viewer.language)
    return text if viewer.language == "en" else text[0].lower() + text[1:]


def slot_text(row: Row, viewer: Viewer) -> str:
    """Start and end of a slot: "Today 10:00 – 11:30", "Fri 27 – Mon 30"; the last day of an all-day slot included."""
    if row["start_on"]:
        first, last = row["start_on"], row["end_on"] or row["start_on"]
        texts = [day_text(first, viewer)] + ([day_text(last, viewer)] if last != first else [])
        return " – ".join(texts)
    if not row["start_at"]:
        return ""
    start, end = row["start_at"].astimezone(viewer.zone), row["end_at"]
    if end is None:
        return instant_text(start, viewer)
    end = end.astimezone(viewer.zone)
    end_text = f"{end:%H:%M}" if end.date() == start.date() else instant_text(end, viewer)
    return f"{instant_text(start, viewer)} – {end_text}"


def _moment(row: Row) -> tuple[datetime | None, date | None]:
    if row["deadline_at"] or row["deadline_on"]:
        return row["deadline_at"], row["deadline_on"]
    return row["start_at"], row["start_on"]


def _day(at: datetime | None, on: date | None, viewer: Viewer) -> date:
    return at.astimezone(viewer.zone).date() if at else on or viewer.today


def _completed(at: datetime, viewer: Viewer) -> Due:
    iso, title = _machine_and_whole(at, None, viewer)
    local = at.astimezone(viewer.zone)
    text = f"{local:%H:%M}" if local.date() == viewer.today else _day_name(local.date(), viewer.today, viewer.language)
    return Due("done", _("Completed %(when)s") % {"when": text}, iso, _("Completed: %(when)s") % {"when": title})


def _waiting(since: datetime, viewer: Viewer) -> Due:
    iso, title = _machine_and_whole(since, None, viewer)
    text = _("Waiting · %(duration)s") % {"duration": _duration(viewer.now - since)}
    return Due("waiting", text, iso, _("Received: %(when)s; no deadline") % {"when": title})


def _late(due_at: datetime, deadline_day: date | None, viewer: Viewer) -> str:
    days = (viewer.today - deadline_day).days if deadline_day else 0
    duration = _("%(days)s d") % {"days": days} if days > 0 else _duration(viewer.now - due_at, most="hours")
    return _("Overdue by %(duration)s") % {"duration": duration}


def _duration(span: timedelta, most: str = "days") -> str:
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 60:
        return _("%(minutes)s min") % {"minutes": minutes}
    if minutes < 24 * 60 or most == "hours":
        return _("%(hours)s h") % {"hours": minutes // 60}
    return _("%(days)s d") % {"days": minutes // (24 * 60)}


def _words(at: datetime | None, on: date | None, viewer: Viewer) -> str:
    day = _day_name(_day(at, on, viewer), viewer.today, viewer.language)
    return f"{day} {at.astimezone(viewer.zone):%H:%M}" if at else day


def _machine_and_whole(at: datetime | None, on: date | None, viewer: Viewer) -> tuple[str, str]:
    day = _day(at, on, viewer)
    whole = _whole_day(day, viewer.language)
    if at is None:
        return day.isoformat(), whole
    local = at.astimezone(viewer.zone)
    return local.isoformat(timespec="minutes"), f"{whole}, {local:%H:%M}"


@lru_cache(maxsize=DAYS_IN_MEMORY)
def _day_name(day: date, today: date, language: str) -> str:
    away = (day - today).days
    near = {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}
    if away in near:
        return near[away]
    if day.year != today.year and abs(away) > 90:
        return format_date(day, "d MMM y", locale=language)
    pattern = "EEE d" if (day.year, day.month) == (today.year, today.month) else "EEE d MMM"
    return format_date(day, pattern, locale=language)


@lru_cache(maxsize=DAYS_IN_MEMORY)
def _whole_day(day: date, language: str) -> str:
    text = format_date(day, "EEEE d MMMM y", locale=language)
    return text[:1].upper() + text[1:]
