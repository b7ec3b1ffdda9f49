"""The matrix: every address × method × role × row. A new address needs its lines here, or the matrix fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relance.kit.sql import fetch_column, fetch_value, sql
from tests.matrix.accounts import ACCOUNTS
from tests.matrix.composer import COMPOSER
from tests.matrix.files import lines as of_files
from tests.matrix.filters import FILTERS
from tests.matrix.lines import NO_ROW, Arguments, Form, Grid, Line, flat
from tests.matrix.notifications import NOTIFICATIONS
from tests.matrix.people import PEOPLE
from tests.matrix.rights import RIGHTS
from tests.matrix.timeline import TIMELINE, comments_readable
from tests.matrix.types import TYPES
from tests.matrix.world import KINDS, OWNERS, ROLES, World, comment_text, element_name, file_name, subject

# fmt: off
# The columns: anonymous, nora (no role), bob (Manager, Sales), alice (head of Sales), charlie (Manager, Support),
# rita (Read only), cora (reads all, updates her own), root (Administrator).

READ: Grid = {
    #           anonymous nora bob alice charlie rita cora root
    "bobs":     "302      403  ok  ok    404     ok   ok   ok",
    "alices":   "302      403  404 ok    404     ok   ok   ok",
    "charlies": "302      403  404 404   ok      ok   ok   ok",
    "coras":    "302      403  404 404   404     ok   ok   ok",
    "shared":   "302      403  ok  ok    ok      ok   ok   ok",
    "given":    "302      403  404 404   ok      ok   ok   ok",
    "orphan":   "302      403  404 404   ok      ok   ok   ok",
    "deleted":  "302      403  404 404   404     404  404  404",
    "unknown":  "302      403  404 404   404     404  404  404",
}
EDIT: Grid = {
    #           anonymous nora bob alice charlie rita cora root
    "bobs":     "302      403  ok  ok    404     403  403  ok",
    "alices":   "302      403  404 ok    404     403  403  ok",
    "charlies": "302      403  404 404   ok      403  403  ok",
    "coras":    "302      403  404 404   404     403  ok   ok",
    "shared":   "302      403  ok  ok    ok      403  403  ok",
    "given":    "302      403  404 404   ok      403  403  ok",
    "orphan":   "302      403  404 404   ok      403  403  ok",
    "deleted":  "302      403  404 404   404     404  404  404",
    "unknown":  "302      403  404 404   404     404  404  404",
}
# To copy is to create on the main element, which of "shared" is Charlie's.
COPY: Grid = {**EDIT, "shared": "302      403  403 403   ok      403  403  ok"}
# A dialog names no row; it asks the same of everybody who has a role.
ASK: Grid = dict.fromkeys(("bobs", "charlies", "unknown"), "302     403  200 200   200     200  200  200")
# On whose deal one may plan: a deal that one may not read is an element that does not exist.
CREATE: Grid = {
    #           anonymous nora bob alice charlie rita cora root
    "bobs":     "302      403  ok  ok    422     403  403  ok",
    "alices":   "302      403  422 ok    422     403  403  ok",
    "charlies": "302      403  422 422   ok      403  403  ok",
    "coras":    "302      403  422 422   422     403  ok   ok",
}

OWNED = ("bobs", "alices", "charlies", "coras", "deleted", "unknown")
READ_ELEMENT: Grid = {row: READ[row] for row in OWNED}
UPDATE_ELEMENT: Grid = {row: EDIT[row] for row in OWNED}
# Managers delete nothing; a head of department what is his own.
DELETE_ELEMENT: Grid = {
    #           anonymous nora bob alice charlie rita cora root
    "bobs":     "302      403  403 403   404     403  403  ok",
    "alices":   "302      403  404 ok    404     403  403  ok",
    "charlies": "302      403  404 404   403     403  403  ok",
    "coras":    "302      403  404 404   404     403  403  ok",
    "deleted":  "302      403  404 404   404     404  404  404",
    "unknown":  "302      403  404 404   404     404  404  404",
}

#                         anonymous nora bob alice charlie rita cora root
WITH_A_ROLE =        flat("302      403  200 200   200     200  200  200")
SAVES_FOR_ONESELF =  flat("302      403  302 302   302     302  302  302")
ARRANGES =           flat("302      403  204 204   204     204  204  204")
SETS_FOR_ALL =       flat("302      403  403 403   403     403  403  302")
ADDS =               flat("302      403  ok  ok    ok      403  ok   ok")
NOT_PLANNED: Grid = dict.fromkeys(("bobs", "unknown"), "302  403  404 404   404     404  404  404")
NOWHERE =            flat("302      403  404 404   404     404  404  404")
# fmt: on


def activity(world: World, row: str) -> dict[str, int]:
    """The argument of an activity's address."""
    return {"activity_id": world.activities[row]}


