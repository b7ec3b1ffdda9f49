"""Searching activities: by their own words, and by the elements that they are bound to and their clients.

An activity's row of words holds its own text only. Names, phones and e-mail addresses are matched in their own indexes,
and lead to the activity only through an element that the reader may read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from relance.activities import policy
from relance.activities.policy import Selection
from relance.crm.searching import matches as element_matches
from relance.crm.searching import matching as matching_elements
from relance.kit.actor import Actor
from relance.kit.sql import Sql, all_of, any_of, join, sql
from relance.lists.finding import Found, Searched, find
from relance.lists.searching import NAME, SUBJECT, TEXT, WHOLE, Search, Term

_ROW_ID = Sql("b.activity_id")


def search_activities(actor: Actor, text: str, selections: Sequence[Selection]) -> Found | None:
    """What a text finds among the activities of some selections; None where it has no word."""
    return find(
        Searched(
            row_id=_ROW_ID,
            candidates=lambda term: sql("{} UNION ALL {}", _by_text(term), _by_elements(actor, term)),
            distinct=lambda term: _distinct(actor, term),
            matches=lambda term, activity_id: _matches(actor, term, activity_id),
            rank=lambda search: _rank(actor, search),
            within=lambda condition: _within(actor, selections, condition),
            among=lambda candidates: _among(actor, selections, candidates),
        ),
        text,
    )


def _by_text(term: Term) -> Sql:
    return sql(
        "SELECT s.activity_id AS id FROM activities_activitytext s WHERE s.words @@ (SELECT {}::tsquery)", term.query
    )


def _by_elements(actor: Actor, term: Term) -> Sql:
    """The activities of the elements with a term that the actor may read, bound or as a client."""
    return sql(
        """
        SELECT b.activity_id FROM activities_binding b WHERE b.element_id = ANY(ARRAY({})) AND {} AND {}
        UNION ALL
        SELECT c.activity_id FROM activities_client c JOIN crm_element e ON e.id = c.element_id
        WHERE c.element_id = ANY(ARRAY({})) AND e.deleted_at IS NULL AND {}
        """,
        matching_elements(term),
        policy.LIVE,
        policy.binding_readable(actor),
        matching_elements(term),
        policy.element_readable(actor),
    )


def _distinct(actor: Actor, term: Term) -> Sql:
    return sql(
        """
        {} UNION ALL
        SELECT DISTINCT n.id FROM ({}) n (id) WHERE NOT EXISTS (
            SELECT FROM activities_activitytext s WHERE s.activity_id = n.id AND s.words @@ (SELECT {}::tsquery))
        """,
        _by_text(term),
        _by_elements(actor, term),
        term.query,
    )


def _matches(actor: Actor, term: Term, activity_id: Sql) -> Sql:
    return sql(
        "(SELECT {} FROM activities_activitytext s WHERE s.activity_id = {})",
        any_of([sql("s.words @@ (SELECT {}::tsquery)", term.query), _by_some_element(actor, term)]),
        activity_id,
    )


def _by_some_element(actor: Actor, term: Term) -> Sql:
    """An element of the activity of the words `s` that the actor may read, bound or a client, has the term."""
    return sql(
        """(EXISTS (SELECT FROM activities_binding b
                WHERE b.activity_id = s.activity_id AND NOT b.element_deleted AND {} AND {})
            OR EXISTS (SELECT FROM activities_client c JOIN crm_element e ON e.id = c.element_id
                WHERE c.activity_id = s.activity_id AND e.deleted_at IS NULL AND {} AND {}))""",
        policy.binding_readable(actor),
        element_matches(term, Sql("b.element_id")),
        policy.element_readable(actor),
        element_matches(term, Sql("e.id")),
    )


def _rank(actor: Actor, search: Search) -> Sql:
    """How well the activity `a` fits: its subject before its elements' names, those before the rest of its text."""
    scores = join(" + ", (_score(actor, term) for term in search.terms))
    return sql("(SELECT {} FROM activities_activitytext s WHERE s.activity_id = a.id)::bigint", scores)


def _score(actor: Actor, term: Term) -> Sql:
    written = replace(term, is_forgiving=False)
    return sql(
        """CASE WHEN s.words @@ (SELECT {}::tsquery) THEN {} WHEN s.words @@ (SELECT {}::tsquery) THEN {} WHEN {} THEN {}
            WHEN s.words @@ (SELECT {}::tsquery) THEN {} WHEN s.words @@ (SELECT {}::tsquery) THEN {} ELSE 1 END""",
        written.subject_exactly,
        SUBJECT + WHOLE,
        written.subject,
        SUBJECT,
        _by_some_element(actor, written),
        NAME,
        written.exactly,
        TEXT + WHOLE,
        written.query,
        TEXT,
    )


def _within(actor: Actor, selections: Sequence[Selection], condition: Sql) -> Sql:
    narrowed = (replace(one, condition=all_of([condition, one.condition])) for one in selections)
    return join(" UNION ALL ", (policy.ids_within(actor, one) for one in narrowed))


def _among(actor: Actor, selections: Sequence[Selection], candidates: Sql) -> Sql:
    """Each candidate once, in their own order: who counts only so far need not have seen them all."""
    rows = any_of(all_of([one.live, one.of_whom, one.condition]) for one in selections)
    return sql(
        """SELECT w.id FROM ({}) w (id)
        WHERE EXISTS (SELECT FROM activities_binding b WHERE b.activity_id = w.id AND {} AND {})""",
        candidates,
        policy.binding_readable(actor),
        rows,
    )
