"""How a list is searched: from the words to the rows, or from the rows to the words, whichever reads less.

Words that few rows have lead to those rows, and the reader's rights and filter are asked of these. Words that very many
rows have are asked of the list's own rows instead, in the list's order. Only how long it takes depends on rows that the
reader may not see; what he finds, how it is ordered and whether a mistake is forgiven depend on his own rows alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from relance.kit.sql import FALSE, TRUE, Sql, all_of, fetch_one, join, sql
from relance.lists.queries import bounded_count
from relance.lists.searching import Search, Term, read_search
from relance.lists.terms import MOST_RANKED, RANK, Page

# So many candidates are looked at one by one; a list of so many rows is looked at row by row.
FEW_CANDIDATES = 5_000
FEW_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Searched:
    """A listing as it is searched.

    `candidates` is a query of the ids that have a term, whoever may read them, and may repeat; `distinct` the same, each
    once. `matches` asks one row, by the SQL of its id. `within` is the query of the ids of the list's rows that a
    condition takes; `among` of those that are among the candidates of a query.
    """

    row_id: Sql
    candidates: Callable[[Term], Sql]
    distinct: Callable[[Term], Sql]
    matches: Callable[[Term, Sql], Sql]
    rank: Callable[[Search], Sql]
    within: Callable[[Sql], Sql]
    among: Callable[[Sql], Sql]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search takes of a list.

    `condition` is over the list's row; `ids` the query of what the reader finds; `rank` the order by which it comes.
    `is_few`: it is read from the words. `is_ranked`: no more than can be ranked.
    """

    search: Search
    condition: Sql
    ids: Sql
    rank: Sql
    is_few: bool
    is_ranked: bool


def find(listing: Searched, text: str) -> Found | None:
    """What a text finds in a list: as it is written, or where that finds nothing with one mistake in each word; None where
    the text has no word at all.
    """
    search = read_search(text)
    if search.is_empty:
        return None
    found, is_any = _found(listing, search)
    if is_any or not search.can_forgive:
        return found
    return _found(listing, search.forgiving())[0]


def found_page(page: Page, found: Found | None, sort: str) -> Page:
    """A page with what was searched; it says so where there was too much to be ranked, and no other order was asked for."""
    if found is None:
        return page
    refused = page.refused_sort or ("" if sort or found.is_ranked else RANK)
    return replace(page, search=found.search, refused_sort=refused)


def _found(listing: Searched, search: Search) -> tuple[Found, bool]:
    """What a search finds, and whether it is anything."""
    sizes = _sizes(listing, search)
    rarest = sizes.index(min(sizes))
    driver, others = search.terms[rarest], [term for term in search.terms if term is not search.terms[rarest]]
    rank = listing.rank(search)
    if not sizes[rarest]:
        return Found(search, FALSE, listing.within(FALSE), rank, is_few=True, is_ranked=True), False
    if sizes[rarest] <= FEW_CANDIDATES:
        few = sql("{} = ANY(ARRAY({}))", listing.row_id, listing.candidates(driver))
        condition = all_of([few, *(listing.matches(term, listing.row_id) for term in others)])
        ids = listing.within(condition)
        return Found(search, condition, ids, rank, is_few=True, is_ranked=True), _is_any(ids)
    condition = all_of(listing.matches(term, listing.row_id) for term in search.terms)
    ids = listing.within(condition)
    if bounded_count(listing.within(TRUE), FEW_ROWS) > FEW_ROWS:
        matched = all_of(listing.matches(term, Sql("w.id")) for term in others)
        ids = listing.among(sql("SELECT w.id FROM ({}) w (id) WHERE {}", listing.distinct(driver), matched))
    count = bounded_count(ids, MOST_RANKED)
    return Found(search, condition, ids, rank, is_few=False, is_ranked=count <= MOST_RANKED), count > 0


def _sizes(listing: Searched, search: Search) -> list[int]:
    """How many candidates each term has, one above what is few at the most."""
    counts = (
        sql("SELECT count(*) FROM (SELECT FROM ({}) c LIMIT {}) l", listing.candidates(term), FEW_CANDIDATES + 1)
        for term in search.terms
    )
    row = fetch_one(sql("SELECT ARRAY[{}] AS sizes", join(", ", (sql("({})", count) for count in counts))))
    return [] if row is None else list(row["sizes"])


def _is_any(ids: Sql) -> bool:
    return fetch_one(sql("SELECT 1 FROM ({}) i LIMIT 1", ids)) is not None