def element(kind: str) -> Any:
    """The arguments of an element's address."""
    return lambda world, row: {"kind": kind, "number": world.number(kind, row)}


def filled(world: World, row: str, role: str) -> dict[str, Any]:
    """The whole form of an activity bound to the row's elements; of "shared", to the one that the role may edit it by."""
    elements = world.bound_to(row)
    if row == "shared":
        elements = [elements[1]] if role in {"bob", "alice"} else elements
    return {
        "type": "call",
        "subject": "Quite another subject",
        "elements": elements,
        "responsible": world.people.get(role, world.people["root"]),
        "priority": 2,
        "deadline_day": "2031-02-03",
    }


def edited(world: World, row: str, role: str) -> dict[str, Any]:
    """The form of an activity of which the subject alone is changed."""
    said = filled(world, row, role)
    same = {f"initial-{name}": value for name, value in said.items() if name != "subject"}
    return said | same | {"initial-subject": subject(row), "version": 1}


def chosen(**parameters: Any) -> Form:
    """A gesture over one row, with its parameters."""
    return lambda world, row, _role: {"ids": world.activities[row], **parameters}


def to_the_owner(world: World, row: str, role: str) -> dict[str, Any]:
    """A gesture that gives one row to root, who reads everything."""
    return {"ids": world.activities[row], "to": world.people["root"]}


def gesture(name: str, form: Form, *, exempt: str = "") -> list[Line]:
    """The two lines of a gesture over one activity: the dialog, and doing it."""
    arguments: Mapping[str, str] = {"name": name}
    return [
        Line("bulk-gesture", "GET", ASK, arguments=lambda _w, _r: arguments, form=chosen(), note=name),
        Line(
            "bulk-gesture",
            "POST",
            EDIT,
            ok=302,
            arguments=lambda _w, _r: arguments,
            form=form,
            note=name,
            exempt=exempt,
        ),
    ]


ACTIVITIES = [
    Line("activity-list", "GET", WITH_A_ROLE),
    Line("activity-counts", "GET", WITH_A_ROLE),
    Line("activity-counters", "GET", WITH_A_ROLE),
    Line("activity-types", "GET", WITH_A_ROLE),
    Line("activity-detail", "GET", READ, arguments=activity),
    Line("activity-menu", "GET", READ, arguments=activity),
    Line("activity-edit", "GET", EDIT, arguments=activity),
    Line("activity-edit", "POST", EDIT, ok=302, arguments=activity, form=edited),
    Line("activity-new", "GET", flat("302      403  200 200   200     403  200  200"), note="needs update"),
    Line("activity-new", "GET", COPY, form=lambda w, row, _r: {"copy": w.activities[row]}, note="copy"),
    Line("activity-new", "POST", CREATE, ok=302, form=filled),
    *gesture("assign", to_the_owner),
    *gesture("complete", chosen()),
    *gesture("delete", chosen()),
    *gesture("edit", chosen(priority=3)),
    *gesture("postpone", chosen(day="2032-01-05")),
    *gesture("reopen", chosen(), exempt="an open one stays as it is"),
    Line("bulk-gesture", "GET", NOWHERE, arguments=lambda _w, _r: {"name": "steal"}, note="unknown"),
    Line("bulk-gesture", "POST", NOWHERE, arguments=lambda _w, _r: {"name": "steal"}, note="unknown"),
    Line("undo", "POST", flat("302 403 ok 403 403 403 403 ok"), ok=302,
         arguments=lambda w, _r: {"gesture": w.gestures["activity"]}, note="of an activity"),
    Line("undo", "POST", flat("302 403 ok 403 403 403 403 ok"), ok=302,
         arguments=lambda w, _r: {"gesture": w.gestures["element"]}, note="of an element"),
    Line("undo", "POST", NOWHERE, arguments=lambda _w, _r: {"gesture": "00000000-0000-4000-8000-000000000000"}, note="unknown"),
]  # fmt: skip


