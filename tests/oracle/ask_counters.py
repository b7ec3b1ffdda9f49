"""What counters tell one user: what waits, is due, is for today, for himself, for his people together, on each element.

By the activity's responsible person and by the element's: each activity that he may read once, by nested loops.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from relance.activities.counters import NONE, Counters, count_by_element, own_counters, team_counters
from relance.activities.queries import count_matching
from relance.kit import clock
from relance.kit.actor import Actor
from tests.oracle import load, rules
from tests.oracle.asking import Asking
from tests.oracle.model import Activity, Element

PARIS = ZoneInfo("Europe/Paris")


def ask_counters(asking: Asking) -> None:
    """Raises Difference where a counter, or the list behind it, is not the oracle's."""
    with patch.object(clock, "now", lambda: load.NOW):
        for by_element in (False, True):
            _ask(asking, replace(asking.actor, counts_by_element=by_element))


def _ask(asking: Asking, actor: Actor) -> None:
    own, people = {asking.user.key}, rules.subordinates(asking.company, asking.user)
    way = "element" if actor.counts_by_element else "activity"
    asking.expect(f"own counters by {way}", _counted(asking, actor, own), own_counters(actor))
    asking.expect(f"people's counters by {way}", _counted(asking, actor, people), team_counters(actor))
    ids = [load.element_id(one.key) for one in asking.company.elements]
    told = count_by_element(actor, element_ids=ids)
    for element in asking.company.elements:
        wanted = _counted(asking, actor, own | people, element)
        asking.expect(
            f"counters of element {element.key} by {way}", wanted, told.get(load.element_id(element.key), NONE)
        )
    key = "element.responsible" if actor.counts_by_element else "responsible"
    behind = [count_matching(actor, text=f"{state} {key}:subordinates").count for state in STATES]
    asking.expect(f"lists behind people's counters by {way}", _counted(asking, actor, people), Counters(*behind))


STATES = ("is:waiting", "is:due", "is:open deadline:today")


def _counted(asking: Asking, actor: Actor, people: set[int], only: Element | None = None) -> Counters:
    rows = [one for one in asking.company.activities if _counts(asking, actor, people, one, only)]
    soon = load.NOW + timedelta(minutes=actor.due_soon_minutes)
    today = load.NOW.astimezone(PARIS).date()
    planned = [load.due_at(one) for one in rows if not load.is_incoming(one)]
    return Counters(
        waiting=len(rows) - len(planned),
        due=sum(at <= soon for at in planned),
        today=sum(at.astimezone(PARIS).date() == today for at in planned),
    )


def _counts(asking: Asking, actor: Actor, people: set[int], activity: Activity, only: Element | None) -> bool:
    if activity.is_deleted or activity.is_completed:
        return False
    for element in rules.bound_elements(asking.company, activity):
        who = element.responsible if actor.counts_by_element else activity.responsible
        if who in people and only in {None, element} and _reads(asking, element):
            return True
    return False


def _reads(asking: Asking, element: Element) -> bool:
    return not element.is_deleted and rules.may_read(asking.company, asking.user, element)
