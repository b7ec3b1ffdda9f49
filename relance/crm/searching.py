"""Searching elements: by the words of their names, their e-mail addresses, their phone numbers in any writing.

Which elements have a word is asked of indexes that know nothing of rights: whoever uses that puts the reader's own
predicate beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from relance.kit.sql import Sql, any_of, join, sql
from relance.lists.finding import Found, Searched, find
from relance.lists.searching import NAME, POINT, WHOLE, Search, Term

_ROW_ID = Sql("b.id")


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


def search_elements(text: str, within: Callable[[Sql], Sql]) -> Found | None:
    """What a text finds among the elements of a list; None where it has no word. `within` is the query of the ids of the
    elements `b` that the list shows and a condition takes.
    """
    return find(
        Searched(
            row_id=_ROW_ID,
            candidates=matching,
            distinct=lambda term: sql("SELECT DISTINCT m.id FROM ({}) m", matching(term)),
            matches=matches,
            rank=_rank,
            within=within,
            among=lambda candidates: within(sql("b.id IN ({})", candidates)),
        ),
        text,
    )


def _is_reached(term: Term, element_id: Sql) -> Sql:
    return sql(
        """EXISTS (SELECT FROM crm_contactpoint x
            WHERE x.element_id = {} AND search_point(x.kind, x.normalised) @@ (SELECT {}::tsquery))""",
        element_id,
        term.point,
    )


def _rank(search: Search) -> Sql:
    """How well the element `e` fits: whole words before beginnings, names before addresses, both before what is forgiven."""
    return sql("({})::bigint", join(" + ", (_score(term) for term in search.terms)))


def _score(term: Term) -> Sql:
    written = replace(term, is_forgiving=False)
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
