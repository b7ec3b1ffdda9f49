"""Filters read naively: each field's values of a row as one reader sees them, each operator in plain Python.

Nothing of the compiler is used here. A field of the grammar without a line in these tables fails the test that asks.
"""

from __future__ import annotations

import calendar
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from relance.kit.actor import Actor
from relance.kit.sql import Row
from relance.kit.text import digits, fold

DAY = timedelta(days=1)
PREFIXES = ("element", "lead", "deal", "contact", "company")
# How texts are compared; the others by their lower case.
FOLDS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(("name", "company", "contact", "client"), fold),
    "phone": digits,
}
DENIALS = {"!=": ":", "!~": "~"}
Values = Sequence[Any]
Fits = Callable[[Values], bool]


@dataclass
class View:
    """What one reader sees at a moment: rows of `activities` and `elements` by id, and of those what he may read."""

    actor: Actor
    now: datetime
    elements: dict[int, Row]
    activities: list[Row]
    readable: set[int]
    # Words for persons, and whom they mean for him.
    people: dict[str, set[int]]

    @property
    def zone(self) -> ZoneInfo:
        return self.actor.time_zone

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @cached_property
    def planned(self) -> set[int]:
        """The elements with an open activity, whoever may read them."""
        return {one for row in self.activities if not row["is_completed"] for one in row["bound"]}

    def local(self, instant: datetime | None) -> Values:
        """The day of an instant in the reader's zone."""
        return [instant.astimezone(self.zone).date()] if instant else []

    def seen(self, ids: Sequence[int]) -> list[Row]:
        """Of some elements those that he may read."""
        return [self.elements[one] for one in ids if one in self.readable]

    def names(self, ids: Sequence[int]) -> Values:
        return [row["name"] for row in self.seen(ids)]

    def rows(self, listing: str) -> list[Row]:
        """The rows of a list that he may see: of activities, or of a kind of element."""
        if listing == "activities":
            return [row for row in self.activities if self.seen(row["bound"])]
        return [row for row in self.elements.values() if row["kind"] == listing and row["id"] in self.readable]


def some(value: object) -> Values:
    """A value as those that a field has: none or the empty text is no value."""
    return [] if value is None or value == "" else [value]


def late(view: View, row: Row) -> Values:
    """By how many days an open activity is overdue."""
    is_late = not row["is_completed"] and row["due_at"] <= view.now and row["deadline_day"]
    return [(view.today - row["deadline_day"]).days] if is_late else []


def states(view: View, row: Row) -> Values:
    """The words that an activity's state has."""
    is_open = not row["is_completed"]
    soon = view.now + timedelta(minutes=view.actor.due_soon_minutes)
    told = {
        "open": is_open,
        "completed": not is_open,
        "overdue": is_open and row["due_at"] <= view.now,
        "due": is_open and row["due_at"] <= soon,
        "incoming": row["is_incoming"],
        "waiting": is_open and row["is_incoming"],
    }
    return [word for word, holds in told.items() if holds]


def element_states(view: View, row: Row) -> Values:
    """What an element is: its stage's outcome, open to all, in progress without an open activity."""
    is_idle = row["stage_outcome"] in {None, "open"} and row["id"] not in view.planned
    words = {"shared": row["is_open_to_all"], "idle": is_idle}
    return [*some(row["stage_outcome"]), *(word for word, holds in words.items() if holds)]


def company(view: View, row: Row) -> Values:
    """The names of the companies that an element belongs to."""
    return view.names([*some(row["company_id"]), *row["companies"]])


def company_or_itself(view: View, row: Row) -> Values:
    return [row["name"]] if row["kind"] == "company" else company(view, row)


Read = Callable[[View, Row], Values]


def column(key: str) -> Read:
    return lambda _view, row: some(row[key])


def moment(key: str) -> Read:
    return lambda view, row: view.local(row[key])


def words(*keys: str) -> Read:
    """What a choice is called: its codes and numbers."""
    return lambda _view, row: [str(row[key]) for key in keys if row[key]]


