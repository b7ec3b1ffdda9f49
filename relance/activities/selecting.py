"""From a filter's text to what a list reads: which half of the table, whose activities, and the condition on the rest.

What stands at the top of the text and has an index (`is:open`, `responsible:me`, a deadline) chooses the way to the
page; everything else is a condition on the activity. The standard filters go the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from relance.activities.filtering import FILTER_FIELDS
from relance.activities.policy import Selection, ids_within
from relance.activities.searching import search_activities
from relance.activities.terms import StandardFilter
from relance.crm.filtering import filter_context
from relance.kit.actor import Actor
from relance.kit.sql import TRUE, Sql, all_of, join, sql
from relance.lists.finding import Found
from relance.lists.grammar.compiling import Context, compiled, field_of, people_at_top, period_of
from relance.lists.grammar.parsing import parse
from relance.lists.grammar.tree import Between, Condition, Tree, Word, all_parts, conjuncts
from relance.lists.terms import RANK

# The farthest that a calendar day anywhere is from the same day in UTC.
FARTHEST_ZONE = timedelta(hours=15)
# How `due_at` says that there is no deadline.
NEVER_DUE = datetime(9999, 12, 31, tzinfo=UTC)
HALVES = {"open": (False,), "overdue": (False,), "due": (False,), "waiting": (False,), "completed": (True,)}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for: one half of the activities or both, in its own order.

    `native` is the column whose order the indexes serve; `is_waiting` is the standard filter that has one of its own.
    """

    selections: tuple[Selection, ...]
    own_sort: str
    native: str
    is_waiting: bool = False
    found: Found | None = None

    def ids(self, actor: Actor) -> Sql:
        """All ids, as a query: no activity is in both halves."""
        if self.found:
            return self.found.ids
        return join(" UNION ALL ", (ids_within(actor, selection) for selection in self.selections))


def asked_by_filter(actor: Actor, standard: StandardFilter) -> Asked:
    """What a standard filter asks for."""
    own = {"due": "deadline", "created": "created", "-completed": "-completed"}[standard.sort]
    is_waiting = standard.only == "incoming"
    native = "created" if is_waiting else "completed" if standard.is_completed else "deadline"
    return Asked(selections_of(actor, standard.text), own, native, is_waiting)


def asked_by_text(actor: Actor, text: str) -> Asked:
    """What a custom filter asks for. Where it takes open and completed ones, they come by completion or deadline.

    Raises:
        FilterError: the text is no filter of activities.
    """
    selections = selections_of(actor, text)
    if len(selections) == 1 and not selections[0].is_completed:
        return Asked(selections, "deadline", "deadline")
    return Asked(selections, "-completed", "completed")


def searched(actor: Actor, asked: Asked, text: str) -> Asked:
    """The same, with what a search finds in it alone: the best first, unless that is too much to be ranked."""
    found = search_activities(actor, text, asked.selections)
    if found is None:
        return asked
    # What is read from the words is sorted on the spot, and so is what comes in by an index that knows no elements.
    return replace(
        asked,
        selections=tuple(replace(one, condition=all_of([one.condition, found.condition])) for one in asked.selections),
        own_sort=RANK if found.is_ranked else asked.own_sort,
        native="" if found.is_few or asked.is_waiting else asked.native,
        is_waiting=False,
        found=found,
    )


def selections_of(actor: Actor, text: str) -> tuple[Selection, ...]:
    """The halves of the table that a filter's text takes, with their conditions.

    Raises:
        FilterError: the text is no filter of activities.
    """
    context = filter_context(actor)
    whose, rest = people_at_top(parse(text), FILTER_FIELDS, context)
    halves, rest = _halves(rest)
    served = [_served(part, context) for part in conjuncts(rest)]
    others = all_parts(part for part, done in zip(conjuncts(rest), served, strict=True) if done is None)
    condition = all_of(
        [*(done for done in served if done is not None), _on_activity(compiled(others, FILTER_FIELDS, context))]
    )
    return tuple(Selection(is_completed=half, whose=whose, condition=condition) for half in halves)


def _on_activity(condition: Sql) -> Sql:
    if condition == TRUE:
        return TRUE
    # A scalar subquery, not EXISTS: the planner must not turn it into a join that reads the activities from end to end.
    return sql("(SELECT {} FROM activities_activity a WHERE a.id = b.activity_id)", condition)


def _halves(tree: Tree) -> tuple[tuple[bool, ...], Tree]:
    """Which halves the top asks for, without the first condition that only says that."""
    parts = conjuncts(tree)
    for part in parts:
        state = _state(part)
        if state in HALVES:
            rest = (
                tree
                if state in {"overdue", "due", "waiting"}
                else all_parts(other for other in parts if other is not part)
            )
            return HALVES[state], rest
    return (False, True), tree


def _state(part: Tree) -> str:
    """The word of `is:word`, "" for any other condition."""
    match part:
        case Condition("is", ":", (Word(text=text, prefix=""),)):
            return text.lower()
    return ""


def _served(part: Tree, context: Context) -> Sql | None:
    """A condition on the binding's own copies, which an index serves; None where the activity must be asked."""
    if _state(part) == "overdue":
        return sql("NOT b.is_completed AND b.due_at <= {}", context.now)
    if _state(part) == "due":
        soon = context.now + timedelta(minutes=context.actor.due_soon_minutes)
        return sql("NOT b.is_completed AND b.due_at <= {}", soon)
    if _state(part) == "waiting":
        return sql("NOT b.is_completed AND b.due_at = {} AND {}", NEVER_DUE, _on_activity(Sql("a.is_incoming")))
    match part:
        case Condition("deadline", operator, (Word() | Between() as value,)) if operator != "!=":
            field_of(part, FILTER_FIELDS)
            if isinstance(value, Word) and value.text.lower() == "empty" and not value.is_quoted:
                return None
            return _due_within(part, operator, period_of(value, context), context)
    return None


def _due_within(part: Condition, operator: str, days: tuple[date, date], context: Context) -> Sql:
    """The deadline's day is asked of the activity; the bounds on due_at are what an index can use."""
    first, last = day_bounds(*days)
    bounds = []
    if operator in {":", ">", ">="}:
        bounds.append(sql("b.due_at >= {}", first))
    if operator in {":", "<", "<="}:
        bounds.append(sql("b.due_at <= {}", last))
    return all_of([*bounds, _on_activity(compiled(part, FILTER_FIELDS, context))])


def day_bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """The instants that `due_at` lies between where the deadline's day is one of these, whatever the zone."""
    return _utc(first) - FARTHEST_ZONE, _utc(last) + timedelta(days=1) + FARTHEST_ZONE


def _utc(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=UTC)
