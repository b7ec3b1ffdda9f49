"""What the builder's templates draw: each group and rule with its place, its choices, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from relance.web.filters import editors
from relance.web.filters.drafts import DEEPEST_BY_HAND, Group, Node, Rule
from relance.web.filters.editors import Part
from relance.web.filters.naming import Naming
from relance.web.filters.reading import type_of


@dataclass(frozen=True, slots=True)
class Mark:
    """A value that is chosen by a tick."""

    value: str
    label: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class RuleShape:
    """A rule as it is drawn."""

    place: str
    joint: str
    field: str
    label: str
    is_known: bool
    type: str
    op: str
    ops: Sequence[tuple[str, Any]]
    parts: Sequence[Part]
    marks: Sequence[Mark]
    departments: Sequence[tuple[str, str]]
    problem: str

    is_group = False


@dataclass(frozen=True, slots=True)
class GroupShape:
    """A group as it is drawn."""

    place: str
    joint: str
    join: str
    is_denied: bool
    parts: Sequence[RuleShape | GroupShape]
    may_nest: bool

    is_group = True


def shape_of(node: Node, naming: Naming, place: str = "0", joint: str = "") -> RuleShape | GroupShape:
    """What is drawn of a node at a place; `joint` says how it is joined to the one before it."""
    if isinstance(node, Rule):
        return _rule(node, naming, place, joint)
    return _group(node, naming, place, joint)


def _group(group: Group, naming: Naming, place: str, joint: str) -> GroupShape:
    parts = [
        shape_of(part, naming, f"{place}-{index}", group.join if index else "first")
        for index, part in enumerate(group.parts)
    ]
    return GroupShape(place, joint, group.join, group.is_denied, parts, place.count("-") < DEEPEST_BY_HAND)


def _rule(rule: Rule, naming: Naming, place: str, joint: str) -> RuleShape:
    type_ = type_of(rule.field, naming.listing.fields)
    split = editors.split(type_, rule.op, rule.values)
    has_values = rule.op not in {"empty", "filled"}
    return RuleShape(
        place=place,
        joint=joint,
        field=rule.field,
        label=naming.field(rule.field),
        is_known=rule.field in naming.listing.fields,
        type=type_,
        op=rule.op,
        ops=editors.OPERATORS[type_],
        parts=_ends(rule, split.parts) if has_values else (),
        marks=_marks(rule, type_, split.kept, naming) if has_values else (),
        departments=_departments(naming) if type_ == "people" and has_values else (),
        problem=rule.problem,
    )


def _marks(rule: Rule, type_: str, kept: Sequence[str], naming: Naming) -> list[Mark]:
    """The values that are offered, and those that the rule holds besides; each as the rule writes it."""
    offered = naming.options(rule.field) if type_ in {"choice", "people", "state"} else []
    codes = {code for code, _label in offered}
    held = {}
    for value in kept:
        code = value.lower() if value.lower() in codes else naming.option_of(rule.field, editors.plain(value))
        held[code if code and code not in held else value] = value
    marks = [Mark(held.get(code, code), label, code in held) for code, label in offered]
    return marks + [
        Mark(value, naming.value(rule.field, type_, value), True) for code, value in held.items() if code not in codes
    ]


def _ends(rule: Rule, parts: Sequence[Part]) -> Sequence[Part]:
    """Both ends of a range, also where none is said yet."""
    if rule.op not in {"between", "outside"} or len(parts) == 2:
        return parts
    return (Part(), Part())


def _departments(naming: Naming) -> list[tuple[str, str]]:
    return [(f"#{row['id']}", "\u2003" * row["depth"] + row["name"]) for row in naming.departments]
