"""A filter while it is built: groups and rules as a form has them, to the grammar's tree and back. Nothing is lost on the way.

A rule holds its values as the grammar writes them, so what the form cannot show in its own way it can still carry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from relance.lists.grammar.compiling import EMPTY, FilterField
from relance.lists.grammar.parsing import parse
from relance.lists.grammar.tree import (
    EVERYTHING,
    All,
    Between,
    Condition,
    Either,
    FilterError,
    Not,
    Place,
    Tree,
    Word,
    all_parts,
    denied,
    either_part,
    write,
    written_value,
)

# How deep groups can be put into each other by hand; deeper ones that a text brings are shown too.
DEEPEST_BY_HAND = 5
# What the form calls operators that the grammar writes with a value.
BY_VALUE = {"empty": ":", "filled": "!=", "between": ":", "outside": "!="}


@dataclass(slots=True)
class Rule:
    """One condition: a field, what the form calls the operator, and the values as written."""

    field: str
    op: str
    values: tuple[str, ...] = ()
    problem: str = ""

    @property
    def operator(self) -> str:
        """The grammar's operator."""
        return BY_VALUE.get(self.op, self.op)

    def condition(self) -> Condition:
        """The grammar's condition.

        Raises:
            FilterError: a value is missing, or the grammar cannot read what is written.
        """
        values = (EMPTY,) if self.op in {"empty", "filled"} else self.values
        if not values:
            raise FilterError(_("A value is missing here."), Place(0, 1))
        tree = parse(f"{self.field}{self.operator}{','.join(values)}")
        if not isinstance(tree, Condition):
            raise FilterError(_("This is more than one condition."), Place(0, 1))
        return tree


@dataclass(slots=True)
class Group:
    """Rules and groups of which all, or any, must hold; or, denied, must not."""

    join: str = "all"
    is_denied: bool = False
    parts: list[Rule | Group] = field(default_factory=list)


Node = Rule | Group


def drafted(tree: Tree, fields: dict[str, FilterField]) -> Group:
    """The form of a tree: a group at the top."""
    node = _node(tree, fields)
    return node if isinstance(node, Group) else Group(parts=[node])


def tree_of(group: Group) -> Tree:
    """The tree of a form.

    Raises:
        FilterError: a rule is none; all of those have their `problem` set.
    """
    broken = None
    for rule in rules(group):
        try:
            rule.condition()
        except FilterError as error:
            rule.problem, broken = error.message, broken or error
    if broken:
        raise broken
    return _tree(group) or EVERYTHING


def partial_tree(group: Group) -> Tree:
    """The tree of those rules that are whole: what the form means so far."""
    return _tree(group) or EVERYTHING


def rules(node: Node) -> Iterator[Rule]:
    """Every rule, from left to right: in the order in which the text has their conditions."""
    if isinstance(node, Rule):
        yield node
    else:
        for part in node.parts:
            yield from rules(part)


def blame(group: Group, text: str, error: FilterError) -> bool:
    """Set the problem of the rule whose condition an error's place is in; whether there is one."""
    ends = 0
    for rule in rules(group):
        written = write(rule.condition())
        starts = text.index(written, ends)
        ends = starts + len(written)
        if starts <= error.place.offset < ends:
            rule.problem = error.message
            return True
    return False


def _node(tree: Tree, fields: dict[str, FilterField]) -> Node:
    match tree:
        case Condition():
            return _rule(tree, fields)
        case All(parts):
            return Group("all", parts=[_node(part, fields) for part in parts])
        case Either(parts):
            return Group("any", parts=[_node(part, fields) for part in parts])
        case Not(part):
            inner = _node(part, fields)
            if isinstance(inner, Rule):
                return Group("all", is_denied=True, parts=[inner])
            inner.is_denied = True
            return inner


def _rule(condition: Condition, fields: dict[str, FilterField]) -> Rule:
    op: str = condition.operator
    known = fields.get(condition.field)
    values = tuple(written_value(value) for value in condition.values)
    if op in {":", "!="} and len(condition.values) == 1 and not (known and known.type == "state"):
        [value] = condition.values
        if isinstance(value, Between):
            op = "between" if op == ":" else "outside"
        elif isinstance(value, Word) and value.text.lower() == EMPTY and not value.is_quoted and not value.prefix:
            return Rule(condition.field, "empty" if op == ":" else "filled")
    return Rule(condition.field, op, values)


def _tree(node: Node) -> Tree | None:
    """The tree of a node, None for one that asks for nothing."""
    if isinstance(node, Rule):
        try:
            return node.condition()
        except FilterError:
            return None
    parts = [tree for part in node.parts if (tree := _tree(part)) is not None]
    if not parts:
        return None
    tree = all_parts(parts) if node.join == "all" else either_part(parts)
    return denied(tree) if node.is_denied else tree
