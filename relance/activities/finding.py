"""A page of a filter of which some has no index, or of what a search finds: its rows are few or many, and nobody knows
beforehand.

Of a filter PostgreSQL is asked what finding all of them would cost. Unless that is little, the first rows that the
filter's indexed part takes are tried in order (lists/trying.py); else all are found and sorted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from relance.activities import policy
from relance.activities.policy import Selection
from relance.activities.selecting import Asked
from relance.kit.actor import Actor
from relance.kit.sql import Sql, all_of, join, planned_cost, sql
from relance.lists import queries as lists
from relance.lists import trying
from relance.lists.queries import Window
from relance.lists.terms import Branch

# What PostgreSQL thinks as cheap as trying is not tried first: few rows that an index leads to.
CHEAP = 3_000
# What asking one row costs, in the same units: its binding, its activity, its elements.
COST_OF_A_ROW = 5
# Where fewer of the first rows are found, the bounded scan would end before it has a page of them.
SHARE_SCANNED = 0.05


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
    cost = planned_cost(whole)
    if cost <= CHEAP:
        return whole
    fits = sql("(SELECT {} FROM activities_activity a WHERE a.id = p.id)", asked.selections[0].asked)

    def is_worth(count: int) -> bool:
        return count * COST_OF_A_ROW <= max(cost, trying.TRIED * COST_OF_A_ROW)

    return trying.first_that_fit([scanned] if scanned else ways, window, fits, is_worth) or whole


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
        source=Sql("activities_activity a"),
        where=where,
        key=Sql("a.completed_at") if selection.is_completed else Sql("a.due_at"),
        id=Sql("a.id"),
    )
    where = all_of([branch.where, lists.after(branch, window)])
    return sql("SELECT {} AS k, {} AS id FROM {} WHERE {}", branch.key, branch.id, branch.source, where)
