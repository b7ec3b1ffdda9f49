"""How a list is searched: from the words to the rows, or from the rows to the words, whichever reads less.

Words that few rows have lead to those rows, and the reader's rights and filter are asked of these. Words that many rows
have are tried on the list's own first rows, in its order; where that does not tell how much there is, the words lead to
as many rows as can be ranked. Only how long it takes depends on rows that the reader may not see; what he finds, how it
is ordered and whether a mistake is forgiven depend on his own rows alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from relance.kit.sql import Row, Sql, all_of, bigints, fetch_column, fetch_one, join, planned_words, sql
from relance.lists import trying
from relance.lists.queries import Position, Window, bounded_count
from relance.lists.searching import Search, Term, asks_for, read_search
from relance.lists.terms import MOST_RANKED, RANK, Branch, Page
from relance.lists.trying import Tried

# So many candidates are looked at one by one; a list of so many rows is looked at row by row.
FEW_CANDIDATES = 2_000
FEW_ROWS = 10_000
# Where one of so many of the list's first rows is found, its rows are read, not the words.
DENSE = 50
# So few of the candidates are rather tried as rows of the list.
TRIED_OF = 8
# An activity has so many elements, and is a candidate through each of them, as a rule at the most.
REPEATED = 4


class Searched(Protocol):
    """A listing as it is searched. `ease`: so many times as many candidates as elsewhere are few."""

    @property
    def ease(self) -> int: ...

    def frequent(self) -> Mapping[str, float]:
        """The words that many rows have, and how many about."""
        ...

    def words(self) -> Sequence[Sql]:
        """What has words, each the FROM and WHERE of the rows that have the word or beginning `n.word`."""
        ...

    def candidates(self, term: Term) -> Sql:
        """The query of the ids that have a term, whoever may read them; the same one may come more than once."""
        ...

    def matches(self, term: Term, row_id: Sql) -> Sql:
        """The row with this id has the term."""
        ...

    def rank(self, search: Search) -> Sql:
        """How well a row of the list fits."""
        ...

    def among(self, term: Term, others: Sql) -> Sql:
        """The ids of the list's rows that have a term, and `others` over `i.id`; the same one may come more than once."""
        ...

    def rows(self, condition: Sql) -> Sql:
        """The ids of the list's rows that a condition over `r.id` takes, each once."""
        ...

    def fits(self, condition: Sql) -> Sql:
        """The row `p.id` of the list's first rows is taken by its filter, and by a condition over `p.id`."""
        ...

    def tried(self, fits: Sql, count: int) -> Tried:
        """Of the list's first rows, in its own order, those that fit, up to MOST_RANKED and one more."""
        ...

    def is_short(self, most: int) -> bool:
        """The whole list is no longer than this; it may be said of fewer."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """What a search takes of a list.

    `known` are the ids where they are few enough to be read at once. Else `among` is the query of them, where the same one
    may come more than once; `first` are (k, id) of some in the list's own order, and `share` how many of its first rows are
    found. `fits` is the condition over `p.id` that asks one of the list's rows. `is_led`: a term leads there that texts seldom
    have, so most of what it leads to, by elements of the list's own rows, is found.
    """

    listing: Searched
    search: Search
    among: Sql
    fits: Sql
    known: Sequence[int] | None = None
    first: Sequence[Row] = ()
    share: float = 0
    is_led: bool = False

    @property
    def is_few(self) -> bool:
        """It is known what is found."""
        return self.known is not None

    @property
    def is_dense(self) -> bool:
        """So many of the list's rows are found that these are read, not what has the words."""
        return self.share * DENSE >= 1 or len(self.first) > MOST_RANKED

    @property
    def is_ranked(self) -> bool:
        """It is no more than can be ranked."""
        return self.known is not None and len(self.known) <= MOST_RANKED

    @property
    def rank(self) -> Sql:
        """The order by which it comes."""
        return self.listing.rank(self.search)

    @property
    def ids(self) -> Sql:
        """The ids, each once, as a query."""
        if self.known is not None:
            return sql("SELECT unnest({}) AS id", bigints(self.known))
        if not self.is_dense:
            return sql("SELECT DISTINCT d.id FROM ({}) d", self.among)
        return self.listing.rows(all_of(self.listing.matches(term, Sql("r.id")) for term in self.search.terms))

    def count(self, most: int) -> int:
        """How many there are, counting no further than one above `most`."""
        if self.known is not None:
            return min(len(self.known), most + 1)
        if self.is_led or not self.is_dense:
            known = _distinct(self.among, most)
            if known is not None:
                return len(known)
        return bounded_count(self.ids, most)

    def page(self, branches: Sequence[Branch], window: Window) -> Sql | None:
        """The (k, id) of a page in the list's own order, as a query; None where its rows are not worth trying."""
        if window.position == Position() and len(self.first) > window.size:
            return trying.as_rows(self.first[: window.size + 1], window)
        return trying.first_that_fit(branches, window, self.fits, lambda _count: True, share=self.share)


