"""Each operator of each field of each list, for readers in several zones on the days around clock changes: the rows that a
plain reading takes, and no others. Alone, denied, and in nested groups.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from relance.activities import queries as activities
from relance.activities.listings import BY_KEY
from relance.crm import queries as elements
from relance.crm.filtering import filter_context
from relance.crm.terms import ElementFilter
from relance.kit import clock
from relance.kit.sql import Row
from relance.lists.grammar.compiling import OPERATORS
from tests.cast import Cast
from tests.lists.naive import Leaf, View, leaf, reader_of, row_ids, written_of
from tests.lists.rows import Rows

LISTS = {"activities": "activities", "leads": "lead", "deals": "deal", "contacts": "contact", "companies": "company"}
# Who reads, in which zone, at which moment: the nights and days in which some zone changes its clocks, both ways.
READERS = {
    "Paris, an hour before summer time": ("root", "Europe/Paris", datetime(2026, 3, 29, 0, 40, tzinfo=UTC)),
    "Paris, the evening of a day of 25 hours": ("alice", "Europe/Paris", datetime(2026, 10, 25, 22, 30, tzinfo=UTC)),
    "New York, half past one for the first time": ("root", "America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    "Kiritimati, already tomorrow": ("bob", "Pacific/Kiritimati", datetime(2026, 3, 28, 11, 0, tzinfo=UTC)),
    "Cairo, a day without a midnight": ("alice", "Africa/Cairo", datetime(2026, 4, 23, 22, 15, tzinfo=UTC)),
    "Lord Howe, where an hour has thirty minutes": ("root", "Australia/Lord_Howe", datetime(2026, 10, 3, 15, 45, tzinfo=UTC)),
}  # fmt: skip
# Each condition of a list of elements is asked by two readers, of activities by one; of a bound element's field so many of
# each operator. And so many nested groups, by each reader of each list.
SHARE_OF_ACTIVITIES, SHARE_OF_ELEMENTS, OF_BOUND, TREES = 6, 3, 2, 10


@pytest.mark.parametrize("key", BY_KEY)
def test_every_field_of_every_list_has_its_plain_reading(key: str) -> None:
    """A new field of the grammar is not tested by itself: give it a line in naive.py."""
    missing = []
    for field in BY_KEY[key].fields:
        try:
            reader_of(LISTS[key], field)
        except KeyError:
            missing.append(field)
    assert missing == []


@pytest.mark.parametrize("reader", READERS)
def test_every_operator_of_every_field_takes_what_a_plain_reading_takes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    who, zone, now = READERS[reader]
    monkeypatch.setattr(clock, "now", lambda: now)
    turn = list(READERS).index(reader)
    rows, rng, wrong = Rows(cast, now, ZoneInfo(zone)), random.Random(reader), list[str]()
    view = rows.view(who)
    for key, listing in LISTS.items():
        leaves = [one for field in BY_KEY[key].fields for one in _leaves(view, key, field, turn)]
        told = [*leaves, *(_tree(rng, leaves, 4) for _ in range(TREES))]
        wrong += [one.text for place, one in enumerate(told) if not _agree(view, listing, one, place)]
        assert len(view.rows(listing)) > 0
    assert wrong == []


def _leaves(view: View, key: str, field: str, turn: int) -> list[Leaf]:
    """This reader's part of the conditions that can be written of a field; all readers together ask every operator."""
    listing, asked, rng = LISTS[key], BY_KEY[key].fields[field], random.Random(field)
    written = list(written_of(view, listing, field, asked.type, _known(view, key, field), rng))
    assert {operator for operator, _values, _tests in written} == set(OPERATORS[asked.type]), field
    rng.shuffle(written)
    if "." in field:
        kept = [[one for one in written if one[0] == operator][:OF_BOUND] for operator in OPERATORS[asked.type]]
        written = [one for of_operator in kept for one in of_operator]
    share = SHARE_OF_ACTIVITIES if listing == "activities" else SHARE_OF_ELEMENTS
    leaves = [leaf(view, listing, field, *one) for one in written[turn % share :: share]]
    if field == "responsible" and listing == "activities":
        leaves += [Leaf("responsible:element", partial(_is_of_element, view))]
        leaves += [Leaf("responsible!=element", lambda row: not _is_of_element(view, row))]
    return leaves


def _is_of_element(view: View, row: Row) -> bool:
    return any(one["responsible_id"] == row["responsible_id"] for one in view.seen(row["bound"]))


def _known(view: View, key: str, field: str) -> list[object]:
    """The values that any row has, in order; of a state, all of its words."""
    listing, asked = LISTS[key], BY_KEY[key].fields[field]
    if asked.type == "state":
        return list(asked.states(filter_context(view.actor)))
    read, kind = reader_of(listing, field)
    view = replace(view, readable=set(view.elements))
    kind = kind or listing
    rows = view.activities if kind == "activities" else view.elements.values()
    found = [value for row in rows if row.get("kind", kind) == kind or kind == "element" for value in read(view, row)]
    return sorted(dict.fromkeys(found), key=str)


def _tree(rng: random.Random, leaves: list[Leaf], depth: int) -> Leaf:
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(leaves)
    parts = [_tree(rng, leaves, depth - 1) for _ in range(rng.choice((1, 2, 2, 3)))]
    if len(parts) == 1:
        return Leaf(f"{rng.choice(('-', 'not '))}({parts[0].text})", lambda row: not parts[0].fits(row))
    holds, word = rng.choice(((all, " "), (all, " and "), (any, " or ")))
    return Leaf(word.join(f"({part.text})" for part in parts), lambda row: holds(part.fits(row) for part in parts))


def _agree(view: View, listing: str, told: Leaf, place: int) -> bool:
    """The ids are those of the plain reading; every so often the total and the page are asked as well."""
    wanted = row_ids([row for row in view.rows(listing) if told.fits(row)])
    answers = _answers(view, listing, told.text)
    if sorted(next(answers)) != sorted(wanted):
        return False
    return place % 12 > 0 or all(sorted(answer) == sorted(wanted) for answer in answers)


def _answers(view: View, listing: str, text: str) -> Iterator[list[int]]:
    if listing == "activities":
        yield activities.list_activity_ids(view.actor, text=text, limit=1000)
        yield [row["id"] for row in activities.list_activities(view.actor, text=text, size=500).rows]
        return
    filters = ElementFilter(text=text)
    yield elements.list_element_ids(view.actor, kind=listing, filters=filters)
    yield [row["id"] for row in elements.list_elements(view.actor, kind=listing, filters=filters, size=500).rows]
