"""A filter as a tree, and the text that it is written as. The tree knows nothing of fields, types or rights."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import field as member
from typing import Literal, NamedTuple

from relance.kit.errors import Invalid

LONGEST_FILTER = 4_000  # characters
MOST_CONDITIONS = 50
MOST_VALUES = 200  # of all conditions together
DEEPEST = 8  # groups and negations inside each other

Operator = Literal[":", "!=", "~", "!~", "^", "<", "<=", ">", ">="]
# What each denial denies: a condition and its denial never both hold, and one of them always does.
DENIED: dict[str, Operator] = {"!=": ":", "!~": "~"}


class Place(NamedTuple):
    """Where something stands in the text, in characters."""

    offset: int = 0
    length: int = 0


class FilterError(Invalid):
    """A filter's text cannot be taken: a sentence in the reader's language, and the place that it is about."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__({"q": message})
        self.message = message
        self.place = place


@dataclass(frozen=True, slots=True)
class Word:
    """One value as written: a bare word, or a quoted text, which is never a keyword. `prefix` is `in` or `below`."""

    text: str
    is_quoted: bool = False
    prefix: str = ""
    place: Place = member(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Between:
    """From one value to another, both included."""

    first: Word
    last: Word

    @property
    def place(self) -> Place:
        """The place of both."""
        start = self.first.place.offset
        return Place(start, self.last.place.offset + self.last.place.length - start)


Value = Word | Between


@dataclass(frozen=True, slots=True)
class Condition:
    """A field, an operator, and the values of which one must fit."""

    field: str
    operator: Operator
    values: tuple[Value, ...]
    place: Place = member(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    part: Tree


@dataclass(frozen=True, slots=True)
class All:
    """What must hold together; without parts, it always holds."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Of which at least one must hold."""

    parts: tuple[Tree, ...]


Tree = Condition | Not | All | Either
EVERYTHING = All(())


def all_parts(parts: Iterable[Tree]) -> Tree:
    """AND, flat: a group of one is its part, an AND within an AND is one AND."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, All) else (part,))]
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def either_part(parts: Iterable[Tree]) -> Tree:
    """OR, flat."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Either) else (part,))]
    return flat[0] if len(flat) == 1 else Either(tuple(flat))


def denied(part: Tree) -> Tree:
    """NOT; what is denied twice is said plainly."""
    return part.part if isinstance(part, Not) else Not(part)


def conjuncts(tree: Tree) -> tuple[Tree, ...]:
    """What must hold together, at the top of the tree."""
    return tree.parts if isinstance(tree, All) else (tree,)


def conditions(tree: Tree) -> Iterator[Condition]:
    """Every condition of the tree, from left to right."""
    match tree:
        case Condition():
            yield tree
        case Not(part):
            yield from conditions(part)
        case All(parts) | Either(parts):
            for part in parts:
                yield from conditions(part)


def write(tree: Tree) -> str:
    """The text of a tree: parsed again, it gives the same tree."""
    match tree:
        case Condition():
            return f"{tree.field}{tree.operator}{','.join(written_value(value) for value in tree.values)}"
        case Not(part):
            return f"-{_part(part)}"
        case All(parts):
            return " ".join(_part(part) for part in parts)
        case Either(parts):
            return " or ".join(_part(part) for part in parts)


def _part(tree: Tree) -> str:
    return f"({write(tree)})" if isinstance(tree, All | Either) else write(tree)


def written_value(value: Value) -> str:
    """The text of one value."""
    if isinstance(value, Between):
        return f"{value.first.text}..{value.last.text}"
    text = quoted(value.text) if value.is_quoted else value.text
    return f"{value.prefix}:{text}" if value.prefix else text


def quoted(text: str) -> str:
    """A text between quotation marks, its own marks and backslashes behind a backslash."""
    return json.dumps(re.sub(r"\s", " ", text), ensure_ascii=False)
