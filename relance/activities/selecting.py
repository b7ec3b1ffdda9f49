"""From a filter's text to what a list reads: which half of the table, whose activities, and the condition on the rest.

What stands at the top of the text and has an index (`is:open`, `responsible:me`, a deadline) chooses the way to the
page; everything else is a condition on the activity. The standard filters go the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from relance.activities.filtering import FILTER_FIELDS, Source, source_of
from relance.activities.policy import Selection, ids_within, scan, walk
from relance.activities.searching import SearchedActivities, search_activities
from relance.activities.terms import StandardFilter
from relance.crm.filtering import filter_context
from relance.kit.actor import Actor
from relance.kit.sql import TRUE, Sql, all_of, fetch_value, join, sql
from relance.lists.finding import Found
from relance.lists.grammar.compiling import EMPTY, Context, compiled, field_of, people_at_top, period_of, spans_of
from relance.lists.grammar.parsing import parse
from relance.lists.grammar.tree import EVERYTHING, Between, Condition, Tree, Value, Word, all_parts, conjuncts
from relance.lists.queries import Position, Window
from relance.lists.terms import MOST_RANKED, RANK
from relance.lists.trying import TRIED, Tried, try_rows

# The farthest that a calendar day anywhere is from the same day in UTC.
FARTHEST_ZONE = timedelta(hours=15)
# Of fewer activities, or where PostgreSQL has not counted them yet, its plans may be far from right: each is asked instead.
FEWEST_PLANNED = 10_000
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
    # Where some of it has no index: from which elements all that fits can be found, and what else it must fit, over `a`.
    sources: tuple[Source, ...] = ()
    rest: Sql = TRUE

    @property
    def is_tested(self) -> bool:
        """Whether some of it has no index, so that each activity must be asked."""
        return any(selection.asked != TRUE for selection in self.selections)

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
    context = filter_context(actor)
    selections = _selections(text, context, may_plan=True)
    sources, rest = _sources(text, context) if selections[0].asked != TRUE else ((), TRUE)
    if len(selections) == 1 and not selections[0].is_completed:
        return Asked(selections, "deadline", "deadline", sources=sources, rest=rest)
    return Asked(selections, "-completed", "completed", sources=sources, rest=rest)


def searched(actor: Actor, asked: Asked, text: str) -> Asked:
    """The same, with what a search finds in it alone: the best first, unless that is too much to be ranked."""

    def first(fits: Sql, count: int) -> Tried:
        # By completion or deadline, whatever the list's own order: only how many fit is learnt from it.
        is_descending = any(one.is_completed for one in asked.selections)
        scanned = scan(actor, asked.selections[0]) if len(asked.selections) == 1 and count <= TRIED else None
        ways = [branch for one in asked.selections for branch in walk(actor, one)]
        window = Window("timestamptz", is_descending, Position(), count)
        return try_rows([scanned] if scanned else ways, window, fits, count=count, most=MOST_RANKED)

    found = search_activities(SearchedActivities(actor, asked.selections, first), text)
    if found is None:
        return asked
    # What is known is sorted on the spot, and so is what comes in by an index that knows no elements.
    return replace(
        asked,
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
    return _selections(text, filter_context(actor), may_plan=False)


def _selections(text: str, context: Context, *, may_plan: bool) -> tuple[Selection, ...]:
    """With `may_plan`, what no index serves exactly is left to activities/finding.py; else it is asked of each activity on
    the way.
    """
    whose, rest = people_at_top(parse(text), FILTER_FIELDS, context)
    halves, rest = _halves(rest)
    parts = conjuncts(rest)
    served = [_served(part, context) for part in parts]
    left = all_parts(part for part, one in zip(parts, served, strict=True) if one is None or one.is_rough)
    bounds = all_of(one.over_activity for one in served if one)
    made = partial(Selection, whose=whose, span=all_of(one.over_binding for one in served if one))
    if left == EVERYTHING:
        made = partial(made, instead=bounds)
    elif all(served):
        exact = compiled(left, FILTER_FIELDS, context)
        made = partial(made, condition=_on_binding(exact), instead=all_of([bounds, exact]))
    elif may_plan and (whose is None or whose) and known_rows() >= FEWEST_PLANNED:
        asked = all_of([bounds, compiled(rest, FILTER_FIELDS, context)])
        made = partial(made, bounds=bounds, asked=asked)
    else:
        made = partial(made, condition=_on_binding(compiled(left, FILTER_FIELDS, context)))
    return tuple(made(is_completed=half) for half in halves)


def _sources(text: str, context: Context) -> tuple[tuple[Source, ...], Sql]:
    """From which elements all that a filter takes can be found, and the rest of it."""
    _whose, rest = people_at_top(parse(text), FILTER_FIELDS, context)
    _taken, rest = _halves(rest)
    parts = conjuncts(rest)
    found = [source_of(part, context) for part in parts]
    left = all_parts(part for part, source in zip(parts, found, strict=True) if source is None)
    return tuple(filter(None, found)), TRUE if left == EVERYTHING else compiled(left, FILTER_FIELDS, context)


def known_rows() -> int:
    """How many activities PostgreSQL's planner believes that there are; -1 or 0 before its first count."""
    return int(fetch_value(Sql("SELECT reltuples FROM pg_class WHERE oid = 'activities_activity'::regclass")))


