"""Days as filters say them: absolute, or relative to the viewer's today; each is a period with a first and a last day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dateutil.relativedelta import MO, relativedelta

_ISO = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_RELATIVE = re.compile(r"(today|yesterday|tomorrow)(?:([+-])(\d{1,4})([dwmqy]))?")
_PERIOD = re.compile(r"(this|last|next)-(week|month|quarter|year)")
_COUNTED = re.compile(r"(last|next)-(\d{1,4})([dwmqy])")
_SPAN = re.compile(r"(\d{1,5})([dw])")
_NAMED = {"yesterday": -1, "today": 0, "tomorrow": 1}
_UNITS = {"week": "w", "month": "m", "quarter": "q", "year": "y"}
# Days that every time zone and PostgreSQL can count from.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9000, 12, 31)


class Period(NamedTuple):
    """Days from the first to the last, both included."""

    first: date
    last: date


def read_period(text: str, today: date) -> Period | None:
    """The days that a word means for someone whose day is `today`; None for what is no such word, or too far away.

    A day, a month (`2026-11`), `today-3d`, `this-week` (Monday to Sunday), `next-2w` (from today to two weeks on),
    `last-30d` (from thirty days ago to today).
    """
    try:
        period = _absolute(text) or _relative(text.lower(), today)
    except (ValueError, OverflowError):
        return None
    if period is None or not FIRST_DAY <= period.first <= period.last <= LAST_DAY:
        return None
    return period


def read_span(text: str) -> int | None:
    """The days of a span (`3d`, `2w`); None for what is none."""
    match = _SPAN.fullmatch(text.lower())
    return int(match[1]) * (7 if match[2] == "w" else 1) if match else None


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins in a zone, also where its midnight is skipped."""
    return datetime.combine(day, datetime.min.time(), tzinfo=zone).astimezone(UTC)


def _absolute(text: str) -> Period | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    first = date(int(match[1]), int(match[2]), int(match[3] or 1))
    return Period(first, first if match[3] else _after(first, 1, "m") - timedelta(days=1))


def _relative(text: str, today: date) -> Period | None:
    if match := _RELATIVE.fullmatch(text):
        day = today + timedelta(days=_NAMED[match[1]])
        if match[2]:
            day = _after(day, int(f"{match[2]}{match[3]}"), match[4])
        return Period(day, day)
    if match := _PERIOD.fullmatch(text):
        return _whole(today, _UNITS[match[2]], {"last": -1, "this": 0, "next": 1}[match[1]])
    if match := _COUNTED.fullmatch(text):
        other = _after(today, int(match[2]) * (1 if match[1] == "next" else -1), match[3])
        return Period(min(today, other), max(today, other))
    return None


def _whole(today: date, unit: str, offset: int) -> Period:
    starts = {
        "w": today + relativedelta(weekday=MO(-1)),
        "m": today.replace(day=1),
        "q": date(today.year, 3 * ((today.month - 1) // 3) + 1, 1),
        "y": date(today.year, 1, 1),
    }
    first = _after(starts[unit], offset, unit)
    return Period(first, _after(first, 1, unit) - timedelta(days=1))


def _after(day: date, count: int, unit: str) -> date:
    """A day so many units on; the 31st of a shorter month is its last day."""
    months = {"m": 1, "q": 3, "y": 12}
    if unit in months:
        return day + relativedelta(months=count * months[unit])
    return day + timedelta(days=count * (7 if unit == "w" else 1))
