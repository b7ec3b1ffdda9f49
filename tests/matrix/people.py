"""The lines of *People and departments*, for who manages rights; an invitation's link is for whoever has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.matrix.lines import Arguments, Form, Grid, Line, flat
from tests.matrix.rights import FIXED, MANAGES, UNKNOWN
from tests.matrix.world import World

# fmt: off
#                    anonymous nora bob alice charlie rita cora root
NO_SUCH: Grid = {"unknown": "302      403  403 403   403     403  403  404"}
REFUSED =       flat("302      403  403 403   403     403  403  422")
WITH_THE_LINK = flat("200      200  200 200   200     200  200  200")
JOINS =         flat("302      302  302 302   302     302  302  302")
GONE =          flat("404      404  404 404   404     404  404  404")
# fmt: on


def _bob(world: World, _row: str) -> Mapping[str, Any]:
    return {"user_id": world.people["bob"]}


def _root(world: World, _row: str) -> Mapping[str, Any]:
    return {"user_id": world.people["root"]}


def _invited(world: World, _row: str) -> Mapping[str, Any]:
    return {"user_id": world.invited}


def _nobody(_world: World, _row: str) -> Mapping[str, Any]:
    return {"user_id": UNKNOWN}


def _sales(world: World, _row: str) -> Mapping[str, Any]:
    return {"department_id": world.cast.sales}


def _nowhere(_world: World, _row: str) -> Mapping[str, Any]:
    return {"department_id": UNKNOWN}


def _link(world: World, _row: str) -> Mapping[str, Any]:
    return {"token": world.token}


def _other_link(_world: World, _row: str) -> Mapping[str, Any]:
    return {"token": "nonsense"}


def _account(world: World, _row: str, _role: str) -> dict[str, Any]:
    named = {"first_name": "Robert", "last_name": "Petit", "email": "bob@cast.example"}
    return {**named, "departments": [world.cast.support], "sure": "1"}


def _joined(*_asked: object) -> dict[str, Any]:
    return {"last_name": "Venue", "password1": "battery staple", "password2": "battery staple"}


def _sure(*_asked: object) -> dict[str, Any]:
    return {"sure": "1"}


def _page(name: str, arguments: Arguments, unknown: Arguments, form: Form) -> list[Line]:
    """A page with a form, sending it, and the same for a row that is not there."""
    return [
        Line(name, "GET", MANAGES, arguments=arguments),
        Line(name, "POST", MANAGES, ok=302, arguments=arguments, form=form),
        Line(name, "GET", NO_SUCH, arguments=unknown, note="unknown"),
        Line(name, "POST", NO_SUCH, arguments=unknown, form=form, note="unknown"),
    ]


PEOPLE = [
    Line("people", "GET", MANAGES),
    Line("people", "GET", MANAGES, form=lambda world, *_: {"department": world.cast.sales}, note="department"),
    Line("people", "GET", NO_SUCH, form=lambda *_: {"department": UNKNOWN}, note="unknown"),
    Line("people-invite", "GET", MANAGES),
    Line(
        "people-invite",
        "POST",
        MANAGES,
        form=lambda world, *_: {
            "email": "neuf@cast.example",
            "last_name": "Neuf",
            "language": "fr",
            "departments": [world.cast.sales],
        },
    ),
    Line("people-link", "POST", MANAGES, arguments=_invited),
    Line("people-link", "POST", FIXED, arguments=_bob, note="who has come"),
    Line("people-link", "POST", NO_SUCH, arguments=_nobody, note="unknown"),
    *_page("people-edit", _bob, _nobody, _account),
    Line(
        "people-edit",
        "POST",
        MANAGES,
        arguments=_bob,
        form=lambda *asked: {key: value for key, value in _account(*asked).items() if key != "sure"},
        exempt="it only says what would change",
        note="effect",
    ),
    *_page("people-deactivate", _bob, _nobody, _sure),
    Line("people-deactivate", "POST", REFUSED, arguments=_root, form=_sure, note="the last administrator"),
    Line("people-reactivate", "GET", MANAGES, arguments=_bob),
    Line("people-reactivate", "POST", MANAGES, ok=302, arguments=_bob, form=_sure, exempt="he is active"),
    Line("people-reactivate", "POST", NO_SUCH, arguments=_nobody, form=_sure, note="unknown"),
    Line("department-new", "GET", MANAGES),
    Line("department-new", "POST", MANAGES, ok=302, form=lambda *_: {"name": "Lyon"}),
    *_page("department-edit", _sales, _nowhere, lambda *_: {"name": "Vente"}),
    *_page("department-head", _sales, _nowhere, lambda world, *_: {"head_id": world.people["bob"], "sure": "1"}),
    *_page("department-delete", _sales, _nowhere, lambda world, *_: {"to_id": world.cast.support, "sure": "1"}),
    Line("account_invitation", "GET", WITH_THE_LINK, arguments=_link),
    Line("account_invitation", "POST", JOINS, arguments=_link, form=_joined),
    Line("account_invitation", "GET", GONE, arguments=_other_link, note="unknown"),
    Line("account_invitation", "POST", GONE, arguments=_other_link, form=_joined, note="unknown"),
]
