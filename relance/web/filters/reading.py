"""A builder's form: its parts to groups and rules, and what its buttons do to them. A place is written `0-2-1`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relance.lists.grammar.compiling import FilterField
from relance.lists.grammar.tree import DEEPEST, MOST_CONDITIONS
from relance.web.filters import editors
from relance.web.filters.drafts import Group, Node, Rule, rules

Fields = Mapping[str, FilterField]
TOP = "0"
# More parts than any filter can have are not read from a form that is forged.
MOST_PARTS = 4 * MOST_CONDITIONS


def read_form(data: Any, fields: Fields) -> Group:  # noqa: ANN401 - a QueryDict
    """The groups and rules that a form holds."""
    node = _read(data, fields, TOP, [MOST_PARTS])
    return node if isinstance(node, Group) else Group()


def _read(data: Any, fields: Fields, path: str, left: list[int]) -> Node | None:  # noqa: ANN401 - a QueryDict
    kind = data.get(f"kind-{path}")
    left[0] -= 1
    if kind is None or left[0] < 0 or path.count("-") > 2 * DEEPEST:
        return None
    if kind == "rule":
        return _read_rule(data, fields, path)
    join = "any" if data.get(f"join-{path}") == "any" else "all"
    group = Group(join, bool(data.get(f"not-{path}")))
    while (part := _read(data, fields, f"{path}-{len(group.parts)}", left)) is not None:
        group.parts.append(part)
    return group


def _read_rule(data: Any, fields: Fields, path: str) -> Rule:  # noqa: ANN401 - a QueryDict
    key, was = data.get(f"field-{path}", ""), data.get(f"was-{path}", "")
    op, was_op = data.get(f"op-{path}", ""), data.get(f"wasop-{path}", "")
    type_ = type_of(key, fields)
    known = [code for code, _label in editors.OPERATORS[type_]]
    if key != was:
        # Another field has other values; of the same type, it keeps the operator.
        return Rule(key, op if type_ == type_of(was, fields) and op in known else known[0])
    if op not in known:
        op = known[0]
    shape, was_shape = _shape(op), _shape(was_op or op)
    values = editors.read(type_, was_op or op, data, path)
    return Rule(key, op, values if shape == was_shape else ())


def type_of(key: str, fields: Fields) -> str:
    """The type of a field; one that there is not is a text that can be carried."""
    return fields[key].type if key in fields else "text"


def _shape(op: str) -> str:
    return {"between": "range", "outside": "range", "empty": "none", "filled": "none"}.get(op, "values")


def find(group: Group, path: str) -> Node | None:
    """The node at a place."""
    node: Node = group
    for step in path.split("-")[1:]:
        if not isinstance(node, Group) or not step.isdecimal() or int(step) >= len(node.parts):
            return None
        node = node.parts[int(step)]
    return node


def done(group: Group, gesture: str, first_field: str) -> str:
    """Do what a button says (`add:0-1`, `group:0`, `remove:0-2`, `value:0-1`); the id of what then has the focus."""
    name, _colon, path = gesture.partition(":")
    node = find(group, path)
    if node is None:
        return ""
    if name == "value" and isinstance(node, Rule):
        node.values = (*node.values, "")
        return f"v-{path}-{len(node.values) - 1}"
    if name == "remove" and path != TOP:
        return _remove(group, path)
    if not isinstance(node, Group) or name not in {"add", "group"}:
        return ""
    place = f"{path}-{len(node.parts)}"
    if name == "group":
        place += "-0"
        node.parts.append(Group("any" if node.join == "all" else "all", parts=[_new(first_field)]))
    else:
        node.parts.append(_new(first_field))
    return f"field-{place}"


def _new(first_field: str) -> Rule:
    return Rule(first_field, ":")


def _remove(group: Group, path: str) -> str:
    above, _dash, last = path.rpartition("-")
    parent = find(group, above)
    if not isinstance(parent, Group):
        return ""
    del parent.parts[int(last)]
    if not parent.parts and above != TOP:
        return _remove(group, above)
    if not parent.parts:
        return f"add-{above}"
    place = f"{above}-{min(int(last), len(parent.parts) - 1)}"
    return f"field-{place}" if isinstance(find(group, place), Rule) else f"join-{place}"


def is_full(group: Group) -> bool:
    """Whether no condition may be added any more."""
    return sum(1 for _rule in rules(group)) >= MOST_CONDITIONS
