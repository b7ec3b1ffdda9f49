"""What a search tells one user: by an activity's own words, and by names and phones of what he may read; and in which order.

Names, subjects and descriptions of these companies are numbers, so that each word is known to be in few places.
"""

from __future__ import annotations

from random import Random
from unittest.mock import patch

from relance.activities.queries import count_matching, list_activities, list_activity_ids
from relance.crm import queries as crm
from relance.crm.terms import ElementFilter
from relance.lists import finding
from tests.oracle import load, rules
from tests.oracle.asking import Asking
from tests.oracle.model import Activity, Element

EVERYTHING, SHORT_PAGE = 500, 4


def ask_searches(asking: Asking) -> None:
    """Raises Difference where what a search finds, its order, its total or its pages are not the oracle's."""
    rng = Random(f"searches {asking.turn} {asking.user.key}")
    # Every other time the rows are asked for the words, and not the words for the rows.
    few = 0 if asking.turn % 16 == 3 else finding.FEW_CANDIDATES
    with patch.object(finding, "FEW_CANDIDATES", few):
        elements = asking.company.elements
        for element in (*rng.sample(elements, 2), rng.choice(elements[: load.OFTEN_MENTIONED])):
            _by_name(asking, element)
            _by_phone(asking, element)
        _by_subject(asking, rng.choice(asking.company.activities))


def _by_name(asking: Asking, element: Element) -> None:
    """By the number in a name: first what is bound to it or has it as a client, then what only mentions it."""
    text = f"{element.key:03}"
    tied = {one.key for one in _seen(asking) if _reads(asking, element) and element.key in _elements(asking, one)}
    told = {one.key for one in _seen(asking) if load.mentioned(one) == element.key} - tied
    _expect(asking, text, [*_newest(tied), *_newest(told)])
    found = {load.element_id(element.key)} if _reads(asking, element) else set()
    _expect_elements(asking, element, text, found)


def _by_phone(asking: Asking, element: Element) -> None:
    if element.kind not in {"contact", "company"}:
        return
    number = load.phone(element)
    is_read = _reads(asking, element)
    tied = {one.key for one in _seen(asking) if is_read and element.key in _elements(asking, one)}
    writings = (f"0{number[2:]}", f"+33 {number[2:5]} {number[5:8]} {number[8:]}", number[-6:])
    _expect(asking, writings[(asking.turn + element.key) % 3], _newest(tied))
    _expect_elements(asking, element, number[-6:], {load.element_id(element.key)} if is_read else set())


def _by_subject(asking: Asking, activity: Activity) -> None:
    """By a subject as it is, and with a mistake in it; together with a filter and with a name."""
    seen = [activity.key] if activity in _seen(asking) else []
    written = ("sujet", "sujte", "SUJE")[(asking.turn + activity.key) % 3]
    _expect(asking, f"{written} {activity.key}", seen)
    is_open = seen if not activity.is_completed else []
    ids = list_activity_ids(asking.actor, text="is:open", search=f"sujet {activity.key}", limit=EVERYTHING)
    asking.expect(f"open ones of the search “sujet {activity.key}”", _ids(is_open), ids)
    element = rules.element_of(asking.company, activity.bindings[0].element)
    is_named = _reads(asking, element) or load.mentioned(activity) == element.key
    _expect(asking, f"{element.key:03} sujet {activity.key}", seen if is_named else [])


def _expect(asking: Asking, text: str, wanted: list[int]) -> None:
    actor, what = asking.actor, f"search “{text}”"
    asking.expect(f"pages of the {what}", _ids(wanted), _pages(asking, text))
    asking.expect(f"total of the {what}", len(wanted), count_matching(actor, text="", search=text).count)
    every = list_activity_ids(actor, text="", search=text, limit=EVERYTHING)
    asking.expect(f"all results of the {what}", sorted(_ids(wanted)), sorted(every))


def _expect_elements(asking: Asking, element: Element, text: str, wanted: set[int]) -> None:
    filters, kind = ElementFilter(search=text), element.kind
    rows = crm.list_elements(asking.actor, kind=kind, filters=filters, columns=("name",), size=EVERYTHING).rows
    asking.expect(f"{kind}s of the search “{text}”", wanted, [row["id"] for row in rows])
    total = crm.count_matching(asking.actor, kind=kind, filters=filters).count
    asking.expect(f"total of {kind}s of the search “{text}”", len(wanted), total)


def _pages(asking: Asking, text: str) -> list[int]:
    found: list[int] = []
    cursor = ""
    while True:
        page = list_activities(asking.actor, text="", search=text, cursor=cursor, columns=("subject",), size=SHORT_PAGE)
        found += [row["id"] for row in page.rows]
        if page.next is None:
            return found
        cursor = page.next


def _seen(asking: Asking) -> list[Activity]:
    """The live activities that the user may read."""
    return [one for one in asking.company.activities if load.activity_id(one.key) in asking.granted("see")]


def _elements(asking: Asking, activity: Activity) -> set[int]:
    bound = {binding.element for binding in activity.bindings}
    return bound | set(load.client_keys(asking.company, activity))


def _reads(asking: Asking, element: Element) -> bool:
    return not element.is_deleted and rules.may_read(asking.company, asking.user, element)


def _newest(keys: set[int]) -> list[int]:
    return sorted(keys, reverse=True)


def _ids(keys: list[int]) -> list[int]:
    return [load.activity_id(key) for key in keys]
