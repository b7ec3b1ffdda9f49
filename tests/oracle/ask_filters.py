"""What custom filters tell one user: random trees over activities and elements, against the same trees in plain Python.

An element, a client or a number that the user may not read is none for his filter, however he asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Generic, TypeVar
from unittest.mock import patch

from relance.activities import finding, selecting
from relance.activities.queries import count_matching, list_activities, list_activity_ids
from relance.crm import queries as crm
from relance.crm.terms import ElementFilter
from relance.lists import trying
from tests.oracle import load, rules
from tests.oracle.asking import Asking
from tests.oracle.model import KINDS, Activity, Element

EVERYTHING, SHORT_PAGE = 500, 5
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Told(Generic[Row]):
    """A filter's text, and the same in plain Python."""

    text: str
    fits: Callable[[Row], bool]


def ask_filters(asking: Asking) -> None:
    """Raises Difference where a filter's list, total, pages or *all results* are not the oracle's."""
    rng = Random(f"filters {asking.turn} {asking.user.key}")
    leaves = _of_activities(asking, rng)
    told = _tree(rng, leaves, depth=2)
    # Companies are so small that each row is asked. Every other time, all are found at once, or some are tried first.
    fewest = -1 if asking.turn % 2 else selecting.FEWEST_PLANNED
    some = asking.turn % 4 == 1
    bounds = {"CHEAP": -1, "CHEAP_IN_ORDER": -1, "MOST_IN_ORDER": 2} if some else {}
    if asking.turn % 8 == 1:
        bounds["FEW_ELEMENTS"] = 1
        bounds["FEW_CLIENTS"] = 0
    with ExitStack() as stack:
        stack.enter_context(patch.object(selecting, "FEWEST_PLANNED", fewest))
        for name, value in bounds.items():
            stack.enter_context(patch.object(finding, name, value))
        if some:
            stack.enter_context(patch.object(trying, "TRIED", 1 + asking.turn % 3))
        _check_activities(asking, told, asking.turn % 4 == 0)
    kind = KINDS[asking.turn % len(KINDS)]
    _check_elements(asking, kind, _tree(rng, _of_elements(asking, rng), depth=1))


def _tree(rng: Random, leaves: Sequence[Told[Row]], depth: int) -> Told[Row]:
    if depth == 0 or rng.random() < 0.3:
        return rng.choice(leaves)
    first, second = (_tree(rng, leaves, depth - 1) for _ in range(2))
    match rng.randrange(3):
        case 0:
            return Told(f"{_part(first)} {_part(second)}", lambda row: first.fits(row) and second.fits(row))
        case 1:
            return Told(f"{_part(first)} or {_part(second)}", lambda row: first.fits(row) or second.fits(row))
    return Told(f"-{_part(first)}", lambda row: not first.fits(row))


def _part(told: Told[Row]) -> str:
    return f"({told.text})" if " " in told.text else told.text


# --- activities -------------------------------------------------------------------------------------


def _check_activities(asking: Asking, told: Told[Activity], is_sorted: bool) -> None:
    live = [one for one in asking.company.activities if not one.is_deleted]
    wanted = {load.activity_id(one.key) for one in live if told.fits(one)} & asking.granted("see")
    actor, text = asking.actor, told.text
    sort = "-subject" if is_sorted else ""
    asking.expect(f"pages of “{text}”", wanted, _pages(asking, text, sort))
    asking.expect(f"all results of “{text}”", wanted, list_activity_ids(actor, text=text, limit=EVERYTHING))
    asking.expect(f"total of “{text}”", len(wanted), count_matching(actor, text=text).count)


def _pages(asking: Asking, text: str, sort: str) -> list[int]:
    found: list[int] = []
    cursor = ""
    while True:
        page = list_activities(asking.actor, text=text, sort=sort, cursor=cursor, columns=("subject",), size=SHORT_PAGE)
        found += [row["id"] for row in page.rows]
        if page.next is None:
            return found
        cursor = page.next


