"""The oracle itself: it stands alone, and it says what product.md's own examples say."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from tests.oracle import rules
from tests.oracle.companies import company_of, shape_of
from tests.oracle.model import (
    Activity,
    Assignment,
    Binding,
    Company,
    Department,
    Element,
    Level,
    Permission,
    Role,
    Stage,
    User,
)

ALICE, BOB, CHARLIE = User(1, is_active=True), User(2, is_active=True), User(3, is_active=True)


def _element(key: int, responsible: User, *, is_open_to_all: bool = False) -> Element:
    return Element(key, "contact", 100 + key, responsible.key, is_open_to_all, None, None, is_deleted=False)


def _company(*cells: Permission) -> Company:
    """Alice heads Sales, Bob is in a team below, Charlie in Support; Alice alone has a role."""
    return Company(
        users=(ALICE, BOB, CHARLIE),
        departments=(
            Department(1, None, frozenset({ALICE.key}), head=ALICE.key),
            Department(2, 1, frozenset({BOB.key}), head=None),
            Department(3, None, frozenset({CHARLIE.key}), head=None),
        ),
        groups=(),
        pipelines=(),
        stages=(Stage(1, "lead", None), Stage(2, "lead", None)),
        roles=(Role(1, cells),),
        assignments=(Assignment(1, "user", ALICE.key),),
        elements=(_element(1, ALICE), _element(2, BOB), _element(3, CHARLIE)),
        activities=(),
        deletion_needs_delete=False,
    )


@pytest.mark.parametrize(
    ("level", "readable"),
    [
        (Level.NONE, set()),
        (Level.OWN, {1}),
        (Level.DEPARTMENT, {1}),
        (Level.SUBDEPARTMENTS, {1, 2}),
        (Level.OPEN_TO_ALL, {1, 2, 4}),
        (Level.ALL, {1, 2, 3, 4}),
    ],
)
def test_each_level_includes_the_ones_above_it(level: Level, readable: set[int]) -> None:
    company = _company(Permission("contact", "read", level))
    company = replace(company, elements=(*company.elements, _element(4, CHARLIE, is_open_to_all=True)))
    assert {one.key for one in company.elements if rules.may_read(company, ALICE, one)} == readable


def test_within_one_role_the_stage_decides_even_if_it_is_lower() -> None:
    company = _company(Permission("lead", "read", Level.ALL), Permission("lead", "read", Level.OWN, stage=1))
    lead = Element(9, "lead", 9, BOB.key, is_open_to_all=False, pipeline=None, stage=1, is_deleted=False)
    assert not rules.may_read(company, ALICE, lead)
    assert rules.may_read(company, ALICE, replace(lead, stage=2))


def test_across_roles_the_highest_wins() -> None:
    company = _company(Permission("contact", "read", Level.OWN))
    wider = Role(2, (Permission("contact", "read", Level.ALL),))
    company = replace(
        company, roles=(*company.roles, wider), assignments=(*company.assignments, Assignment(2, "every_head"))
    )
    assert rules.may_read(company, ALICE, company.elements[2])
    assert not rules.may_read(company, BOB, company.elements[1])


def test_updating_counts_only_on_rows_that_may_also_be_read() -> None:
    company = _company(Permission("contact", "update", Level.ALL), Permission("contact", "read", Level.OWN))
    assert rules.may_update(company, ALICE, company.elements[0])
    assert not rules.may_update(company, ALICE, company.elements[1])


def test_responsible_author_and_participant_give_no_right_and_one_bound_element_gives_it() -> None:
    company = _company(Permission("contact", "read", Level.OWN))
    activity = Activity(1, ALICE.key, ALICE.key, frozenset({ALICE.key}), False, False, (Binding(2, is_main=True),))
    assert not rules.may_see(company, ALICE, activity)
    both = replace(activity, bindings=(*activity.bindings, Binding(1, is_main=False)))
    assert rules.may_see(company, ALICE, both)
    gone = (replace(company.elements[0], is_deleted=True), *company.elements[1:])
    assert not rules.may_see(replace(company, elements=gone), ALICE, both)


def test_deleting_may_ask_for_delete_on_the_same_element() -> None:
    company = _company(*(Permission("contact", verb, Level.OWN) for verb in ("read", "update")))
    activity = Activity(1, BOB.key, BOB.key, frozenset(), False, False, (Binding(1, is_main=True),))
    assert rules.may_delete_activity(company, ALICE, activity)
    assert not rules.may_delete_activity(replace(company, deletion_needs_delete=True), ALICE, activity)


def test_a_head_s_subordinates_are_never_himself_and_include_the_teams_below() -> None:
    assert rules.subordinates(_company(), ALICE) == {BOB.key}
    assert rules.subordinates(_company(), BOB) == set()


def test_a_seed_gives_the_same_company_every_time() -> None:
    first, second = company_of(shape_of(7)), company_of(shape_of(7))
    assert (first.elements, first.roles, first.activities) == (second.elements, second.roles, second.activities)


def test_the_oracle_imports_nothing_of_the_product() -> None:
    for name in ("model", "rules", "companies", "cells", "timelines"):
        tree = ast.parse((Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        assert not [module for module in imported if module and module.startswith(("relance", "django"))]