def stage_of(kind: str, place: int) -> int:
    """The id of a kind's stage: its first, second…"""
    ids = fetch_column(sql("SELECT id FROM crm_stage WHERE kind = {} ORDER BY rank, id", kind))
    return int(ids[place])


def element_form(kind: str, name: str) -> Form:
    """The whole form of an element; the initial values that a browser sends along say that only the name is new."""

    def fill(world: World, row: str, role: str) -> dict[str, Any]:
        owner = world.people.get(OWNERS.get(row, role), world.people["root"])
        said: dict[str, Any] = {"responsible_id": owner}
        if kind in {"lead", "deal"}:
            said["stage_id"] = stage_of(kind, 0)
        if kind != "contact":
            said["currency"] = "EUR"
        same = {f"initial-{key}": value for key, value in said.items()}
        version = fetch_value(sql("SELECT version FROM crm_element WHERE id = {}", world.elements.get((kind, row), 0)))
        return said | same | {"last_name" if kind == "contact" else "name": name, "version": version or 1}

    return fill


def over(kind: str, **parameters: Any) -> Form:
    """A gesture over one element, with its parameters."""
    return lambda world, row, _role: {"ids": world.elements[kind, row], **parameters}


def _given(kind: str) -> Form:
    return lambda world, row, _role: {"ids": world.elements[kind, row], "to": world.people["root"], "sure": "1"}


def _elements(kind: str) -> list[Line]:
    def here(_world: World, _row: str) -> dict[str, str]:
        return {"kind": kind}

    def gestures(name: str) -> Arguments:
        return lambda _world, _row: {"kind": kind, "name": name}

    assigned, deleted, unknown = gestures("assign"), gestures("delete"), gestures("steal")
    one = element(kind)
    lines = [
        Line("element-list", "GET", WITH_A_ROLE, arguments=here, note=kind),
        Line("element-detail", "GET", READ_ELEMENT, arguments=one, note=kind),
        Line(
            "element-edit", "POST", UPDATE_ELEMENT, ok=302, arguments=one, form=element_form(kind, "Renamed"), note=kind
        ),
        Line("element-new", "POST", ADDS, ok=302, arguments=here, form=element_form(kind, "New"), note=kind),
        Line(
            "element-gesture",
            "POST",
            UPDATE_ELEMENT,
            ok=302,
            arguments=assigned,
            form=_given(kind),
            note=f"{kind} assign",
        ),
        Line(
            "element-gesture", "POST", DELETE_ELEMENT, ok=302, arguments=deleted, form=over(kind), note=f"{kind} delete"
        ),
    ]
    # One kind stands for all where nothing is written.
    return lines if kind != "deal" else [
        *lines,
        Line("element-total", "GET", WITH_A_ROLE, arguments=here, note=kind),
        Line("element-parts", "GET", READ_ELEMENT, arguments=one, note=kind),
        Line("element-menu", "GET", READ_ELEMENT, arguments=one, note=kind),
        Line("element-edit", "GET", UPDATE_ELEMENT, arguments=one, note=kind),
        Line("element-new", "GET", ADDS, arguments=here, note=kind),
        Line("element-gesture", "GET", ASK, arguments=assigned, form=over(kind), note=f"{kind} assign"),
        Line("element-gesture", "GET", ASK, arguments=deleted, form=over(kind), note=f"{kind} delete"),
        Line("element-gesture", "GET", NOWHERE, arguments=unknown, note=f"{kind} unknown"),
        Line("element-gesture", "POST", NOWHERE, arguments=unknown, note=f"{kind} unknown"),
    ]  # fmt: skip


