"""A page of a filter of which some has no index: its rows are few or many, and nobody knows beforehand.

PostgreSQL is asked what finding all of them would cost. Unless that is little, the first TRIED rows that the filter's
indexed part takes, in order, are asked one by one. Where they fill the page, it is right, since no row before them was
left out. Where they do not, more are tried if so many of them fit that this is cheaper; else all are found and sorted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from relance.activities import policy
from relance.activities.policy import Selection
from relance.activities.selecting import Asked
from relance.kit.actor import Actor
from relance.kit.sql import Sql, all_of, fetch_all, join, planned_cost, sql
from relance.lists import queries as lists
from relance.lists.queries import Window
from relance.lists.terms import Branch

# So many rows are asked before the whole filter is: some 2,000 buffers, about as many as drawing a page takes.
TRIED = 500
MOST_TRIED = 10_000
# What PostgreSQL thinks as cheap as trying is not tried first: few rows that an index leads to.
CHEAP = 3_000
# What asking one row costs, in the same units: its binding, its activity, its elements.
COST_OF_A_ROW = 5


def found_ids(actor: Actor, asked: Asked, branches: Sequence[Branch], window: Window) -> Sql:
    """The (k, id) of a page and of one row more, as a query. `branches` lead to what the indexed part takes, in order."""
    whole = _whole(actor, asked, window)
    cost, tried = planned_cost(whole), TRIED
    if cost <= CHEAP:
        return whole
    while tried <= MOST_TRIED and tried * COST_OF_A_ROW <= max(cost, TRIED * COST_OF_A_ROW):
        rows = fetch_all(_tried(asked, branches, window, tried))
        seen = rows.pop()["id"]
        if len(rows) > window.size or (
            seen <= tried and not any(map(partial(lists.reaches_beyond, window=window), branches))
        ):
            return sql(
                "SELECT w.k, w.id FROM unnest({}::{}[], {}::bigint[]) AS w (k, id)",
                [row["k"] for row in rows],
                Sql(window.cast),
                [row["id"] for row in rows],
            )
        # Twice what should be enough, if those that fit go on as they began.
        tried = 2 * tried * (window.size + 1) // max(1, len(rows))
    return whole


def _tried(asked: Asked, branches: Sequence[Branch], window: Window, tried: int) -> Sql:
    """The first rows that fit among those tried, in order, and at last how many were tried."""
    fits = sql("(SELECT {} FROM activities_activity a WHERE a.id = p.id)", asked.selections[0].asked)
    return sql(
        """
        WITH p AS MATERIALIZED ({})
        (SELECT p.k::text AS k, p.id FROM p WHERE {} {})
        UNION ALL (SELECT NULL, count(*) FROM p)
        """,
        lists.page_ids(branches, replace(window, size=tried)),
        fits,
        lists.cut(window, "p."),
    )


def _whole(actor: Actor, asked: Asked, window: Window) -> Sql:
    """Everything that fits and lies behind the cursor, then its first rows: what is rare must not be waited for in order."""
    halves = join(" UNION ALL ", (_all_of_half(actor, selection, window) for selection in asked.selections))
    return sql("SELECT k, id FROM (WITH f AS MATERIALIZED ({}) SELECT * FROM f) u {}", halves, lists.cut(window))


def _all_of_half(actor: Actor, selection: Selection, window: Window) -> Sql:
    branch = Branch(
        source=Sql("activities_activity a"),
        where=policy.tested(actor, selection),
        key=Sql("a.completed_at") if selection.is_completed else Sql("a.due_at"),
        id=Sql("a.id"),
    )
    where = all_of([branch.where, lists.after(branch, window)])
    return sql("SELECT {} AS k, {} AS id FROM {} WHERE {}", branch.key, branch.id, branch.source, where)
