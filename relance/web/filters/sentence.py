"""A filter that reads as a sentence: its conditions as chips, each with what is left when it is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from relance.kit.actor import Actor
from relance.lists.grammar.parsing import parse
from relance.lists.grammar.tree import FilterError, Tree, all_parts, conditions, conjuncts, write, written_value
from relance.lists.terms import Listing
from relance.web.filters.drafts import Group, Node, Rule, drafted
from relance.web.filters.naming import Naming
from relance.web.filters.reading import type_of

# What one of several values is enough for: these can be told together.
_SAYS_EACH = {":", "~", "^"}


@dataclass(frozen=True, slots=True)
class Chip:
    """One of the conditions that must hold together: in words, its place in the builder, and the text without it."""

    words: str
    place: str
    rest: str


def naming_of(actor: Actor, listing: Listing, tree: Tree) -> Naming:
    """The names that a tree needs."""
    return Naming(actor, listing, [written_value(value) for one in conditions(tree) for value in one.values])


def chips(actor: Actor, listing: Listing, text: str) -> list[Chip]:
    """The chips of a filter's text; none where it cannot be read."""
    try:
        tree = parse(text)
    except FilterError:
        return []
    naming, parts = naming_of(actor, listing, tree), conjuncts(tree)
    return [
        Chip(
            words_of(drafted(part, dict(listing.fields)), naming),
            f"0-{index}" if len(parts) > 1 else "0",
            write(all_parts(other for other in parts if other is not part)),
        )
        for index, part in enumerate(parts)
    ]


def words_of(node: Node, naming: Naming, *, is_inner: bool = False) -> str:
    """A group or rule as a sentence."""
    if isinstance(node, Rule):
        return _rule(node, naming)
    parts = [words for part in _joined(node) if (words := words_of(part, naming, is_inner=len(node.parts) > 1))]
    if not parts:
        return ""
    text = f" {pgettext('filter', 'and') if node.join == 'all' else _or()} ".join(parts)
    if node.is_denied and len(parts) == 1:
        return _("not %(condition)s") % {"condition": text}
    if node.is_denied:
        return _("not (%(conditions)s)") % {"conditions": text}
    return f"({text})" if is_inner and len(parts) > 1 else text


def _joined(group: Group) -> Iterator[Node]:
    """The parts of a group; alternatives that ask the same of one field are one: “Type: Call or Meeting”."""
    if group.join == "all":
        yield from group.parts
        return
    for (field, op), same in groupby(group.parts, key=_asked):
        rules = list(same)
        alike = [rule for rule in rules if isinstance(rule, Rule)]
        if op in _SAYS_EACH and len(alike) > 1:
            yield Rule(field, op, tuple(value for rule in alike for value in rule.values))
        else:
            yield from rules


def _asked(node: Node) -> tuple[str, str]:
    return (node.field, node.op) if isinstance(node, Rule) else ("", "")


def _rule(rule: Rule, naming: Naming) -> str:
    type_ = type_of(rule.field, naming.listing.fields)
    values = f" {_or()} ".join(_values(rule, type_, naming))
    if type_ == "state" and rule.op == ":" and "." not in rule.field:
        return capfirst(values)
    subject = naming.subject(rule.field)
    if type_ in {"day", "moment"} and len(rule.values) == 1 and (counted := naming.counted(rule.op, rule.values[0])):
        return f"{subject} {counted}"
    if rule.op == ":" and type_ in {"choice", "people", "state"}:
        return pgettext("filter sentence", "%(field)s: %(values)s") % {"field": subject, "values": values}
    words = [subject, naming.verb(type_, rule.op), values]
    return " ".join(word for word in words if word)


def _values(rule: Rule, type_: str, naming: Naming) -> Iterator[str]:
    if rule.op not in {"empty", "filled"}:
        yield from (naming.value(rule.field, type_, value) for value in rule.values if value)


def _or() -> str:
    return pgettext("filter", "or")