def _stages(kind: str) -> Line:
    def form(*_asked: object) -> dict[str, int]:
        return {"stage": stage_of(kind, 1)}

    return Line("element-stage", "POST", UPDATE_ELEMENT, ok=302, arguments=element(kind), form=form, note=kind)


def _plan(kind: str, grid: Grid, method: str, ok: int) -> Line:
    form = over(kind, type="call", subject="{company}", deadline_day="2031-03-03")
    arguments: Mapping[str, str] = {"kind": kind, "name": "plan"}
    return Line(
        "element-gesture", method, grid, ok=ok, arguments=lambda _w, _r: arguments, form=form, note=f"{kind} plan"
    )


# A field that there is not: as little for who reads the element as for who does not.
HIDDEN_ELEMENT: Grid = dict.fromkeys(OWNED, "302      403  404 404   404     404  404  404")


def _field_form(world: World, row: str, _role: str) -> dict[str, Any]:
    version = fetch_value(sql("SELECT version FROM crm_element WHERE id = {}", world.elements.get(("deal", row), 0)))
    return {"name": "Renamed in place", "version": version or 1}


def _fields() -> list[Line]:
    def name(world: World, row: str) -> dict[str, Any]:
        return {"kind": "deal", "number": world.number("deal", row), "key": "name"}

    def nothing(world: World, row: str) -> dict[str, Any]:
        return {**name(world, row), "key": "password"}

    def contacts(world: World, row: str) -> dict[str, Any]:
        return {"kind": "deal", "number": world.number("deal", row), "role": "contacts"}

    def link(world: World, row: str, _role: str) -> dict[str, int]:
        return {"add": world.elements.get(("contact", row), 0)}

    return [
        Line("element-field", "GET", UPDATE_ELEMENT, arguments=name, note="form"),
        Line("element-field", "GET", READ_ELEMENT, ok=302, arguments=name, form=lambda *_: {"show": "1"}, note="value"),
        Line("element-field", "POST", UPDATE_ELEMENT, ok=302, arguments=name, form=_field_form),
        Line("element-field", "GET", HIDDEN_ELEMENT, arguments=nothing, note="unknown field"),
        Line("element-field", "POST", HIDDEN_ELEMENT, arguments=nothing, note="unknown field"),
        Line("element-links", "GET", UPDATE_ELEMENT, arguments=contacts, note="form"),
        Line("element-links", "POST", UPDATE_ELEMENT, ok=302, arguments=contacts, form=link),
    ]


CRM = [
    *_fields(),
    *(line for kind in KINDS for line in _elements(kind)),
    _stages("lead"),
    _stages("deal"),
    _plan("deal", ASK, "GET", 200),
    _plan("deal", UPDATE_ELEMENT, "POST", 302),
    # Activities are planned for deals only.
    _plan("lead", NOT_PLANNED, "GET", 404),
    _plan("lead", NOT_PLANNED, "POST", 404),
]