def _on_binding(condition: Sql) -> Sql:
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
    for part in parts:
        match part:
            case Condition("completed" | "overdue" as key, operator, values) if operator != "!=":
                if not _is_empty(values):
                    return (key == "completed",), tree
    return (False, True), tree


def _is_empty(values: tuple[Value, ...]) -> bool:
    return any(isinstance(one, Word) and one.text.lower() == EMPTY and not one.is_quoted for one in values)


def _state(part: Tree) -> str:
    """The word of `is:word`, "" for any other condition."""
    match part:
        case Condition("is", ":", (Word(text=text, prefix=""),)):
            return text.lower()
    return ""


@dataclass(frozen=True, slots=True)
class _Served:
    """A condition that an index serves, over the binding's own copies and over the activity; if rough, it takes too much."""

    over_binding: Sql
    over_activity: Sql
    is_rough: bool = False


def _served(part: Tree, context: Context) -> _Served | None:
    """What an index serves of a condition; None where the activity must be asked."""
    if _state(part) == "overdue":
        return _open(_bounds(None, context.now))
    if _state(part) == "due":
        return _open(_bounds(None, context.now + timedelta(minutes=context.actor.due_soon_minutes)))
    if _state(part) == "waiting":
        return replace(_open(_bounds(NEVER_DUE, None)), is_rough=True)
    match part:
        case Condition("deadline", operator, (Word() | Between() as value,)) if operator != "!=":
            field_of(part, FILTER_FIELDS)
            if _is_empty((value,)):
                return None
            return _due_within(operator, period_of(value, context))
        case Condition("completed", operator, values) if operator != "!=" and not _is_empty(values):
            field_of(part, FILTER_FIELDS)
            return _Served(compiled(part, _COMPLETED, context), compiled(part, FILTER_FIELDS, context))
        case Condition("overdue", operator, (Word() | Between() as value,)) if operator != "!=":
            field_of(part, FILTER_FIELDS)
            return None if _is_empty((value,)) else _late(operator, spans_of(value), context)
    return None


_COMPLETED = {"completed": replace(FILTER_FIELDS["completed"], sql=Sql("b.completed_at"))}


def _due_within(operator: str, days: tuple[date, date]) -> _Served:
    """The deadline's day is asked of the activity; the bounds on due_at are what an index can use."""
    first, last = days
    start = {":": first, ">=": first, ">": last + timedelta(days=1)}.get(operator)
    end = {":": last, "<=": last, "<": first - timedelta(days=1)}.get(operator)
    bounds = _bounds(day_bounds(start, start)[0] if start else None, day_bounds(end, end)[1] if end else None)
    return replace(bounds, is_rough=True)


def _open(served: _Served) -> _Served:
    return _Served(
        all_of([Sql("NOT b.is_completed"), served.over_binding]),
        all_of([Sql("NOT a.is_completed"), served.over_activity]),
    )


def _late(operator: str, days: tuple[int, int], context: Context) -> _Served:
    """Overdue by so many days: the deadline lay so many days before today, and has passed."""
    first, last = (context.today - timedelta(days=count) for count in reversed(days))
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator)
    late, passed = _due_within(turned, (first, last)), _bounds(None, context.now)
    return _Served(
        all_of([late.over_binding, passed.over_binding]),
        all_of([late.over_activity, passed.over_activity]),
        is_rough=True,
    )


def _bounds(start: datetime | None, end: datetime | None) -> _Served:
    def over(due: Sql) -> Sql:
        return all_of(
            [
                sql("{} >= {}", due, start) if start else TRUE,
                sql("{} <= {}", due, end) if end else TRUE,
            ]
        )

    return _Served(over(Sql("b.due_at")), over(Sql("a.due_at")))


def day_bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """The instants that `due_at` lies between where the deadline's day is one of these, whatever the zone."""
    return _utc(first) - FARTHEST_ZONE, _utc(last) + timedelta(days=1) + FARTHEST_ZONE


def _utc(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=UTC)