ACTIVITY: dict[str, Read] = {
    "is": states,
    "type": words("type_code", "type_number"),
    "responsible": column("responsible_id"),
    "department": lambda _view, row: row["departments"],
    "author": column("author_id"),
    "completed_by": column("completed_by_id"),
    "participants": lambda _view, row: row["participants"],
    "deadline": column("deadline_day"),
    "overdue": late,
    "start": lambda view, row: some(row["start_on"]) or view.local(row["start_at"]),
    "created": moment("created_at"),
    "updated": moment("updated_at"),
    "completed": moment("completed_at"),
    "age": lambda view, row: [(view.today - view.local(row["created_at"])[0]).days],
    "priority": lambda _view, row: [("low", "normal", "high")[row["priority"] - 1]],
    "client": lambda view, row: view.names(row["clients"]),
    **{
        key: column(key)
        for key in ("subject", "description", "place", "note", "outcome", "origin", "direction", "colour")
    },
}
ELEMENT: dict[str, Read] = {
    "is": element_states,
    "responsible": column("responsible_id"),
    "department": lambda _view, row: row["departments"],
    "author": column("created_by_id"),
    "created": moment("created_at"),
    "updated": moment("updated_at"),
    "phone": lambda _view, row: row["phones"],
    "email": lambda _view, row: row["emails"],
    "stage": words("stage_code", "stage_number"),
    "pipeline": words("pipeline_code", "pipeline_number"),
    "company": company,
    "contact": lambda view, row: view.names(row["contacts"]),
    **{
        key: column(key)
        for key in (
            *("kind", "name", "number", "origin", "amount", "currency", "company_name", "source", "closes_on"),
            *("position", "industry", "city", "employees", "revenue"),
        )
    },
}


def reader_of(listing: str, key: str) -> tuple[Read, str]:
    """How a field of a list is read, and the kind of bound element that it asks about ("" for the row itself).

    Raises:
        KeyError: the tables have no line for it.
    """
    prefix, _dot, inner = key.rpartition(".")
    if not prefix:
        return (ACTIVITY if listing == "activities" else ELEMENT)[key], ""
    if prefix not in PREFIXES:
        raise KeyError(key)
    return (company_or_itself if key == "element.company" else ELEMENT[inner]), prefix


@dataclass
class Leaf:
    """One condition: its text, and whether a row that the reader sees meets it."""

    text: str
    fits: Callable[[Row], bool]


def leaf(view: View, listing: str, key: str, operator: str, written: Sequence[str], tests: Sequence[Fits]) -> Leaf:
    """A condition of some values, of which one must fit; denied, none may."""
    read, prefix = reader_of(listing, key)

    def holds(row: Row) -> bool:
        if not prefix:
            return any(test(read(view, row)) for test in tests)
        bound = [one for one in view.seen(row["bound"]) if prefix in {"element", one["kind"]}]
        return any(test(read(view, one)) for one in bound for test in tests)

    is_denied = operator in DENIALS
    return Leaf(f"{key}{operator}{','.join(written)}", lambda row: holds(row) != is_denied)


# --- values by type: what is written after the operator, and what it means -----------------------------

Written = tuple[str, list[str], list[Fits]]
EMPTY: list[Written] = [(operator, ["empty"], [lambda values: not values]) for operator in (":", "!=")]


def written_of(view: View, listing: str, key: str, type: str, known: Values, rng: random.Random) -> Iterator[Written]:
    """Conditions on a field of a type, with values that some of its rows have and others that none has."""
    match type:
        case "text":
            yield from _texts(FOLDS.get(key.rpartition(".")[2], str.lower), known, rng)
        case "number":
            yield from _compared({_plain(one): (one, one) for one in (*rng.sample(known, min(3, len(known))), 7)})
        case "day" | "moment":
            yield from _compared(periods(view.today))
        case "span":
            yield from _compared({"0d": (0, 0), "1d": (1, 1), "3d": (3, 3), "1w": (7, 7), "2W": (14, 14)})
        case "choice" | "state":
            yield from _words({quoted(word) if " " in word else word: {word} for word in known})
        case "people":
            yield from _words(view.people)
    if type != "state":
        yield from EMPTY


def _plain(number: object) -> str:
    return format(number, "f") if not isinstance(number, int) else str(number)


