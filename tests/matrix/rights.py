"""The lines of *CRM access rights*: for who manages rights; one's own effective rights are everybody's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relance.access.queries import list_assignments, list_roles
from relance.kit.sql import fetch_value, sql
from tests.matrix.lines import Arguments, Grid, Line, flat
from tests.matrix.world import World

# fmt: off
#                    anonymous nora bob alice charlie rita cora root
MANAGES =       flat("302      403  403 403   403     403  403  ok")
OWN =           flat("302      403  200 200   200     200  200  200")
UNKNOWN = 999_999_999_999
# Of whom the effective rights are asked for.
EFFECTIVE: Grid = {
    "bob":     "302      403  ok  404   404     404  404  ok",
    "charlie": "302      403  404 404   ok      404  404  ok",
    "unknown": "302      403  404 404   404     404  404  404",
}
# The administrators' role is fixed, and the last of them stays one.
FIXED =         flat("302      403  403 403   403     403  403  403")
# What Relance ships is not deleted.
SHIPPED =       flat("302      403  403 403   403     403  403  422")
NO_SUCH: Grid = {"unknown": "302      403  403 403   403     403  403  404"}
# fmt: on
NOTHING_SAVED = "it only says what would change"


def _role(code: str) -> Arguments:
    return lambda _world, _row: {"role_id": _id_of(code)}


def _id_of(code: str) -> int:
    found: int = next(role["id"] for role in list_roles() if role["code"] == code)
    return found


def _no_role(_world: World, _row: str) -> Mapping[str, Any]:
    return {"role_id": UNKNOWN}


def _own_role(_world: World, _row: str) -> Mapping[str, Any]:
    """Cora's, which the company made itself."""
    return {"role_id": next(role["id"] for role in list_roles() if not role["code"])}


def _group(_world: World, _row: str) -> Mapping[str, Any]:
    return {"group_id": fetch_value(sql("SELECT min(id) FROM access_group"))}


def _no_group(_world: World, _row: str) -> Mapping[str, Any]:
    return {"group_id": UNKNOWN}


def _assignment(person: str) -> Arguments:
    return lambda world, _row: {
        "assignment_id": next(row["id"] for row in list_assignments() if row["user_id"] == world.people[person])
    }


def _no_assignment(_world: World, _row: str) -> Mapping[str, Any]:
    return {"assignment_id": UNKNOWN}


def _levels(*_asked: object) -> dict[str, str]:
    manager = next(role for role in list_roles() if role["code"] == "manager")
    name = f"level.{manager['id']}.deal.read.0.0"
    return {"kind": "deal", f"version.{manager['id']}": manager["version"], "was": f'{{"{name}": "own"}}', name: "all"}


def _edited(*_asked: object) -> dict[str, Any]:
    role = next(role for role in list_roles() if not role["code"])
    return {"name_fr": "Rôle", "name_en": "Role", "version": role["version"]}


def _person(world: World, row: str) -> Mapping[str, Any]:
    return {"user_id": world.people.get(row, UNKNOWN)}


def _whole(name: str, arguments: Arguments, form: Any, *, ok: int = 302) -> list[Line]:
    """A page with a form, and sending it."""
    return [
        Line(name, "GET", MANAGES, arguments=arguments, form=lambda *_: {}),
        Line(name, "POST", MANAGES, ok=ok, arguments=arguments, form=form),
    ]


def _nothing(*_asked: object) -> dict[str, Any]:
    return {}


RIGHTS = [
    Line("rights", "GET", MANAGES),
    Line("rights", "GET", MANAGES, form=lambda *_: {"kind": "deal"}, note="deal"),
    Line("rights-preview", "POST", MANAGES, form=_levels, exempt=NOTHING_SAVED),
    Line("rights-reach", "POST", MANAGES, form=_levels, exempt=NOTHING_SAVED),
    Line("rights-save", "POST", MANAGES, ok=302, form=_levels),
    Line("rights-roles", "GET", MANAGES, ok=302),
    Line("rights-role", "GET", MANAGES, arguments=_role("manager")),
    Line("rights-role", "GET", NO_SUCH, arguments=_no_role, note="unknown"),
    *_whole("rights-role-new", _nothing, lambda *_: {"name_fr": "Neuf", "name_en": "New"}),
    *_whole("rights-role-edit", _own_role, _edited),
    Line("rights-role-edit", "GET", NO_SUCH, arguments=_no_role, note="unknown"),
    Line("rights-role-edit", "GET", FIXED, arguments=_role("administrator"), note="administrator"),
    Line("rights-role-edit", "POST", FIXED, arguments=_role("administrator"), form=_edited, note="administrator"),
    *_whole("rights-role-delete", _own_role, _nothing),
    Line("rights-role-delete", "POST", SHIPPED, arguments=_role("manager"), note="manager"),
    Line("rights-role-delete", "POST", NO_SUCH, arguments=_no_role, note="unknown"),
    *_whole("rights-give", _role("read_only"), lambda *_: {"assignee": "everybody"}),
    Line("rights-give", "POST", NO_SUCH, arguments=_no_role, form=lambda *_: {"assignee": "everybody"}, note="unknown"),
    Line("rights-take", "POST", MANAGES, ok=302, arguments=_assignment("bob")),
    Line("rights-take", "POST", FIXED, arguments=_assignment("root"), note="the last administrator"),
    Line("rights-take", "POST", NO_SUCH, arguments=_no_assignment, note="unknown"),
    Line("rights-groups", "GET", MANAGES),
    *_whole("rights-group-new", _nothing, lambda *_: {"name": "Nord"}),
    *_whole("rights-group", _group, lambda *_: {"name": "Sud"}),
    Line("rights-group", "GET", NO_SUCH, arguments=_no_group, note="unknown"),
    *_whole("rights-group-delete", _group, _nothing),
    Line("rights-group-delete", "POST", NO_SUCH, arguments=_no_group, note="unknown"),
    *_whole("rights-company", _nothing, lambda *_: {"default_role_id": _id_of("read_only")}),
    Line("rights-effective", "GET", OWN),
    Line("rights-effective-of", "GET", EFFECTIVE, arguments=_person),
]
