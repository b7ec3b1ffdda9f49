"""Searching elements: by the words of their names, their e-mail addresses, their phone numbers in any writing.

Which elements have a word is asked of indexes that know nothing of rights: whoever uses that puts the reader's own
predicate beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from relance.kit.sql import TRUE, Sql, all_of, any_of, join, sql
from relance.lists.finding import Found, find
from relance.lists.queries import bounded_count
from relance.lists.searching import NAME, POINT, WHOLE, Search, Term
from relance.lists.trying import Tried

# What has the words of elements, for lists/finding.py.
WORDS = (
    Sql("crm_elementtext x WHERE x.words @@ n.word::tsquery"),
    Sql("crm_contactpoint x WHERE search_point(x.kind, x.normalised) @@ n.word::tsquery"),
)


def matching(term: Term) -> Sql:
    """The ids of all elements whose name or addresses have a term, as a query; the same one may come more than once."""
    return sql(
        """
        SELECT x.element_id AS id FROM crm_elementtext x WHERE x.words @@ (SELECT {}::tsquery)
        UNION ALL
        SELECT x.element_id FROM crm_contactpoint x WHERE search_point(x.kind, x.normalised) @@ (SELECT {}::tsquery)
        """,
        term.query,
        term.point,
    )


def matches(term: Term, element_id: Sql) -> Sql:
    """The element with this id has the term: the same, asked of one."""
    named = sql(
        "EXISTS (SELECT FROM crm_elementtext x WHERE x.element_id = {} AND x.words @@ (SELECT {}::tsquery))",
        element_id,
        term.query,
    )
    return any_of([named, _is_reached(term, element_id)])


@dataclass(frozen=True, slots=True)
class SearchedElements:
    """A list of elements as it is searched: `within` is the query of the ids of the elements `b` that the list shows and a
    condition takes; `first` tries the list's first rows.
    """

    within: Callable[[Sql], Sql]
    first: Callable[[Sql, int], Tried]
    condition: Sql
    # An element's rights and filter are on its own row.
    ease: int = 10

    def frequent(self) -> Mapping[str, float]:
        """None is so common that its elements need not be read."""
        return {}

    def words(self) -> Sequence[Sql]:
        """Names and addresses."""
        return WORDS

    def candidates(self, term: Term) -> Sql:
        """By name or address."""
        return matching(term)

    def matches(self, term: Term, row_id: Sql) -> Sql:
        """By its name or one of its addresses."""
        return matches(term, row_id)

    def rank(self, search: Search) -> Sql:
        """How well the element `e` fits: whole words before beginnings, names before addresses, both before what is forgiven."""
        return sql("({})::bigint", join(" + ", (_score(term) for term in search.terms)))

    def among(self, term: Term, others: Sql) -> Sql:
        """Each once."""
        mine = self.within(sql("b.id = ANY(ARRAY({}))", matching(term)))
        return sql("SELECT i.id FROM ({}) i (id) WHERE {}", mine, others)

    def rows(self, condition: Sql) -> Sql:
        """The list's elements."""
        return self.within(sql("(SELECT {} FROM (SELECT b.id) r)", condition))

    def fits(self, condition: Sql) -> Sql:
        """The filter's condition is asked of each."""
        if self.condition == TRUE:
            return condition
        return all_of([sql("(SELECT {} FROM crm_element b WHERE b.id = p.id)", self.condition), condition])

    def tried(self, fits: Sql, count: int) -> Tried:
        """Those of the list's own order."""
        return self.first(fits, count)

    def is_short(self, most: int) -> bool:
        """Counted."""
        return bounded_count(self.within(TRUE), most) <= most


def search_elements(text: str, listing: SearchedElements) -> Found | None:
    """What a text finds among the elements of a list; None where it has no word."""
    return find(listing, text)


def _is_reached(term: Term, element_id: Sql) -> Sql:
    return sql(
        """EXISTS (SELECT FROM crm_contactpoint x
            WHERE x.element_id = {} AND search_point(x.kind, x.normalised) @@ (SELECT {}::tsquery))""",
        element_id,
        term.point,
    )


def _score(term: Term) -> Sql:
    written = term.as_written
    return sql(
        """(SELECT CASE WHEN x.words @@ (SELECT {}::tsquery) THEN {} WHEN x.words @@ (SELECT {}::tsquery) THEN {}
                WHEN {} THEN {} ELSE 1 END
            FROM crm_elementtext x WHERE x.element_id = e.id)""",
        written.exactly,
        NAME + WHOLE,
        written.query,
        NAME,
        _is_reached(written, Sql("e.id")),
        POINT,
    )