def quoted(text: str) -> str:
    """A text between quotation marks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _texts(folded: Callable[[str], str], known: Values, rng: random.Random) -> Iterator[Written]:
    def compared(operator: str, *texts: str) -> Written:
        tests: list[Fits] = [
            lambda values, text=text: any(_TEXTS[operator](folded(one), folded(text)) for one in values)  # type: ignore[misc]
            for text in texts
        ]
        return operator, [quoted(text) for text in texts], tests

    for value in rng.sample(known, min(3, len(known))):
        at = rng.randrange(len(value))
        piece, start = value[at : at + rng.randint(1, 5)], value[: rng.randint(1, 6)]
        for operator, text in ((":", value.upper()), ("!=", value), ("~", piece), ("!~", piece.upper()), ("^", start)):
            if folded(text):
                yield compared(operator, text)
    if len(known) > 1:
        yield compared(":", known[0], known[1])
        yield compared("~", known[0][:3], known[1][-3:])


_TEXTS: dict[str, Callable[[str, str], bool]] = {
    ":": str.__eq__,
    "!=": str.__eq__,
    "~": str.__contains__,
    "!~": str.__contains__,
    "^": str.startswith,
}
_ORDERS: dict[str, Callable[[Any, Any, Any], bool]] = {
    ":": lambda one, first, last: first <= one <= last,
    "!=": lambda one, first, last: first <= one <= last,
    "<": lambda one, first, _last: one < first,
    "<=": lambda one, _first, last: one <= last,
    ">": lambda one, _first, last: one > last,
    ">=": lambda one, first, _last: one >= first,
}


def _compared(known: dict[str, tuple[Any, Any]]) -> Iterator[Written]:
    def test(operator: str, first: object, last: object) -> Fits:
        return lambda values: any(_ORDERS[operator](one, first, last) for one in values)

    for text, (first, last) in known.items():
        for operator in _ORDERS:
            yield operator, [text], [test(operator, first, last)]
    items = list(known.items())
    (a, (first, _)), (b, (_, last)) = items[0], items[-1]
    for operator in (":", "!="):
        yield operator, [f"{a}..{b}"], [test(operator, first, last)]
        yield operator, [a, b], [test(operator, *items[0][1]), test(operator, *items[-1][1])]


def _words(known: dict[str, set[Any]]) -> Iterator[Written]:
    tests: dict[str, Fits] = {
        word: lambda values, meant=meant: bool(meant & set(values))  # type: ignore[misc]
        for word, meant in known.items()
    }
    for operator in (":", "!="):
        for word, test in tests.items():
            yield operator, [word], [test]
        two = list(tests)[-2:]
        yield operator, two, [tests[word] for word in two]


def months_on(day: date, months: int) -> date:
    """The same day of another month, or its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def periods(today: date) -> dict[str, tuple[date, date]]:
    """Days as filters say them, absolute and relative, both ways; counted here by hand."""
    monday, first = today - today.weekday() * DAY, today.replace(day=1)
    quarter, year = date(today.year, (today.month - 1) // 3 * 3 + 1, 1), date(today.year, 1, 1)
    return {
        "today-3w": (today - 21 * DAY, today - 21 * DAY),
        "today": (today, today),
        "yesterday": (today - DAY, today - DAY),
        "tomorrow": (today + DAY, today + DAY),
        "today-3d": (today - 3 * DAY, today - 3 * DAY),
        "tomorrow+1w": (today + 8 * DAY, today + 8 * DAY),
        "today+1m": (months_on(today, 1), months_on(today, 1)),
        "yesterday-1q": (months_on(today - DAY, -3), months_on(today - DAY, -3)),
        "this-week": (monday, monday + 6 * DAY),
        "last-week": (monday - 7 * DAY, monday - DAY),
        "next-week": (monday + 7 * DAY, monday + 13 * DAY),
        "this-month": (first, months_on(first, 1) - DAY),
        "next-month": (months_on(first, 1), months_on(first, 2) - DAY),
        "last-month": (months_on(first, -1), first - DAY),
        "this-quarter": (quarter, months_on(quarter, 3) - DAY),
        "last-quarter": (months_on(quarter, -3), quarter - DAY),
        "next-quarter": (months_on(quarter, 3), months_on(quarter, 6) - DAY),
        "this-year": (year, months_on(year, 12) - DAY),
        "last-year": (months_on(year, -12), year - DAY),
        "next-2w": (today, today + 14 * DAY),
        "last-30d": (today - 30 * DAY, today),
        "next-1m": (today, months_on(today, 1)),
        f"{today:%Y-%m}": (first, months_on(first, 1) - DAY),
        today.isoformat(): (today, today),
        "today+2d": (today + 2 * DAY, today + 2 * DAY),
    }


def row_ids(rows: Sequence[Row]) -> set[int]:
    """Their ids."""
    return {row["id"] for row in rows}
