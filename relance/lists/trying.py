"""A condition that no index serves is tried on the list's first rows, in order, before all that have it are looked for.

Custom filters and searches alike. Where those that fit fill the page, it is right, since no row before them was left out.
Where they do not, more are tried as long as that is worth while: twice what should be enough, if those that fit go on as
they began.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from relance.kit.sql import Row, Sql, fetch_all, sql
from relance.lists import queries as lists
from relance.lists.queries import Window
from relance.lists.terms import Branch

# So many rows are asked first: some 2,000 buffers, about as many as drawing a page takes.
TRIED = 500
MOST_TRIED = 10_000


@dataclass(frozen=True, slots=True)
class Tried:
    """Those of a list's first rows that fit, as (k, id) in order; `is_all`: there are no rows behind those tried;
    `is_cut`: a bounded branch ended before as many were tried as should be.
    """

    rows: list[Row]
    is_all: bool
    is_cut: bool = False


def first_that_fit(
    branches: Sequence[Branch], window: Window, fits: Sql, is_worth: Callable[[int], bool], *, share: float = 1
) -> Sql | None:
    """The (k, id) of a page and of one row more, as a query; None where trying so many rows `is_worth` it no longer.

    `fits` is over the row's id, `p.id`; the branches lead to what the indexed part takes, in order. `share` is how many of
    the rows are thought to fit.
    """
    count = TRIED if share >= 1 else int(max(TRIED, 1.5 * (window.size + 1) / max(share, 1 / MOST_TRIED)))
    while count <= MOST_TRIED and is_worth(count):
        tried = try_rows(branches, window, fits, count=count, most=window.size)
        if len(tried.rows) > window.size or tried.is_all:
            return as_rows(tried.rows, window)
        if tried.is_cut:
            return None
        count = 2 * count * (window.size + 1) // max(1, len(tried.rows))
    return None


def as_rows(rows: Sequence[Row], window: Window) -> Sql:
    """Some (k, id) as a query."""
    return sql(
        "SELECT w.k, w.id FROM unnest({}::{}[], {}::bigint[]) AS w (k, id)",
        [row["k"] for row in rows],
        Sql(window.cast),
        [row["id"] for row in rows],
    )


def try_rows(branches: Sequence[Branch], window: Window, fits: Sql, *, count: int, most: int) -> Tried:
    """Of the first `count` rows behind the window's cursor those that fit, no more than one above `most`."""
    rows = fetch_all(
        sql(
            """
            WITH p AS MATERIALIZED ({})
            (SELECT p.k::text AS k, p.id FROM p WHERE {} {})
            UNION ALL (SELECT NULL, count(*) FROM p)
            """,
            lists.page_ids(branches, replace(window, size=count)),
            fits,
            lists.cut(replace(window, size=most), "p."),
        )
    )
    seen = rows.pop()["id"]
    if seen > count:
        return Tried(rows, is_all=False)
    is_cut = any(map(partial(lists.reaches_beyond, window=window), branches))
    return Tried(rows, is_all=not is_cut, is_cut=is_cut)
