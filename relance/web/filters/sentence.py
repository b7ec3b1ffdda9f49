"""A filter that reads as a sentence: its conditions as chips, each with what is left when it is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from relance.kit.actor import Actor
from relance.lists.grammar.parsing import parse
from relance.lists.grammar.tree import FilterError, Tree, all_parts, conditions, conjuncts, write, written_value
from relance.lists.terms import Listing
from relance.web.filters.drafts import Node, Rule, drafted
from relance.web.filters.naming import Naming
from relance.web.filters.reading import type_of


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
    parts = [words for part in node.parts if (words := words_of(part, naming, is_inner=len(node.parts) > 1))]
    if not parts:
        return ""
    text = f" {pgettext('filter', 'and') if node.join == 'all' else pgettext('filter', 'or')} ".join(parts)
    if node.is_denied:
        return _("not (%(conditions)s)") % {"conditions": text}
    return f"({text})" if is_inner and len(parts) > 1 else text


def _rule(rule: Rule, naming: Naming) -> str:
    type_ = type_of(rule.field, naming.listing.fields)
    words = [naming.field(rule.field), naming.op(type_, rule.op)]
    values = f" {pgettext('filter', 'or')} ".join(_values(rule, type_, naming))
    return " ".join([*words, values] if values else words)


def _values(rule: Rule, type_: str, naming: Naming) -> Iterator[str]:
    if rule.op not in {"empty", "filled"}:
        yield from (naming.value(rule.field, type_, value) for value in rule.values if value)
