"""A page of a filter of which some has no index, or of what a search finds: its rows are few or many, and nobody knows
beforehand.

Of a filter PostgreSQL is asked what finding all of them would cost. Unless that is little, the first rows that the
filter's indexed part takes are asked one by one, in order (lists/trying.py). Where they fill the page, it is right, since
no row before them was left out. Else all are found and sorted: from the elements that lead to them, from the whole table
read once, or as the planner thinks best (docs/adr/0012).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from relance.activities import policy
from relance.activities.policy import Selection
from relance.activities.selecting import Asked
from relance.kit.actor import Actor
from relance.kit.sql import TRUE, Sql, all_of, bigints, fetch_all, fetch_column, join, planned_cost, sql
from relance.lists import queries as lists
from relance.lists import trying
from relance.lists.queries import Window
from relance.lists.terms import Branch

# So many entries of an index in order are tried at most.
MOST_IN_ORDER = 20_000
# What PostgreSQL thinks as cheap as trying is not tried first: few rows that an index leads to.
CHEAP, CHEAP_IN_ORDER = 3_000, 300
# What asking one row costs, in the same units: its binding, its activity, its elements; in order of one index, in which
# most are passed over since the actor may not read them; in that of the activities themselves.
COST_OF_A_ROW, COST_IN_ORDER, COST_IN_OWN_ORDER = 5, 2, 1
# So few elements are fetched beforehand: what leads to them is read once, and the planner knows how many there are.
FEW_ELEMENTS, FEW_CLIENTS = 1_000, 50
# What finding all activities of some elements costs at most, however many elements: an index in order of elements.
COST_OF_SOURCES = 6_000
# Where fewer of the first rows are found, the bounded scan would end before it has a page of them.
SHARE_SCANNED = 0.05


@dataclass(frozen=True, slots=True)
class _Led:
    """The elements of a source, as an array."""

    elements: Sql
    is_bound: bool
    are_many: bool = True


def found_ids(actor: Actor, asked: Asked, scanned: Branch | None, ways: Sequence[Branch], window: Window) -> Sql:
    """The (k, id) of a page and of one row more, as a query. The bounded scan, where it is quicker to begin with, and the
    ways lead to what the indexed part takes, in order.
    """
    whole = _whole(actor, asked, window)
    if asked.found:
        # What was tried came in the list's own direction.
        is_own = window.descending == any(one.is_completed for one in asked.selections)
        found = asked.found if is_own else replace(asked.found, first=())
        if scanned and found.share > SHARE_SCANNED:
            return found.page([scanned], window) or found.page(ways, window) or whole
        return found.page(ways, window) or whole
    branches = [scanned] if scanned else ways
    led = _few(asked)
    if led:
        rest = asked.rest if len(led) == len(asked.sources) else asked.selections[0].asked
        return _led_to_by(actor, asked, led, rest, window)
    cost = planned_cost(whole)
    if cost <= (CHEAP_IN_ORDER if _is_one_way(asked, branches) else CHEAP):
        return whole
    if asked.sources:
        cost = min(cost, COST_OF_SOURCES)
    return _tried(actor, asked, branches, window, cost) or _all(actor, asked, window, whole)


def _few(asked: Asked) -> list[_Led]:
    """The elements that lead to what fits, of those conditions that few elements fit. Of some persons' activities, which
    are few themselves, other ways are tried first.
    """
    if asked.selections[0].whose is not None:
        return []
    found = ((source, fetch_column(sql("{} LIMIT {}", source.elements, FEW_ELEMENTS + 1))) for source in asked.sources)
    return [
        _Led(bigints(ids), source.is_bound, len(ids) > FEW_CLIENTS) for source, ids in found if len(ids) <= FEW_ELEMENTS
    ]


def _tried(actor: Actor, asked: Asked, branches: Sequence[Branch], window: Window, cost: float) -> Sql | None:
    """A page of the first rows that fit, if they are found for less than `cost`; None if not."""
    if _is_one_way(asked, branches):
        return _tried_in_order(actor, asked, branches[0], window, cost)
    fits = sql("(SELECT {} FROM activities_activity a WHERE a.id = p.id)", asked.selections[0].asked)

    def is_worth(count: int) -> bool:
        return count * COST_OF_A_ROW <= max(cost, trying.TRIED * COST_OF_A_ROW)

    return trying.first_that_fit(branches, window, fits, is_worth)


def _is_one_way(asked: Asked, branches: Sequence[Branch]) -> bool:
    return len(asked.selections) == 1 and len(branches) == 1 and branches[0].keys is None


def _tried_in_order(actor: Actor, asked: Asked, branch: Branch, window: Window, cost: float) -> Sql | None:
    """The same along one index, which is read no farther than the page's end."""
    selection = asked.selections[0]
    if selection.whose is None and policy.reads_all(actor):
        # Within a subquery, even of nothing: no EXISTS of it may be answered for all rows beforehand.
        fits = sql("(SELECT {})", selection.asked)
        branch, cost_of_a_row = policy.everything(selection), COST_IN_OWN_ORDER
    else:
        fits = sql("(SELECT {} FROM activities_activity a WHERE a.id = b.activity_id)", selection.asked)
        cost_of_a_row = COST_IN_ORDER
    asked_of = replace(branch, filter=all_of([branch.filter, fits]))
    most = max(trying.TRIED, int(cost) // cost_of_a_row)
    for _step in range(2):
        bounded = replace(asked_of, within=min(most, MOST_IN_ORDER))
        query = sql(
            "SELECT q.k::text AS k, q.id FROM ({}) q {}", lists.page_ids([bounded], window), lists.cut(window, "q.")
        )
        rows = fetch_all(query)
        if len(rows) > window.size or not lists.reaches_beyond(bounded, window):
            return trying.as_rows(rows, window)
        # Half as much again as should be enough, if that is still less than what finding all is thought to cost.
        most, before = most * 3 * (window.size + 1) // (2 * max(1, len(rows))), most
        if most > min(3 * before, MOST_IN_ORDER):
            return None
    return None


def _all(actor: Actor, asked: Asked, window: Window, whole: Sql) -> Sql:
    """All that fits, found in the way that reads least of the tables."""
    if asked.sources:
        led = [_Led(sql("ARRAY({})", source.elements), source.is_bound) for source in asked.sources]
        return _led_to_by(actor, asked, led, asked.rest, window)
    is_wide = policy.reads_all(actor) or policy.scan(actor, asked.selections[0]) is not None
    if len(asked.selections) > 1 and is_wide and asked.selections[0].whose is None:
        return _from_table(actor, asked, window)
    return whole


def _led_to_by(actor: Actor, asked: Asked, led: Sequence[_Led], rest: Sql, window: Window) -> Sql:
    """From the elements that all that fits is bound to, or has for clients; the rest is asked in order, to the page's end."""
    halves = (join(" INTERSECT ", (_half_of(half, one, window) for one in led)) for half in asked.selections)
    is_readable = policy.reads_all(actor) or any(one.is_bound for one in led)
    conditions = [
        Sql("a.deleted_at IS NULL"),
        policy.of_whom(asked.selections[0]),
        rest,
        TRUE if is_readable else policy.readable(actor, Sql("a.id")),
    ]
    return _in_order(join(" UNION ALL ", (sql("({})", half) for half in halves)), all_of(conditions), window)


def _half_of(selection: Selection, led: _Led, window: Window) -> Sql:
    """The (k, id) of the activities of one half that are bound to these elements, or have them for clients."""
    if led.is_bound:
        # Of what is completed only what the index knows: the rest is asked of the activity.
        done = all_of([Sql("b.completed_at IS NOT NULL"), selection.span])
        live = done if selection.is_completed else selection.live
        branch = Branch(policy.BINDINGS, live, selection.key, policy.ACTIVITY_ID)
        among = sql("b.element_id = ANY({})", led.elements)
    else:
        branch = policy.everything(selection)
        clients = sql("SELECT c.activity_id FROM activities_client c WHERE c.element_id = ANY({})", led.elements)
        # Of many clients' activities each is looked up among all: IS TRUE keeps the planner from going to each of them.
        among = sql("(a.id IN ({})) IS TRUE" if led.are_many else "a.id IN ({})", clients)
    where = all_of([branch.where, among, lists.after(branch, window)])
    return sql("SELECT DISTINCT {} AS k, {} AS id FROM {} WHERE {}", branch.key, branch.id, branch.source, where)


def _from_table(actor: Actor, asked: Asked, window: Window) -> Sql:
    """Both halves of the table read at once, since nothing leads to what fits; then who may read it, to the page's end."""
    key = Sql("CASE WHEN a.is_completed THEN a.completed_at ELSE a.due_at END")
    branch = Branch(policy.ACTIVITIES, Sql("a.deleted_at IS NULL"), key, Sql("a.id"))
    where = all_of([branch.where, asked.selections[0].asked, lists.after(branch, window)])
    fitting = sql("SELECT {} AS k, a.id FROM activities_activity a WHERE {}", key, where)
    return _in_order(fitting, policy.readable(actor, Sql("a.id")), window)


def _in_order(found: Sql, condition: Sql, window: Window) -> Sql:
    """The first of the (k, id) found whose activity `a` fits. A scalar subquery in the outer query alone: asked in order, it
    stops at the page's end, and no join is made of it.
    """
    fits = sql("(SELECT {} FROM activities_activity a WHERE a.id = c.id)", condition)
    return sql(
        "SELECT c.k, c.id FROM (SELECT f.k, f.id FROM ({}) f {}) c WHERE {} {}",
        found,
        lists.order(window, "f."),
        fits,
        lists.cut(window, "c."),
    )


def _whole(actor: Actor, asked: Asked, window: Window) -> Sql:
    """Everything that fits and lies behind the cursor, then its first rows: what is rare must not be waited for in order."""
    if asked.found:
        halves = [
            _half(one, all_of([policy.half(one), sql("a.id IN ({})", asked.found.ids)]), window)
            for one in asked.selections
        ]
    else:
        halves = [_half(selection, policy.tested(actor, selection), window) for selection in asked.selections]
    query = join(" UNION ALL ", halves)
    return sql("SELECT k, id FROM (WITH f AS MATERIALIZED ({}) SELECT * FROM f) u {}", query, lists.cut(window))


def _half(selection: Selection, where: Sql, window: Window) -> Sql:
    branch = Branch(
        source=policy.ACTIVITIES,
        where=where,
        key=Sql("a.completed_at") if selection.is_completed else Sql("a.due_at"),
        id=Sql("a.id"),
    )
    where = all_of([branch.where, lists.after(branch, window)])
    return sql("SELECT {} AS k, {} AS id FROM {} WHERE {}", branch.key, branch.id, branch.source, where)
