"""The lines of kept filters: each is its owner's, and theirs whom it is shared with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relance.activities.listings import BY_KEY
from relance.lists.saved import list_filters
from tests.matrix.lines import Form, Grid, Line, flat
from tests.matrix.world import KINDS, World, filter_name

# fmt: off
#                         anonymous nora bob alice charlie rita cora root
ANYBODY =            flat("302      403  ok  ok    ok      ok   ok   ok")
NOWHERE =            flat("302      403  404 404   404     404  404  404")
# "bobs" is Bob's alone; "team" is shared with Sales to use, "edited" with Support to edit. Root manages the CRM settings,
# and yet what is not shared with him does not exist for him.
USE: Grid = {
    #           anonymous nora bob alice charlie rita cora root
    "bobs":     "302      403  ok  404   404     404  404  404",
    "team":     "302      403  ok  ok    404     404  404  404",
    "edited":   "302      403  ok  404   ok      ok   ok   404",
    "all":      "302      403  ok  ok    ok      ok   ok   ok",
    "unknown":  "302      403  404 404   404     404  404  404",
}
EDIT: Grid = {
    **USE,
    "team":     "302      403  ok  403   404     404  404  404",
    "all":      "302      403  ok  403   403     403  403  ok",
}
MANAGE: Grid = {
    **EDIT,
    "edited":   "302      403  ok  404   403     403  403  404",
}
NO_SHARE: Grid = {
    **MANAGE,
    "bobs":     "302      403  404 404   404     404  404  404",
    "team":     "302      403  404 403   404     404  404  404",
    "edited":   "302      403  404 404   403     403  403  404",
    "all":      "302      403  404 403   403     403  403  404",
}
# fmt: on
UNKNOWN = 999_999_999_999


def _filter(world: World, row: str) -> dict[str, int]:
    return {"filter_id": world.filters.get(row, UNKNOWN)}


def _share(world: World, row: str) -> dict[str, int]:
    return {**_filter(world, row), "share_id": UNKNOWN}


def _version(world: World, row: str) -> int:
    filters = list_filters(world.cast.actor("bob"), listing="activities")
    return next((one.version for one in filters if one.id == world.filters.get(row)), 1)


def _named(world: World, row: str, _role: str) -> Mapping[str, Any]:
    return {"name": f"{filter_name(row)} bis", "version": _version(world, row)}


def _saved(world: World, row: str, _role: str) -> Mapping[str, Any]:
    return {"q": "type:email is:open", "version": _version(world, row)}


def _said(**values: Any) -> Form:
    return lambda *_asked: values


def _with_nora(world: World, *_asked: object) -> Mapping[str, Any]:
    return {"assignee": "user", "user": world.people["nora"]}


def _lists() -> list[Line]:
    lines = []
    for key in BY_KEY:
        one = {"listing": key}

        def arguments(_world: World, _row: str, one: Mapping[str, str] = one) -> Mapping[str, str]:
            return one

        lines += [
            Line("filters", "GET", ANYBODY, arguments=arguments, note=key),
            Line("filter-new", "GET", ANYBODY, arguments=arguments, note=key),
            Line("filter-new", "POST", ANYBODY, ok=302, arguments=arguments, form=_said(name="À moi"), note=key),
            Line("filter-counts", "GET", ANYBODY, arguments=arguments, note=key),
            Line("filter-build", "GET", ANYBODY, arguments=arguments, note=key),
            Line(
                "filter-build",
                "POST",
                ANYBODY,
                ok=302,
                arguments=arguments,
                form=_said(do="apply"),
                note=key,
                exempt="it only leads to the list",
            ),
            Line(
                "filters-order",
                "POST",
                ANYBODY,
                ok=302,
                arguments=arguments,
                note=key,
                exempt="an order of none is no change",
            ),
        ]
    read = [(name, "GET") for name in ("filters", "filter-new", "filter-counts")]
    read += [("filter-build", "GET"), ("filter-build", "POST")]
    known = [*read, ("filter-new", "POST"), ("filters-order", "POST")]
    return lines + [
        Line(name, method, NOWHERE, arguments=lambda *_asked: {"listing": "secrets"}, note="unknown")
        for name, method in known
    ]


def _shown(**more: str) -> Form:
    """A list that is asked for with a kept filter, as it is or changed."""
    return lambda world, row, _role: {"filter": f"f{world.filters.get(row, UNKNOWN)}", **more}


def _ways() -> list[Line]:
    """The lists and totals by every way that an address can ask for rows; test_ways.py says which rows those are."""
    asked: dict[str, Mapping[str, str]] = {
        "custom filter": {"q": "is:open element.name~zq"},
        "search": {"search": "zqactivityzq"},
        "search in a filter": {"q": "-is:completed", "search": "zqdealzq"},
        "search with a mistake": {"search": "zqactivitizq"},
    }
    lines = []
    for note, values in asked.items():
        lines.append(Line("activity-list", "GET", ANYBODY, form=_said(**values), note=note))
        counted = {"filter": f"q:{values.get('q', '')}", "search": values.get("search", "")}
        lines.append(Line("activity-counts", "GET", ANYBODY, form=_said(**counted), note=note))
        of_elements = {**values, "q": "-name~nothing" if "q" in values else ""}
        for kind in KINDS if note == "custom filter" else ("deal",):
            one = {"kind": kind}

            def arguments(_world: World, _row: str, one: Mapping[str, str] = one) -> Mapping[str, str]:
                return one

            lines += [
                Line(name, "GET", ANYBODY, arguments=arguments, form=_said(**of_elements), note=f"{kind} {note}")
                for name in ("element-list", "element-total")
            ]
    return lines


FILTERS = [
    *_lists(),
    *_ways(),
    Line("activity-list", "GET", USE, form=_shown(), note="kept filter"),
    Line("activity-list", "GET", USE, form=_shown(q="is:completed"), note="kept filter, modified"),
    Line(
        "activity-list", "GET", USE, form=_shown(search="zqactivityzq", sort="-subject"), note="kept filter, searched"
    ),
    Line("filter-build", "GET", USE, arguments=lambda *_: {"listing": "activities"}, form=_shown(), note="kept filter"),
    Line("filter-edit", "GET", EDIT, arguments=_filter),
    Line("filter-edit", "POST", EDIT, ok=302, arguments=_filter, form=_named),
    Line("filter-save", "POST", EDIT, ok=302, arguments=_filter, form=_saved),
    Line("filter-pin", "POST", USE, ok=302, arguments=_filter, form=_said(on="1")),
    Line("filter-default", "POST", USE, ok=302, arguments=_filter, form=_said(on="1")),
    Line("filter-share", "GET", MANAGE, arguments=_filter),
    Line(
        "filter-share",
        "POST",
        MANAGE,
        ok=302,
        arguments=_filter,
        form=lambda world, *_: {"assignee": "user", "user": world.people["nora"]},
    ),
    Line("filter-unshare", "POST", NO_SHARE, arguments=_share, note="unknown share"),
    Line("filter-delete", "POST", MANAGE, ok=302, arguments=_filter),
]