def find(listing: Searched, text: str) -> Found | None:
    """What a text finds in a list: as it is written, or where that finds nothing with one mistake in each word; None where
    the text has no word at all.
    """
    search = read_search(text)
    if search.is_empty:
        return None
    common = listing.frequent()
    found = _found(listing, search, common)
    if found.known is None or found.known or not search.can_forgive:
        return found
    return _found(listing, search.forgiving(_there(listing, search.near, common)), common)


def found_page(page: Page, found: Found | None, sort: str) -> Page:
    """A page with what was searched; it says so where there was too much to be ranked, and no other order was asked for."""
    if found is None:
        return page
    refused = page.refused_sort or ("" if sort or found.is_ranked else RANK)
    return replace(page, search=found.search, refused_sort=refused)


def common_words(table: str, column: str) -> dict[str, float]:
    """The words of a table that more of its rows have than are looked at one by one."""
    return {word: rows for word, rows in planned_words(table, column).items() if rows > FEW_CANDIDATES}


def _found(listing: Searched, search: Search, common: Mapping[str, float]) -> Found:
    sizes = _sizes(listing, search, common)
    rarest = sizes.index(min(sizes))
    driver, others = search.terms[rarest], [*search.terms[:rarest], *search.terms[rarest + 1 :]]
    among = listing.among(driver, all_of(listing.matches(term, Sql("i.id")) for term in others))
    fits = listing.fits(all_of(listing.matches(term, Sql("p.id")) for term in search.terms))
    found = Found(listing, search, among, fits, known=(), is_led=not _common_rows(driver, common))
    if not sizes[rarest]:
        return found
    if sizes[rarest] <= FEW_CANDIDATES * listing.ease:
        return replace(found, known=fetch_column(sql("SELECT DISTINCT d.id FROM ({}) d", among)))
    tried, share = _tried(listing, fits, sizes[rarest])
    if tried.is_all and len(tried.rows) <= MOST_RANKED:
        return replace(found, known=[row["id"] for row in tried.rows])
    if not tried.is_all and len(tried.rows) <= MOST_RANKED:
        known = _distinct(among, MOST_RANKED)
        if known is None or len(known) <= MOST_RANKED:
            return replace(found, known=known, first=tried.rows, share=share)
    return replace(found, known=None, first=tried.rows, share=share)


def _distinct(among: Sql, most: int) -> list[int] | None:
    """The ids of a query that may repeat them, each once: all, or more than `most`; None if they repeat too often to say."""
    for limit in ((most + 1) * 5 // 4, REPEATED * (most + 1)):
        ids = fetch_column(sql("SELECT * FROM ({}) f LIMIT {}", among, limit))
        known = list(dict.fromkeys(ids))
        if len(ids) < limit or len(known) > most:
            return known[: most + 1]
    return None


def _tried(listing: Searched, fits: Sql, candidates: float) -> tuple[Tried, float]:
    """The list's first rows that fit, of so many as should tell whether there are too many to be ranked; and their share.
    Of very many candidates, which are all asked otherwise, more rows are worth trying.
    """
    tried = listing.tried(fits, trying.TRIED)
    share = len(tried.rows) / trying.TRIED
    if tried.is_all or len(tried.rows) > MOST_RANKED:
        return tried, share
    # A quarter more than should be enough, if those that fit go on as they began.
    enough = int((MOST_RANKED + 1) * 1.25 / max(share, 1 / trying.TRIED))
    if enough < max(FEW_ROWS, candidates / TRIED_OF):
        tried = listing.tried(fits, enough)
    elif listing.is_short(FEW_ROWS):
        tried = listing.tried(fits, FEW_ROWS)
    return tried, share


def _sizes(listing: Searched, search: Search, common: Mapping[str, float]) -> list[float]:
    """How many candidates each term has; one above what is few at the most, unless its words are known to be common:
    then it is not worth reading them to learn how many.
    """
    known = [_common_rows(term, common) for term in search.terms]
    counts = [
        sql(
            "(SELECT count(*) FROM (SELECT FROM ({}) c LIMIT {}) l)",
            listing.candidates(term),
            FEW_CANDIDATES * listing.ease + 1,
        )
        for term, rows in zip(search.terms, known, strict=True)
        if not rows
    ]
    row = fetch_one(sql("SELECT ARRAY[{}] AS sizes", join(", ", counts))) if counts else None
    counted = iter(row["sizes"] if row else ())
    return [rows or next(counted) for rows in known]


def _common_rows(term: Term, common: Mapping[str, float]) -> float:
    return sum(rows for word, rows in common.items() if len(term.words) == 1 and term.matched(word))


def _there(listing: Searched, near: Sequence[str], common: Mapping[str, float]) -> set[str]:
    """Of some words and beginnings those that stand anywhere. The common ones do; of the others each is asked for."""
    surely = {lexeme for lexeme in near if any(asks_for(lexeme, word) for word in common)}
    asked = [lexeme for lexeme in near if lexeme not in surely]
    # Counted, not asked for one: PostgreSQL would think that the first row is soon come by from end to end.
    counts = sql("({})", join(" + ", (sql("(SELECT count(*) FROM {})", words) for words in listing.words())))
    return surely | set(fetch_column(sql("SELECT n.word FROM unnest({}::text[]) n (word) WHERE {} > 0", asked, counts)))
