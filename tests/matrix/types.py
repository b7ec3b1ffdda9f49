"""The lines of *Activity types*: for who manages the CRM settings; and of answering a document validation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relance.activities.catalog import list_types
from relance.kit.sql import fetch_value, sql
from tests.matrix.lines import Grid, Line, flat
from tests.matrix.world import World

# fmt: off
#                    anonymous nora bob alice charlie rita cora root
MANAGES =       flat("302      403  403 403   403     403  403  ok")
BUILT_IN =      flat("302      403  403 403   403     403  403  422")
NO_SUCH: Grid = {"unknown": "302      403  403 403   403     403  403  404"}
# Rita, who only reads, is asked to validate a document of Bob's deal.
ANSWER: Grid = {
    #           anonymous nora bob alice charlie rita cora root
    "asked":    "302      403  403 403   404     ok   403  403",
    "bobs":     "302      403  403 403   404     403  403  403",
    "charlies": "302      403  404 404   403     403  403  403",
    "deleted":  "302      403  404 404   404     404  404  404",
    "unknown":  "302      403  404 404   404     404  404  404",
}
# fmt: on
UNKNOWN = 999_999_999_999


def _task(*_asked: object) -> Mapping[str, Any]:
    return {"type_id": next(view.id for view in list_types() if view.code == "task")}


def _own(*_asked: object) -> Mapping[str, Any]:
    """The company's own type, which nobody has used."""
    return {"type_id": fetch_value(sql("SELECT max(id) FROM activities_activitytype WHERE code IS NULL"))}


def _no_type(*_asked: object) -> Mapping[str, Any]:
    return {"type_id": UNKNOWN}


def _new(*_asked: object) -> dict[str, Any]:
    return {"name_fr": "Visite", "name_en": "Visit", "icon": "place", "hue": "green", "times": "both"}


def _edited(*_asked: object) -> dict[str, Any]:
    view = next(view for view in list_types() if not view.is_built_in)
    return {**_new(), "name_fr": "Visites", "version": view.version}


def _asked(world: World, row: str) -> Mapping[str, Any]:
    return {"activity_id": world.activities[row]}


TYPES = [
    Line("activity-answer", "POST", ANSWER, ok=302, arguments=_asked, form=lambda *_: {"decision": "approved"}),
    Line("types", "GET", MANAGES),
    Line(
        "types-order", "POST", MANAGES, ok=302, form=lambda *_: {"types": [view.id for view in reversed(list_types())]}
    ),
    Line("type-new", "GET", MANAGES),
    Line("type-new", "POST", MANAGES, ok=302, form=_new),
    Line("type", "GET", MANAGES, arguments=_task),
    Line("type", "GET", NO_SUCH, arguments=_no_type, note="unknown"),
    Line("type", "POST", MANAGES, ok=302, arguments=_own, form=_edited),
    Line("type-switch", "POST", MANAGES, ok=302, arguments=_task),
    Line("type-switch", "POST", NO_SUCH, arguments=_no_type, note="unknown"),
    Line("type-delete", "GET", MANAGES, arguments=_own),
    Line("type-delete", "POST", MANAGES, ok=302, arguments=_own),
    Line("type-delete", "POST", BUILT_IN, arguments=_task, note="built in"),
    Line("type-delete", "POST", NO_SUCH, arguments=_no_type, note="unknown"),
]