LISTINGS = ("activities", "leads", "deals", "contacts", "companies")
LISTS = [
    Line("pick-people", "GET", WITH_A_ROLE),
    Line("pick-elements", "GET", WITH_A_ROLE, form=lambda *_: {"q": "zq"}),
    Line("pick-clients", "GET", WITH_A_ROLE, form=lambda *_: {"q": "zq"}),
    Line("pick-companies", "GET", WITH_A_ROLE, form=lambda *_: {"q": "zq"}),
    Line("pick-deals", "GET", WITH_A_ROLE, form=lambda *_: {"q": "zq"}),
    Line("pick-contacts", "GET", WITH_A_ROLE, form=lambda *_: {"q": "zq"}),
    Line("list-columns", "GET", NOWHERE, arguments=lambda _w, _r: {"listing": "secrets"}, note="unknown"),
    Line("list-columns", "POST", NOWHERE, arguments=lambda _w, _r: {"listing": "secrets"}, note="unknown"),
    Line("list-layout", "POST", NOWHERE, arguments=lambda _w, _r: {"listing": "secrets"}, note="unknown"),
]


def _settings(listing: str) -> list[Line]:
    first = "subject" if listing == "activities" else "name"

    def one(_world: World, _row: str) -> dict[str, str]:
        return {"listing": listing}

    return [
        Line("list-columns", "GET", WITH_A_ROLE, arguments=one, note=listing),
        Line("list-columns", "POST", SAVES_FOR_ONESELF, arguments=one, form=lambda *_: {"columns": [first]}, note=listing),
        Line("list-columns", "POST", SETS_FOR_ALL, arguments=one, form=lambda *_: {"columns": [first], "for_all": "1"},
             note=f"{listing} for all"),
        Line("list-layout", "POST", ARRANGES, arguments=one, form=lambda *_: {"width": f"{first}:200"}, note=listing),
        Line("list-columns", "POST", SAVES_FOR_ONESELF, arguments=one, form=lambda *_: {"do": "reset"},
             exempt="nothing was chosen, so nothing is forgotten", note=f"{listing} reset"),
    ]  # fmt: skip


WHY = [
    Line("activity-why", "GET", READ, arguments=activity),
    *(Line("element-why", "GET", READ_ELEMENT, arguments=element(kind), note=kind) for kind in KINDS),
]

MATRIX = [
    *ACTIVITIES,
    *WHY,
    *CRM,
    *LISTS,
    *(line for listing in LISTINGS for line in _settings(listing)),
    *ACCOUNTS,
    *of_files(READ, EDIT, READ_ELEMENT, UPDATE_ELEMENT),
    *NOTIFICATIONS,
    *RIGHTS,
    *PEOPLE,
    *COMPOSER,
    *TIMELINE,
    *TYPES,
    *FILTERS,
]


def readable_names(role: str) -> set[str]:
    """The subjects and names that a role may read, as the grids say."""
    column = ROLES.index(role)
    subjects = {subject(row) for row, cells in READ.items() if cells.split()[column] == "ok"}
    if subject("bobs") in subjects:
        subjects.add(subject("done"))
    rows = [row for row, cells in READ_ELEMENT.items() if cells.split()[column] == "ok"]
    files = {file_name("deal", row) for row in rows}
    files |= {file_name("activity", row) for row, cells in READ.items() if cells.split()[column] == "ok"}
    files |= {file_name("pending", role)}
    names = {element_name(kind, row) for row in rows for kind in KINDS}
    return subjects | files | names | comments_readable(column)


def all_names() -> set[str]:
    """Every subject and name there is."""
    rows = [row for row in READ_ELEMENT if row != "unknown"]
    files = {file_name("deal", row) for row in rows} | {file_name("activity", row) for row in READ if row != "unknown"}
    files |= {file_name("pending", role) for role in ROLES}
    names = {element_name(kind, row) for row in rows for kind in KINDS}
    return {subject(row) for row in [*READ, "done"]} | names | files | {comment_text(row) for row in OWNERS}


__all__ = ["MATRIX", "NO_ROW", "all_names", "readable_names"]
