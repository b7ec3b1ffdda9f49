"""Which condition of a filter makes it heavy, and what would help: for a filter that was stopped since it took too long."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relance.lists.grammar.tree import DENIED, All, Condition, Either, FilterError, Not, Place, Tree, conjuncts

# What stands at the top of a filter and has an index of its own.
NARROWING = frozenset({"responsible", "deadline", "overdue"})
_TEXT_OPERATORS = frozenset({"~", "!~", "^"})


class TooHeavyError(FilterError):
    """A filter can be read, and was stopped since it took too long: which condition makes it so, and what to add."""


def too_heavy(tree: Tree, text: str, *, limit_ms: int, has_deadlines: bool) -> TooHeavyError:
    """The error of a filter that was stopped after `limit_ms`; its place is that of its heaviest condition.

    `has_deadlines`: it is one of activities, which a deadline narrows as well.
    """
    seconds = max(1, round(limit_ms / 1000))
    stopped = ngettext(
        "This filter takes more than %(count)s second and was stopped.",
        "This filter takes more than %(count)s seconds and was stopped.",
        seconds,
    ) % {"count": seconds}
    weighed = sorted(_weighed(tree), key=lambda pair: -pair[0])
    if not weighed:
        return TooHeavyError(f"{stopped} {_advice(tree, has_deadlines=has_deadlines)}".strip(), Place())
    heaviest = weighed[0][1].place
    written = text[heaviest.offset : heaviest.offset + heaviest.length]
    why = _("“%(condition)s” has to be looked at row by row in all that you may read.") % {"condition": written[:80]}
    return TooHeavyError(f"{stopped} {why} {_advice(tree, has_deadlines=has_deadlines)}".strip(), heaviest)


def too_common() -> TooHeavyError:
    """The error of a search that was stopped since too many rows have its words."""
    return TooHeavyError(
        _("Too many results: these words are in too many rows to be looked for. Add a word, or narrow the filter."),
        Place(),
    )


def _advice(tree: Tree, *, has_deadlines: bool) -> str:
    top = {part.field for part in conjuncts(tree) if isinstance(part, Condition) and part.operator not in DENIED}
    if "responsible" not in top and has_deadlines and not top & NARROWING:
        return _("Add a responsible person or a deadline, as in “responsible:me” or “deadline:this-month”.")
    if "responsible" not in top:
        return _("Add a responsible person, as in “responsible:me”.")
    if has_deadlines and not top & NARROWING - {"responsible"}:
        return _("Add a deadline, as in “deadline:this-month”, or fewer persons.")
    return _("Ask for less: fewer persons, a shorter time, fewer conditions.")


def _weighed(tree: Tree, *, is_top: bool = True, more: int = 0) -> Iterator[tuple[int, Condition]]:
    """Each condition that no index serves, with a weight; of the heaviest, the first is named."""
    match tree:
        case Condition():
            if not (is_top and _narrows(tree)):
                yield _weight(tree) + more, tree
        case Not(part):
            yield from _weighed(part, is_top=False, more=more + 1)
        case All(parts):
            for part in parts:
                yield from _weighed(part, is_top=is_top, more=more)
        case Either(parts):
            for part in parts:
                yield from _weighed(part, is_top=False, more=more)


def _narrows(condition: Condition) -> bool:
    return condition.field in NARROWING | {"is"} and condition.operator not in DENIED


def _weight(condition: Condition) -> int:
    """A text to be read weighs more than another row to be fetched, and that more than a column."""
    return 4 * (condition.operator in _TEXT_OPERATORS) + 3 * ("." in condition.field) + len(condition.values) // 20
