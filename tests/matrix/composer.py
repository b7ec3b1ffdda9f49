"""The lines of the composer and of what completes an activity in place."""

from __future__ import annotations

from typing import Any

from tests.matrix.lines import Grid, Line, flat
from tests.matrix.world import World

# fmt: off
# Whoever may update the element may plan on it; without a script the form is a page of its own.
COMPOSE: Grid = {
    #           anonymous nora bob alice charlie rita cora root
    "bobs":     "302      403  ok  ok    404     403  403  ok",
    "alices":   "302      403  404 ok    404     403  403  ok",
    "charlies": "302      403  404 404   ok      403  403  ok",
    "coras":    "302      403  404 404   404     403  ok   ok",
    "deleted":  "302      403  404 404   404     404  404  404",
    "unknown":  "302      403  404 404   404     404  404  404",
}
COMPLETE: Grid = {
    **COMPOSE,
    "shared":   "302      403  ok  ok    ok      403  403  ok",
    "given":    "302      403  404 404   ok      403  403  ok",
    "orphan":   "302      403  404 404   ok      403  403  ok",
}
MOMENT = flat("302      403  200 200   200     200  200  200")
# fmt: on


def _element(world: World, row: str) -> dict[str, Any]:
    return {"kind": "deal", "number": world.number("deal", row)}


def _planned(world: World, _row: str, role: str) -> dict[str, Any]:
    person = world.people.get(role, world.people["root"])
    return {"type": "call", "subject": "Rappeler", "responsible": person, "priority": 2, "words": "lundi 9h"}


def _activity(world: World, row: str) -> dict[str, int]:
    return {"activity_id": world.activities[row]}


def _ended(world: World, _row: str, role: str) -> dict[str, Any]:
    """The activity's own responsible may not see what is left of its elements for who completes it."""
    following = {"next_type": "task", "next_subject": "Et ensuite", "next_words": "lundi"}
    person = world.people.get(role, world.people["root"])
    return {"note": "Fait", "then": "plan", "next_responsible": person, **following}


COMPOSER = [
    Line("element-compose", "GET", COMPOSE, ok=302, arguments=_element),
    Line("element-compose", "POST", COMPOSE, ok=302, arguments=_element, form=_planned),
    Line("activity-complete", "GET", COMPLETE, arguments=_activity),
    Line("activity-complete", "POST", COMPLETE, ok=302, arguments=_activity, form=_ended),
    Line("moment", "GET", MOMENT, form=lambda *_: {"words": "demain"}),
]
