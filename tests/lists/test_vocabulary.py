"""Every field and operator of every list, from text to tree to text: nothing is lost, and the list takes what is written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relance.activities.listings import BY_KEY
from relance.crm.filtering import filter_context
from relance.kit.actor import Actor
from relance.lists.grammar.compiling import OPERATORS, FilterField
from relance.lists.grammar.parsing import parse
from relance.lists.grammar.tree import Condition, Tree, conditions, write
from tests.cast import Cast

# Values as they are written, by type; choices and states have words of their own.
WRITTEN = {
    # Each with a digit, since phones are asked for by theirs.
    "text": ("devis4", '"12 % \\"net\\""', '"or (a1)"', "a:b2", "é3"),
    "number": ("10000", "-5", "99.90", "1..20"),
    "day": ("today", "today-3d", "tomorrow+2w", "this-week", "last-quarter", "next-2w", "2026-11", "2026-02-28..today"),
    "moment": ("yesterday", "today+1m", "next-year", "last-30d", "2026-11-30"),
    "span": ("3d", "2W", "1d..2w"),
    "people": (
        "me",
        "colleagues",
        "subordinates",
        "bob@cast.example",
        '"Bob Petit"',
        "#1",
        "in:Ventes",
        'below:"Ventes"',
    ),
}
COMPARING = {"<", "<=", ">", ">="}


def values_of(actor: Actor, field: FilterField) -> tuple[str, ...]:
    """Some of what can be written after a field's operators."""
    context = filter_context(actor)
    if field.type == "state":
        return tuple(field.states(context)) if field.states else ()
    if field.type == "choice":
        return tuple(
            f'"{word}"' if " " in word else word for word in list(field.choices() if field.choices else ())[:4]
        )
    return WRITTEN[field.type] + tuple(field.people(context) if field.people else ())


def leaves(actor: Actor, field: FilterField) -> Iterator[str]:
    """A field's conditions: each operator with each value, none at all, and two at once."""
    values = values_of(actor, field)
    for operator in OPERATORS[field.type]:
        plain = [value for value in values if operator in {":", "!="} or ".." not in value]
        yield from (f"{field.key}{operator}{value}" for value in plain)
        if operator not in COMPARING:
            yield f"{field.key}{operator}{','.join(plain[:2])}"
        if operator in {":", "!="} and field.type != "state":
            yield f"{field.key}{operator}empty"


@pytest.mark.parametrize("listing", BY_KEY)
def test_every_field_with_every_operator_comes_back_as_it_was_written(cast: Cast, listing: str) -> None:
    actor, asked = cast.actor("bob"), set()
    for key, field in BY_KEY[listing].fields.items():
        assert key == field.key
        for text in leaves(actor, field):
            tree = parse(text)
            assert isinstance(tree, Condition)
            assert write(tree) == text
            asked.add((key, tree.operator))
    wanted = {(key, one) for key, field in BY_KEY[listing].fields.items() for one in OPERATORS[field.type]}
    assert asked == wanted


GROUPS = st.recursive(
    st.integers(0, 10**6),
    lambda inner: st.tuples(st.sampled_from([" ", " and ", " or ", "-", "not "]), inner, inner),
    max_leaves=10,
)


def told(shape: object, known: list[str]) -> str:
    """A tree of conditions by their place, as people write it, with more brackets than need be."""
    if isinstance(shape, int):
        return known[shape % len(known)]
    assert isinstance(shape, tuple)
    joined, first, second = shape
    if joined in {"-", "not "}:
        return f"{joined}({told(first, known)})"
    return f"({told(first, known)}){joined}({told(second, known)})"


def depth(shape: object) -> int:
    """How many groups stand inside each other."""
    return 1 + max(depth(shape[1]), depth(shape[2])) if isinstance(shape, tuple) else 0


@pytest.mark.parametrize("listing", BY_KEY)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shape=GROUPS.filter(lambda shape: depth(shape) < 4))
def test_nested_groups_come_back_and_are_taken_by_their_list(cast: Cast, listing: str, shape: object) -> None:
    actor, listed = cast.actor("root"), BY_KEY[listing]
    text = told(
        shape, KNOWN.setdefault(listing, [one for field in listed.fields.values() for one in leaves(actor, field)])
    )
    tree: Tree = parse(text)
    again = write(tree)
    assert parse(again) == tree
    assert write(parse(again)) == again
    assert len(list(conditions(tree))) == len(list(conditions(parse(again))))
    if "#1" not in text:
        listed.check(actor, again)


KNOWN: dict[str, list[str]] = {}