def _of_activities(asking: Asking, rng: Random) -> list[Told[Activity]]:
    company, user = asking.company, asking.user
    other = rng.choice(company.users).key
    now = datetime.now(UTC)
    colleagues, subordinates = rules.colleagues(company, user), rules.subordinates(company, user)
    return [
        Told("is:open", lambda one: not one.is_completed),
        Told("is:completed", lambda one: one.is_completed),
        Told("is:overdue", lambda one: not one.is_completed and load.due_at(one) <= now),
        Told("responsible:me", lambda one: one.responsible == user.key),
        Told(f"responsible!=#{load.user_id(other)}", lambda one: one.responsible != other),
        Told("responsible:colleagues", lambda one: one.responsible in colleagues),
        Told("responsible:subordinates", lambda one: one.responsible in subordinates),
        Told(f"author:#{load.user_id(other)}", lambda one: one.author == other),
        Told("participants:me", lambda one: user.key in one.participants),
        Told('subject~"sujet 1"', lambda one: f"sujet {one.key}".startswith("sujet 1")),
        Told(
            "responsible:element",
            lambda one: any(element.responsible == one.responsible for element in _bound(asking, one)),
        ),
        *(_on_clients(asking, rng) for _ in range(2)),
        *(_on_element(asking, rng) for _ in range(6)),
    ]


def _bound(asking: Asking, activity: Activity) -> list[Element]:
    """The live elements of an activity that the user may read."""
    return [element for element in rules.bound_elements(asking.company, activity) if _reads(asking, element)]


def _reads(asking: Asking, element: Element) -> bool:
    return not element.is_deleted and rules.may_read(asking.company, asking.user, element)


def _on_clients(asking: Asking, rng: Random) -> Told[Activity]:
    wanted = rng.choice(asking.company.elements)

    def fits(activity: Activity) -> bool:
        return _reads(asking, wanted) and wanted.key in load.client_keys(asking.company, activity)

    return Told(f'client:"{load.sort_key(wanted)}"', fits)


def _on_element(asking: Asking, rng: Random) -> Told[Activity]:
    prefix = rng.choice(("element", *KINDS))
    told = rng.choice(_of_elements(asking, rng))

    def fits(activity: Activity) -> bool:
        bound = [one for one in _bound(asking, activity) if prefix in {"element", one.kind}]
        return any(told.fits(element) for element in bound)

    return Told(f"{prefix}.{told.text}", fits)


# --- elements ---------------------------------------------------------------------------------------


def _of_elements(asking: Asking, rng: Random) -> list[Told[Element]]:
    company = asking.company
    one, other = rng.choice(company.elements), rng.choice(company.users).key
    return [
        Told(f'name:"{load.element_name(one)}"', lambda element: element.key == one.key),
        Told("name~00", lambda element: "00" in load.sort_key(element)),
        Told(f"number<{one.number}", lambda element: element.number < one.number),
        Told("responsible:me", lambda element: element.responsible == asking.user.key),
        Told(f"responsible:#{load.user_id(other)}", lambda element: element.responsible == other),
        Told("is:shared", lambda element: element.is_open_to_all),
    ]


def _check_elements(asking: Asking, kind: str, told: Told[Element]) -> None:
    live = [one for one in asking.company.elements if one.kind == kind and not one.is_deleted]
    wanted = {load.element_id(one.key) for one in live if told.fits(one)} & asking.granted("read")
    filters = ElementFilter(text=told.text)
    rows = crm.list_elements(asking.actor, kind=kind, filters=filters, columns=("name",), size=EVERYTHING).rows
    asking.expect(f"{kind}s of “{told.text}”", wanted, [row["id"] for row in rows])
    ids = crm.list_element_ids(asking.actor, kind=kind, filters=filters, limit=EVERYTHING)
    asking.expect(f"all {kind}s of “{told.text}”", wanted, ids)
    total = crm.count_matching(asking.actor, kind=kind, filters=filters).count
    asking.expect(f"total of {kind}s of “{told.text}”", len(wanted), total)
